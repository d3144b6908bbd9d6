package diagnostic

import (
	"bytes"
	"crypto"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// Whatever a server's TLS lacks is said as what it is, and not tried again.
func TestServerTLSRefused(t *testing.T) {
	t.Parallel()
	replaced := func(from, to string) func(*tls.Config) {
		return func(config *tls.Config) {
			der := config.Certificates[0].Certificate[0]
			config.Certificates[0].Certificate[0] = bytes.Replace(der, []byte(from), []byte(to), 1)
		}
	}
	type row struct {
		spoil        func(*tls.Config)
		says, advice string
	}
	tokentest.EachInBubble(t, map[string]row{
		"a negative serial number": {replaced("\xa0\x03\x02\x01\x02\x02\x01\x01", "\xa0\x03\x02\x01\x02\x02\x01\x81"), "cannot be read: x509: negative serial number", "to replace it"},
		"a name that is not one":   {replaced(wireHost, "\xffuth.example.com"), "cannot be read: x509: SAN dNSName is malformed", "to replace it"},
		"a cut certificate":        {func(c *tls.Config) { c.Certificates[0].Certificate[0] = c.Certificates[0].Certificate[0][:100] }, "cannot be read: x509: ", "to replace it"},
		"TLS 1.1 alone":            {func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }, "does not speak TLS 1.2 or 1.3", "enable TLS 1.2"},
		"RSA key exchange alone": {func(c *tls.Config) {
			c.Certificates[0] = ofRSA(t)
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}
		}, "no cipher that both sides accept", "RSA key exchange"},
		"RSA and CBC": {func(c *tls.Config) {
			c.Certificates[0] = ofRSA(t)
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_RSA_WITH_AES_256_CBC_SHA, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}
		}, "no cipher that both sides accept", "RSA key exchange"},
		"no such name": {func(c *tls.Config) {
			c.Certificates, c.GetCertificate = nil, func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return nil, nil } //nolint:nilnil // it has none
		}, "unrecognized name", "host name in token_url"},
		"a certificate is wanted": {func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert }, "certificate required", "client_certificate_pem"},
		"one is wanted, TLS 1.2":  {func(c *tls.Config) { c.ClientAuth, c.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12 }, "handshake failure", "client_certificate_pem"},
		"an internal error": {func(c *tls.Config) {
			c.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return nil, transport.ErrTooLarge }
		}, "internal error", "ask the vendor"},
	}, func(t *testing.T, tc row) {
		e := refusedTLS(t, tc.spoil)
		if !strings.Contains(e.Problem, tc.says) || !strings.Contains(e.Advice, tc.advice) {
			t.Errorf("error: %v", e)
		}
	})
}

// The issuer that is missing is named, and that the server may not send it
// (check_ssl_cert#175). What it says is as foreign as all that a server says.
func TestUnknownIssuer(t *testing.T) {
	t.Parallel()
	const intermediates = "may not send its intermediate certificates"
	long := strings.Repeat("n", 3000)
	type row struct {
		issuer         pkix.Name
		says, advice   string
		never, nor     string
		isIntermediate bool
	}
	tokentest.EachInBubble(t, map[string]row{
		"no intermediate":   {issuer: pkix.Name{CommonName: "Fake Issuing CA", Organization: []string{"Fake Inc."}}, says: "does not know: CN=Fake Issuing CA,O=Fake Inc.", advice: intermediates},
		"one of two":        {issuer: pkix.Name{CommonName: "Fake Policy CA"}, says: "does not know: CN=Fake Policy CA", advice: intermediates, isIntermediate: true},
		"self-signed":       {issuer: pkix.Name{CommonName: wireHost}, says: "does not know: CN=" + wireHost, advice: "If that authority is yours", nor: intermediates},
		"a nameless issuer": {says: "this machine does not know", never: "know:", advice: intermediates},
		"a secret":          {issuer: pkix.Name{CommonName: testSecret, Locality: []string{"fake"}}, says: "does not know: CN=", never: testSecret, advice: intermediates},
		"a long name":       {issuer: pkix.Name{CommonName: long}, says: "CN=nnn", never: long[:200], advice: intermediates},
		"two lines":         {issuer: pkix.Name{CommonName: "Fake\r\nError: \x1b[31mred"}, says: "CN=Fake", never: "\n", advice: intermediates},
	}, func(t *testing.T, tc row) {
		e := refusedTLS(t, func(config *tls.Config) { config.Certificates[0] = underIssuer(t, tc.issuer, tc.isIntermediate) })
		if !strings.Contains(e.Problem, tc.says) || !strings.Contains(e.Advice, tc.advice) || strings.Contains(e.text, "..") {
			t.Errorf("error: %v", e)
		}
		if tc.never != "" && strings.Contains(e.Problem, tc.never) || tc.nor != "" && strings.Contains(e.Advice, tc.nor) {
			t.Errorf("error: %v", e)
		}
	})
}

// underIssuer is a certificate whose issuer is not sent with it, or that of an
// intermediate certificate which is sent.
func underIssuer(t *testing.T, issuer pkix.Name, intermediate bool) tls.Certificate {
	t.Helper()
	key, above := testkeys.EC(t, elliptic.P256()), testkeys.EC(t, elliptic.P256())
	now := time.Now()
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: wireHost}, DNSNames: []string{wireHost}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	root := &x509.Certificate{Subject: issuer}
	sign := func(template, parent *x509.Certificate, public any, by crypto.Signer) []byte {
		der, err := x509.CreateCertificate(rand.Reader, template, parent, public, by)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	if !intermediate {
		return tls.Certificate{PrivateKey: key, Certificate: [][]byte{sign(leaf, root, key.Public(), above)}}
	}
	between := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "Fake Issuing CA"}, NotBefore: leaf.NotBefore, NotAfter: leaf.NotAfter, IsCA: true, BasicConstraintsValid: true,
	}
	return tls.Certificate{PrivateKey: key, Certificate: [][]byte{sign(leaf, between, key.Public(), above), sign(between, root, above.Public(), testkeys.EC(t, elliptic.P256()))}}
}

