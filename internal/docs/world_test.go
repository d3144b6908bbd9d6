package docs

import (
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
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
	authority := newAuthority(t)
	clitest.OK(t, os.WriteFile(w.authority, []byte(authority.Certificate), 0o600))
	w.clientCertificate, w.clientKey = authority.Certificate, authority.Key
	secure := httptest.NewUnstartedServer(w.hosts)
	secure.TLS = &tls.Config{MinVersion: tls.VersionTLS12, ClientAuth: tls.RequestClientCert, GetCertificate: certificates(t, authority)}
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

// newAuthority is a certificate that signs those of all hosts.
func newAuthority(t *testing.T) testkeys.Pair {
	t.Helper()
	return testkeys.Issue(t, testkeys.EC(t, elliptic.P256()), &x509.Certificate{
		Subject: pkix.Name{CommonName: "authority of the tests"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil)
}

// certificates gives each host that is asked for a certificate.
func certificates(t *testing.T, authority testkeys.Pair) func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	t.Helper()
	key := testkeys.EC(t, elliptic.P256())
	return func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		issued := testkeys.Issue(t, key, &x509.Certificate{
			DNSNames: []string{hello.ServerName}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		}, &authority)
		return &tls.Certificate{Certificate: [][]byte{issued.Leaf.Raw}, PrivateKey: key}, nil
	}
}
