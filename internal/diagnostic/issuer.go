package diagnostic

import (
	"cmp"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

const (
	// setIssuer is what to do about metadata that cannot be used.
	setIssuer = "Set issuer to the \"issuer\" value in the server's metadata, or set token_url."
	// orName is the other thing to do about an issuer, and ifItPersists about one that may work later.
	orName       = ", or set token_url."
	ifItPersists = " If it persists, set token_url instead of issuer."
)

// undiscovered words the error of metadata that cannot be used.
func (r *report) undiscovered() message {
	m := message{problem: r.problem(), advice: setIssuer, isFinal: true}
	switch r.e.Problem {
	case 0: // it could not be read
		return r.unreachable()
	case token.ProblemNoMetadata:
		return r.unread()
	case token.ProblemEndpoint:
		m.problem, m.advice = r.endpointProblem(), "Set token_url instead."
		m.details = r.outcomes(m)
	case token.ProblemNotMetadata, token.ProblemNotText, token.ProblemTwice, token.ProblemNoIssuer:
		m.vendor = r.issuerMessage()
	case token.ProblemOtherIssuer:
		m.problem, m.advice = "its metadata is that of another issuer"+r.difference(), r.issuerAdvice()
	case token.ProblemNoTokenEndpoint:
		m.advice = "Set token_url instead."
	case token.ProblemHalfKnown:
		m.advice = later(r.e.RetryAt) + ifItPersists
	default:
	}
	return m
}

// unread words the error of a response that is not metadata, by its status.
func (r *report) unread() message {
	m := message{problem: "it has no metadata there", advice: setIssuer, vendor: r.issuerMessage(), isFinal: true}
	switch {
	case r.a.Status == http.StatusProxyAuthRequired:
		m.problem, m.advice = "the proxy does not let the request for its metadata through", r.proxyAdvice()
	case token.IsDenied(r.a.Status):
		m.problem = "it does not give its metadata to this machine, which requests it without credentials"
		m.advice = "Check issuer, and that requests from this machine are allowed there" + orName
	case r.a.Status == http.StatusTooManyRequests:
		m.problem, m.advice = "it limits how often its metadata is requested", later(r.e.RetryAt)+ifItPersists
	case token.IsTemporary(r.a.Status):
		m.problem = cmp.Or(r.incomplete(), "it is failing, so it is not known whether it has metadata there")
		m.advice = later(r.e.RetryAt) + ifItPersists
	}
	return m
}

// later is what to do about what may be over some time.
func later(at time.Time) string {
	if at.IsZero() {
		return "Run again later."
	}
	return "Run again after " + at.Format(time.RFC3339) + "."
}

// endpointProblem says why an endpoint in the metadata cannot be used, without how to
// write it: a server has. Plain http:// is what a user may allow.
func (r *report) endpointProblem() string {
	text := "its metadata names a " + r.e.Name + " that cannot be used: "
	switch bad, _ := errors.AsType[*transport.URLError](r.e.Cause); {
	case r.e.Cause == nil:
		return text + "its host holds a secret, or what looks like one"
	case bad != nil && bad.Problem == transport.URLPlain:
		return text + r.urlProblem(r.e.Cause)
	}
	return text + r.quote(said.ErrorText(r.e.Cause))
}

// difference says how the name of an issuer, which is foreign and quoted only if it is a URL, differs from issuer.
func (r *report) difference() string {
	named, wanted := r.e.Issuer, r.x.Issuer
	if transport.CheckNamedURL(named.Use(), true) != nil {
		return ""
	}
	quoted := `, "` + string(r.judge().Message(named)) + `"`
	_, rest, _ := strings.Cut(wanted, "://")
	switch {
	case named.Is(wanted + "/"):
		return quoted + ", which has a slash at the end that issuer lacks"
	case named.Is(strings.TrimSuffix(wanted, "/")):
		return quoted + ", which lacks the slash at the end of issuer"
	case named.Is("http://" + rest):
		return quoted + ", which begins with http:// (a server behind a proxy has to be told its public URL)"
	case named.Is("https://" + rest):
		return quoted + ", which begins with https://"
	case named.EqualFold(wanted):
		return quoted + ", which has other capital letters than issuer"
	case named.Contains("{"), named.Contains("}"):
		return quoted + ", which is a template for many tenants: issuer must name your own tenant"
	}
	return quoted
}

// issuerAdvice is what to do about the metadata of another issuer.
func (r *report) issuerAdvice() string {
	_, rest, _ := strings.Cut(r.x.Issuer, "://")
	switch {
	case r.e.Issuer.Is("http://" + rest):
		return "Have the server use its public URL" + orName
	case !r.e.Issuer.Contains("{"): // which stands for many tenants
		return setIssuer
	}
	for _, all := range []string{"common", "organizations", "consumers"} { // of Microsoft Entra ID
		if slices.Contains(strings.Split(r.x.Issuer, "/"), all) {
			return `Put the ID of your tenant in the place of "` + all + `" in issuer` + orName
		}
	}
	return "Put the ID of your tenant into issuer" + orName
}

// issuerMessage returns what an issuer says, besides the status, where it has no metadata.
func (r *report) issuerMessage() said.Shown {
	if !r.a.Content.IsJSON() {
		return ""
	}
	message := r.a.Message()
	rest := strings.TrimLeft(strings.TrimPrefix(string(message), "HTTP "), "0123456789 ")
	if strings.EqualFold(rest, http.StatusText(r.a.Status)) {
		return ""
	}
	return message
}

// partsOfIssuer are the parts that vendors speak of where they have no metadata.
var partsOfIssuer = []struct {
	words *regexp.Regexp
	part  string
}{
	{words(`tenant`), "the tenant in issuer"},
	{words(`authorization ?server`), "the authorization server in the path of issuer"}, // Okta
	{words(`\brealm`), "the realm in issuer"},                                          // Keycloak, ForgeRock
	{words(`user ?pool`), "the user pool in issuer"},                                   // Cognito
	{words(`\benvironment`), "the environment in issuer"},                              // PingOne
	{words(`\bpolicy`), "the policy in issuer"},                                        // Azure AD B2C
	{words(``), "the host and the path of issuer"},
}

// atPlaces words the error of an issuer that has metadata at none of the places.
func (r *report) atPlaces(m message) message {
	first, second := about(r.e.Places[0], r.set), about(r.e.Places[1], r.set)
	ofFirst, ofSecond := first.message().vendor, second.message().vendor
	if first.e.IsMissing() && second.e.IsMissing() {
		texts := string(ofFirst) + " " + string(ofSecond)
		for _, known := range partsOfIssuer {
			if known.words.MatchString(texts) {
				m.advice = "Check " + known.part + orName
				break
			}
		}
	}
	m.vendor = cmp.Or(ofFirst, ofSecond)
	if ofFirst != "" && ofSecond != "" && ofFirst != ofSecond {
		m.vendor = ""
	}
	m.details = r.outcomes(m)
	return m
}

// outcomes say what came of asking at each place; "" if that is not known. What the
// message itself says, and what the vendor says at both, is not said again.
func (r *report) outcomes(m message) string {
	if len(r.e.Places) == 0 {
		return ""
	}
	lines := []string{"Two URLs were tried:"}
	for _, failed := range r.e.Places {
		line := r.show(failed.Exchange.Request.URL) + ": "
		there := about(failed, r.set)
		worded := there.message()
		switch outcome := there.outcome(worded.problem); {
		case failed.Kind == 0:
			line += "it did not answer in time."
		case outcome != r.outcome(m.problem):
			line += outcome + "."
		case failed.Status != 0:
			line += "it answered " + inWords(failed.Status) + "."
		default:
			line += "it failed in this way."
		}
		if worded.vendor != m.vendor {
			line = join(line, vendorSaid(worded.vendor))
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
