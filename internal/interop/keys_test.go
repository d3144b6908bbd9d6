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
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// clientName is the DNS name in the client certificate of tls_client_auth.
const clientName = "client.example.com"

// keyring holds the keys and certificates of a test run, all made for it.
type keyring struct {
	rsa              *rsa.PrivateKey
	p256, p384, p521 *ecdsa.PrivateKey
	ed25519          ed25519.PrivateKey

	authority          pair // that both servers and the client trust
	server             pair
	client, selfSigned pair
}

// pair is a certificate and its key in PEM.
type pair struct {
	certificate, key string
	leaf             *x509.Certificate
	signer           crypto.Signer
}

func newKeyring(t *testing.T) *keyring {
	t.Helper()
	k := &keyring{}
	var err error
	if k.rsa, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	if _, k.ed25519, err = ed25519.GenerateKey(rand.Reader); err != nil {
		t.Fatal(err)
	}
	k.p256, k.p384, k.p521 = newECKey(t, elliptic.P256()), newECKey(t, elliptic.P384()), newECKey(t, elliptic.P521())
	k.authority = issue(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: "Authority of a test"},
		IsCA:    true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil)
	k.server = issue(t, &x509.Certificate{
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, &k.authority)
	forClients := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	k.client = issue(t, &x509.Certificate{DNSNames: []string{clientName}, ExtKeyUsage: forClients}, &k.authority)
	k.selfSigned = issue(t, &x509.Certificate{DNSNames: []string{clientName}, ExtKeyUsage: forClients}, nil)
	return k
}

func newECKey(t *testing.T, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// issue makes a certificate that holds for an hour. Without an issuer it signs itself.
func issue(t *testing.T, template *x509.Certificate, issuer *pair) pair {
	t.Helper()
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = serial
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Minute), time.Now().Add(time.Hour)
	made := pair{signer: newECKey(t, elliptic.P256())}
	parent, signer := template, made.signer
	if issuer != nil {
		parent, signer = issuer.leaf, issuer.signer
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, made.signer.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	if made.leaf, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	made.certificate = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	made.key = pkcs8(t, made.signer)
	return made
}

func pkcs8(t *testing.T, key crypto.Signer) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func pkcs1(key *rsa.PrivateKey) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}

func sec1(t *testing.T, key *ecdsa.PrivateKey) string {
	t.Helper()
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

// privateJWK returns a private key as JWK.
func privateJWK(t *testing.T, key crypto.Signer, id string) string {
	t.Helper()
	text, err := json.Marshal(jose.JSONWebKey{Key: key, KeyID: id})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
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
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: id}}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		t.Fatal(err)
	}
	claims["jti"], claims["iat"], claims["exp"] = random(), time.Now().Unix(), time.Now().Add(5*time.Minute).Unix()
	text, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// random returns 64 letters, digits and such that nobody can guess.
func random() string {
	var value [48]byte
	_, _ = rand.Read(value[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(value[:])
}
