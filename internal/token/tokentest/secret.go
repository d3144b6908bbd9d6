package tokentest

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"unicode"
)

// FormsOf returns a secret as it is and as it is often encoded.
func FormsOf(secret string) []string {
	forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), url.QueryEscape(url.QueryEscape(secret))}
	if inJSON, err := json.Marshal(secret); err == nil {
		forms = append(forms, string(inJSON[1:len(inJSON)-1]))
	}
	for _, before := range []string{"", "i", "id"} {
		whole := base64.StdEncoding.EncodeToString([]byte(before + secret))
		if len(whole) >= 16 {
			forms = append(forms, whole[4:len(whole)-4]) // without what its neighbours shape
		}
	}
	return forms
}

// WantNoPiece fails where a text has a piece of something secret.
func WantNoPiece(t *testing.T, text, secret string) {
	t.Helper()
	const shortest = 16                               // no word of the messages is as long
	secret = strings.ReplaceAll(secret, "-----", " ") // of PEM, and of messages about it
	pieces := strings.FieldsFunc(secret, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("+/-_", r)
	})
	for _, piece := range pieces {
		if len(piece) >= shortest && strings.Contains(text, piece) {
			t.Errorf("%q has a piece of the secret: %s", text, piece)
		}
	}
}

// WantNoSecret fails if a text has one of the secrets, in any form.
func WantNoSecret(t *testing.T, text string, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		for _, form := range FormsOf(secret) {
			if strings.Contains(text, form) {
				t.Errorf("a secret is told: %s", text)
			}
		}
	}
}
