package token

import (
	"crypto/tls"
	"net/http"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// ClientCertificate authenticates the client by mutual TLS (RFC 8705).
type ClientCertificate struct {
	// CertificatePEM is the certificate, followed by its intermediate certificates.
	CertificatePEM string
	// KeyPEM is its private key.
	KeyPEM said.Secret
}

// Check reports why the certificate cannot be used at that time, or nil. The
// error reveals nothing of the key.
func (c ClientCertificate) Check(now time.Time) error {
	_, err := c.load(now)
	return err
}

func (c ClientCertificate) load(now time.Time) (tls.Certificate, error) {
	return jose.Pair(c.CertificatePEM, c.KeyPEM, now)
}

func (c ClientCertificate) identity() []string { return []string{c.CertificatePEM, c.KeyPEM.Reveal()} }

// httpFor returns the HTTP client for an exchange: its own where it has a certificate.
func (c *Client) httpFor(x *Exchange) (*http.Client, error) {
	if x.Request.Certificate == nil {
		return c.http, nil
	}
	pair, err := x.Request.Certificate.load(c.runtime.Now())
	if err != nil {
		return nil, x.fail(Error{
			Kind: KindCertificate, Problem: err.Error(),
			Advice: "Check client_certificate_pem and client_key_pem of the set.",
		})
	}
	transport := c.transport.Clone()
	// Not TLSClientConfig.Certificates: where the server lists authorities, Go
	// sends only what they have signed, so never a self-signed certificate.
	transport.TLSClientConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		return &pair, nil
	}
	withCertificate := *c.http
	withCertificate.Transport = wholeAnswer{transport}
	return &withCertificate, nil
}
