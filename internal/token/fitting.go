package token

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// sentence is a sentence of an advice. No name or address has a full stop and then a space.
	sentence = regexp.MustCompile(`.+?(?:[.!?](?: |$)|$)`)
	// settingName is the name of a setting that only some services have, as advice
	// writes it.
	settingName = regexp.MustCompile(`\b(?:[a-z]+(?:_[a-z]+)+|scopes|resources)\b`)
)

// optionalSettings are the settings of credential sets that only some services have.
func optionalSettings() []string {
	return []string{
		"assertion_audience", "basic_encoding", "client_auth", "client_certificate_pem", "client_id", "client_key_pem", "client_secret",
		"default_ttl", "key_id", "private_key_pem", "request_headers", "resources", "scopes", "signing_algorithm",
	}
}

// fitting returns an advice for the sets of this service: sentences about settings
// that they do not have are left out, or replaced by what they can do.
func (x *Exchange) fitting(advice string) string {
	if x.Request.Discovered {
		advice = ofIssuer(advice)
	}
	if x.Settings == nil {
		return advice
	}
	var kept []string
	for _, text := range sentence.FindAllString(advice, -1) {
		if text = x.fittingSentence(strings.TrimSpace(text)); text != "" && !slices.Contains(kept, text) {
			kept = append(kept, text)
		}
	}
	if len(kept) == 0 && advice != "" {
		return "Ask the vendor."
	}
	return strings.Join(kept, " ")
}

func (x *Exchange) fittingSentence(text string) string {
	lacks := func(name string) bool {
		return slices.Contains(optionalSettings(), name) && !slices.Contains(x.Settings, name)
	}
	switch lacked := settingName.FindAllString(text, -1); {
	case !slices.ContainsFunc(lacked, lacks):
		return text
	case slices.ContainsFunc(lacked, func(name string) bool { return strings.HasPrefix(name, "client_") && strings.HasSuffix(name, "_pem") }):
		return "Sets of " + x.Service + " have no client certificate. If the vendor requires one, use oauth2 or custom, whose sets can have one."
	case !strings.HasPrefix(text, "Check") && !strings.HasPrefix(text, "Otherwise check"):
		return ""
	case slices.Contains(x.Settings, "client_id"):
		return "Check client_id, client_secret and token_url of the set."
	default:
		return "Check what the set sends, credentials first."
	}
}

// ofIssuer returns an advice for a set whose endpoint the metadata of its issuer names.
func ofIssuer(advice string) string {
	return strings.NewReplacer(
		"Check token_url", "Check issuer", "check token_url", "check issuer", "and token_url of the set", "and issuer of the set",
		"that token_url is the token endpoint", "that the endpoint in the metadata of issuer is the token endpoint",
		"tenant in token_url", "tenant in issuer", "in token_url", "in the metadata of issuer", "that token_url is", "that issuer is",
	).Replace(advice)
}
