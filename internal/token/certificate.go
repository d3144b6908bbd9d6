package token

import (
	"crypto/tls"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// ClientCertificate authenticates the client by mutual TLS (RFC 8705).
type ClientCertificate struct {
	CertificatePEM string      // the certificate, followed by its intermediate certificates
	KeyPEM         said.Secret // its private key
	Passphrase     said.Secret // decrypts the private key; empty: it is not encrypted
}

// Check reports why the certificate cannot be used at that time, as a *jose.Error, or nil.
func (c ClientCertificate) Check(now time.Time) error {
	_, err := c.load(now)
	return err
}

func (c ClientCertificate) load(now time.Time) (tls.Certificate, error) {
	return jose.Pair(c.CertificatePEM, c.KeyPEM, c.Passphrase, now)
}

func (c ClientCertificate) identity() []string {
	return []string{c.CertificatePEM, c.KeyPEM.Reveal(), c.Passphrase.Reveal()}
}
