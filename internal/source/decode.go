package source

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// How a text gives the bytes of a key.
const (
	KeyText   = "text"   // they are the text's own, in UTF-8
	KeyHex    = "hex"    // two digits for each byte
	KeyBase64 = "base64" // with either alphabet (RFC 4648, sections 4 and 5), padded or not
)

// DecodeKey returns the bytes of a key. It reports false if the text is not in that encoding, or
// has no bytes.
func DecodeKey(text said.Secret, encoding string) (key said.Secret, ok bool) {
	raw, err := []byte(text.Reveal()), error(nil)
	digits := strings.Join(strings.Fields(text.Reveal()), "")
	switch encoding {
	case KeyHex:
		raw, err = hex.DecodeString(digits)
	case KeyBase64:
		standard := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(digits, "="))
		raw, err = base64.RawStdEncoding.DecodeString(standard)
	}
	return said.NewSecret(string(raw)), err == nil && len(raw) > 0
}

// DecodeBase32 returns the bytes of a shared secret as authenticator apps show it: in base32
// (RFC 4648, section 6), in any case, maybe in groups, and without padding. It reports false if
// the text is something else, or is cut off.
func DecodeBase32(text said.Secret) (secret said.Secret, ok bool) {
	plain := strings.TrimRight(strings.Map(plainBase32, text.Reveal()), "=")
	switch len(plain) % 8 {
	case 1, 3, 6: // no number of bytes has so many characters, and the decoder drops them
		return said.Secret{}, false
	}
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(plain)
	return said.NewSecret(string(raw)), err == nil && len(raw) > 0
}

// plainBase32 removes what stands between groups, and returns letters as capitals.
func plainBase32(r rune) rune {
	switch {
	case r == ' ', r == '-':
		return -1
	case r >= 'a' && r <= 'z':
		return r - 'a' + 'A'
	default:
		return r
	}
}
