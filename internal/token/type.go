package token

import (
	"slices"
	"strings"
)

const (
	// defaultType is the token type where the answer names none (RFC 6750).
	defaultType = "Bearer"
	// NotApplicable is the type of what is no access token (RFC 8693, section 2.2.1).
	NotApplicable = "N_A"
	// TypeSetting is the setting that says where the type is.
	TypeSetting = "token_type"
)

// otherTypes are the registered types of tokens that are not bearer tokens. Vendors
// have names of their own for bearer tokens, so any other type is taken for one.
func otherTypes() []string { return []string{"DPoP", "PoP", NotApplicable} }

// setType sets what the answer says of the token's type.
func (x *Exchange) setType(a *answer, t *Token) {
	found := a.find(x.Response.TokenType)
	if answered := found.Foreign(); !answered.IsEmpty() {
		t.Type = answered
	}
	if i := slices.IndexFunc(otherTypes(), found.IsWord); i >= 0 {
		t.kind = otherTypes()[i]
	}
	if found.IsTwice() {
		t.Notes = append(t.Notes, Note{Setting: TypeSetting, Problem: x.nothingAt(a, x.Response.TokenType)})
	}
}

// isBearer reports whether the text of a header presents {token} as a bearer token.
func isBearer(header string) bool {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(header), " ")
	return strings.EqualFold(scheme, defaultType) && strings.TrimSpace(rest) == placeholder
}
