package transport

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

const (
	largestResponse = 1 << 20 // the size over which a response is refused, in bytes
	mostRedirects   = 5       // how many redirects within one host are followed
)

// Settings say how requests are sent. Every field except CACertificatesPEM and
// ProxyURL must be set; DefaultSettings has the usual values.
type Settings struct {
	Timeout           time.Duration // bounds one attempt, from the connection to the last byte
	MaxRetries        int           // how often a failed attempt is repeated
	RetryMaxWait      time.Duration // the longest single wait between attempts
	CACertificatesPEM string        // certificates trusted in addition to the system's own
	ProxyURL          said.Secret   // the proxy for all requests; empty: the usual proxy variables
}

// DefaultSettings returns the settings of a provider block that has none.
func DefaultSettings() Settings {
	return Settings{Timeout: 30 * time.Second, MaxRetries: 4, RetryMaxWait: 65 * time.Second}
}

// Machine is what a Transport takes from the process it runs in.
type Machine struct {
	Now    func() time.Time    // the clock
	Getenv func(string) string // reads the environment
	// Dial opens connections; nil: those of the machine's network.
	Dial         func(ctx context.Context, network, address string) (net.Conn, error)
	MostRequests int // how many requests there may be at once; 0: as many as the limit of open files allows
}

// Transport sends requests. It is safe for concurrent use.
type Transport struct {
	settings Settings
	machine  Machine
	roots    *x509.CertPool
	usual    usual                                 // the proxies that the environment names
	proxy    func(*http.Request) (*url.URL, error) // chooses the proxy of a request
	slots

	mu sync.Mutex
	// senders have connections of their own for each client certificate, by its hash; zero:
	// none. The certificate is that of a connection and not of a request.
	senders map[[sha256.Size]byte]*sender
}

// New returns a Transport. Its error, a *URLError or a *jose.Error, says which
// part of the settings cannot be used.
func New(settings Settings, machine Machine) (*Transport, error) {
	roots, err := CertPool(settings.CACertificatesPEM)
	if err != nil {
		return nil, err
	}
	usual := usualProxies(machine.Getenv)
	proxy, err := proxyFunc(settings.ProxyURL.Reveal(), usual)
	if err != nil {
		return nil, err
	}
	slots := processSlots()
	if machine.MostRequests > 0 {
		slots = make(chan struct{}, machine.MostRequests)
	}
	return &Transport{
		settings: settings, machine: machine, roots: roots, usual: usual, proxy: proxy, slots: slots, senders: map[[sha256.Size]byte]*sender{},
	}, nil
}

// Passwords returns those of the proxies, which may repeat them in a response.
func (t *Transport) Passwords() said.Book {
	return proxyPasswords(t.settings.ProxyURL.Reveal(), t.usual)
}

// Client returns the HTTP client whose connections have the client certificate;
// nil: none. It is always the same for one certificate, so that connections are kept.
func (t *Transport) Client(certificate *tls.Certificate) *http.Client {
	k := fingerprint(certificate)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.senders[k] == nil {
		t.senders[k] = t.newSender(certificate)
	}
	return t.senders[k].client
}

// fingerprint returns the SHA-256 of a certificate with those that follow it. Its key
// is the one that belongs to it.
func fingerprint(certificate *tls.Certificate) (none [sha256.Size]byte) {
	if certificate == nil {
		return none
	}
	return sha256.Sum256(slices.Concat(certificate.Certificate...))
}

// newSender returns a sender whose connections have the client certificate; nil: none.
func (t *Transport) newSender(certificate *tls.Certificate) *sender {
	s := &sender{proxy: t.proxy, own: map[string]*http.Transport{}, shared: map[string]*http.Transport{}}
	s.client = &http.Client{Timeout: t.settings.Timeout, CheckRedirect: checkRedirect, Transport: bounded{s}}
	s.build = func() *http.Transport {
		transport := &http.Transport{
			Proxy:             s.choose,
			DialContext:       t.machine.dial(t.settings.Timeout),
			TLSClientConfig:   t.tlsConfig(certificate, s.noteCertificateAsked),
			ForceAttemptHTTP2: certificate == nil,
			// net/http goes on with a handshake, as with dialling, after its request
			// has ended.
			TLSHandshakeTimeout:    t.settings.Timeout,
			OnProxyConnectResponse: t.machine.checkProxy,
			IdleConnTimeout:        idleTime,
			MaxIdleConnsPerHost:    idlePerHost,
			MaxResponseHeaderBytes: largestResponse,
			// Without HTTP2.StrictMaxConcurrentRequests: if more requests wait than a server
			// allows at once, net/http lets them all wait for each other. It opens more
			// connections instead, and sender says how many.
		}
		if certificate != nil {
			// HTTP/2 forbids the renegotiation that tlsConfig allows (RFC 9113, section 9.2.1).
			transport.Protocols = new(http.Protocols)
			transport.Protocols.SetHTTP1(true)
		}
		return transport
	}
	return s
}

// tlsConfig returns how TLS is spoken, with the client certificate; nil: none. It
// calls note when a server asks for one.
func (t *Transport) tlsConfig(certificate *tls.Certificate, note func(*tls.CertificateRequestInfo)) *tls.Config {
	config := &tls.Config{RootCAs: t.roots, MinVersion: tls.VersionTLS12}
	handed := new(tls.Certificate) // crypto/tls reads an empty one as none
	if certificate != nil {
		handed = certificate
		// Some servers ask for the certificate only after they have read the request:
		// Apache httpd where a directory wants it, and IIS.
		config.Renegotiation = tls.RenegotiateOnceAsClient
	}
	// Not Certificates: where the server lists authorities, Go sends only what they
	// have signed, so never a self-signed certificate.
	config.GetClientCertificate = func(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		note(info)
		return handed, nil
	}
	return config
}

// CloseIdle closes the connections that are not in use.
func (t *Transport) CloseIdle() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.senders {
		s.closeIdle()
	}
}

// dial returns a dialler with the time limit of one attempt: net/http goes on
// dialling after the request has ended.
func (m Machine) dial(timeout time.Duration) func(ctx context.Context, network, address string) (net.Conn, error) {
	dial := m.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	return func(ctx context.Context, network, address string) (conn net.Conn, err error) {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		err = Caught(func() error { // net/http dials in a goroutine of its own
			return WhenFree(ctx, func() (err error) {
				conn, err = dial(ctx, network, address)
				return err
			})
		})
		if err != nil {
			return nil, err
		}
		return &countedConn{Conn: conn}, nil
	}
}

// CertPool returns the system's trusted certificates with those in pem added;
// nil, which means the system's alone, where pem is empty. The *jose.Error says which
// of them cannot be read.
func CertPool(pem string) (*x509.CertPool, error) {
	if pem == "" {
		return nil, nil //nolint:nilnil // tls.Config reads nil as the system's pool
	}
	certificates, err := jose.Authorities(pem)
	if err != nil {
		return nil, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	for _, certificate := range certificates {
		pool.AddCert(certificate)
	}
	return pool, nil
}
