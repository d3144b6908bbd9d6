//go:build unix

package fronts_test

import (
	"crypto"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// pair is a certificate and its key in PEM.
type pair struct {
	certificate, key string
	leaf             *x509.Certificate
	signer           crypto.Signer
}

// both is the certificate followed by the key.
func (p pair) both() string { return p.certificate + p.key }

// keyring holds the keys and certificates of a test, all made for it.
type keyring struct {
	authority                pair // that the provider trusts
	server, other, expired   pair // of localhost, of another name, of the past
	rsa, stranger            pair // of localhost: with an RSA key, signed by the interceptor
	clients, middle          pair // the authorities of client certificates
	client, deep, selfSigned pair // signed by clients, by middle, by itself
	unfit                    pair // signed by clients, for servers alone
	interceptor              pair // the authority of a proxy that intercepts
}

func newKeyring(t *testing.T) *keyring {
	t.Helper()
	k := &keyring{
		authority: issue(t, authority("Authority of a test"), nil), clients: issue(t, authority("Authority of clients"), nil),
		interceptor: issue(t, authority("Authority of a proxy"), nil),
	}
	k.middle = issue(t, authority("Authority below that of clients"), &k.clients)
	local := []string{"localhost"}
	k.server, k.other = issue(t, serverOf(local, 0), &k.authority), issue(t, serverOf([]string{"other.example.com"}, 0), &k.authority)
	k.expired = issue(t, serverOf(local, -48*time.Hour), &k.authority)
	k.rsa = issueFor(t, testkeys.RSA(t, 2048), serverOf(local, 0), &k.authority)
	k.stranger = issue(t, serverOf(local, 0), &k.interceptor)
	k.client, k.deep = issue(t, client(), &k.clients), issue(t, client(), &k.middle)
	k.unfit = issue(t, serverOf([]string{"client.example.com"}, 0), &k.clients)
	k.deep.certificate += k.middle.certificate
	k.selfSigned = issue(t, client(), nil)
	return k
}

func authority(name string) *x509.Certificate {
	return &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
}

// serverOf is the certificate of a server that was issued some time ago.
func serverOf(names []string, ago time.Duration) *x509.Certificate {
	template := &x509.Certificate{
		DNSNames: names, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, NotBefore: time.Now().Add(ago - time.Hour),
	}
	if names[0] == "localhost" {
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	return template
}

func client() *x509.Certificate {
	return &x509.Certificate{
		Subject: pkix.Name{CommonName: "client.example.com"}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
}

// issue has the certificate signed by another, or by itself.
func issue(t *testing.T, template *x509.Certificate, by *pair) pair {
	t.Helper()
	return issueFor(t, testkeys.EC(t, elliptic.P256()), template, by)
}

func issueFor(t *testing.T, key crypto.Signer, template *x509.Certificate, by *pair) pair {
	t.Helper()
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = serial.Add(serial, big.NewInt(1))
	if template.NotBefore.IsZero() {
		template.NotBefore = time.Now().Add(-time.Hour)
	}
	template.NotAfter = template.NotBefore.Add(25 * time.Hour)
	parent, signer := template, key
	if by != nil {
		parent, signer = by.leaf, by.signer
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return pair{testkeys.PEM("CERTIFICATE", der), testkeys.PKCS8(t, key), leaf, key}
}
