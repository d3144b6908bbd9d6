package sandbox

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestStatusFaults(t *testing.T) {
	date := time.Date(2030, 1, 2, 3, 4, 5, 6, time.FixedZone("", 3600))
	cases := []struct {
		name   string
		fault  Fault
		status int
		header string
		want   string
	}{
		{"403", Status(http.StatusForbidden), http.StatusForbidden, "", ""},
		{"500", Status(http.StatusInternalServerError), http.StatusInternalServerError, "Retry-After", ""},
		{"429 seconds", RetryAfterSeconds(http.StatusTooManyRequests, 7), http.StatusTooManyRequests, "Retry-After", "7"},
		{"503 date", RetryAfterDate(http.StatusServiceUnavailable, date), http.StatusServiceUnavailable, "Retry-After", "Wed, 02 Jan 2030 02:04:05 GMT"},
		{"HTML", HTML(http.StatusBadGateway), http.StatusBadGateway, "Content-Type", "text/html; charset=utf-8"},
		{"empty object", EmptyObject(), http.StatusOK, "Content-Type", typeJSON},
		{"redirect", Redirect(http.StatusTemporaryRedirect, "https://elsewhere.invalid/x"), http.StatusTemporaryRedirect, "Location", "https://elsewhere.invalid/x"},
	}
	for _, service := range Services() {
		for _, c := range cases {
			t.Run(service+"/"+c.name, func(t *testing.T) {
				s, web := start(t)
				s.Order(service, c.fault)
				got := mustSend(t, web, proper(t, s, service, s.Client(service)))
				if got.status != c.status || got.header.Get(c.header) != c.want {
					t.Errorf("got %d, %s %q", got.status, c.header, got.header.Get(c.header))
				}
				if len(s.Tokens()) != 0 {
					t.Error("a token was issued")
				}
				fetch(t, s, web, service)
			})
		}
	}
}

// A refusal has the reason and the body for its status or, if there are none, those for a
// range of statuses.
func TestRefusals(t *testing.T) {
	cases := []struct {
		service string
		status  int
		want    string
	}{
		{"emporix", 403, `{"ErrorCode":"invalid_request","Error":"Forbidden"}`},
		{"emporix", 429, `{"fault":{"faultstring":"Too Many Requests","detail":{"errorcode":"policies.ratelimit.QuotaViolation"}}}`},
		{"emporix", 502, `{"fault":{"faultstring":"Bad Gateway","detail":{"errorcode":"messaging.runtime.Failed"}}}`},
		{"emtech", 415, `{"message":"Missing Content-Type"}`},
		{"epgl", 429, `"Too Many Requests."`},
		{"epgl", 500, ``},
		{"oauth2", 401, `{"error":"invalid_client","error_description":"The client is unknown or its secret is wrong."}`},
		{"oauth2", 503, `{"error":"temporarily_unavailable","error_description":"Service Unavailable"}`},
	}
	for _, c := range cases {
		s, web := start(t)
		s.Order(c.service, Status(c.status))
		got := mustSend(t, web, proper(t, s, c.service, s.Client(c.service)))
		if got.status != c.status || got.body != c.want {
			t.Errorf("%s %d: got %d %s, want %s", c.service, c.status, got.status, got.body, c.want)
		}
		if c.service == "epgl" && c.status == http.StatusTooManyRequests && got.header.Get("Retry-After") != "1" {
			t.Error("epgl: a 429 without Retry-After")
		}
	}
}

func TestBrokenConnections(t *testing.T) {
	cases := []struct {
		name  string
		fault Fault
		want  func(got reply, err error) bool
	}{
		{"cut", Cut(), func(got reply, err error) bool { return errors.Is(err, io.EOF) && got.status == 0 }},
		{"cut body", CutBody(), func(got reply, err error) bool {
			return got.status == http.StatusOK && strings.HasPrefix(got.body, "{") && len(got.body) > 20 &&
				(errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET))
		}},
	}
	for _, service := range Services() {
		for _, c := range cases {
			t.Run(service+"/"+c.name, func(t *testing.T) {
				s, web := start(t)
				s.Order(service, c.fault)
				got, err := send(t, web, proper(t, s, service, s.Client(service)))
				if !c.want(got, err) {
					t.Errorf("got %+v, %v", got, err)
				}
				fetch(t, s, web, service)
				if s.Requests(service) != 2 {
					t.Errorf("%d requests, want 2", s.Requests(service))
				}
			})
		}
	}
}

