package proxy

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// shelf issues the tokens token-1, token-2 and so on.
type shelf struct {
	mu      sync.Mutex
	number  int
	err     error // why there is no token
	keepOld bool  // no new token after a refusal
	held    int   // users of tokens
}

func (s *shelf) Use(context.Context) (*token.Token, func(), error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil, nil, s.err
	}
	s.held++
	text := fmt.Sprintf("token-%d", s.number)
	headers := map[string]said.Secret{"Authorization": said.NewSecret("Bearer " + text), "X-Tenant": said.NewSecret("tenant-a")}
	return &token.Token{AccessToken: said.NewSecret(text), Headers: headers}, sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.held--
	}), nil
}

func (s *shelf) Refuse(t *token.Token) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keepOld {
		return false
	}
	if t.AccessToken.Equal(said.NewSecret(fmt.Sprintf("token-%d", s.number))) {
		s.number++
	}
	return true
}

// opened is a proxy with its tokens, for a test.
type opened struct {
	*Proxy
	tokens *shelf
	sender *transport.Upstream
}

// explain words errors for tests.
func explain(err error) Answer {
	if refused, ok := err.(*RefusedError); ok { //nolint:errorlint // as the proxy returns it
		status := map[Reason]int{
			ReasonHost: 421, ReasonKey: 407, ReasonMethod: 405, ReasonPath: 404, ReasonBody: 400, ReasonClosing: 503,
		}[refused.Reason]
		return Answer{status, "Refused", "refused by the proxy"}
	}
	return Answer{http.StatusBadGateway, "Not forwarded", err.Error()}
}

// openTo opens a proxy to upstream.
func openTo(tb testing.TB, upstream string) *opened {
	tb.Helper()
	through, err := transport.New(transport.DefaultSettings(), transport.Machine{Getenv: func(string) string { return "" }})
	if err != nil {
		tb.Fatal(err)
	}
	return openWith(tb, upstream, through.Upstream(nil))
}

func openWith(tb testing.TB, upstream string, sender *transport.Upstream) *opened {
	tb.Helper()
	at, err := url.Parse(upstream)
	if err != nil {
		tb.Fatal(err)
	}
	tokens := &shelf{number: 1}
	p, err := Open(tb.Context(), at, Settings{
		Tokens: tokens, Sender: sender, Random: rand.Reader, Explain: explain, Log: func(context.Context, string, Answer) {},
	})
	if err != nil {
		tb.Fatal(err)
	}
	o := &opened{p, tokens, sender}
	tb.Cleanup(func() {
		o.Close(context.Background())
		sender.CloseIdleConnections()
		if o.tokens.held != 0 {
			tb.Errorf("%d tokens are still in use after the close", o.tokens.held)
		}
	})
	return o
}

// api starts an API.
func api(tb testing.TB, handler http.HandlerFunc) *httptest.Server {
	tb.Helper()
	server := httptest.NewServer(handler)
	tb.Cleanup(server.Close)
	return server
}

// request returns a request with the key.
func (o *opened) request(t *testing.T, method, path string, body io.Reader) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+o.address+path, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+o.Key().Reveal())
	return req
}

// plain sends requests as they are, and follows no redirect.
var plainClient = &http.Client{
	Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// response is what a test reads of a response.
type response struct {
	StatusCode      int
	Header, Trailer http.Header
}

// do sends a request, and returns the response with its body.
func do(t *testing.T, req *http.Request) (response, string) {
	t.Helper()
	resp, err := plainClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it has been read
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{resp.StatusCode, resp.Header, resp.Trailer}, string(body)
}

// dial connects to the proxy.
func (o *opened) dial(t *testing.T) net.Conn {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", o.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// seen are the requests that an API has received, as text.
type seen struct {
	mu       sync.Mutex
	requests []string
}

// handler notes requests, and answers each with what answer does.
func (s *seen) handler(answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var text strings.Builder
		fmt.Fprintf(&text, "%s %s\nHost: %s\n", r.Method, r.RequestURI, r.Host)
		_ = r.Header.Write(&text)
		s.mu.Lock()
		s.requests = append(s.requests, text.String())
		s.mu.Unlock()
		answer(w, r)
	}
}

func (s *seen) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.requests...)
}
