package jose

import (
	"bytes"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	gojose "github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// wantKey fails unless a text is read as the key.
func wantKey(t *testing.T, text, passphrase string, key any) {
	t.Helper()
	got, err := readKey(said.NewSecret(text), said.NewSecret(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	if !sameKey(got.signs, key) {
		t.Error("it is another key")
	}
}

// sameKey compares private keys by their PKCS #8.
func sameKey(a, b any) bool {
	first, err := x509.MarshalPKCS8PrivateKey(a)
	if err != nil {
		return false
	}
	second, err := x509.MarshalPKCS8PrivateKey(b)
	return err == nil && bytes.Equal(first, second)
}

// Labels are often wrong: only the content decides what a key is (okta#1330, policy-bot#100).
func TestReadKeyByContent(t *testing.T) {
	t.Parallel()
	rsaKey, ec, ed := testkeys.RSA(t, 2048), testkeys.EC(t, elliptic.P256()), testkeys.Ed25519(t)
	contents := map[string]struct{ text, key any }{
		"RSA, PKCS #8": {testkeys.PKCS8(t, rsaKey), rsaKey}, "RSA, PKCS #1": {testkeys.PKCS1(rsaKey), rsaKey},
		"EC, PKCS #8": {testkeys.PKCS8(t, ec), ec}, "EC, SEC 1": {testkeys.SEC1(t, ec), ec}, "Ed25519": {testkeys.PKCS8(t, ed), ed},
	}
	for name, content := range contents {
		text, _ := content.text.(string)
		for _, label := range []string{"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "ED25519 PRIVATE KEY", "ANY PRIVATE KEY", "ENCRYPTED PRIVATE KEY"} {
			block, err := readPEM(text)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(name+" as "+label, func(t *testing.T) {
				t.Parallel()
				wantKey(t, testkeys.PEM(label, block[0].Bytes), "", content.key)
			})
		}
		t.Run(name+" that ends as another", func(t *testing.T) {
			t.Parallel()
			wantKey(t, strings.Replace(text, "BEGIN ", "BEGIN RSA ", 1), "", content.key)
		})
	}
}

// A key can be read after what editors, shells and secret stores do to it.
func TestReadKeyWithOtherWhiteSpace(t *testing.T) {
	t.Parallel()
	ec := testkeys.EC(t, elliptic.P256())
	good, certificate := testkeys.PKCS8(t, ec), testkeys.PEM("CERTIFICATE", certificateOf(t, ec).Raw)
	replaced := func(from, to string) string { return strings.ReplaceAll(good, from, to) }
	lines := strings.Split(strings.TrimSpace(good), "\n")
	for name, text := range map[string]string{
		"as it is":                        good,
		"no line break at the end":        strings.TrimSpace(good),
		"Windows line ends":               replaced("\n", "\r\n"),
		"bare carriage returns":           replaced("\n", "\r"),
		"other line ends":                 replaced("\n", "\u2028"),
		"indented":                        "    " + replaced("\n", "\n    "),
		"indented by tabs":                "\t" + replaced("\n", "\n\t"),
		"whitespace behind lines":         replaced("\n", "  \t\n"),
		"no-break spaces":                 "\u00a0" + replaced("\n", "\u00a0\n"),
		"empty lines":                     replaced("\n", "\n\n"),
		"a byte order mark":               "\ufeff" + good,
		"zero-width spaces":               "\u200b" + replaced("\n", "\u200b\n"),
		"text around":                     "Bag Attributes\n  friendlyName: \"x: y\"\nKey Attributes: <No Attributes>\n" + good + "\nthe end",
		"quotes around":                   `"` + strings.TrimSpace(good) + `"`,
		"spaces for line breaks":          replaced("\n", " "),
		"no line breaks at all":           replaced("\n", ""),
		"no padding":                      replaced("=", ""),
		"without its first and last line": strings.Join(lines[1:len(lines)-1], "\n"),
		"one line of base64":              strings.Join(lines[1:len(lines)-1], ""),
		"parameters before it":            testkeys.PEM("EC PARAMETERS", []byte{6, 8, 42, 134, 72, 206, 61, 3, 1, 7}) + testkeys.SEC1(t, ec),
		"its public key before it":        testkeys.Public(t, ec.Public()) + good,
		"its certificate before it":       certificate + good,
		"an old label of a certificate":   strings.ReplaceAll(certificate, "CERTIFICATE", "X509 CERTIFICATE") + good,
		"the same key twice":              good + good,
		"spaces within its label":         strings.ReplaceAll(good, "PRIVATE KEY", " PRIVATE\u00a0 KEY "),
		"headers":                         strings.Replace(good, "-----\n", "-----\nComment: x\n\n", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantKey(t, text, "", ec)
			wantKey(t, text, "not needed", ec)
		})
	}
}

func TestReadJWK(t *testing.T) {
	t.Parallel()
	rsaKey, ec, ed := testkeys.RSA(t, 2048), testkeys.EC(t, elliptic.P384()), testkeys.Ed25519(t)
	jwk := func(key any, algorithm string) string {
		return testkeys.JWK(t, gojose.JSONWebKey{Key: key, KeyID: "k1", Algorithm: algorithm, Use: "sig"})
	}
	for name, tc := range map[string]struct {
		text string
		key  any
	}{
		"RSA": {jwk(rsaKey, "PS256"), rsaKey}, "EC": {jwk(ec, ""), ec}, "Ed25519": {jwk(ed, "EdDSA"), ed},
		"Ed25519 by its new name (RFC 9864)": {jwk(ed, "Ed25519"), ed},
		"a set with one key":                 {`{"keys":[` + jwk(ec, "") + `]}`, ec},
		"a byte order mark":                  {"\ufeff" + jwk(ec, ""), ec},
		"indented":                           {" \r\n" + strings.ReplaceAll(jwk(ec, ""), ",", ",\r\n\t") + "\r\n", ec},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantKey(t, tc.text, "", tc.key)
			if got, err := readKey(said.NewSecret(tc.text), said.Secret{}); err != nil || got.jwk.KeyID != "k1" {
				t.Errorf("kid %q, %v", got.jwk.KeyID, err)
			}
		})
	}
}

