package token

import (
	"slices"
	"strings"
)

// Types of tokens.
const (
	defaultType   = "Bearer" // the token type where the response names none (RFC 6750)
	NotApplicable = "N_A"    // the type of what is no access token (RFC 8693, section 2.2.1)
)

// otherTypes are the registered types of tokens that are not bearer tokens. Vendors
// have names of their own for bearer tokens, so any other type is taken for one.
var otherTypes = []string{"DPoP", "PoP", NotApplicable}

// setType sets what the answer says of the token's type.
func (a *Answer) setType(t *Token) {
	path := a.Exchange.Response.TokenType
	found := a.At(path)
	if answered := found.Foreign(); !answered.IsEmpty() {
		t.Type = answered
	}
	if i := slices.IndexFunc(otherTypes, found.IsWord); i >= 0 {
		t.kind = otherTypes[i]
	}
	if found.IsTwice() {
		t.Notes = append(t.Notes, Note{Part: PartTokenType, Path: path, Answer: a})
	}
}

// IsBearerTwice reports whether HeaderName has Bearer before a token that begins with
// Bearer itself, as tokens from a header Authorization do.
func (t *Token) IsBearerTwice() bool {
	scheme, _, hasScheme := strings.Cut(t.AccessToken.Reveal(), " ")
	return t.isBearer && hasScheme && strings.EqualFold(scheme, defaultType)
}

// HasSpace reports whether HeaderName presents a token as a bearer token that has a space in it,
// which RFC 6750, section 2.1, does not allow.
func (t *Token) HasSpace() bool {
	return t.isBearer && !t.IsBearerTwice() && strings.Contains(t.AccessToken.Reveal(), " ")
}

// isBearer reports whether the text of a header presents {token} as a bearer token.
func isBearer(header string) bool {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(header), " ")
	return strings.EqualFold(scheme, defaultType) && strings.TrimSpace(rest) == placeholder
}
