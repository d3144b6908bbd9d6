package service_test

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
)

// A message hides the key of an HMAC and the secret of one-time codes, as they were given and
// as the bytes that they stand for.
func TestKeysAreHiddenInEachForm(t *testing.T) {
	const plain = "fake-key-\x01\xfe-fake"
	raw := []byte(plain)
	const base32, grouped = "MZQWWZJNNNSXSLLGMFVWK", "mzqw wzjn nnsx sllg mfvw k"
	forms := func(raw []byte) map[string]string {
		return map[string]string{
			"hex": hex.EncodeToString(raw), "HEX": strings.ToUpper(hex.EncodeToString(raw)),
			"base64": base64.StdEncoding.EncodeToString(raw), "base64url": base64.RawURLEncoding.EncodeToString(raw),
		}
	}
	for name, tc := range map[string]struct {
		source attributes
		hidden []map[string]string
	}{
		"a key in hex":    {nested(t, "hmac", texts("key", hex.EncodeToString(raw), "key_encoding", "hex", "message", "a")), []map[string]string{forms(raw)}},
		"a key in base64": {nested(t, "hmac", texts("key", base64.URLEncoding.EncodeToString(raw), "key_encoding", "base64", "message", "a")), []map[string]string{forms(raw)}},
		"a key as text": {
			nested(t, "hmac", texts("key", "fake-key-of-text", "message", "a")),
			[]map[string]string{forms([]byte("fake-key-of-text")), {"text": "fake-key-of-text"}},
		},
		"a text in hex":   {nested(t, "hmac", texts("key", hex.EncodeToString([]byte("fake-key-of-text")), "key_encoding", "hex", "message", "a")), []map[string]string{{"text": "fake-key-of-text"}}},
		"a secret":        {nested(t, "totp", texts("secret", base32)), []map[string]string{forms([]byte("fake-key-fake")), {"text": "fake-key-fake", "base32": base32, "in groups": grouped}}},
		"a secret's text": {nested(t, "totp", texts("secret", grouped)), []map[string]string{forms([]byte("fake-key-fake")), {"text": "fake-key-fake", "base32": base32, "in groups": grouped}}},
	} {
		set := texts("client_id", "fake-id", "client_auth", "none").and(nested(t, "assertion", tc.source))
		judge := exchange(t, "oauth2", set, nil).Secrets.Judge()
		for _, forms := range tc.hidden {
			for form, secret := range forms {
				const around = "no such thing: "
				if got := string(judge.Message(text(around + secret))); !strings.HasPrefix(got, around+"(sensitive)") || strings.Trim(strings.TrimPrefix(got, around+"(sensitive)"), "=") != "" {
					t.Errorf("%s, %s: it shows %q", name, form, got)
				}
			}
		}
	}
}
