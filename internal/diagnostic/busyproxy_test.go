package diagnostic

import (
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// A proxy that is too busy to connect is waited for as long as it asks for, as an
// endpoint is, and not at all if that is longer than allowed.
func TestBusyProxy(t *testing.T) {
	t.Parallel()
	const longer, limit = "Run again after that time, or raise transport.retry_max_wait, which is 25s", "transport.retry_max_wait"
	type row struct {
		status, after string
		requests      int
		took          time.Duration
		says          string
		advice, never string
	}
	tokentest.EachInBubble(t, map[string]row{
		"429, short":       {"429 Too Many Requests", "20", 3, 40 * time.Second, "HTTP 429 Too Many Requests, and asks to wait until ", "transport.proxy_url", limit},
		"503, short":       {"503 Service Unavailable", "20", 3, 40 * time.Second, "HTTP 503 Service Unavailable, and asks to wait until ", "transport.proxy_url", limit},
		"429, as long":     {"429 Too Many Requests", "25", 3, 50 * time.Second, "until ", "transport.proxy_url", limit},
		"429, long":        {"429 Too Many Requests", "26", 1, 0, "HTTP 429 Too Many Requests, and asks to wait until ", longer, "attempts"},
		"503, long":        {"503 Service Unavailable", "3600", 1, 0, "HTTP 503 Service Unavailable, and asks to wait until ", longer, "attempts"},
		"503, a date":      {"503 Service Unavailable", "Sat, 01 Jan 2000 01:00:00 GMT", 1, 0, "until 2000-01-01T01:00:00Z", longer, "attempts"},
		"503, for ever":    {"503 Service Unavailable", "999999999999", 1, 0, "asks to wait for longer than a year", "transport.proxy_url", limit},
		"403 with a wait":  {"403 Forbidden", "20", 1, 0, "HTTP 403 Forbidden", "Allow the endpoint's host", "again"},
		"503, not a wait":  {"503 Service Unavailable", "soon", 3, 0, "HTTP 503 Service Unavailable", "transport.proxy_url", "asks to wait"},
		"503, in the past": {"503 Service Unavailable", "Fri, 01 Jan 1999 01:00:00 GMT", 3, 0, "HTTP 503 Service Unavailable", "transport.proxy_url", "asks to wait"},
	}, func(t *testing.T, tc row) {
		server := &wire.Server{Answers: []wire.Answer{wire.Then(
			wire.Raw("HTTP/1.1 "+tc.status+"\r\nRetry-After: "+tc.after+"\r\nContent-Length: 0\r\n\r\n"), wire.Close)}} // to each CONNECT
		settings := quickTransport()
		settings.RetryMaxWait = 25 * time.Second
		client := behindProxy(t, server, settings, "")
		began := time.Now()
		_, err := do(t, client, testExchange("https://"+wireHost+"/token"))
		took := time.Since(began)
		e := wantError(t, err, token.KindUnreachable)
		// Without a wait that is asked for, there are the usual ones of a few seconds.
		if server.Requests() != tc.requests || took < tc.took || took > tc.took+5*time.Second {
			t.Errorf("%d requests in %s", server.Requests(), took)
		}
		if !strings.Contains(e.Problem, tc.says) || !strings.Contains(e.Advice, tc.advice) || strings.Contains(e.Problem+e.Advice, tc.never) {
			t.Errorf("error: %v", err)
		}
	})
}
