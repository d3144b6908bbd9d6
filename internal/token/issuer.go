package token

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// orName is the other thing to do about an issuer.
const orName = ", or set token_url."

// partOfIssuer is what words in a vendor's message say is wrong in issuer.
type partOfIssuer struct {
	words *regexp.Regexp
	part  string
}

// partsOfIssuer are the parts that vendors speak of where they have no metadata.
func partsOfIssuer() []partOfIssuer {
	return []partOfIssuer{
		{regexp.MustCompile(`(?i)tenant`), "the tenant in issuer"},
		{regexp.MustCompile(`(?i)authorization ?server`), "the authorization server in the path of issuer"}, // Okta
		{regexp.MustCompile(`(?i)\brealm`), "the realm in issuer"},                                          // Keycloak, ForgeRock
		{regexp.MustCompile(`(?i)user ?pool`), "the user pool in issuer"},                                   // Cognito
		{regexp.MustCompile(`(?i)\benvironment`), "the environment in issuer"},                              // PingOne
		{regexp.MustCompile(`(?i)\bpolicy`), "the policy in issuer"},                                        // Azure AD B2C
		{regexp.MustCompile(``), "the host and the path of issuer"},
	}
}

// missingAdvice is what to do where an issuer has no metadata, and has said that.
func missingAdvice(message said.Shown) string {
	parts := partsOfIssuer()
	at := slices.IndexFunc(parts, func(p partOfIssuer) bool { return p.words.MatchString(string(message)) })
	return "Check " + parts[at].part + orName
}

// isMissing reports whether a failure says that there is no metadata.
func (e *Error) isMissing() bool {
	return e.Kind == KindDiscovery && e.Status != http.StatusOK && !e.unknown() && !isDenied(e.Status)
}

// issuerMessage returns what an issuer says where it has no metadata; "" if that is
// no more than the status.
func (x *Exchange) issuerMessage(a *answer) said.Shown {
	if !a.content.IsJSON() {
		return ""
	}
	message := x.vendorMessage(a)
	rest := strings.TrimLeft(strings.TrimPrefix(string(message), "HTTP "), "0123456789 ")
	if strings.EqualFold(rest, http.StatusText(a.status)) {
		return ""
	}
	return message
}

// commonMessage returns what is said at both places, or at one while nothing is said at
// the other; "" if they differ.
func commonMessage(first, second said.Shown) said.Shown {
	if first != "" && second != "" && first != second {
		return ""
	}
	return cmp.Or(first, second)
}

// metadataAdvice is what to do about metadata that issuer cannot be set to; "" if it can.
func (x *Exchange) metadataAdvice(found *metadata) string {
	_, wanted, _ := strings.Cut(x.Issuer, "://")
	switch {
	case found == nil || found.issuer.IsEmpty():
		return ""
	case found.issuer.Is(x.Issuer):
		return "Set token_url instead."
	case found.issuer.Contains("{"):
		return x.tenantAdvice()
	case found.issuer.Is("http://" + wanted):
		return "Have the server use its public URL" + orName
	default:
		return ""
	}
}

// tenantAdvice is what to do about an issuer that stands for many tenants.
func (x *Exchange) tenantAdvice() string {
	for _, all := range []string{"common", "organizations", "consumers"} { // of Microsoft Entra ID
		if slices.Contains(strings.Split(x.Issuer, "/"), all) {
			return `Put the ID of your tenant in the place of "` + all + `" in issuer` + orName
		}
	}
	return "Put the ID of your tenant into issuer" + orName
}

// outcomes say what came of asking at each place. What the error itself says, and what
// the vendor says at both, is not said again.
func (x *Exchange) outcomes(places []place, headline *Error) string {
	if len(places) == 0 {
		return ""
	}
	lines := []string{"Two URLs were tried:"}
	judge := x.secrets().Judge()
	for _, p := range places {
		var message said.Shown
		outcome := "it did not answer in time"
		if p.failed != nil {
			outcome, message = p.failed.outcomeBeside(headline), p.failed.VendorMessage
		}
		line := own(judge, p.asking.Request.URL) + ": " + outcome + "."
		if message != "" && message != headline.VendorMessage {
			line += " The vendor said: " + string(message)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// outcomeBeside says what came of asking, beside an error that may have said it.
func (e *Error) outcomeBeside(headline *Error) string {
	outcome := e.outcome()
	switch {
	case outcome != headline.outcome():
		return outcome
	case e.Status != 0:
		return (&Error{Status: e.Status}).outcome()
	default:
		return "it failed in this way"
	}
}
