package token

import (
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// notSendable says why a text is not an assertion or a token to send; "" if it may be one.
func notSendable(value said.Secret) string {
	if jose.HoldsPrivateKey(value) {
		return "it is a private key, which is never sent. To sign a JWT with it, use signed = { private_key_pem = … }"
	}
	text := value.Reveal()
	if what := stray(text, HasLines(text)); what != "" {
		return "it has " + what + ", which an assertion or a token does not have. It must hold the token and nothing else"
	}
	return ""
}

// HasLines reports whether a text is one that may have several lines: JSON or XML.
func HasLines(text string) bool {
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") || strings.HasPrefix(text, "<")
}

// stray names the first character that is not of a text on one line, or of one on
// several; "" if there is none. It shows no other character.
func stray(text string, severalLines bool) string {
	for _, r := range text {
		if r == ' ' || severalLines && strings.ContainsRune("\t\r\n", r) {
			continue
		}
		if what := invisible(string(r)); what != "" {
			return what
		}
	}
	return ""
}

// checked returns what a file or a variable holds, or why it is not sent. where names
// the file or the variable, which takes the time of making a judge.
func (x *Exchange) checked(where func() string, text string) (said.Secret, error) {
	value := said.NewSecret(text)
	if problem := notSendable(value); problem != "" {
		return said.Secret{}, x.failSource(where() + " cannot be used: " + problem)
	}
	return value, nil
}

// named returns a name that the user has given, such as that of a file or a path into
// the answer, as it may be shown: it may be a token that is in the wrong attribute.
func (x *Exchange) named(name string) string { return x.secrets().Judge().Own(name) }
