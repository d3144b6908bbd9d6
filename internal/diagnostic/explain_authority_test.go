package diagnostic

import (
	"crypto"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// refusedAuthority is what is wrong with a certificate or its authority, and what is said of it.
type refusedAuthority struct {
	alterAuthority, alter func(*x509.Certificate)
	by                    crypto.Signer
	spoil                 func(*x509.Certificate)
	says, advice          string
}

func refusedAuthorities(t *testing.T, rsaKey, ecKey crypto.Signer) map[string]refusedAuthority {
	t.Helper()
	return map[string]refusedAuthority{
		"SHA-1": {alter: func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA }, by: rsaKey, says: "not secure any more: SHA1-RSA", advice: "to replace that certificate"},
		"MD5": {
			by: rsaKey, spoil: func(c *x509.Certificate) { c.SignatureAlgorithm = x509.MD5WithRSA },
			says: "not secure any more: MD5-RSA", advice: "to replace that certificate",
		},
		"an unknown method": {
			by: rsaKey, spoil: func(c *x509.Certificate) { c.SignatureAlgorithm = x509.UnknownSignatureAlgorithm },
			says: "a method that this provider does not know", advice: "to replace that certificate",
		},
		"another key":         {by: testkeys.RSA(t, 3072), says: "not signed with the key of the authority that has the name of its issuer: CN=Fake CA", advice: "its present certificate"},
		"another kind of key": {by: ecKey, says: "not signed with the key of the authority", advice: "its present certificate"},
		"no authority": {
			alterAuthority: func(c *x509.Certificate) { c.IsCA = false }, by: rsaKey,
			says: "signed by a certificate that is not an authority's", advice: "CA:TRUE",
		},
		"no right to sign": {
			alterAuthority: func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature }, by: rsaKey,
			says: "signed by a certificate that is not an authority's", advice: "keyCertSign",
		},
		"an expired authority": {
			alterAuthority: func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }, by: rsaKey,
			says: "cannot be trusted: x509: certificate has expired", advice: "the clock of this machine",
		},
		"an authority for other names": {
			alterAuthority: func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"example.org"} }, by: rsaKey,
			says: "cannot be trusted: x509: a root or intermediate certificate is not authorized", advice: "the server's certificate",
		},
	}
}

// An authority that is known and refused nevertheless is not said to be unknown
// (frp#2957).
func TestRefusedAuthority(t *testing.T) {
	t.Parallel()
	rsaKey, ecKey := testkeys.RSA(t, 2048), testkeys.EC(t, elliptic.P256())
	tokentest.Each(t, refusedAuthorities(t, rsaKey, ecKey), func(t *testing.T, tc refusedAuthority) {
		authority := &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Fake CA"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		}
		leaf := &x509.Certificate{SerialNumber: big.NewInt(2), DNSNames: []string{wireHost}, NotBefore: authority.NotBefore, NotAfter: authority.NotAfter}
		if tc.alterAuthority != nil {
			tc.alterAuthority(authority)
		}
		if tc.alter != nil {
			tc.alter(leaf)
		}
		root := certified(t, authority, authority, rsaKey.Public(), rsaKey)
		server := certified(t, leaf, &x509.Certificate{Subject: authority.Subject}, ecKey.Public(), tc.by)
		if tc.spoil != nil {
			tc.spoil(server)
		}
		roots := x509.NewCertPool()
		roots.AddCert(root)
		_, err := server.Verify(x509.VerifyOptions{DNSName: wireHost, Roots: roots})
		problem, advice := explained(&tls.CertificateVerificationError{Err: err}, transport.Proxy{})
		if !strings.Contains(problem, tc.says) || !strings.Contains(advice, tc.advice) || strings.Contains(problem, "does not know: ") {
			t.Errorf("%v: it says %q, %q", err, problem, advice)
		}
	})
}

// A server that has signed its certificate itself is said to have, also if this machine has a
// certificate of the same name, such as that of Debian's ssl-cert. An authority that has is not.
func TestSelfSigned(t *testing.T) {
	t.Parallel()
	key, other := testkeys.EC(t, elliptic.P256()), testkeys.EC(t, elliptic.P256())
	own := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: wireHost}, DNSNames: []string{wireHost}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "Fake CA"}, NotBefore: own.NotBefore, NotAfter: own.NotAfter, IsCA: true, BasicConstraintsValid: true,
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(3), DNSNames: []string{wireHost}, NotBefore: own.NotBefore, NotAfter: own.NotAfter}
	root := certified(t, authority, authority, other.Public(), other)
	for name, tc := range map[string]struct {
		sent  []*x509.Certificate
		known []*x509.Certificate
		says  string
	}{
		"alone":             {[]*x509.Certificate{certified(t, own, own, key.Public(), key)}, nil, "it has signed its certificate itself: CN=" + wireHost},
		"one of its name":   {[]*x509.Certificate{certified(t, own, own, key.Public(), key)}, []*x509.Certificate{certified(t, own, own, other.Public(), other)}, "it has signed its certificate itself"},
		"an authority has":  {[]*x509.Certificate{certified(t, leaf, authority, key.Public(), other), root}, nil, "does not know: CN=Fake CA"},
		"another key signs": {[]*x509.Certificate{certified(t, own, own, key.Public(), other)}, nil, "does not know: CN=" + wireHost},
	} {
		roots, between := x509.NewCertPool(), x509.NewCertPool()
		for _, c := range tc.known {
			roots.AddCert(c)
		}
		for _, c := range tc.sent[1:] {
			between.AddCert(c)
		}
		_, err := tc.sent[0].Verify(x509.VerifyOptions{DNSName: wireHost, Roots: roots, Intermediates: between})
		problem, advice := explained(&tls.CertificateVerificationError{UnverifiedCertificates: tc.sent, Err: err}, transport.Proxy{})
		if !strings.Contains(problem, tc.says) || !strings.Contains(advice, "transport.ca_certificates_pem") {
			t.Errorf("%s: %v: it says %q, %q", name, err, problem, advice)
		}
	}
}

func certified(t *testing.T, template, parent *x509.Certificate, public any, by crypto.Signer) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, by)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

// explained returns what a user reads of a request that failed with err.
func explained(err error, proxy transport.Proxy) (problem, advice string) {
	x := testExchange(tokenURL)
	e := &token.Error{Kind: token.KindUnreachable, Exchange: x.plain(), Cause: err, Proxy: proxy}
	return (&report{e: e, x: e.Exchange, set: x.set()}).explainBy(transport.Classify(err))
}

// A server that has asked for a certificate and then goes may have missed it.
func TestCertificateAskedAndClosed(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"write": &net.OpError{Op: "write", Net: "tcp", Err: syscall.EPIPE},
		"read":  &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET},
		"end":   net.ErrClosed,
	} {
		const says = "had asked for a client certificate"
		if _, advice := explained(errors.Join(transport.ErrCertificateAsked, err), transport.Proxy{}); !strings.Contains(advice, says) || !strings.Contains(advice, "client_certificate_pem") {
			t.Errorf("%s: it says %q", name, advice)
		}
		if _, advice := explained(err, transport.Proxy{}); strings.Contains(advice, says) {
			t.Errorf("%s without: it says %q", name, advice)
		}
	}
}
