package tokentest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Page is what a site has at a URL.
type Page struct {
	Status            int
	ContentType, Body string
}

// NewPage returns a page.
func NewPage(status int, contentType, body string) Page { return Page{status, contentType, body} }

// JSONPage returns a page that succeeds, with JSON.
func JSONPage(format string, args ...any) Page {
	return NewPage(http.StatusOK, "application/json", fmt.Sprintf(format, args...))
}

// Response returns the page as a response.
func (p Page) Response() *http.Response {
	return Response(p.Status, http.Header{"Content-Type": {p.ContentType}}, p.Body)
}

// Response returns a response.
func Response(status int, header http.Header, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}
}

// The places of an issuer's metadata.
const (
	ASMetadata   = "/.well-known/oauth-authorization-server"
	OIDCMetadata = "/.well-known/openid-configuration"
)

// MetadataPage is the metadata of an issuer with the endpoints of https://as.example.com.
func MetadataPage(issuer string) Page {
	return JSONPage(`{"issuer":%q,"token_endpoint":"https://as.example.com/token","revocation_endpoint":"https://as.example.com/revoke"}`, issuer)
}

// EndpointPage is the metadata of https://as.example.com with that token endpoint.
func EndpointPage(tokenEndpoint string) Page {
	return JSONPage(`{"issuer":"https://as.example.com","token_endpoint":"%s"}`, tokenEndpoint)
}

// Site answers for every host, without a network, and keeps what it was asked for.
type Site struct {
	Pages map[string]Page

	mu    sync.Mutex
	asked []string
}

// RoundTrip implements http.RoundTripper.
func (s *Site) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, req.Method+" "+req.URL.String())
	found, ok := s.Pages[req.URL.String()]
	if !ok {
		found = NewPage(http.StatusNotFound, "text/html", "<html>")
	}
	return found.Response(), nil
}

// Asked returns the method and the URL of each request.
func (s *Site) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// Count returns how many requests had a part in their method and URL.
func (s *Site) Count(part string) int {
	n := 0
	for _, asked := range s.Asked() {
		if strings.Contains(asked, part) {
			n++
		}
	}
	return n
}

// Well answers with metadata that names the token endpoint of https://as.example.com.
func Well(*http.Request) (*http.Response, error) {
	return MetadataPage("https://as.example.com").Response(), nil
}

// Answering answers as the page says.
func Answering(p Page, header http.Header) RoundTripper {
	return func(*http.Request) (*http.Response, error) {
		answered := p.Response()
		maps.Copy(answered.Header, header)
		return answered, nil
	}
}

// Hanging does not answer.
func Hanging(req *http.Request) (*http.Response, error) {
	<-req.Context().Done()
	return nil, req.Context().Err()
}

// After answers after a wait.
func After(wait time.Duration, then RoundTripper) RoundTripper {
	return func(req *http.Request) (*http.Response, error) {
		select {
		case <-time.After(wait):
			return then(req)
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
}

// TwoPlaces answers at the two places of an issuer's metadata, and counts.
type TwoPlaces struct {
	AS, OIDC             RoundTripper
	AtAS, AtOIDC, Tokens Counter
}

// RoundTrip implements http.RoundTripper.
func (p *TwoPlaces) RoundTrip(req *http.Request) (*http.Response, error) {
	switch {
	case strings.Contains(req.URL.Path, ASMetadata):
		p.AtAS.Add()
		return p.AS(req)
	case strings.Contains(req.URL.Path, OIDCMetadata):
		p.AtOIDC.Add()
		return p.OIDC(req)
	default:
		p.Tokens.Add()
		return JSONPage(`{"access_token":"tok-1","token_type":"bearer","expires_in":3600,"scope":"read"}`).Response(), nil
	}
}

// PlaceFaults are all that may be at a place instead of metadata.
func PlaceFaults() map[string]RoundTripper {
	status := func(status int, header http.Header) RoundTripper {
		return Answering(NewPage(status, "text/plain", "no"), header)
	}
	faults := map[string]RoundTripper{
		"429 with a long wait":         status(429, http.Header{"Retry-After": {"3600"}}),
		"503 with a short wait":        status(503, http.Header{"Retry-After": {"5"}}),
		"503 with a long wait":         status(503, http.Header{"Retry-After": {"3600"}}),
		"a redirect to another host":   status(302, http.Header{"Location": {"https://login.example.com/"}}),
		"a redirect to nowhere":        status(302, nil),
		"a login page":                 Answering(NewPage(http.StatusOK, "text/html", "<html>log in</html>"), nil),
		"an empty object":              Answering(JSONPage("{}"), nil),
		"an empty body":                Answering(JSONPage(""), nil),
		"a response that is JSON":      Answering(JSONPage(`{"message":"no such route"}`), nil),
		"an issuer that is another":    Answering(MetadataPage("https://other.example.com"), nil),
		"a page over 1 MiB":            Answering(NewPage(200, "text/html", strings.Repeat("a", 1<<20+1)), nil),
		"a cut connection":             func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF },
		"an error that nobody expects": func(*http.Request) (*http.Response, error) { return nil, errors.New("hush") },
		"no response":                  Hanging,
		"an endpoint of ftp":           Answering(EndpointPage("ftp://as.example.com/token"), nil),
		"an endpoint with a fragment":  Answering(EndpointPage("https://as.example.com/token#a"), nil),
		"an endpoint with a password":  Answering(EndpointPage("https://u:hush@as.example.com/token"), nil),
		"an endpoint without a host":   Answering(EndpointPage("https:///token"), nil),
		"an endpoint of plain http":    Answering(EndpointPage("http://as.example.com/token"), nil),
		"an endpoint that is text":     Answering(EndpointPage("token"), nil),
	}
	for _, code := range []int{204, 400, 401, 403, 404, 405, 429, 500, 502} {
		faults[strconv.Itoa(code)] = status(code, nil)
	}
	return faults
}

// RoundTripper answers without a network, so that a test's clock can be false.
type RoundTripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f RoundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// Counter counts across goroutines.
type Counter struct{ n atomic.Int64 }

// Add adds one.
func (c *Counter) Add() { c.n.Add(1) }

// Get returns the count.
func (c *Counter) Get() int { return int(c.n.Load()) }

// WantCount fails unless so many were counted, such as requests.
func WantCount(tb testing.TB, got, want int) {
	tb.Helper()
	if got != want {
		tb.Errorf("counted %d, want %d", got, want)
	}
}

// Serve answers every request with the handler and counts them.
func Serve(t *testing.T, handler http.HandlerFunc) (url string, requests func() int) {
	t.Helper()
	NoLeak(t)
	var count Counter
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count.Add()
		// Until the body is read, the server does not see that a client has gone.
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, count.Get
}

// AnswerWith answers with a status and a body.
func AnswerWith(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}
