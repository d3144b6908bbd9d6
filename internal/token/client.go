package token

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

const (
	// largestAnswer is the size over which an answer is refused, in bytes.
	largestAnswer = 1 << 20
	// mostRedirects is how many redirects within one host are followed.
	mostRedirects = 5
)

// Transport says how token requests are sent. Every field except
// CACertificatesPEM and ProxyURL must be set; DefaultTransport has the usual values.
type Transport struct {
	// Timeout bounds one attempt, from the connection to the last byte.
	Timeout time.Duration
	// MaxRetries is how often a failed attempt is repeated.
	MaxRetries int
	// RetryMaxWait is the longest single wait between attempts.
	RetryMaxWait time.Duration
	// CACertificatesPEM are certificates trusted in addition to the system's own.
	CACertificatesPEM string
	// ProxyURL is the proxy for all requests; empty: the usual proxy variables.
	ProxyURL said.Secret
}

// DefaultTransport returns the transport of a provider block that names none.
func DefaultTransport() Transport {
	return Transport{Timeout: 30 * time.Second, MaxRetries: 4, RetryMaxWait: 65 * time.Second}
}

// Runtime is what a Client takes from the process it runs in.
type Runtime struct {
	// Now is the clock.
	Now func() time.Time
	// Random gives the jitter of waits and the ids of JWTs.
	Random io.Reader
	// Log receives what happens, never with a secret, a URL or a body.
	Log Logger
	// Getenv reads the environment.
	Getenv func(string) string
	// UserAgent is sent with every request.
	UserAgent string
	// Dial opens connections; nil: those of the machine's network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Logger takes a message followed by alternating names and values. A
// *slog.Logger is one; the interface keeps log/slog out of the binary.
type Logger interface {
	DebugContext(ctx context.Context, message string, fields ...any)
	InfoContext(ctx context.Context, message string, fields ...any)
}

// Client carries exchanges out over HTTP. It is safe for concurrent use.
type Client struct {
	http      *http.Client
	transport *sender
	settings  Transport
	runtime   Runtime
	roots     *x509.CertPool
	// usual are the proxies that the environment names.
	usual usual
	// passwords are those of the proxies, which may repeat them in an answer.
	passwords said.Book
	slots     slots

	mu sync.Mutex
	// mutual are the clients with a certificate, by that.
	mutual map[key]*mutual
}

// NewClient returns a Client. The error says which part of the transport
// cannot be used.
func NewClient(settings Transport, runtime Runtime) (*Client, error) {
	roots, err := CertPool(settings.CACertificatesPEM)
	if err != nil {
		return nil, err
	}
	proxyURL, byEnvironment := settings.ProxyURL.Reveal(), usualProxies(runtime.Getenv)
	proxy, err := proxyFunc(proxyURL, byEnvironment)
	if err != nil {
		return nil, err
	}
	client := &Client{settings: settings, runtime: runtime, roots: roots, usual: byEnvironment, passwords: proxyPasswords(proxyURL, byEnvironment), slots: processSlots()}
	client.transport = client.newSender(proxy, nil)
	client.http = client.newHTTP(client.transport)
	return client, nil
}

// newHTTP returns an HTTP client that sends through one sender.
func (c *Client) newHTTP(through *sender) *http.Client {
	return &http.Client{Timeout: c.settings.Timeout, CheckRedirect: checkRedirect, Transport: bounded{wholeAnswer{through}}}
}

// newSender returns a sender whose connections have the client certificate; nil: none.
func (c *Client) newSender(proxy func(*http.Request) (*url.URL, error), certificate *tls.Certificate) *sender {
	s := &sender{Proxy: proxy}
	s.build = func() *http.Transport {
		transport := &http.Transport{
			DialContext:       c.runtime.dial(c.settings.Timeout),
			TLSClientConfig:   c.tlsConfig(certificate, s.noteCertificateAsked),
			ForceAttemptHTTP2: certificate == nil,
			// net/http goes on with a handshake, as with dialling, after its request
			// has ended.
			TLSHandshakeTimeout:    c.settings.Timeout,
			OnProxyConnectResponse: c.runtime.checkProxy,
			IdleConnTimeout:        idleTime,
			MaxIdleConnsPerHost:    idlePerHost,
			MaxResponseHeaderBytes: largestAnswer,
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
func (c *Client) tlsConfig(certificate *tls.Certificate, note func(*tls.CertificateRequestInfo)) *tls.Config {
	config := &tls.Config{RootCAs: c.roots, MinVersion: tls.VersionTLS12}
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

// closeIdle closes the connections that are not in use.
func (c *Client) closeIdle() {
	c.transport.closeIdle()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, with := range c.mutual {
		with.sender.closeIdle()
	}
}

// dial returns a dialler with the time limit of one attempt: net/http goes on
// dialling after the request has ended.
func (r Runtime) dial(timeout time.Duration) func(ctx context.Context, network, address string) (net.Conn, error) {
	dial := r.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	return func(ctx context.Context, network, address string) (conn net.Conn, err error) {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		err = caught(func() error { // net/http dials in a goroutine of its own
			return whenFree(ctx, func() (err error) {
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
// nil, which means the system's alone, where pem is empty. The error says which
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

// Do carries the exchange out, with retries. Its errors are *Error.
func (c *Client) Do(ctx context.Context, x *Exchange) (*Token, error) {
	a, err := c.ask(ctx, &call{exchange: x})
	if err != nil {
		return nil, err
	}
	t, err := x.read(a)
	if err == nil {
		x.Secrets.Learn(t.secrets())
	}
	return t, err
}

// ask makes a call, with retries, and returns the answer with any status, except
// that a redirect and a Retry-After beyond the longest wait are errors.
func (c *Client) ask(ctx context.Context, call *call) (*answer, error) {
	x := call.exchange
	call.client = c
	if problem := x.urlProblem(x.Request.URL, x.Request.AllowHTTP); problem != "" {
		return nil, x.fail(Error{Kind: KindURL, Problem: "its URL cannot be used: " + problem})
	}
	a, err := call.send(ctx)
	if err != nil {
		return nil, call.unreachable(ctx, err)
	}
	if longest := c.settings.RetryMaxWait; a.wait > longest && x.isTemporary(a) {
		return nil, x.waitUntil(a, longest)
	}
	if isRedirect(a.status) {
		return nil, x.redirected(a)
	}
	return a, nil
}