// The header names the algorithm as the user does, or else as the JWK does.
func TestEd25519BothNames(t *testing.T) {
	t.Parallel()
	ed := testkeys.Ed25519(t)
	jwk := testkeys.JWK(t, gojose.JSONWebKey{Key: ed, KeyID: "k1", Algorithm: "Ed25519"})
	certificate := testkeys.PEM("CERTIFICATE", certificateOf(t, ed).Raw)
	for name, tc := range map[string]struct {
		jwt       JWT
		algorithm string
		kid       string
		thumbs    bool
	}{
		"PEM":              {JWT{Key: said.NewSecret(testkeys.PKCS8(t, ed))}, "EdDSA", "", false},
		"PEM, by new name": {JWT{Key: said.NewSecret(testkeys.PKCS8(t, ed) + certificate), Algorithm: "Ed25519"}, "Ed25519", "", true},
		"JWK":              {JWT{Key: said.NewSecret(jwk)}, "Ed25519", "k1", false},
		"JWK, by old name": {JWT{Key: said.NewSecret(jwk), Algorithm: "EdDSA"}, "EdDSA", "k1", false},
		"with another kid": {JWT{Key: said.NewSecret(jwk), KeyID: "k2"}, "Ed25519", "k2", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			signed, err := tc.jwt.Sign(Moment{Now: time.Now(), Audience: "a", ID: "i"})
			if err != nil {
				t.Fatal(err)
			}
			parts := strings.Split(signed.Reveal(), ".")
			decoded, err := base64.RawURLEncoding.DecodeString(parts[0])
			if err != nil {
				t.Fatal(err)
			}
			var header map[string]any
			if err := json.Unmarshal(decoded, &header); err != nil {
				t.Fatal(err)
			}
			kid, _ := header["kid"].(string)
			if header["alg"] != tc.algorithm || header["typ"] != "JWT" || kid != tc.kid || (header["x5t#S256"] != nil) != tc.thumbs || header["jwk"] != nil {
				t.Errorf("header %v", header)
			}
			verifyEd25519(t, ed, parts)
		})
	}
}
