package token

import (
	"context"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// Runtime is what a Client takes from the process it runs in.
type Runtime struct {
	Now       func() time.Time                                                     // the clock
	Random    io.Reader                                                            // gives the jitter of waits and the ids of JWTs
	Log       Logger                                                               // receives what happens, never with a secret, a URL or a body
	Getenv    func(string) string                                                  // reads the environment
	UserAgent string                                                               // sent with every request
	Dial      func(ctx context.Context, network, address string) (net.Conn, error) // opens connections; nil: those of the machine's network
	// Program runs a program, as program.Run does.
	Program func(ctx context.Context, args []string, stdin []byte, timeout time.Duration) ([]byte, error)
}

// Logger takes a message followed by alternating names and values. A
// *slog.Logger is one; the interface keeps log/slog out of the binary.
type Logger interface {
	DebugContext(ctx context.Context, message string, fields ...any)
	InfoContext(ctx context.Context, message string, fields ...any)
}

// Client carries exchanges out over HTTP. It is safe for concurrent use.
type Client struct {
	transport *transport.Transport
	settings  transport.Settings
	runtime   Runtime
	passwords said.Book // those of the proxies, which may repeat them in a response
}

// NewClient returns a Client. Its error, a *transport.URLError or a *jose.Error, says
// which part of the settings cannot be used.
func NewClient(settings transport.Settings, runtime Runtime) (*Client, error) {
	through, err := transport.New(settings, transport.Machine{Now: runtime.Now, Getenv: runtime.Getenv, Dial: runtime.Dial})
	if err != nil {
		return nil, err
	}
	return &Client{transport: through, settings: settings, runtime: runtime, passwords: through.Passwords()}, nil
}

// request makes a call for a token, with retries. Its errors are *Error.
func (c *Client) request(ctx context.Context, asking *call) (*Token, error) {
	t, err := c.issue(ctx, asking)
	if err != nil {
		asking.release(ctx, asking.used.held())
		return nil, err
	}
	asking.exchange.Secrets.Learn(t.book())
	return t, nil
}

func (c *Client) issue(ctx context.Context, asking *call) (*Token, error) {
	a, err := c.ask(ctx, asking)
	if err != nil {
		return nil, err
	}
	asking.answer = a
	return a.read()
}

// ask makes a call, with retries, and returns the answer with any status, except
// that a redirect and a Retry-After beyond the longest wait are errors.
func (c *Client) ask(ctx context.Context, call *call) (*Answer, error) {
	x := call.exchange
	call.client = c
	if x.Request.Local != nil {
		return call.local(ctx)
	}
	if bad := transport.CheckURL(x.Request.URL, x.Request.AllowHTTP); bad != nil {
		return nil, &Error{Kind: KindURL, Purpose: call.purpose, Exchange: x, Cause: bad}
	}
	a, err := call.send(ctx)
	if err != nil {
		return nil, call.unreachable(ctx, err)
	}
	if longest := c.settings.RetryMaxWait; a.Wait > longest && a.IsTemporary() {
		e := a.fail(KindWait, 0)
		e.Tries, e.Wait, e.RetryAt = a.Tries, a.Wait, a.RetryAt()
		return nil, e
	}
	if transport.IsRedirect(a.Status) && !a.IsSuccess() && !a.isLogout() {
		return nil, a.redirected()
	}
	return a, nil
}

// http returns the HTTP client for an exchange: one of its own if it has a certificate.
func (c *call) http() (*http.Client, error) {
	certificate := c.exchange.Request.Certificate
	if certificate == nil {
		return c.client.transport.Client(nil), nil
	}
	pair, err := certificate.load(c.client.runtime.Now())
	if err != nil {
		return nil, &Error{Kind: KindCertificate, Purpose: c.purpose, Exchange: c.exchange, Cause: err}
	}
	return c.client.transport.Client(&pair), nil
}

// Transport returns what sends the requests.
func (c *Client) Transport() *transport.Transport { return c.transport }
