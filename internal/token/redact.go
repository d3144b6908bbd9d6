package token

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// longestMessage is how much of a vendor's message is shown, in characters.
const longestMessage = 200

// redact returns a foreign message on one line of bounded length, with each
// secret in each form that a server might repeat taken out.
func redact(message string, secrets []Secret) string {
	forms := secretForms(secrets)
	for _, form := range forms {
		message = strings.ReplaceAll(message, form, hidden)
	}
	message = redactBase64(message, forms)
	message = strings.Join(strings.FieldsFunc(message, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
	if runes := []rune(message); len(runes) > longestMessage {
		return string(runes[:longestMessage]) + "…"
	}
	return message
}

// redactBase64 takes out what is base64 of a text with a secret in it, such as
// the credentials of HTTP Basic.
func redactBase64(message string, forms []string) string {
	return regexp.MustCompile(`[A-Za-z0-9+/_-]{2,}={0,2}`).ReplaceAllStringFunc(message, func(run string) string {
		standard := strings.NewReplacer("-", "+", "_", "/", "=", "").Replace(run)
		decoded, err := base64.RawStdEncoding.DecodeString(standard)
		if err == nil && slices.ContainsFunc(forms, func(form string) bool { return strings.Contains(string(decoded), form) }) {
			return hidden
		}
		return run
	})
}

// secretForms returns the secrets as they are and as they are often encoded,
// the longest first, so that a form is not broken up by a shorter one.
func secretForms(secrets []Secret) []string {
	var forms []string
	for _, secret := range secrets {
		if value := secret.Reveal(); value != "" {
			forms = append(forms, value, url.QueryEscape(value), url.PathEscape(value), jsonEscape(value))
		}
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(forms)
}

// jsonEscape returns a value as it stands within a JSON string.
func jsonEscape(value string) string {
	quoted, err := json.Marshal(value)
	if err != nil {
		return value
	}
	return string(quoted[1 : len(quoted)-1])
}
