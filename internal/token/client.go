package token

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

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
	transport *http.Transport
	settings  Transport
	runtime   Runtime
	// passwords are those of the proxies, which may repeat them in an answer.
	passwords []said.Secret
}

// NewClient returns a Client. The error says which part of the transport
// cannot be used.
func NewClient(settings Transport, runtime Runtime) (*Client, error) {
	roots, err := CertPool(settings.CACertificatesPEM)
	if err != nil {
		return nil, err
	}
	proxyURL, usual := settings.ProxyURL.Reveal(), usualProxies(runtime.Getenv)
	proxy, err := proxyFunc(proxyURL, usual)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		Proxy:             proxy,
		DialContext:       runtime.dial(settings.Timeout),
		TLSClientConfig:   &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2: true,
		// net/http goes on with a handshake, as with dialling, after its request
		// has ended.
		TLSHandshakeTimeout:    settings.Timeout,
		OnProxyConnectResponse: checkProxy,
		// An endpoint is asked once, so a connection kept is a connection leaked.
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: largestAnswer,
	}
	return &Client{
		http: &http.Client{
			Timeout:       settings.Timeout,
			CheckRedirect: checkRedirect,
			Transport:     wholeAnswer{transport},
		},
		transport: transport,
		settings:  settings,
		runtime:   runtime,
		passwords: proxyPasswords(proxyURL, usual),
	}, nil
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
			conn, err = dial(ctx, network, address)
			return err
		})
		return conn, err
	}
}

// CertPool returns the system's trusted certificates with those in pem added;
// nil, which means the system's alone, where pem is empty.
func CertPool(pem string) (*x509.CertPool, error) {
	if pem == "" {
		return nil, nil //nolint:nilnil // tls.Config reads nil as the system's pool
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM([]byte(pem)) {
		return nil, errors.New("it holds no PEM certificate (-----BEGIN CERTIFICATE-----)")
	}
	return pool, nil
}

// checkRedirect follows a redirect only where the same request goes to the
// same host: credentials go nowhere that the user has not named.
func checkRedirect(next *http.Request, via []*http.Request) error {
	first := via[0]
	if len(via) > mostRedirects || next.URL.Scheme != first.URL.Scheme || next.URL.Host != first.URL.Host || next.Method != first.Method {
		return http.ErrUseLastResponse
	}
	return nil
}

// Do carries the exchange out, with retries. Its errors are *Error.
func (c *Client) Do(ctx context.Context, x *Exchange) (*Token, error) {
	a, err := c.ask(ctx, x, "")
	if err != nil {
		return nil, err
	}
	return x.read(a)
}

// ask sends the exchange's request, with retries, and returns the answer with
// any status, except that a redirect and a Retry-After beyond the longest wait
// are errors. Audience is the aud of JWTs that set none; empty: the request's URL.
func (c *Client) ask(ctx context.Context, x *Exchange, audience string) (*answer, error) {
	if err := CheckURL(x.Request.URL, x.Request.AllowHTTP); err != nil {
		return nil, x.fail(Error{Kind: KindURL, Problem: "its URL cannot be used: " + err.Error()})
	}
	call := &call{client: c, exchange: x, audience: audience}
	a, err := call.send(ctx)
	if err != nil {
		return nil, call.unreachable(ctx, err)
	}
	longest := c.settings.RetryMaxWait
	if wait, _ := retryAfter(a.header, c.runtime.Now()); retryable(a.status) && wait > longest {
		return nil, x.waitUntil(a, c.runtime.Now().Add(wait), longest)
	}
	if a.status >= 300 && a.status <= 399 {
		return nil, x.redirected(a)
	}
	return a, nil
}
