package provider_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// failure is a way in which a token request fails, and what the user gets of it.
type failure struct {
	name     string
	fault    sandbox.Fault
	requests int // how often the endpoint is asked, with hurried()
	summary  string
	says     []string
}

// failures are the same for every service. elsewhere is a server that nobody may ask.
func failures(elsewhere string) []failure {
	const (
		refused, noToken, unreachable = "Token request refused", "No token in the answer", "Token endpoint cannot be reached"
		attempts                      = 3
	)
	return []failure{
		{"400", sandbox.Status(http.StatusBadRequest), 1, refused, []string{"HTTP 400 Bad Request"}},
		{"401", sandbox.Status(http.StatusUnauthorized), 1, refused, []string{"HTTP 401 Unauthorized"}},
		{"403", sandbox.Status(http.StatusForbidden), 1, refused, []string{"HTTP 403 Forbidden"}},
		{"415", sandbox.Status(http.StatusUnsupportedMediaType), 1, refused, []string{"HTTP 415 Unsupported Media Type"}},
		{"500", sandbox.Status(http.StatusInternalServerError), attempts, refused, []string{"HTTP 500 Internal Server Error"}},
		{
			"429 for long", sandbox.RetryAfterSeconds(http.StatusTooManyRequests, 3600), 1, "Token endpoint asks for a longer wait",
			[]string{"HTTP 429 Too Many Requests", "retry_max_wait (1ms)", "until 20"},
		},
		{"200 without token", sandbox.EmptyObject(), 1, noToken, []string{"HTTP 200 OK", "the answer has no token"}},
		{"HTML with 200", sandbox.HTML(http.StatusOK), 1, noToken, []string{"HTTP 200 OK", "an HTML page, not JSON"}},
		{"HTML with 502", sandbox.HTML(http.StatusBadGateway), attempts, refused, []string{"HTTP 502 Bad Gateway"}},
		{"cut connection", sandbox.Cut(), attempts, unreachable, []string{"closed the connection"}},
		{"cut body", sandbox.CutBody(), attempts, unreachable, nil},
		{"line break in the token", sandbox.LineBreakToken(), 1, noToken, []string{"line break"}},
		{"oversized", sandbox.Oversized(), 1, noToken, []string{"larger than 1 MiB"}},
		{
			"redirect to another host", sandbox.Redirect(http.StatusTemporaryRedirect, elsewhere+"/token?x=y"), 1,
			"Token endpoint redirects to elsewhere",
			[]string{elsewhere, "HTTP 307", "set "},
		},
		{"secret in the message", sandbox.EchoSecret(), 1, refused, []string{"No client has the secret (sensitive)"}},
	}
}

// forEach runs a test for every service and both kinds.
func forEach(t *testing.T, test func(t *testing.T, s service.Service, k kind)) {
	t.Helper()
	for _, s := range service.All() {
		for _, k := range kinds() {
			t.Run(s.Name+"/"+string(k), func(t *testing.T) { test(t, s, k) })
		}
	}
}

func TestFailures(t *testing.T) {
	noEnvironment(t)
	noLeak(t)
	var stray atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { stray.Add(1) }))
	t.Cleanup(other.Close)
	elsewhere := strings.Replace(other.URL, "127.0.0.1", "localhost", 1)

	for _, f := range failures(elsewhere) {
		t.Run(f.name, func(t *testing.T) {
			forEach(t, func(t *testing.T, s service.Service, k kind) {
				t.Helper()
				b := newBox(t)
				b.OrderAlways(s.Name, f.fault)
				p := configured(t, object{s.Name: object{"the-set": b.set(s.Name)}, "transport": hurried()})
				_, diags := p.ask(t.Context(), k, s.Name, nil)
				checkFailure(t, b, s, diags, f.summary, f.says)
				if got := b.Requests(s.Name); got != f.requests {
					t.Errorf("it was asked %d times, want %d", got, f.requests)
				}
			})
		})
	}
	if n := stray.Load(); n != 0 {
		t.Errorf("the other host was asked %d times", n)
	}
}

func TestCancelled(t *testing.T) {
	noEnvironment(t)
	noLeak(t)
	forEach(t, func(t *testing.T, s service.Service, k kind) {
		t.Helper()
		b := newBox(t)
		b.OrderAlways(s.Name, sandbox.Hang())
		p := configured(t, object{s.Name: object{"the-set": b.set(s.Name)}})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() {
			for b.Requests(s.Name) == 0 {
				time.Sleep(time.Millisecond)
			}
			cancel()
		}()
		start := time.Now()
		_, diags := p.ask(ctx, k, s.Name, nil)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("it took %s", took)
		}
		checkFailure(t, b, s, diags, "Token request interrupted", []string{"interrupted"})
	})
}

// Where a request is cancelled before it is sent, none is.
func TestCancelledBefore(t *testing.T) {
	noEnvironment(t)
	forEach(t, func(t *testing.T, s service.Service, k kind) {
		t.Helper()
		b := newBox(t)
		p := configured(t, object{s.Name: object{"the-set": b.set(s.Name)}})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, diags := p.ask(ctx, k, s.Name, nil)
		checkFailure(t, b, s, diags, "Token request interrupted", []string{"interrupted"})
	})
}

// A failure is told to all who asked, and the endpoint is not asked again.
func TestFailureIsShared(t *testing.T) {
	noEnvironment(t)
	forEach(t, func(t *testing.T, s service.Service, k kind) {
		t.Helper()
		b := newBox(t)
		b.OrderAlways(s.Name, sandbox.Status(http.StatusUnauthorized))
		p := configured(t, object{s.Name: object{"the-set": b.set(s.Name)}})
		for range 3 {
			_, diags := p.ask(t.Context(), k, s.Name, nil)
			checkFailure(t, b, s, diags, "Token request refused", nil)
		}
		if got := b.Requests(s.Name); got != 1 {
			t.Errorf("it was asked %d times", got)
		}
	})
}

// One set with the same inputs is one request, whatever asks.
func TestOneRequest(t *testing.T) {
	noEnvironment(t)
	for _, s := range service.All() {
		t.Run(s.Name, func(t *testing.T) {
			b := newBox(t)
			p := configured(t, object{s.Name: object{"the-set": b.set(s.Name)}})
			first := p.token(dataSource, s.Name, nil)
			for _, k := range kinds() {
				for _, inputs := range []object{nil, {"credentials": "the-set"}, {"min_remaining": "1m"}} {
					if p.token(k, s.Name, inputs) != first {
						t.Errorf("another token for %v as %s", inputs, k)
					}
				}
			}
			if got := b.Requests(s.Name); got != 1 {
				t.Errorf("it was asked %d times", got)
			}
		})
	}
}

// noLeak fails the test where it leaves a goroutine behind.
func noLeak(t *testing.T) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
}