func TestCutBodyOverTLS(t *testing.T) {
	s := New()
	web := httptest.NewTLSServer(s)
	defer web.Close()
	s.Order("epgl", CutBody())
	if got, err := send(t, web, proper(t, s, "epgl", s.Client("epgl"))); err == nil || got.status != http.StatusOK {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestOversized(t *testing.T) {
	for _, service := range Services() {
		s, web := start(t)
		s.Order(service, Oversized())
		got := mustSend(t, web, proper(t, s, service, s.Client(service)))
		if len(got.body) != 1<<20+1 || !json.Valid([]byte(got.body)) {
			t.Errorf("%s: %d bytes, valid %v", service, len(got.body), json.Valid([]byte(got.body)))
		}
		answered(t, s, service, got)
	}
}

func TestLineBreakToken(t *testing.T) {
	for _, service := range Services() {
		s, web := start(t)
		s.Order(service, LineBreakToken())
		token := answered(t, s, service, mustSend(t, web, proper(t, s, service, s.Client(service))))
		if !strings.Contains(token, "\r\n") {
			t.Errorf("%s: got %q", service, token)
		}
	}
}

func TestEchoSecret(t *testing.T) {
	s, web := start(t)
	for _, service := range Services() {
		for _, c := range append(s.Clients(service), Client{ID: "nobody", Secret: "fake un+known/"}) { //nolint:gosec // made up
			s.Order(service, EchoSecret())
			got := mustSend(t, web, proper(t, s, service, c))
			if got.status != http.StatusBadRequest {
				t.Errorf("%s: got %d", service, got.status)
			}
			for _, form := range []string{c.Secret, url.QueryEscape(c.Secret), base64.StdEncoding.EncodeToString([]byte(c.Secret))} {
				quoted := string(must(json.Marshal(form)))
				if !strings.Contains(got.body, quoted[1:len(quoted)-1]) {
					t.Errorf("%s: %q is not in %s", service, form, got.body)
				}
			}
		}
	}
	if len(s.Tokens()) != 0 {
		t.Error("a token was issued")
	}
}

// The answer has the lifetime of the token, in the vendor's form.
func TestLifetimeFault(t *testing.T) {
	for _, service := range Services() {
		s, web := start(t)
		c := &clock{time.Now()}
		s.now = c.now
		s.Order(service, Lifetime(42500*time.Millisecond), Lifetime(-time.Minute))
		got := mustSend(t, web, proper(t, s, service, s.Client(service)))
		end := c.time.Add(42500 * time.Millisecond)
		tells := []string{":42,", ":42}", ":42500}", fmt.Sprint(end.Unix()), fmt.Sprint(end.UnixMilli()), end.UTC().Format(time.RFC3339)}
		if !slices.ContainsFunc(tells, func(text string) bool { return strings.Contains(got.body, text) }) {
			t.Errorf("%s: got %s", service, got.body)
		}
		dead := fetch(t, s, web, service)
		if got := open(t, web, service, using(service, dead)); got != http.StatusUnauthorized {
			t.Errorf("%s: a dead token got %d", service, got)
		}
		live := fetch(t, s, web, service)
		if got := open(t, web, service, using(service, live)); got != http.StatusOK {
			t.Errorf("%s: the token after it got %d", service, got)
		}
	}
}

func TestOrder(t *testing.T) {
	s, web := start(t)
	s.OrderAlways("epgl", Status(http.StatusServiceUnavailable))
	s.Order("epgl", Fault{}, Status(http.StatusTooManyRequests))
	s.Order("epgl", Status(http.StatusInternalServerError))
	for i, want := range []int{200, 429, 500, 503, 503, 503} {
		if got := mustSend(t, web, proper(t, s, "epgl", s.Client("epgl"))); got.status != want {
			t.Errorf("request %d: got %d, want %d", i+1, got.status, want)
		}
	}
	fetch(t, s, web, "emtech")
	s.Order("epgl", Cut())
	s.Heal("epgl")
	fetch(t, s, web, "epgl")
	if s.Requests("epgl") != 7 || s.Requests("emtech") != 1 {
		t.Errorf("Requests: epgl %d, emtech %d", s.Requests("epgl"), s.Requests("emtech"))
	}
}

// A handler ends if the client leaves, and if the server closes.
func TestEndlessFaults(t *testing.T) {
	faults := map[string]Fault{"hang": Hang(), "endless": Endless()}
	for name, fault := range faults {
		for _, service := range Services() {
			t.Run(name+"/"+service+"/client goes", func(t *testing.T) {
				s, web := start(t)
				s.Order(service, fault)
				ctx, cancel := context.WithCancel(t.Context())
				go func() {
					for s.Requests(service) == 0 {
						time.Sleep(time.Millisecond)
					}
					cancel()
				}()
				if _, err := do(web.Client(), request(ctx, web, proper(t, s, service, s.Client(service)))); !errors.Is(err, context.Canceled) {
					t.Errorf("got %v", err)
				}
				fetch(t, s, web, service)
				within(t, web.Close) // the handlers are gone without s.Close
			})
			t.Run(name+"/"+service+"/server closes", func(t *testing.T) {
				s, web := start(t)
				s.Order(service, fault)
				ended := make(chan error, 1)
				r := request(t.Context(), web, proper(t, s, service, s.Client(service)))
				go func() {
					_, err := do(web.Client(), r)
					ended <- err
				}()
				for s.Requests(service) == 0 {
					time.Sleep(time.Millisecond)
				}
				s.Close()
				s.Close()
				within(t, web.Close)
				if err := <-ended; err == nil {
					t.Error("want an error, not an answer")
				}
			})
		}
	}
}

// Close ends a handler whose client does not read the answer.
func TestEndlessBlocked(t *testing.T) {
	s, web := start(t)
	s.Order("epgl", Endless())
	answer, err := web.Client().Do(request(t.Context(), web, proper(t, s, "epgl", s.Client("epgl"))))
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond) // let it fill the buffers of the connection
	s.Close()
	within(t, web.Close)
	if err := answer.Body.Close(); err != nil {
		t.Error(err)
	}
}

func request(ctx context.Context, web *httptest.Server, a ask) *http.Request {
	r := must(http.NewRequestWithContext(ctx, a.method, web.URL+a.path, strings.NewReader(a.body)))
	r.Header = a.header
	return r
}

func within(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Error("still running after 30s")
	}
}
