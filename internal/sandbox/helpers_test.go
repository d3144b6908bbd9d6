package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// start serves a sandbox over a real connection for as long as the test lasts.
func start(t *testing.T) (s *Server, web *httptest.Server) {
	t.Helper()
	s = New()
	web = httptest.NewServer(s)
	web.Client().CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	t.Cleanup(web.Close)
	t.Cleanup(s.Close)
	return s, web
}

// ask is a request that a test may change before it is sent.
type ask struct {
	method string
	path   string
	header http.Header
	body   string
}

// proper is the token request that the service's document describes.
func proper(service string, c Client) ask {
	a := ask{method: http.MethodPost, path: TokenPath(service), header: http.Header{}}
	switch service {
	case emporix:
		a.header.Set("Content-Type", typeForm)
		a.body = url.Values{
			"client_id": {c.ID}, "client_secret": {c.Secret}, "grant_type": {"client_credentials"},
		}.Encode()
	case oauth2:
		a.header.Set("Content-Type", typeForm)
		a.body = "grant_type=client_credentials"
		a.basic(c, c.Encoding)
	default:
		a.header.Set("Content-Type", typeJSON)
		a.body = string(must(json.Marshal(map[string]string{"clientId": c.ID, "clientSecret": c.Secret})))
	}
	return a
}

func (a *ask) basic(c Client, encoding string) {
	id, secret := c.ID, c.Secret
	if encoding == Form {
		id, secret = url.QueryEscape(id), url.QueryEscape(secret)
	}
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(id, secret)
	a.header.Set("Authorization", r.Header.Get("Authorization"))
}

func (a ask) plus(form string) ask {
	a.body += "&" + form
	return a
}

type reply struct {
	status int
	header http.Header
	body   string
}

func (r reply) object(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		t.Fatalf("body %.200q is no JSON object: %v", r.body, err)
	}
	return v
}

// send returns the error of the request, or of reading its body.
func send(t *testing.T, web *httptest.Server, a ask) (reply, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), a.method, web.URL+a.path, strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = a.header
	return do(web.Client(), r)
}

// longestReply is how much of an answer is kept, in bytes.
const longestReply = 4 << 20

func do(client *http.Client, r *http.Request) (reply, error) {
	answer, err := client.Do(r)
	if err != nil {
		return reply{}, err
	}
	var body bytes.Buffer
	_, err = io.CopyN(&body, answer.Body, longestReply)
	if errors.Is(err, io.EOF) {
		err = nil
	} else if err == nil {
		_, err = io.Copy(io.Discard, answer.Body) // of an endless one, no more is kept
	}
	if closeErr := answer.Body.Close(); err == nil {
		err = closeErr
	}
	return reply{status: answer.StatusCode, header: answer.Header, body: body.String()}, err
}

func mustSend(t *testing.T, web *httptest.Server, a ask) reply {
	t.Helper()
	got, err := send(t, web, a)
	if err != nil {
		t.Fatalf("%s %s: %v", a.method, a.path, err)
	}
	return got
}

// fetch gets a token by the proper request.
func fetch(t *testing.T, s *Server, web *httptest.Server, service string) string {
	t.Helper()
	got := mustSend(t, web, proper(service, s.Client(service)))
	if got.status != http.StatusOK {
		t.Fatalf("%s: got %d %s, want a token", service, got.status, got.body)
	}
	return tokenOf(t, service, got)
}

// page is what a vendor's page shows of its answers.
type page struct {
	token, lifetime string        // names of members
	unit            time.Duration // of the lifetime
	code, message   string        // names in a refusal; no message: a bare string
}

func pages() map[string]page {
	return map[string]page{
		emporix: {token: "access_token", lifetime: "expires_in", unit: time.Second, code: "ErrorCode", message: "Error"},
		emtech:  {token: "accessToken", lifetime: "expiryMS", unit: time.Millisecond, message: "message"},
		epgl:    {token: "accessToken", lifetime: "expiresIn", unit: time.Second},
		oauth2:  {token: "access_token", lifetime: "expires_in", unit: time.Second, code: "error", message: "error_description"},
	}
}

func pageOf(t *testing.T, service string) page {
	t.Helper()
	found, ok := pages()[service]
	if !ok {
		t.Fatalf("%s has no row in pages", service)
	}
	return found
}

func tokenOf(t *testing.T, service string, got reply) string {
	t.Helper()
	return member(t, got, pageOf(t, service).token)
}

// messageOf is what a refusal says.
func messageOf(t *testing.T, service string, got reply) string {
	t.Helper()
	if name := pageOf(t, service).message; name != "" {
		return member(t, got, name)
	}
	var text string
	if err := json.Unmarshal([]byte(got.body), &text); err != nil {
		t.Fatal(err)
	}
	return text
}

func member(t *testing.T, got reply, name string) string {
	t.Helper()
	text, ok := got.object(t)[name].(string)
	if !ok {
		t.Fatalf("no text %q in %.200s", name, got.body)
	}
	return text
}

func open(t *testing.T, web *httptest.Server, service, header, value string) int {
	t.Helper()
	a := ask{method: http.MethodGet, path: ResourcePath(service), header: http.Header{}}
	if header != "" {
		a.header.Set(header, value)
	}
	return mustSend(t, web, a).status
}

func headerOf(service string) string { return find(service).header }

func valueOf(service, token string) string { return find(service).prefix + token }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// clock is a clock that a test sets.
type clock struct{ time time.Time }

func (c *clock) now() time.Time { return c.time }
