package token

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"time"

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
	pair, err := tls.X509KeyPair([]byte(c.CertificatePEM), []byte(c.KeyPEM.Reveal()))
	if err != nil {
		return tls.Certificate{}, errors.New("the certificate and the key are not a PEM pair that belongs together")
	}
	switch {
	case now.Before(pair.Leaf.NotBefore):
		return tls.Certificate{}, fmt.Errorf("the certificate is not valid before %s", pair.Leaf.NotBefore.UTC().Format(time.RFC3339))
	case now.After(pair.Leaf.NotAfter):
		return tls.Certificate{}, fmt.Errorf("the certificate expired on %s", pair.Leaf.NotAfter.UTC().Format(time.RFC3339))
	}
	return pair, nil
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
