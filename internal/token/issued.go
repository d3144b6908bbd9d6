package token

import (
	"strings"

	answers "github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// issued returns what is secret of an answer itself, which its message may repeat:
// the token, the other fields and outputs, and what its keys and cookies call a token.
func (x *Exchange) issued(a *answer) said.Book {
	var found said.Book
	if token := x.foundToken(a); !x.saysError(a) || !isSentence(token) && !token.Equal(a.find(MustPath("error")).Token()) {
		found = said.Book{{Name: "access_token", Value: token, Whole: true}}
	}
	for _, paths := range []map[string]Path{x.Response.Fields, x.Response.Outputs} {
		for name, value := range a.findAll(paths, answers.Value.Text) {
			if !isSentence(value) {
				found = found.Add(name, value)
			}
		}
	}
	return append(found, a.content.Issued()...)
}

// isSentence reports whether a value is words and no token: it may well be the
// vendor's message.
func isSentence(value said.Secret) bool {
	return strings.Contains(strings.TrimSpace(value.Reveal()), " ")
}
