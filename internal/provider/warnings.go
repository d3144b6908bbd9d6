package provider

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// warnings tells of what the user has asked for and the answer does not have, and of
// a token that may be of no use. settings are those of the service's sets; nil: any.
func warnings(t *token.Token, settings []string, minRemaining time.Duration) diag.Diagnostics {
	var diags diag.Diagnostics
	has := func(setting string) bool { return settings == nil || slices.Contains(settings, setting) }
	for _, note := range t.Notes {
		if note.Setting == "" {
			diags.AddWarning("Token has expired", note.Problem+"\n\nIt is handed out all the same. "+note.Details)
		} else {
			diags.AddWarning("Answer lacks a value", lacking(note, has))
		}
	}
	if _, known := t.Lifetime(); !known && minRemaining > 0 {
		diags.AddAttributeWarning(path.Root(minRemainingInput), "Lifetime is not known", unchecked(minRemaining, has))
	}
	if name := t.NotBearer(); name != "" {
		diags.AddWarning("Token is not a bearer token", notBearer(name, has))
	}
	return diags
}

// lacking tells of a value that the answer does not have. An output that may be
// missing can be given a value in its path.
func lacking(note token.Note, has func(setting string) bool) string {
	text := note.Setting + ": " + note.Problem + " in the answer."
	if note.Details != "" {
		text += " " + note.Details + "."
	}
	switch {
	case strings.HasPrefix(note.Setting, "outputs."):
		return text + "\n\nThe output is left out. Compare the path with the answer. If the answer may lack it, give it a value there: write PATH || ''."
	case note.Setting == token.TypeSetting:
		return text + "\n\nSo the type is taken to be Bearer. Ask the vendor which it is."
	case has("response"):
		return text + "\n\nSo it is not known when the token expires. Compare the path with the answer, or set default_ttl to the lifetime that the vendor states."
	case has("default_ttl"):
		return text + "\n\nSo it is not known when the token expires. Set default_ttl to the lifetime that the vendor states."
	default:
		return text + "\n\nSo it is not known when the token expires. The vendor's answer differs from its documentation: please report that as a bug of the provider."
	}
}

// unchecked says that nobody knows whether a token lives as long as it should.
func unchecked(minRemaining time.Duration, has func(setting string) bool) string {
	text := fmt.Sprintf("min_remaining asks for %s, and neither the answer nor the token says how long the token lives. So it is not known whether "+
		"it lives as long, and it is handed out all the same.\n\n", minRemaining)
	if has("default_ttl") {
		return text + "Set default_ttl to the lifetime that the vendor states."
	}
	return text + "Ask the vendor how long its tokens live."
}

// notBearer says what a type of token means that is handed out as a bearer token.
func notBearer(name string, has func(setting string) bool) string {
	text := "The answer says that the token's type is " + name + ": each request needs a proof of possession with it, which this provider does not make. " +
		"It is handed out as a bearer token all the same, which the API may refuse.\n\nAsk the vendor for bearer tokens for this client."
	if name == token.NotApplicable {
		text = "The answer says that the token's type is N_A: it is no access token but another one, such as an ID token (RFC 8693, section 2.2.1). " +
			"It is handed out as a bearer token all the same, which an API may refuse.\n\nIf you want it as it is, take access_token and not headers. If not, " +
			"ask for an access token."
	}
	if has("headers") {
		text += " If the token is used in another way, say so in headers of the set: there is no warning then."
	}
	return text
}
