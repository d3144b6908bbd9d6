package interop_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"net"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// clientName is the DNS name in the client certificate of tls_client_auth.
const clientName = "client.example.com"

// keyring holds the keys and certificates of a test run, all made for it.
type keyring struct {
	rsa              *rsa.PrivateKey
	p256, p384, p521 *ecdsa.PrivateKey
	ed25519          ed25519.PrivateKey
	hsm              *hsm // nil where there are no tools

	authority          testkeys.Pair // that both servers and the client trust
	server             testkeys.Pair
	client, selfSigned testkeys.Pair
}

func newKeyring(t *testing.T) *keyring {
	t.Helper()
	k := &keyring{rsa: testkeys.RSA(t, 2048), ed25519: testkeys.Ed25519(t)}
	k.p256, k.p384, k.p521 = testkeys.EC(t, elliptic.P256()), testkeys.EC(t, elliptic.P384()), testkeys.EC(t, elliptic.P521())
	k.authority = testkeys.Issue(t, testkeys.EC(t, elliptic.P256()), &x509.Certificate{
		Subject: pkix.Name{CommonName: "Authority of a test"},
		IsCA:    true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil)
	k.server = testkeys.Issue(t, testkeys.EC(t, elliptic.P256()), &x509.Certificate{
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, &k.authority)
	forClients := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	k.client = testkeys.Issue(t, testkeys.EC(t, elliptic.P256()), &x509.Certificate{DNSNames: []string{clientName}, ExtKeyUsage: forClients}, &k.authority)
	k.selfSigned = testkeys.Issue(t, testkeys.EC(t, elliptic.P256()), &x509.Certificate{DNSNames: []string{clientName}, ExtKeyUsage: forClients}, nil)
	return k
}

// privateJWK returns a private key as JWK.
func privateJWK(t *testing.T, key crypto.Signer, id string) string {
	t.Helper()
	return testkeys.JWK(t, jose.JSONWebKey{Key: key, KeyID: id})
}

func publicJWK(key crypto.Signer, id string) jose.JSONWebKey {
	return jose.JSONWebKey{Key: key.Public(), KeyID: id, Use: "sig"}
}

func publicKeys(key crypto.Signer, id string) jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{publicJWK(key, id)}}
}

// sign returns a JWT as somebody else would make it, with a jti of its own.
func sign(t *testing.T, key crypto.Signer, algorithm jose.SignatureAlgorithm, id string, claims map[string]any) string {
	t.Helper()
	return signUntil(t, key, algorithm, id, time.Now().Add(5*time.Minute), claims)
}

// signUntil is sign with a time of expiry.
func signUntil(t *testing.T, key crypto.Signer, algorithm jose.SignatureAlgorithm, id string, expiry time.Time, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: id}}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		t.Fatal(err)
	}
	claims["jti"], claims["iat"], claims["exp"] = random(), expiry.Add(-5*time.Minute).Unix(), expiry.Unix()
	text := clitest.Must(jwt.Signed(signer).Claims(claims).Serialize())(t)
	return text
}

// random returns 64 letters, digits and such that nobody can guess.
func random() string {
	var value [48]byte
	_, _ = rand.Read(value[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(value[:])
}
