package token

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// longestMessage is how much of a vendor's message is shown, in characters.
const longestMessage = 200

// redact returns a foreign message on one line of bounded length, with each
// secret in each form that a server might repeat taken out.
func redact(message string, secrets []Secret) string {
	for _, form := range secretForms(secrets) {
		message = strings.ReplaceAll(message, form, hidden)
	}
	message = strings.Join(strings.FieldsFunc(message, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
	if runes := []rune(message); len(runes) > longestMessage {
		return string(runes[:longestMessage]) + "…"
	}
	return message
}

// jsonEscape returns a value as it stands within a JSON string.
func jsonEscape(value string) string {
	quoted, err := json.Marshal(value)
	if err != nil {
		return value
	}
	return string(quoted[1 : len(quoted)-1])
}

// secretForms returns the secrets as they are and as they are often encoded,
// the longest first, so that a form is not broken up by a shorter one.
func secretForms(secrets []Secret) []string {
	var forms []string
	for _, secret := range secrets {
		value := secret.Reveal()
		if value == "" {
			continue
		}
		forms = append(forms, value, url.QueryEscape(value), url.PathEscape(value), jsonEscape(value),
			base64.StdEncoding.EncodeToString([]byte(value)), base64.RawStdEncoding.EncodeToString([]byte(value)),
			base64.URLEncoding.EncodeToString([]byte(value)), base64.RawURLEncoding.EncodeToString([]byte(value)))
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(forms)
}
