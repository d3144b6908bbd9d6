package token

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// longestMessage is how much of a vendor's message is shown, in characters.
const longestMessage = 200

// redact returns a server's message on one line of bounded length, with every
// secret taken out in every form in which a server might repeat it.
func redact(message string, secrets []said.Secret) string {
	forms := secretForms(secrets)
	message = without(withoutEscaped(message, forms), forms)
	message = strings.Join(strings.FieldsFunc(message, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
	message = without(message, forms) // again, for secrets that white space had split
	if runes := []rune(message); len(runes) > longestMessage {
		return string(runes[:longestMessage]) + "…"
	}
	return message
}

// without takes the forms out in one pass: of two that begin at one place, the
// earlier. The placeholder is not looked into, or it would grow at each form that
// is in it.
func without(message string, forms []string) string {
	places := make([]string, 0, 2*len(forms))
	for _, form := range forms {
		places = append(places, form, said.Hidden)
	}
	return strings.NewReplacer(places...).Replace(message)
}

// withoutEscaped returns a message without the forms as others escape them than
// Go: unescaped where there is one, and otherwise as it is.
func withoutEscaped(message string, forms []string) string {
	plain := unescape(message)
	if plain == message {
		return message
	}
	var unescaped []string
	for _, form := range forms {
		if text := unescape(form); text == form || len(text) >= shortestPiece {
			unescaped = append(unescaped, text)
		}
	}
	if cleaned := without(plain, unescaped); cleaned != plain {
		return cleaned
	}
	return message
}

// unescape undoes what HTML, URLs and JSON escape.
func unescape(text string) string {
	if !strings.ContainsAny(text, `&%\`) {
		return text
	}
	escapes := regexp.MustCompile(`%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\["\\/]`)
	plain := escapes.ReplaceAllStringFunc(html.UnescapeString(text), func(escape string) string {
		if byURL, err := url.PathUnescape(escape); err == nil && escape[0] == '%' {
			return byURL
		}
		if char, _, _, err := strconv.UnquoteChar(escape, '"'); err == nil {
			return string(char)
		}
		return escape[1:] // a slash
	})
	return strings.ToValidUTF8(plain, "\uFFFD")
}

// secretForms returns the secrets as they are and as they are often encoded,
// the longest first, so that taking out a short one does not break up a longer one.
func secretForms(secrets []said.Secret) []string {
	var forms []string
	for _, secret := range secrets {
		value := secret.Reveal()
		for _, part := range append(pieces(value), value) {
			forms = append(forms, encodings(part)...)
		}
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(forms)
}

// encodings returns a value as it is and as it is often encoded.
func encodings(value string) []string {
	if value == "" {
		return nil
	}
	var forms []string
	escaped := url.QueryEscape(value)
	for _, plain := range []string{value, escaped, url.PathEscape(value), jsonEscape(value), url.QueryEscape(escaped)} {
		forms = append(forms, plain)
		forms = append(forms, base64Forms(plain)...)
	}
	return forms
}

// base64Forms returns what a value always looks like within the base64 of a
// longer text, such as the credentials of HTTP Basic: base64 turns three bytes
// into four characters, so there are three ways for the value to begin, and the
// characters that it shares with its neighbours are left out.
func base64Forms(value string) []string {
	const shortest = 4
	var forms []string
	for before := range 3 {
		text := make([]byte, before, before+len(value))
		text = append(text, value...)
		first, end := (8*before+5)/6, 8*len(text)/6
		if end-first < shortest {
			continue
		}
		forms = append(forms, base64.RawStdEncoding.EncodeToString(text)[first:end],
			base64.RawURLEncoding.EncodeToString(text)[first:end])
	}
	return forms
}

// jsonEscape returns a value as it is written within a JSON string.
func jsonEscape(value string) string {
	quoted, err := json.Marshal(value)
	if err != nil {
		return value
	}
	return string(quoted[1 : len(quoted)-1])
}
