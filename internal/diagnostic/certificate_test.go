package diagnostic

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// authority is a certificate and its key, which may sign others.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func (a authority) pem() string { return testkeys.PEM("CERTIFICATE", a.certificate.Raw) }

// pair returns the certificate as a client has it, and those of chain behind it.
func (a authority) pair(t *testing.T, chain ...authority) *token.ClientCertificate {
	t.Helper()
	text := a.pem()
	for _, next := range chain {
		text += next.pem()
	}
	return &token.ClientCertificate{CertificatePEM: text, KeyPEM: said.NewSecret(testkeys.PKCS8(t, a.key))}
}

// valid is the time in which a test's certificate is good.
type valid struct{ from, until time.Duration } // from now

func now() valid { return valid{-time.Hour, time.Hour} }

// certify makes a certificate that parent signs; without one, it signs itself.
func certify(t *testing.T, name string, when valid, isCA bool, parent *authority) authority {
	t.Helper()
	made := authority{key: testkeys.EC(t, elliptic.P256())}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(when.from), NotAfter: time.Now().Add(when.until),
		IsCA: isCA, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	if isCA {
		template.KeyUsage = x509.KeyUsageCertSign
	} else {
		template.KeyUsage, template.IPAddresses = x509.KeyUsageDigitalSignature, []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	signer := made
	if parent != nil {
		signer = *parent
	} else {
		signer.certificate = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, signer.certificate, made.key.Public(), signer.key)
	if err != nil {
		t.Fatal(err)
	}
	if made.certificate, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return made
}

// mutualTLS serves tokens to clients with a certificate, which speak HTTP/1.1
// even if HTTP/2 is offered, and returns a client that trusts it.
func mutualTLS(t *testing.T, ca authority, auth tls.ClientAuthType, http2 bool) (url string, client *token.Client, requests, connections func() int) {
	t.Helper()
	tokentest.NoLeak(t)
	var asked, connected tokentest.Counter
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add()
		if len(r.TLS.PeerCertificates) == 0 || r.ProtoMajor != 1 {
			t.Errorf("%d certificates over %s", len(r.TLS.PeerCertificates), r.Proto)
		}
		tokentest.AnswerWith(http.StatusOK, "application/json", goodAnswer)(w, r)
	}))
	own := certify(t, "server", now(), false, &ca)
	pool := x509.NewCertPool()
	pool.AddCert(ca.certificate)
	server.EnableHTTP2 = http2
	server.TLS = &tls.Config{
		MinVersion: tls.VersionTLS12, ClientAuth: auth, ClientCAs: pool,
		Certificates: []tls.Certificate{{Certificate: [][]byte{own.certificate.Raw}, PrivateKey: own.key}},
	}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connected.Add()
		}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	settings := quickTransport()
	settings.CACertificatesPEM = ca.pem()
	return server.URL, newTestClient(t, settings), asked.Get, connected.Get
}

func TestClientCertificateAccepted(t *testing.T) {
	t.Parallel()
	ca := certify(t, "root", now(), true, nil)
	between := certify(t, "between", now(), true, &ca)
	selfSigned := certify(t, "self", now(), false, nil)
	direct := certify(t, "client", now(), false, &ca)
	sec1Key := &token.ClientCertificate{CertificatePEM: direct.pem(), KeyPEM: said.NewSecret(testkeys.SEC1(t, direct.key))}
	for name, tc := range map[string]struct {
		certificate *token.ClientCertificate
		auth        tls.ClientAuthType
	}{
		"signed by the authority":         {direct.pair(t), tls.RequireAndVerifyClientCert},
		"its key as SEC 1":                {sec1Key, tls.RequireAndVerifyClientCert},
		"signed by one between":           {certify(t, "client", now(), false, &between).pair(t, between), tls.RequireAndVerifyClientCert},
		"signed by itself (RFC 8705 2.2)": {selfSigned.pair(t), tls.RequireAnyClientCert},
	} {
		for protocol, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2 offered": true} {
			t.Run(name+", "+protocol, func(t *testing.T) {
				t.Parallel()
				url, client, requests, _ := mutualTLS(t, ca, tc.auth, http2)
				x := testExchange(url)
				x.Request.Auth, x.Request.Certificate = token.ClientID{ID: testID}, tc.certificate
				if _, err := do(t, client, x); err != nil {
					t.Fatal(err)
				}
				tokentest.WantCount(t, requests(), 1)
			})
		}
	}
}

