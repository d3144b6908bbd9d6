package token

import (
	"crypto/tls"
	"errors"
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
	// Passphrase decrypts the private key; empty: it is not encrypted.
	Passphrase said.Secret
}

// Check reports why the certificate cannot be used at that time, or nil. The
// error reveals nothing of the key.
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

// unusable says which part of a client certificate cannot be used, and why.
func unusable(err error) string {
	problem, ok := errors.AsType[*jose.Error](err)
	switch {
	case !ok:
		return "the client certificate cannot be used"
	case problem.Part == jose.PartCertificate:
		return "the client certificate cannot be used: " + problem.Problem
	case problem.Part == jose.PartPassphrase:
		return "the passphrase of the client certificate's key cannot be used: " + problem.Problem
	default:
		return "the key of the client certificate cannot be used: " + problem.Problem
	}
}

// httpFor returns the HTTP client for an exchange: its own where it has a certificate.
func (c *Client) httpFor(x *Exchange) (*http.Client, error) {
	if x.Request.Certificate == nil {
		return c.http, nil
	}
	pair, err := x.Request.Certificate.load(c.runtime.Now())
	if err != nil {
		return nil, x.fail(Error{
			Kind: KindCertificate, Problem: unusable(err),
			Advice: "Check client_certificate_pem and client_key_pem of the set.",
		})
	}
	return c.certifiedBy(x.Request.Certificate, &pair).http, nil
}

// mutual sends with one client certificate. It has connections of its own,
// because the certificate is that of a connection and not of a request.
type mutual struct {
	http   *http.Client
	sender *sender
}

// certifiedBy returns what sends with the certificate: always the same, so that
// its connections are kept as others are.
func (c *Client) certifiedBy(certificate *ClientCertificate, loaded *tls.Certificate) *mutual {
	d := newDigest()
	d.write(certificate.identity()...)
	k := d.key()
	c.mu.Lock()
	defer c.mu.Unlock()
	if with, ok := c.mutual[k]; ok {
		return with
	}
	through := c.newSender(c.transport.Proxy, loaded)
	with := &mutual{http: c.newHTTP(through), sender: through}
	if c.mutual == nil {
		c.mutual = map[key]*mutual{}
	}
	c.mutual[k] = with
	return with
}
