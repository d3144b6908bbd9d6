package source

import (
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// sendable returns the text that a source holds, or why it is not sent.
func sendable(from Source, text string) (said.Secret, error) {
	value := said.NewSecret(text)
	if text == "" {
		problem := Unset
		switch from.(type) {
		case File, Program:
			problem = Empty
		}
		return said.Secret{}, &Error{Source: from, Problem: problem}
	}
	if jose.HoldsPrivateKey(value) {
		return said.Secret{}, &Error{Source: from, Problem: PrivateKey}
	}
	if what := stray(text, HasLines(text)); what != "" {
		return said.Secret{}, &Error{Source: from, Problem: Character, Detail: what}
	}
	return value, nil
}

// HasLines reports whether a text is one that may have several lines: JSON or XML.
func HasLines(text string) bool {
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") || strings.HasPrefix(text, "<")
}

// stray names the first character that does not belong into a text of one line, or
// of several; "" if there is none. It shows no other character.
func stray(text string, severalLines bool) string {
	for _, r := range text {
		if r == ' ' || severalLines && strings.ContainsRune("\t\r\n", r) {
			continue
		}
		if what := transport.Invisible(string(r)); what != "" {
			return what
		}
	}
	return ""
}
