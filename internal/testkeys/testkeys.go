// Package testkeys makes throwaway keys for tests, in the forms that users have.
package testkeys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/youmark/pkcs8"
)

// must returns a function that returns the value of a call, and ends the test if it failed.
func must[T any](value T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return value
	}
}

// RSA returns a new RSA key of that many bits.
func RSA(tb testing.TB, bits int) *rsa.PrivateKey {
	tb.Helper()
	return must(rsa.GenerateKey(rand.Reader, bits))(tb)
}

// EC returns a new key on a curve.
func EC(tb testing.TB, curve elliptic.Curve) *ecdsa.PrivateKey {
	tb.Helper()
	return must(ecdsa.GenerateKey(curve, rand.Reader))(tb)
}

// Ed25519 returns a new Ed25519 key.
func Ed25519(tb testing.TB) ed25519.PrivateKey {
	tb.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

// PEM returns DER as a PEM block of that type.
func PEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// PKCS8 returns a private key as PEM of PKCS #8.
func PKCS8(tb testing.TB, key crypto.PrivateKey) string {
	tb.Helper()
	return PEM("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key))(tb))
}

// Locked returns a private key as PEM of PKCS #8, encrypted with a passphrase.
func Locked(tb testing.TB, key crypto.PrivateKey, passphrase string) string {
	tb.Helper()
	return PEM("ENCRYPTED PRIVATE KEY", must(pkcs8.MarshalPrivateKey(key, []byte(passphrase), nil))(tb))
}

// PKCS1 returns an RSA key as PEM of PKCS #1.
func PKCS1(key *rsa.PrivateKey) string {
	return PEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))
}

// SEC1 returns an EC key as PEM of SEC 1.
func SEC1(tb testing.TB, key *ecdsa.PrivateKey) string {
	tb.Helper()
	return PEM("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(key))(tb))
}

// Public returns a public key as PEM.
func Public(tb testing.TB, key crypto.PublicKey) string {
	tb.Helper()
	return PEM("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(key))(tb))
}

// Certificate returns a self-signed certificate of a key, valid from one time until
// another.
func Certificate(tb testing.TB, key crypto.Signer, from, until time.Time) *x509.Certificate {
	tb.Helper()
	return Issue(tb, key, &x509.Certificate{Subject: pkix.Name{CommonName: "fake-client"}, NotBefore: from, NotAfter: until}, nil).Leaf
}

// JWK returns a key as JSON.
func JWK(tb testing.TB, key jose.JSONWebKey) string {
	tb.Helper()
	return string(must(json.Marshal(key))(tb))
}

// Verify checks the signature and returns the header and the claims.
func Verify(t *testing.T, raw, algorithm string, public any) (header jose.Header, claims map[string]any) {
	t.Helper()
	parsed := must(jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(algorithm)}))(t)
	payload := must(parsed.Verify(public))(t)
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	return parsed.Signatures[0].Protected, claims
}

// JWT returns a JWT with the claims, signed with a key that everybody knows.
func JWT(t *testing.T, claims map[string]any) string {
	t.Helper()
	signer := must(jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: make([]byte, 32)}, nil))(t)
	return must(jwt.Signed(signer).Claims(claims).Serialize())(t)
}
