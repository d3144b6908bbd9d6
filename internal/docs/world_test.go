package docs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// world is a proxy behind which every host is played by the sandbox: the blocks
// keep the addresses that they show.
type world struct {
	*hosts
	proxy     *httptest.Server
	authority string // the file with the certificate that all hosts' are signed by

	clientCertificate, clientKey string // for clients, in PEM
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{hosts: newHosts(), authority: filepath.Join(t.TempDir(), "authority.pem")}
	signer := newSigner(t)
	if err := os.WriteFile(w.authority, signer.pem(), 0o600); err != nil {
		t.Fatal(err)
	}
	w.clientCertificate, w.clientKey = signer.clientPair(t)
	secure := httptest.NewUnstartedServer(w.hosts)
	secure.TLS = &tls.Config{MinVersion: tls.VersionTLS12, ClientAuth: tls.RequestClientCert, GetCertificate: signer.certificate}
	secure.StartTLS()
	w.proxy = httptest.NewServer(tunnel{plain: w.hosts, secure: secure.Listener.Addr().String()})
	t.Cleanup(func() {
		w.proxy.CloseClientConnections()
		w.proxy.Close()
		secure.CloseClientConnections()
		secure.Close()
	})
	return w
}

// tunnel is a proxy that leads each https connection to one server, and answers
// http requests itself.
type tunnel struct {
	plain  http.Handler
	secure string
}

func (p tunnel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		p.plain.ServeHTTP(w, r)
		return
	}
	if err := p.connect(w, r); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
}

func (p tunnel) connect(w http.ResponseWriter, r *http.Request) error {
	var dialer net.Dialer
	server, err := dialer.DialContext(r.Context(), "tcp", p.secure)
	if err != nil {
		return err
	}
	client, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return errors.Join(err, server.Close())
	}
	// From here on the connection is the client's: what fails ends it.
	_, _ = io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n")
	var both sync.WaitGroup
	both.Go(func() { pipe(server, client) })
	both.Go(func() { pipe(client, server) })
	both.Wait()
	return nil
}

// pipe copies until either side is closed, and closes both.
func pipe(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.Close()
	_ = from.Close()
}

// signer makes a certificate for whatever host is asked for.
type signer struct {
	parent *x509.Certificate
	key    *ecdsa.PrivateKey
}

func newSigner(t *testing.T) *signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := &signer{key: key, parent: &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority of the tests"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}}
	der, err := x509.CreateCertificate(rand.Reader, s.parent, s.parent, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if s.parent, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *signer) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.parent.Raw})
}

func (s *signer) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), DNSNames: []string{hello.ServerName},
		NotBefore: s.parent.NotBefore, NotAfter: s.parent.NotAfter,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, s.parent, s.key.Public(), s.key)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: s.key}, err
}

// clientPair is a certificate of a client, and its key.
func (s *signer) clientPair(t *testing.T) (certificate, key string) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(s.key)
	if err != nil {
		t.Fatal(err)
	}
	return string(s.pem()), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}
