package diagnostic

import (
	"regexp"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

var (
	// sentence is a sentence of an advice. No name or address has a full stop and then a space.
	sentence = regexp.MustCompile(`.+?(?:[.!?](?: |$)|$)`)
	// settingName is the name of a setting, as advice writes it.
	settingName = regexp.MustCompile(`\b(?:[a-z]+(?:_[a-z]+)+|scopes|resources)\b`)
)

// optionalSettings are the settings of credential sets that only some services have.
var optionalSettings = []string{
	"assertion_audience", "basic_encoding", "client_auth", "client_certificate_pem", "client_id", "client_key_pem", "client_secret",
	"default_ttl", "key_id", "private_key_pem", "request_headers", "resources", "scopes", "signing_algorithm",
}

// fitting returns an advice for the sets of this service: sentences about settings
// that they do not have are left out, or replaced by what they can do.
func (r *report) fitting(m message) string {
	if m.isFinal {
		return m.advice
	}
	advice := m.advice
	if r.x.Request.Discovered {
		advice = ofIssuer(advice)
	}
	switch s := r.set.Service; {
	case s.IsDescribed:
		advice = r.ofDescription(advice)
	case !s.ChoosesAuth(): // else a set may have any setting
		advice = r.fittingSentences(advice)
	}
	if r.e.Purpose == token.ForAPI && r.e.Proxy.Host() == "" { // who has sent the request knows apitoken_proxy as the proxy
		advice = strings.ReplaceAll(advice, "the proxy", "the HTTP proxy, if there is one")
	}
	return strings.ReplaceAll(advice, "token_url", r.urlName())
}

// clientSentence is a sentence about how a client authenticates, which a description has no attribute for.
var clientSentence = regexp.MustCompile(`[^.]*\bclient_auth\b[^.]*\.`)

// ofDescription returns an advice for a set that describes its endpoint.
func (r *report) ofDescription(advice string) string {
	request := "request"
	if r.e.Purpose == token.ForRevocation {
		request = "revoke"
	}
	advice = strings.TrimSpace(clientSentence.ReplaceAllString(advice, ""))
	return strings.ReplaceAll(advice, "request_headers", request+".headers")
}

// urlName is the attribute, or the variable, that holds the URL which was asked.
func (r *report) urlName() string {
	switch r.e.Purpose {
	case token.ForMetadata:
		return "issuer"
	case token.ForRevocation:
		return r.set.Service.RevocationURLName
	case token.ForIdentity:
		return source.GitHubURL
	case token.ForAPI:
		return Upstream
	default:
		return r.set.Service.URLName()
	}
}

func (r *report) fittingSentences(advice string) string {
	var kept []string
	for _, text := range sentence.FindAllString(advice, -1) {
		if text = r.fittingSentence(strings.TrimSpace(text)); text != "" && !slices.Contains(kept, text) {
			kept = append(kept, text)
		}
	}
	if len(kept) == 0 && advice != "" {
		return "Ask the vendor."
	}
	return strings.Join(kept, " ")
}

func (r *report) fittingSentence(text string) string {
	lacks := func(name string) bool {
		return slices.Contains(optionalSettings, name) && !r.set.has(name)
	}
	switch lacked := settingName.FindAllString(text, -1); {
	case !slices.ContainsFunc(lacked, lacks):
		return text
	case slices.ContainsFunc(lacked, func(name string) bool { return strings.HasPrefix(name, "client_") && strings.HasSuffix(name, "_pem") }):
		return "Sets of " + r.set.Service.Name + " have no client certificate. If the vendor requires one, use oauth2 or custom, whose sets can have one."
	case !strings.HasPrefix(text, "Check") && !strings.HasPrefix(text, "Otherwise check"):
		return ""
	case r.set.has("client_id"):
		return "Check client_id, client_secret and token_url of the set."
	}
	return "Check what the set sends, credentials first."
}

// ofIssuer returns an advice for a set whose endpoint the metadata of its issuer names.
func ofIssuer(advice string) string {
	return strings.NewReplacer(
		"Check token_url", "Check issuer", "check token_url", "check issuer", "and token_url of the set", "and issuer of the set",
		"that token_url is the token endpoint", "that the endpoint in the metadata of issuer is the token endpoint",
		"tenant in token_url", "tenant in issuer", "in token_url", "in the metadata of issuer", "that token_url is", "that issuer is",
		"that token_url and", "that issuer and", "that token_url belongs", "that issuer belongs",
	).Replace(advice)
}

// inEnvironment puts the names of environment variables in the place of the attributes that they set.
func inEnvironment(s service.Service, advice string) string {
	return settingName.ReplaceAllStringFunc(advice, func(name string) string {
		if slices.Contains([]string{"client_id", "client_secret", "token_url"}, name) {
			return s.Variable(name)
		}
		return name
	})
}

// notInEnvironment are settings that no environment variable sets.
var notInEnvironment = []string{
	"client_auth", "basic_encoding", "request_headers", "client_certificate_pem", "client_key_pem", "private_key_pem", "allow_http",
	"default_ttl", "revocation_url",
}

// beyondEnvironment says which of the attributes in a text have no environment variable, and where to set them.
func beyondEnvironment(text string) string {
	named := settingName.FindAllString(text, -1)
	found := slices.DeleteFunc(slices.Clone(notInEnvironment), func(name string) bool { return !slices.Contains(named, name) })
	if len(found) == 0 {
		return ""
	}
	return "No environment variable sets " + strings.Join(found, " or ") + ": to set that, write the set in the provider block."
}
