package source

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// unhex returns the bytes of a vector.
func unhex(t *testing.T, digits string) string {
	t.Helper()
	raw, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// vector is a test case of an RFC: key and message, and the HMAC by hash function.
type vector struct {
	key, message string
	want         map[string]string
}

// vectors are RFC 2202, section 3, for SHA-1, and RFC 4231, section 4, for the others: their
// cases have the same messages, and mostly the same keys.
func vectors(t *testing.T) map[string]vector {
	t.Helper()
	const larger = "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm."
	return map[string]vector{
		"2202, 1": {unhex(t, strings.Repeat("0b", 20)), "Hi There", map[string]string{SHA1: "b617318655057264e28bc0b6fb378c8ef146be00"}},
		"2202, 2": {"Jefe", "what do ya want for nothing?", map[string]string{SHA1: "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"}},
		"2202, 6": {
			unhex(t, strings.Repeat("aa", 80)), "Test Using Larger Than Block-Size Key - Hash Key First",
			map[string]string{SHA1: "aa4ae5e15272d00e95705637ce8a3b55ed402112"},
		},
		"4231, 1": {unhex(t, strings.Repeat("0b", 20)), "Hi There", map[string]string{
			SHA256: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
			SHA384: "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
			SHA512: "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
		}},
		"4231, 2": {"Jefe", "what do ya want for nothing?", map[string]string{
			SHA256: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
			SHA384: "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
			SHA512: "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
		}},
		"4231, 3": {unhex(t, strings.Repeat("aa", 20)), unhex(t, strings.Repeat("dd", 50)), map[string]string{
			SHA256: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
		}},
		"4231, 7": {unhex(t, strings.Repeat("aa", 131)), larger, map[string]string{
			SHA256: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
			SHA512: "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58",
		}},
	}
}

func obtained(t *testing.T, from Source, run Run) string {
	t.Helper()
	value, err := from.Obtain(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	return value.Reveal()
}

func TestHMACVectors(t *testing.T) {
	t.Parallel()
	for name, tc := range vectors(t) {
		for algorithm, want := range tc.want {
			h := HMAC{Key: said.NewSecret(tc.key), Algorithm: algorithm, Message: said.NewSecret(tc.message)}
			if got := obtained(t, h, Run{}); got != want {
				t.Errorf("%s, %s: %s", name, algorithm, got)
			}
		}
	}
}

func TestHMACEncodings(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		encoding, message, want string
	}{
		"default":              {"", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
		"lower case":           {LowerHex, "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
		"upper case":           {UpperHex, "what do ya want for nothing?", "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843"},
		"base64":               {Base64, "what do ya want for nothing?", "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="},
		"base64url":            {Base64URL, "what do ya want for nothing?", "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM"},
		"base64, and its own":  {Base64, "0", "DPsUCE+q2QvEHcHn7vJfzqGw8BtHv65os3eP/Xe0iBQ="},
		"base64url, not those": {Base64URL, "0", "DPsUCE-q2QvEHcHn7vJfzqGw8BtHv65os3eP_Xe0iBQ"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := HMAC{Key: said.NewSecret("Jefe"), Message: said.NewSecret(tc.message), Encoding: tc.encoding}
			if got := obtained(t, h, Run{}); got != tc.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestDecodeKey(t *testing.T) {
	t.Parallel()
	high := string([]byte{0xfb, 0xff, 0xfe, 0x01})
	for name, tc := range map[string]struct {
		text, encoding, want string
		ok                   bool
	}{
		"text":                  {"Zoë:/+=", KeyText, "Zoë:/+=", true},
		"no text":               {"", KeyText, "", false},
		"hex":                   {"4a656665", KeyHex, "Jefe", true},
		"hex in capitals":       {"4A6566FF", KeyHex, "Jef\xff", true},
		"hex, cut off":          {"4a65666", KeyHex, "", false},
		"hex with a prefix":     {"0x4a656665", KeyHex, "", false},
		"hex with colons":       {"4a:65", KeyHex, "", false},
		"no hex":                {"", KeyHex, "", false},
		"base64":                {"+//+AQ==", KeyBase64, high, true},
		"base64 of URLs":        {"-__-AQ==", KeyBase64, high, true},
		"base64, not padded":    {"+//+AQ", KeyBase64, high, true},
		"base64 of URLs, not":   {"-__-AQ", KeyBase64, high, true},
		"base64, cut off":       {"+//+A", KeyBase64, "", false},
		"base64 with a dot":     {"e30.e30", KeyBase64, "", false},
		"base64 of padding":     {"====", KeyBase64, "", false},
		"padding in the middle": {"Sg==ZQ==", KeyBase64, "", false},
	} {
		key, ok := DecodeKey(said.NewSecret(tc.text), tc.encoding)
		if ok != tc.ok || ok && key.Reveal() != tc.want {
			t.Errorf("%s: %q, %t", name, key.Reveal(), ok)
		}
	}
}

func FuzzDecodeKey(f *testing.F) {
	for _, seed := range []string{"", "4a656665", "SmVmZQ==", "-_", "====", "Zoë"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, encoding := range []string{KeyText, KeyHex, KeyBase64} {
			key, ok := DecodeKey(said.NewSecret(text), encoding)
			if ok && (key.IsEmpty() || len(key.Reveal()) > len(text)) {
				t.Errorf("%q is %d bytes in %s", text, len(key.Reveal()), encoding)
			}
		}
		if key, ok := DecodeKey(said.NewSecret(hex.EncodeToString([]byte(text))), KeyHex); ok != (text != "") || ok && key.Reveal() != text {
			t.Errorf("hex: %q", key.Reveal())
		}
		secret, ok := DecodeBase32(said.NewSecret(text))
		if ok && (secret.IsEmpty() || len(secret.Reveal())*8/5 > len(text)) {
			t.Errorf("%q is the base32 of %d bytes", text, len(secret.Reveal()))
		}
	})
}

// What prints a source prints no part of it.
func TestComputedSourcesDoNotPrint(t *testing.T) {
	t.Parallel()
	for _, from := range []Source{HMAC{Key: said.NewSecret("hush"), Message: said.NewSecret("hush")}, TOTP{Secret: said.NewSecret("hush")}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			printed := fmt.Sprintf(verb, from)
			if strings.Contains(printed, "hush") || strings.Contains(printed, hex.EncodeToString([]byte("hush"))) {
				t.Errorf("%s prints %s", verb, printed)
			}
		}
	}
}

// A message that is JSON is filled as the JSON of a request is: both are the same text.
func TestHMACFill(t *testing.T) {
	t.Parallel()
	mark := func(with string) func(said.Secret) said.Secret {
		return func(text said.Secret) said.Secret { return said.NewSecret(with + text.Reveal()) }
	}
	for message, want := range map[string]string{`{"a":"{b}"}`: "json", `["{b}"]`: "json", "{b}": "plain", `POST {"a":"{b}"}`: "plain"} {
		filled, ok := HMAC{Message: said.NewSecret(message)}.Fill(Fill{Plain: mark("plain"), JSON: mark("json")}).(HMAC)
		if !ok || filled.Message.Reveal() != want+message {
			t.Errorf("%s is filled as %s", message, filled.Message.Reveal())
		}
	}
}
