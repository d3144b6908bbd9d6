package provider_test

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
	"math/big"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// keys are throwaway keys as users give them, good ones and others.
type keys struct {
	rsa, ec, ec384, ed25519, jwk           string
	smallRSA, p224, public, encrypted, oct string
}

func newKeys(t *testing.T) keys {
	t.Helper()
	rsaKey := newRSA(t, 2048)
	ec := newEC(t, elliptic.P256())
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(ec.Public())
	if err != nil {
		t.Fatal(err)
	}
	return keys{
		rsa: pkcs8(t, rsaKey), ec: pkcs8(t, ec), ec384: pkcs8(t, newEC(t, elliptic.P384())), ed25519: pkcs8(t, ed),
		jwk:      jwk(t, jose.JSONWebKey{Key: rsaKey, KeyID: "k1", Algorithm: "PS256"}),
		smallRSA: pkcs8(t, newRSA(t, 1024)), p224: pkcs8(t, newEC(t, elliptic.P224())),
		public:    pemText("PUBLIC KEY", public),
		encrypted: pemText("ENCRYPTED PRIVATE KEY", []byte("fake, and long enough to be looked for")),
		oct:       jwk(t, jose.JSONWebKey{Key: []byte("fake shared secret, and long enough")}),
	}
}

func newRSA(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newEC(t *testing.T, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func pkcs8(t *testing.T, key crypto.PrivateKey) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pemText("PRIVATE KEY", der)
}

func jwk(t *testing.T, key jose.JSONWebKey) string {
	t.Helper()
	encoded, err := json.Marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

func pemText(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// newCertificate returns a client certificate that is valid from one time to
// another, counted from now, and its key, as attributes of a set.
func newCertificate(t *testing.T, from, to time.Duration) object {
	t.Helper()
	key := newEC(t, elliptic.P256())
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "fake-client"},
		NotBefore: time.Now().Add(from), NotAfter: time.Now().Add(to),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return object{"client_certificate_pem": pemText("CERTIFICATE", der), "client_key_pem": pkcs8(t, key)}
}
