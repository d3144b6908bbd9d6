package jose_test

import (
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"net/url"
	"strings"
	"testing"
	"time"

	gojose "github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

func derOf(t *testing.T, text string) string {
	t.Helper()
	block, _ := pem.Decode([]byte(text))
	return string(block.Bytes)
}

func jsonOf(t *testing.T, value any) string {
	t.Helper()
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// privateTexts are private keys in the forms that users have.
func privateTexts(t *testing.T) map[string]string {
	t.Helper()
	rsa, ec := testkeys.RSA(t, 2048), testkeys.EC(t, elliptic.P256())
	small := testkeys.RSA(t, 1024)
	legacy, err := x509.EncryptPEMBlock( //nolint:staticcheck // keys encrypted so exist
		strings.NewReader(strings.Repeat("fake", 20)), "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsa), []byte("fake-passphrase"), x509.PEMCipherAES256)
	if err != nil {
		t.Fatal(err)
	}
	keyFile := jsonOf(t, map[string]string{"type": "service_account", "private_key": testkeys.PKCS8(t, rsa), "client_email": "fake@example.com"})
	jwk := testkeys.JWK(t, gojose.JSONWebKey{Key: ec, KeyID: "fake"})
	return map[string]string{ //nolint:gosec // made up
		"PKCS #8": testkeys.PKCS8(t, rsa), "PKCS #1": testkeys.PKCS1(rsa), "SEC 1": testkeys.SEC1(t, ec), "Ed25519": testkeys.PKCS8(t, testkeys.Ed25519(t)),
		"encrypted":          testkeys.Locked(t, ec, "fake-passphrase"),
		"encrypted, old":     string(pem.EncodeToMemory(legacy)),
		"a small key":        derOf(t, testkeys.PKCS1(small)),
		"a JWK":              jwk,
		"a set of JWKs":      `{"keys":[` + jwk + `]}`,
		"a JWK within":       `{"client_id":"fake","jwk":` + jwk + `}`,
		"a shared JWK":       testkeys.JWK(t, gojose.JSONWebKey{Key: []byte("fake-shared-secret")}),
		"a key file":         keyFile,
		"a key file, base64": base64.StdEncoding.EncodeToString([]byte(keyFile)),
		"a key file, URL":    url.QueryEscape(keyFile),
		"DER of PKCS #8":     derOf(t, testkeys.PKCS8(t, ec)), "DER of PKCS #1": derOf(t, testkeys.PKCS1(rsa)), "DER of SEC 1": derOf(t, testkeys.SEC1(t, ec)),
		"DER, encrypted":         derOf(t, testkeys.Locked(t, ec, "fake-passphrase")),
		"DER in base64":          base64.StdEncoding.EncodeToString([]byte(derOf(t, testkeys.PKCS1(rsa)))),
		"DER in base64url":       base64.RawURLEncoding.EncodeToString([]byte(derOf(t, testkeys.PKCS8(t, ec)))),
		"DER in hex":             hex.EncodeToString([]byte(derOf(t, testkeys.PKCS8(t, ec)))),
		"PEM in base64":          base64.StdEncoding.EncodeToString([]byte(testkeys.PKCS8(t, ec))),
		"PEM on one line":        strings.ReplaceAll(testkeys.PKCS8(t, ec), "\n", `\n`),
		"PEM for a URL":          url.QueryEscape(testkeys.PKCS8(t, ec)),
		"PEM, cut":               testkeys.PKCS8(t, rsa)[:400],
		"PEM, damaged":           strings.ReplaceAll(testkeys.PKCS8(t, ec), "-----", "--"),
		"PEM behind another":     "# fake\n" + testkeys.Public(t, ec.Public()) + testkeys.PKCS8(t, ec),
		"a key of OpenSSH":       "-----BEGIN OPENSSH PRIVATE KEY-----\nZmFrZQ==\n-----END OPENSSH PRIVATE KEY-----",
		"a key of PGP":           "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nZmFrZQ==\n-----END PGP PRIVATE KEY BLOCK-----",
		"a key of PuTTY":         "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n",
		"PKCS #12":               "\x30\x20\x02\x01\x03\x30\x1b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x0e\x04\x0cfakefakefake",
		"a key with JSON around": jsonOf(t, map[string]any{"a": []string{testkeys.SEC1(t, ec)}}),
	}
}

func TestHoldsPrivateKey(t *testing.T) {
	t.Parallel()
	for name, text := range privateTexts(t) {
		if !jose.HoldsPrivateKey(said.NewSecret(text)) {
			t.Errorf("%s is not seen", name)
		}
	}
	ec := testkeys.EC(t, elliptic.P256())
	certificate := testkeys.Certificate(t, ec, time.Now(), time.Now().Add(time.Hour))
	claims := base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"fake","cnf":{"jwk":{"kty":"EC","x":"fake","d":1}}}`))
	for name, text := range map[string]string{
		"nothing": "", "a JWT": "eyJhbGciOiJub25lIn0." + claims + ".ZmFrZQ", "an opaque token": "fake-token+/=1", "a word": "MIIfake", "0": "0",
		"a public key": testkeys.Public(t, ec.Public()), "a certificate": testkeys.PEM("CERTIFICATE", certificate.Raw), "its DER": string(certificate.Raw),
		"its base64":     base64.StdEncoding.EncodeToString(certificate.Raw),
		"a public JWK":   testkeys.JWK(t, gojose.JSONWebKey{Key: ec.Public()}),
		"SAML":           `<Assertion><X509Certificate>` + base64.StdEncoding.EncodeToString(certificate.Raw) + `</X509Certificate></Assertion>`,
		"JSON":           `{"d":"fake","k":"fake","text":"a private key"}`,
		"words":          "the PRIVATE KEY of a client",
		"an AWS request": url.QueryEscape(`{"url":"https://sts.example.com","headers":[{"key":"x","value":"fake"}]}`),
	} {
		if jose.HoldsPrivateKey(said.NewSecret(text)) {
			t.Errorf("%s is taken for a private key", name)
		}
	}
}

// FuzzHoldsPrivateKey looks for a key in any text, and in the base64 of one with a key.
func FuzzHoldsPrivateKey(f *testing.F) {
	for _, text := range []string{"", "{", `{"kty":"EC","d":"x"}`, "-----BEGIN PRIVATE KEY-----", "MIIB", "0\x82\xff\xff", "%7B%22", `\n`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		holds := jose.HoldsPrivateKey(said.NewSecret(text))
		if wrapped := base64.StdEncoding.EncodeToString([]byte(text)); holds && strings.Contains(text, "BEGIN PRIVATE KEY") &&
			!jose.HoldsPrivateKey(said.NewSecret(wrapped)) {
			t.Errorf("%q is not seen in base64", text)
		}
	})
}
