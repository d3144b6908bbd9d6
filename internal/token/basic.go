package token

import (
	"context"
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Basic is HTTP Basic with a user name and a password that are sent as they are.
// In a template both are filled.
type Basic struct {
	Username, Password said.Secret // secrets because a token may be filled in
}

// BasicError says why HTTP Basic cannot carry a user name and a password. It quotes
// neither.
type BasicError struct {
	Password bool   // the password is the cause; otherwise the user name is
	Problem  string // says what is wrong with it
}

// Error says what is wrong.
func (e *BasicError) Error() string { return e.Problem }

// Check reports why HTTP Basic cannot carry the user name or the password, as a
// *BasicError, or nil (RFC 7617, section 2).
func (a Basic) Check() error {
	if err := a.problem(); err != nil {
		return err
	}
	return nil
}

func (a Basic) problem() *BasicError {
	const cannot = ", which HTTP Basic cannot carry (RFC 7617, section 2)"
	switch {
	case strings.Contains(a.Username.Reveal(), ":"):
		return &BasicError{Problem: "the user name has a colon" + cannot}
	case strings.ContainsFunc(a.Username.Reveal(), unicode.IsControl):
		return &BasicError{Problem: "the user name has a line break or another control character" + cannot}
	case strings.ContainsFunc(a.Password.Reveal(), unicode.IsControl):
		return &BasicError{true, "the password has a line break or another control character" + cannot}
	}
	return nil
}

// Header returns the value of the header Authorization.
func (a Basic) Header() said.Secret {
	return said.NewSecret("Basic " + base64.StdEncoding.EncodeToString([]byte(a.Username.Reveal()+":"+a.Password.Reveal())))
}

func (a Basic) authenticate(_ context.Context, c *call, header http.Header, _ Form) error {
	if err := a.problem(); err != nil {
		return &Error{Kind: KindRequest, Purpose: c.purpose, Exchange: c.exchange, Cause: err, Output: c.basicPlace(err)}
	}
	header.Set("Authorization", a.Header().Reveal())
	return nil
}

// basicPlace returns the first NAME in the part of a template that HTTP Basic cannot
// carry, or "".
func (c *call) basicPlace(problem *BasicError) string {
	template, _ := c.exchange.Request.Auth.(Basic)
	part := template.Username
	if problem.Password {
		part = template.Password
	}
	values := c.values()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if strings.Contains(part.Reveal(), "{"+name+"}") {
			return name
		}
	}
	return ""
}

func (a Basic) identity() []string {
	return []string{"basic", a.Username.Reveal(), a.Password.Reveal()}
}
