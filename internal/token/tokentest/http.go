package tokentest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

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
