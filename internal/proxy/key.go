package proxy

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// keySize is the size of a key in bytes: 256 bits.
const keySize = 32

// key is what a request must have in a header, in hexadecimal.
type key struct{ secret said.Secret }

func newKey(random io.Reader) key {
	text := make([]byte, keySize)
	if _, err := io.ReadFull(random, text); err != nil {
		panic("no random bytes") // as crypto/rand does
	}
	return key{said.NewSecret(hex.EncodeToString(text))}
}

// take removes the key from a header, and reports whether it was there.
func (k key) take(header http.Header) (found bool) {
	for name, values := range header {
		if !slices.ContainsFunc(values, k.isIn) {
			continue
		}
		found = true
		if name == "Cookie" {
			values = k.otherCookies(values)
		} else {
			values = slices.DeleteFunc(values, k.isIn)
		}
		header[name] = values
		if len(values) == 0 {
			delete(header, name)
		}
	}
	return found
}

// otherCookies returns a header's cookies without those that have the key.
func (k key) otherCookies(values []string) (others []string) {
	for _, value := range values {
		cookies := slices.DeleteFunc(strings.Split(value, ";"), k.isIn)
		if len(cookies) > 0 {
			others = append(others, strings.TrimSpace(strings.Join(cookies, ";")))
		}
	}
	return others
}

// isIn reports whether the value of a header has the key: as it is, after the name of a scheme
// such as Bearer or token, or as the user or the password of Basic.
func (k key) isIn(value string) bool {
	if len(value) < hex.EncodedLen(keySize) {
		return false
	}
	if scheme, encoded, ok := strings.Cut(value, " "); ok && strings.EqualFold(scheme, "Basic") {
		decoded, _ := base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.TrimSpace(encoded), "="))
		value = string(decoded)
	}
	for word := range strings.FieldsFuncSeq(value, isBetweenWords) {
		if subtle.ConstantTimeCompare([]byte(word), []byte(k.secret.Reveal())) == 1 {
			return true
		}
	}
	return false
}

// isBetweenWords reports whether a character is not one of a key or a word.
func isBetweenWords(r rune) bool {
	return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}
