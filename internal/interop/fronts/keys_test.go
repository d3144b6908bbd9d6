//go:build unix

package fronts_test

import (
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"net"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// keyring holds the keys and certificates of a test, all made for it.
type keyring struct {
	authority                testkeys.Pair // that the provider trusts
	server, other, expired   testkeys.Pair // of localhost, of another name, of the past
	rsa, stranger            testkeys.Pair // of localhost: with an RSA key, signed by the interceptor
	clients, middle          testkeys.Pair // the authorities of client certificates
	client, deep, selfSigned testkeys.Pair // signed by clients, by middle, by itself
	unfit                    testkeys.Pair // signed by clients, for servers alone
	interceptor              testkeys.Pair // the authority of a proxy that intercepts
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
	k.rsa = testkeys.Issue(t, testkeys.RSA(t, 2048), serverOf(local, 0), &k.authority)
	k.stranger = issue(t, serverOf(local, 0), &k.interceptor)
	k.client, k.deep = issue(t, client(), &k.clients), issue(t, client(), &k.middle)
	k.unfit = issue(t, serverOf([]string{"client.example.com"}, 0), &k.clients)
	k.deep.Certificate += k.middle.Certificate
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
func issue(t *testing.T, template *x509.Certificate, by *testkeys.Pair) testkeys.Pair {
	t.Helper()
	return testkeys.Issue(t, testkeys.EC(t, elliptic.P256()), template, by)
}
