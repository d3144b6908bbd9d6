package testkeys

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"testing"
	"time"
)

// Pair is a certificate and its private key, also in PEM.
type Pair struct {
	Certificate, Key string
	Leaf             *x509.Certificate
	Signer           crypto.Signer
}

// Both is the certificate followed by the key.
func (p Pair) Both() string { return p.Certificate + p.Key }

// Issue has the certificate of a key signed by another, or by itself. It is good
// for 25 hours, from an hour ago if the template says nothing else.
func Issue(tb testing.TB, key crypto.Signer, template *x509.Certificate, by *Pair) Pair {
	tb.Helper()
	serial := must(rand.Int(rand.Reader, big.NewInt(1<<62)))(tb)
	template.SerialNumber = serial.Add(serial, big.NewInt(1))
	if template.NotBefore.IsZero() {
		template.NotBefore = time.Now().Add(-time.Hour)
	}
	if template.NotAfter.IsZero() {
		template.NotAfter = template.NotBefore.Add(25 * time.Hour)
	}
	parent, signer := template, key
	if by != nil {
		parent, signer = by.Leaf, by.Signer
	}
	der := must(x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer))(tb)
	leaf := must(x509.ParseCertificate(der))(tb)
	return Pair{Certificate: PEM("CERTIFICATE", der), Key: PKCS8(tb, key), Leaf: leaf, Signer: key}
}
