package token

import (
	"net/http"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// issued returns what is secret of an answer itself, which its message may repeat:
// the token, the other fields and outputs, and what its keys and cookies call a token.
func (x *Exchange) issued(a *answer) said.Book {
	found := said.Book{{Name: "access_token", Value: said.NewSecret(x.foundToken(a)), Whole: true}}
	for _, paths := range []map[string]Path{x.Response.Fields, x.Response.Outputs} {
		for name, value := range a.findAll(paths) {
			if !x.isMessage(paths[name]) {
				found = found.Add(name, value)
			}
		}
	}
	for _, cookie := range (&http.Response{Header: a.header}).Cookies() {
		found = found.Add("cookie", said.NewSecret(cookie.Name+"="+cookie.Value))
	}
	return append(found, tokens("", a.data)...)
}

// isMessage reports whether a path is one at which the vendor's message is.
func (x *Exchange) isMessage(path Path) bool {
	return path == x.Response.Error || slices.Contains(messagePaths(), path)
}

// tokens returns the texts in decoded JSON whose key says that they are tokens.
func tokens(key string, data any) said.Book {
	const shortest = 12 // "token": "required" is a message
	var found said.Book
	switch data := data.(type) {
	case string:
		if isTokenKey(key) && len(data) >= shortest && !strings.Contains(data, " ") {
			found = found.Add(key, said.NewSecret(data))
		}
	case []any:
		for _, element := range data {
			found = append(found, tokens(key, element)...)
		}
	case map[string]any:
		for name, element := range data {
			found = append(found, tokens(name, element)...)
		}
	}
	return found
}

// isTokenKey reports whether what stands at a key is a token, and not the code or
// the type of something.
func isTokenKey(key string) bool {
	key = strings.ToLower(key)
	for _, ending := range []string{"token", "jwt", "secret", "password", "ticket", "assertion", "sessionid", "session_id", "cookie"} {
		if strings.HasSuffix(key, ending) {
			return true
		}
	}
	return false
}