// refusedTLS returns the error of a server whose TLS is spoilt, which is asked once
// and gets no request.
func refusedTLS(t *testing.T, spoil func(*tls.Config)) *told {
	t.Helper()
	// In TLS 1.3 a refusal comes after the client's handshake. Without a way to go, it
	// may come before the request is written, which then fails for another reason.
	network := &memnet.Network{Latency: time.Millisecond}
	certificate, trusted := memnet.Certify(t, wireHost, -time.Hour, time.Hour)
	config := &tls.Config{Certificates: []tls.Certificate{certificate}} // #nosec G402 -- what is tried
	spoil(config)
	var requests tokentest.Counter
	server := &http.Server{ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: time.Hour, Handler: http.HandlerFunc(
		func(http.ResponseWriter, *http.Request) { requests.Add() })}
	listener := tls.NewListener(network.Listen(wireHost+":443"), config)
	go func() { _ = server.Serve(listener) }() // it ends with the test
	t.Cleanup(func() { _ = server.Close() })
	settings := quickTransport()
	settings.CACertificatesPEM = trusted
	_, err := do(t, clientOn(t, network, settings), testExchange("https://"+wireHost+"/token"))
	if dialled := network.Dialled(wireHost + ":443"); dialled != 1 || requests.Get() != 0 {
		t.Errorf("%d connections, %d requests", dialled, requests.Get())
	}
	return wantError(t, err, token.KindUnreachable)
}

// ofRSA is a certificate whose key can be exchanged by RSA.
func ofRSA(t *testing.T) tls.Certificate {
	t.Helper()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{wireHost}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, rsaKey.Public(), rsaKey)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: rsaKey}
}

// What no server of crypto/tls says is told from what it says.
func TestExplainTLS(t *testing.T) {
	t.Parallel()
	remote := func(a uint8) error { return &net.OpError{Op: "remote error", Err: tls.AlertError(a)} }
	type row struct {
		err          error
		says, advice string
		final        bool
	}
	tokentest.Each(t, map[string]row{
		"OpenSSL misses a certificate":   {errors.Join(transport.ErrCertificateAsked, remote(40)), "handshake failure", "client_certificate_pem", true},
		"OpenSSL finds a chain too long": {errors.Join(transport.ErrCertificateAsked, remote(80)), "internal error", "client_certificate_pem", true},
		"the key does not fit":           {errors.Join(transport.ErrCertificateAsked, remote(51)), "decrypt", "client_certificate_pem", true},
		"the key is too weak":            {errors.Join(transport.ErrCertificateAsked, remote(71)), "insufficient security", "client_certificate_pem", true},
		"nobody has asked":               {remote(80), "internal error", "Check token_url", true},
		"it breaks on the way":           {errors.Join(transport.ErrCertificateAsked, remote(20)), "bad record MAC", "Check token_url", true},
		"it has no cipher":               {remote(40), "no cipher", "ECDHE", true},
		"a bad parameter":                {errors.Join(transport.ErrCertificateAsked, remote(47)), "illegal parameter", "ask the vendor", true},
		"an old version is chosen":       {errors.New("tls: server selected unsupported protocol version 302"), "does not speak TLS 1.2", "TLS 1.2", true},
		"an old cipher is chosen":        {errors.New("tls: server chose an unconfigured cipher suite"), "a cipher that is not secure", "ECDHE", true},
		"a signature that is wrong":      {errors.New("tls: invalid signature by the server certificate: hush"), "invalid signature", "Try again", false},
		"not a TLS error":                {errors.New("hush-hush"), "not HTTP", "", false},
		"not TLS":                        {tls.RecordHeaderError{Msg: "first record"}, "it does not speak TLS", "", true},
	}, func(t *testing.T, tc row) {
		problem, advice := explained(tc.err, transport.Proxy{})
		isFinal := transport.IsPermanent(tc.err, token.IsTemporary)
		if !strings.Contains(problem, tc.says) || !strings.Contains(advice, tc.advice) || isFinal != tc.final {
			t.Errorf("%q, %q, final: %t", problem, advice, isFinal)
		}
	})
}

// A machine without CA certificates, such as a container made from nothing, trusts
// nobody: the advice is to install them.
func TestNoRoots(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the system's certificates are not in files")
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	if !tokentest.Alone(t, "SSL_CERT_FILE="+filepath.Join(empty, "none"), "SSL_CERT_DIR="+empty) {
		return
	}
	certificate, _ := memnet.Certify(t, wireHost, -time.Hour, time.Hour)
	network := &memnet.Network{}
	network.ServeTLS(t, wireHost+":443", certificate, http.NotFoundHandler())
	_, err := do(t, clientOn(t, network, quickTransport()), testExchange("https://"+wireHost+"/token"))
	e := wantError(t, err, token.KindUnreachable)
	wantSaid(t, e.Problem+e.Advice, []string{"has no CA certificates", "package ca-certificates", "SSL_CERT_FILE", "transport.ca_certificates_pem"}, nil)
	tokentest.Finish(t)
}
