package diagnostic

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// Warnings tells of what the user has asked for and the response does not have, and of
// a token that may be of no use.
func Warnings(t *token.Token, set Set, minRemaining time.Duration) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, note := range t.Notes {
		r := about(&token.Error{Exchange: note.Answer.Exchange, Answer: note.Answer}, set) // with which nothing has failed
		diags.AddWarning("Response lacks a value", r.lacking(note))
	}
	diags.Append(lifetimeWarnings(t, set, minRemaining)...)
	if name := t.NotBearer(); name != "" {
		diags.AddWarning("Token is not a bearer token", set.notBearer(name))
	}
	if t.IsRefreshLost {
		diags.AddWarning("Refresh token not kept", set.refreshLost())
	}
	if t.IsBearerTwice() {
		diags.AddWarning("Bearer is sent twice", set.bearerTwice())
	}
	if t.HasSpace() {
		diags.AddWarning("Token has a space in it", set.spaced())
	}
	return diags
}

func lifetimeWarnings(t *token.Token, set Set, minRemaining time.Duration) diag.Diagnostics {
	var diags diag.Diagnostics
	if t.HasExpired() {
		diags.AddWarning("Token has expired", set.expired(t))
	}
	lifetime, known := t.Lifetime()
	if lifetime > 0 && lifetime < time.Second && set.has("response") {
		diags.AddWarning("Lifetime is very short", set.brief(lifetime))
	}
	if !known && minRemaining > 0 {
		diags.AddAttributeWarning(path.Root(MinRemaining), "Lifetime is not known", set.unchecked(minRemaining))
	}
	if t.IsUnkept && set.has("default_ttl") {
		diags.AddWarning("Token is not stored", set.unkept())
	}
	return diags
}

// brief tells of a lifetime that is most likely in another unit.
func (s Set) brief(lifetime time.Duration) string {
	return fmt.Sprintf("Service %s, credential set %q: by the response, the token is valid for %s.\n\n"+
		"Check response.expires_in and expires_in_unit: \"s\" is seconds, \"ms\" milliseconds, and \"m\" minutes.", s.Service.Name, s.Name, lifetime)
}

// refreshLost tells of a new refresh token that the store has not taken.
func (s Set) refreshLost() string {
	return fmt.Sprintf("Service %s, credential set %q: the endpoint has issued a new refresh token, and the token store could not keep it. "+
		"This run has its access token. If the endpoint rotates refresh tokens, it may refuse the next run. Then get a new refresh token, and set refresh_token to it.", s.Service.Name, s.Name)
}

// unkept says why the token store does not keep a token, and what to do.
func (s Set) unkept() string {
	text := fmt.Sprintf("Service %s, credential set %q: the token store keeps no token whose lifetime is not known, so that each run requests another one. "+
		"Neither the response nor the token says when it expires.\n\n", s.Service.Name, s.Name)
	if s.has("response") {
		return text + "If the response has the lifetime, set response.expires_in to its path, and check the spelling of that attribute. Otherwise set default_ttl of the set " +
			"to the lifetime that the vendor states."
	}
	return text + "Set default_ttl to the lifetime that the vendor states."
}

// has reports whether a set of the service has the attribute.
func (s Set) has(setting string) bool {
	_, ok := s.Service.Set[setting]
	return ok
}

// expired tells of a token that had expired when it came, by this machine's clock.
func (s Set) expired(t *token.Token) string {
	if s.Service.IsLocal {
		return fmt.Sprintf("The JWT had already expired when it was signed: it expired at %s, and was signed at %s.\n\nIt is passed on anyway. "+
			"Leave iat and exp out of claims: they are added for each JWT.", t.ExpiresAt.Format(time.RFC3339), t.IssuedAt.Format(time.RFC3339))
	}
	text := fmt.Sprintf("The token had already expired when it arrived: it expired at %s, and was requested at %s.\n\nIt is passed on anyway. ",
		t.ExpiresAt.Format(time.RFC3339), t.IssuedAt.Format(time.RFC3339))
	if clock := clockSentence(t.ClockAhead); clock != "" {
		return text + clock
	}
	return text + "Check the clock of this machine. If it is right, ask the vendor why the endpoint issues such tokens."
}

