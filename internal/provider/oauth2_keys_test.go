package provider_test

import (
	"crypto/elliptic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// passphrase is that of the encrypted keys.
const passphrase = "fake-passphrase"

// keys are throwaway keys as users pass them, valid and invalid.
type keys struct {
	rsa, ec, ec384, ed25519, jwk           string
	smallRSA, p224, public, encrypted, oct string
	foreign                                string // with the certificate of another key
	outdated                               string // with a certificate that has expired
	locked                                 string // encrypted with passphrase
}

func newKeys(t *testing.T) keys {
	t.Helper()
	rsaKey := testkeys.RSA(t, 2048)
	ec := testkeys.EC(t, elliptic.P256())
	return keys{
		rsa: testkeys.PKCS8(t, rsaKey), ec: testkeys.PKCS8(t, ec), ec384: testkeys.PKCS8(t, testkeys.EC(t, elliptic.P384())), ed25519: testkeys.PKCS8(t, testkeys.Ed25519(t)),
		jwk:      testkeys.JWK(t, jose.JSONWebKey{Key: rsaKey, KeyID: "k1", Algorithm: "PS256"}),
		smallRSA: testkeys.PKCS8(t, testkeys.RSA(t, 1024)), p224: testkeys.PKCS8(t, testkeys.EC(t, elliptic.P224())),
		public:    testkeys.Public(t, ec.Public()),
		encrypted: testkeys.PEM("ENCRYPTED PRIVATE KEY", []byte("fake, and long enough to be looked for")),
		foreign:   testkeys.PKCS8(t, rsaKey) + testkeys.PEM("CERTIFICATE", testkeys.Certificate(t, ec, time.Now(), time.Now()).Raw),
		outdated:  testkeys.PKCS8(t, ec) + testkeys.PEM("CERTIFICATE", testkeys.Certificate(t, ec, time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour)).Raw),
		locked:    testkeys.Locked(t, rsaKey, passphrase),
		oct:       testkeys.JWK(t, jose.JSONWebKey{Key: []byte("fake shared secret, and long enough")}),
	}
}

// newCertificate returns a client certificate that is valid from one time to
// another, counted from now, and its key, as attributes of a set.
func newCertificate(t *testing.T, from, to time.Duration) object {
	t.Helper()
	key := testkeys.EC(t, elliptic.P256())
	certificate := testkeys.Certificate(t, key, time.Now().Add(from), time.Now().Add(to))
	return object{"client_certificate_pem": testkeys.PEM("CERTIFICATE", certificate.Raw), "client_key_pem": testkeys.PKCS8(t, key)}
}
