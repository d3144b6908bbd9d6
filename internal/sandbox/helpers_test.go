package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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

// put returns a text of a documented request with the client's credentials in it.
func (c Client) put(text string) string {
	switch text {
	case "ID":
		return c.ID
	case "SECRET":
		return c.Secret
	}
	return text
}

// documented returns the documented token request of a row, with a client's credentials.
func documented(t *testing.T, s *Server, row Row, c Client) ask {
	t.Helper()
	row = resolved(t, s, row)
	a := ask{method: row.Method, path: row.Base + row.Path, header: http.Header{}, body: c.put(row.Body)}
	if len(row.Query) > 0 {
		a.path += "?" + encodeForm(filled(row.Query, c.put))
	}
	for name, value := range row.Header {
		a.header.Set(name, c.put(value))
	}
	if row.Type != "" {
		a.header.Set("Content-Type", row.Type)
	}
	if row.Type == typeJSON || row.Type == typeForm {
		a.body = encode(row, filled(bodyOf(t, row), c.put))
	}
	if user, password, ok := strings.Cut(row.Basic, ":"); ok {
		a.basic(Client{ID: c.put(user), Secret: c.put(password)}, c.Encoding)
	}
	return a
}

// bodyOf returns the documented body, as a value.
func bodyOf(t *testing.T, row Row) any {
	t.Helper()
	if row.Type == typeForm {
		return single(must(url.ParseQuery(row.Body)))
	}
	if row.Type != typeJSON {
		return row.Body
	}
	var v any
	if err := json.Unmarshal([]byte(row.Body), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// filled replaces each text by what put returns, and leaves out what is optional.
func filled(value any, put func(string) string) any {
	switch value := value.(type) {
	case map[string]string:
		found := map[string]any{}
		for name, text := range value {
			if text != "SCOPE" {
				found[name] = put(text)
			}
		}
		return found
	case map[string]any:
		found := map[string]any{}
		for name, inner := range value {
			found[name] = filled(inner, put)
		}
		return found
	case string:
		return put(value)
	}
	return value
}

// encode writes a body in the row's type.
func encode(row Row, value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	if row.Type == typeForm {
		return encodeForm(value)
	}
	return string(must(json.Marshal(value)))
}

func encodeForm(value any) string {
	form := url.Values{}
	members, _ := value.(map[string]any)
	for name, text := range members {
		form.Set(name, fmt.Sprint(text))
	}
	return form.Encode()
}

// proper returns the documented request of a service.
func proper(t *testing.T, s *Server, service string, c Client) ask {
	t.Helper()
	return documented(t, s, Find(service), c)
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

// longestReply is how many bytes of an answer are kept.
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
		_, err = io.Copy(io.Discard, answer.Body) // the rest of an endless one
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

// fetch gets a token with the documented request.
func fetch(t *testing.T, s *Server, web *httptest.Server, service string) string {
	t.Helper()
	got := mustSend(t, web, proper(t, s, service, s.Client(service)))
	if got.status != http.StatusOK {
		t.Fatalf("%s: got %d %s, want a token", service, got.status, got.body)
	}
	return answered(t, s, service, got)
}

// answered returns the last token of the service, and fails unless the answer has it.
func answered(t *testing.T, s *Server, service string, got reply) string {
	t.Helper()
	all := s.Issued(service)
	token := all[len(all)-1]
	if !strings.Contains(got.body, string(must(json.Marshal(token)))) {
		t.Fatalf("%s: %q is not in %.200s", service, token, got.body)
	}
	return token
}

// open requests the protected resource of a service, with headers.
func open(t *testing.T, web *httptest.Server, service string, header map[string]string) int {
	t.Helper()
	row := Find(service)
	a := ask{method: row.ResourceMethods[0], path: row.Resource, header: http.Header{}}
	for name, value := range header {
		a.header.Set(name, value)
	}
	return mustSend(t, web, a).status
}

// using returns the headers that the service's API expects, with a token.
func using(service, token string) map[string]string { return Find(service).use(token, "") }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// clock is a clock that a test sets.
type clock struct{ time time.Time }

func (c *clock) now() time.Time { return c.time }