// lacking tells of a value that the response does not have. A path can give it one.
func (r *report) lacking(note token.Note) string {
	problem, near := r.found(note)
	text := parts[note.Part] + r.own(note.Output) + ": " + problem
	if place, _ := note.Path.In(); place != answer.PlaceBody && place != answer.PlaceRegex {
		text += " in the response"
	}
	text += "."
	if near != "" {
		text += " " + near + "."
	}
	const unknown = "\n\nSo it is not known when the token expires. "
	switch {
	case note.Part == token.PartOutput:
		text += "\n\nThe output is left out. Compare the path with the response."
		if note.Path.IsJSON() {
			text += " If the vendor does not always send it, write a default into the path: PATH || ''."
		}
		return text
	case note.Part == token.PartTokenType:
		return text + "\n\nSo the type is assumed to be Bearer. Ask the vendor which type it is."
	case r.set.has("response"):
		return text + unknown + "Compare the path with the response, or set default_ttl to the lifetime that the vendor states."
	case r.set.has("default_ttl"):
		return text + unknown + "Set default_ttl to the lifetime that the vendor states."
	}
	return text + unknown + "The vendor's response differs from its documentation: please report that as a bug of the provider."
}

// found says what there is where a part should be, and which keys are near it.
func (r *report) found(note token.Note) (problem, near string) {
	what, why := "what is", string(note.Problem)
	if why == "" && note.Part == token.PartTokenType {
		return r.nothingAt(note.Path), ""
	}
	if why == "" {
		return r.nothingAt(note.Path), r.near(note.Path)
	}
	if rest, isText := strings.CutPrefix(why, "is a string that "); isText {
		what, why = "the string", rest
	}
	if note.Problem == answer.LongPast {
		why += ": if it is a lifetime, its place is expires_in"
	}
	where := fmt.Sprintf(" at %q", r.own(note.Path.String()))
	if note.Part != token.PartOutput && strings.Contains(note.Path.String(), " || ") && !r.set.has("response") {
		what, where = "the value", "" // the path is the service's, and names all that vendors call it
	}
	return what + where + " " + why, ""
}

// parts are the attributes that say where a part of the response is.
var parts = map[token.Part]string{
	token.PartOutput:    "outputs.",
	token.PartTokenType: "token_type",
	token.PartExpiresIn: "expires_in",
	token.PartExpiresAt: "expires_at",
}

// unchecked says that nobody knows whether a token lives as long as it should.
func (s Set) unchecked(minRemaining time.Duration) string {
	if s.Service.IsLocal {
		return fmt.Sprintf("min_remaining is %s, but the JWT has no exp that is a whole number, because claims of the set says so. So its lifetime cannot be checked, "+
			"and it is passed on anyway.\n\nLeave exp out of claims: it is added for each JWT.", minRemaining)
	}
	text := fmt.Sprintf("min_remaining is %s, but neither the response nor the token says when the token expires. So its lifetime cannot be "+
		"checked, and it is passed on anyway.\n\n", minRemaining)
	if s.has("default_ttl") {
		return text + "Set default_ttl to the lifetime that the vendor states."
	}
	return text + "Ask the vendor how long its tokens live."
}

// bearerTwice says what to do about a token that begins with Bearer.
func (s Set) bearerTwice() string {
	text := "The token in the response begins with Bearer, and the header for the API has Bearer before it, too. It is passed on anyway, but the API will refuse it."
	if s.has("headers") {
		return text + "\n\nIn the set, write headers = { Authorization = \"{token}\" }."
	}
	return text + "\n\nUse access_token instead of headers."
}

// spaced tells of what may be a sentence, such as that of an error.
func (s Set) spaced() string {
	return fmt.Sprintf("Service %s, credential set %q: a bearer token has no spaces (RFC 6750), and what the response has in its place has some. It is passed on "+
		"anyway.\n\nIt may be a message, such as that of an error: some endpoints put it there. Check the credentials, and the path of the token.", s.Service.Name, s.Name)
}

// notBearer says what a type of token means that is handed out as a bearer token.
func (s Set) notBearer(name string) string {
	text := "The response says that the token's type is " + name + ": each request needs a proof of possession with it, which this provider does not make. " +
		"It is passed on as a bearer token anyway, which the API may refuse.\n\nAsk the vendor for bearer tokens for this client."
	if name == token.NotApplicable {
		text = "The response says that the token's type is N_A: it is not an access token but another token, such as an ID token (RFC 8693, section 2.2.1). " +
			"It is passed on as a bearer token anyway, which an API may refuse.\n\nTo use it as it is, use access_token instead of headers. Otherwise " +
			"request an access token."
	}
	if s.has("headers") {
		text += " If you use the token in another way, set headers of the set accordingly, and the warning disappears."
	}
	return text
}