// Of what cannot be used, the server sees nothing.
func TestClientCertificateUnusable(t *testing.T) {
	t.Parallel()
	ca := certify(t, "root", now(), true, nil)
	good, other := certify(t, "client", now(), false, &ca), certify(t, "other", now(), false, &ca)
	of := func(certificate, key string) *token.ClientCertificate {
		return &token.ClientCertificate{CertificatePEM: certificate, KeyPEM: said.NewSecret(key)}
	}
	type row struct {
		certificate *token.ClientCertificate
		want        string
	}
	tokentest.Each(t, map[string]row{
		"expired":               {certify(t, "client", valid{-2 * time.Hour, -time.Hour}, false, &ca).pair(t), "it expired on "},
		"not yet valid":         {certify(t, "client", valid{time.Hour, 2 * time.Hour}, false, &ca).pair(t), "it is not valid before "},
		"another's key":         {of(good.pem(), testkeys.PKCS8(t, other.key)), "does not belong to the private key"},
		"a public key":          {of(good.pem(), testkeys.Public(t, good.key.Public())), "it is a public key"},
		"no key":                {of(good.pem(), ""), "the key of the client certificate cannot be used: it is empty"},
		"no certificate":        {of("", testkeys.PKCS8(t, good.key)), "the client certificate cannot be used: it is empty"},
		"changed about":         {of(testkeys.PKCS8(t, good.key), good.pem()), "exchange the two"},
		"garbage":               {of("hush-hush-hush-hush", "hush-hush-hush-hush"), "has no PEM certificate"},
		"an encrypted key":      {of(good.pem(), testkeys.PEM("ENCRYPTED PRIVATE KEY", []byte("hush"))), "it is encrypted"},
		"the authority's alone": {of(ca.pem(), testkeys.PKCS8(t, good.key)), "does not belong to the private key"},
	}, func(t *testing.T, tc row) {
		url, client, _, connections := mutualTLS(t, ca, tls.RequireAndVerifyClientCert, false)
		checked := tc.certificate.Check(time.Now())
		x := testExchange(url)
		x.Request.Certificate = tc.certificate
		_, err := do(t, client, x)
		e := wantError(t, err, token.KindCertificate)
		if checked == nil || !strings.HasSuffix(e.Problem, service.WithRemedy(checked).Error()) || !strings.Contains(e.Problem, tc.want) {
			t.Errorf("Check says %v, the error %v, want %q", checked, err, tc.want)
		}
		tokentest.WantNoPiece(t, e.Error(), tc.certificate.KeyPEM.Reveal())
		tokentest.WantCount(t, connections(), 0)
	})
}

// The moments at which a certificate begins and ends are within its time.
func TestClientCertificateBounds(t *testing.T) {
	t.Parallel()
	made := certify(t, "client", now(), false, nil)
	pair := made.pair(t)
	from, until := made.certificate.NotBefore, made.certificate.NotAfter
	for at, good := range map[time.Time]bool{
		from: true, until: true, from.Add(-time.Nanosecond): false, until.Add(time.Second): false,
	} {
		if err := pair.Check(at); (err == nil) != good {
			t.Errorf("at %s: %v", at, err)
		}
	}
}

// A server that misses the certificate, or does not trust it, says so in an alert.
func TestClientCertificateRefused(t *testing.T) {
	t.Parallel()
	ca, foreign := certify(t, "root", now(), true, nil), certify(t, "elsewhere", now(), true, nil)
	tokentest.Each(t, map[string]*token.ClientCertificate{
		"missing":                      nil,
		"signed by another authority":  certify(t, "client", now(), false, &foreign).pair(t),
		"signed by one not in the PEM": certify(t, "client", now(), false, &foreign).pair(t, foreign),
	}, func(t *testing.T, certificate *token.ClientCertificate) {
		url, client, requests, connections := mutualTLS(t, ca, tls.RequireAndVerifyClientCert, false)
		x := testExchange(url)
		x.Request.Certificate = certificate
		_, err := do(t, client, x)
		e := wantError(t, err, token.KindUnreachable)
		if !strings.Contains(e.Problem, "certificate") || !strings.Contains(e.Advice, "client_certificate_pem") {
			t.Errorf("error does not point to the client certificate: %v", err)
		}
		if requests() != 0 || connections() != 1 {
			t.Errorf("%d requests on %d connections; asking again does not help", requests(), connections())
		}
	})
}

// Calls with one certificate share their connections, those with another do not.
func TestConnectionsOfCertificates(t *testing.T) {
	t.Parallel()
	ca := certify(t, "root", now(), true, nil)
	url, client, requests, connections := mutualTLS(t, ca, tls.RequireAndVerifyClientCert, true)
	one, other := certify(t, "one", now(), false, &ca).pair(t), certify(t, "other", now(), false, &ca).pair(t)
	again := *one
	for _, tc := range []struct {
		certificate *token.ClientCertificate
		connections int
	}{{one, 1}, {&again, 1}, {other, 2}, {one, 2}, {other, 2}} {
		x := testExchange(url)
		x.Request.Certificate = tc.certificate
		if _, err := do(t, client, x); err != nil {
			t.Fatal(err)
		}
		if connections() != tc.connections {
			t.Errorf("%d connections after %d requests, want %d", connections(), requests(), tc.connections)
		}
	}
}
