package token

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
	"unicode"

	"github.com/go-jose/go-jose/v4"
)

func newRSA(tb testing.TB) *rsa.PrivateKey {
	tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

func newEC(tb testing.TB, curve elliptic.Curve) *ecdsa.PrivateKey {
	tb.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

func newEd25519(tb testing.TB) ed25519.PrivateKey {
	tb.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

func pemText(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func pkcs8(tb testing.TB, key any) string {
	tb.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		tb.Fatal(err)
	}
	return pemText("PRIVATE KEY", der)
}

func sec1(tb testing.TB, key *ecdsa.PrivateKey) string {
	tb.Helper()
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		tb.Fatal(err)
	}
	return pemText("EC PRIVATE KEY", der)
}

func publicPEM(tb testing.TB, key any) string {
	tb.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		tb.Fatal(err)
	}
	return pemText("PUBLIC KEY", der)
}

func jwk(tb testing.TB, key jose.JSONWebKey) string {
	tb.Helper()
	encoded, err := json.Marshal(key)
	if err != nil {
		tb.Fatal(err)
	}
	return string(encoded)
}

// longestWord is more than any word of the messages has, so that a longer one
// in a message is a piece of a key.
const longestWord = 16

// wantNoPiece fails where a text has a piece of something secret.
func wantNoPiece(t *testing.T, text, secret string) {
	t.Helper()
	pieces := strings.FieldsFunc(secret, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("+/-_", r)
	})
	for _, piece := range pieces {
		if len(piece) >= longestWord && strings.Contains(text, piece) {
			t.Errorf("%q has a piece of the secret: %s", text, piece)
		}
	}
}
