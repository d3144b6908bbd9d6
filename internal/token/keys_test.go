package token

import (
	"strings"
	"testing"
	"unicode"
)

// longestWord is more than any word of the messages has, so that a longer one
// in a message is a piece of a key.
const longestWord = 16

// wantNoPiece fails where a text has a piece of something secret.
func wantNoPiece(t *testing.T, text, secret string) {
	t.Helper()
	secret = strings.ReplaceAll(secret, "-----", " ") // of PEM, and of messages about it
	pieces := strings.FieldsFunc(secret, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("+/-_", r)
	})
	for _, piece := range pieces {
		if len(piece) >= longestWord && strings.Contains(text, piece) {
			t.Errorf("%q has a piece of the secret: %s", text, piece)
		}
	}
}
