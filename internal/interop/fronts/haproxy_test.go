//go:build unix

package fronts_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func haproxy() kind {
	return kind{
		name: "haproxy", config: "haproxy.cfg", stop: syscall.SIGUSR1,
		ports: []string{"tls", "plain", "closing", "idle", "idle2", "mutual", "mutual12", "refusing", "reset", "sni"},
		args:  func(config string) []string { return []string{"-db", "-f", config} },
	}
}

// denials are the statuses with which haproxy can deny a request.
func denials() []int {
	return []int{
		http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed,
		http.StatusRequestTimeout, http.StatusGone, http.StatusRequestEntityTooLarge, http.StatusTooEarly, http.StatusTooManyRequests,
		http.StatusInternalServerError, http.StatusNotImplemented, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
	}
}

func TestHAProxy(t *testing.T) {
	t.Parallel()
	f := start(t, haproxy())
	f.check(t, slices.Concat(haproxyConnections(), haproxyDenials(), haproxyFailures(), haproxyCertificates(f.keys), haproxyOverHTTP2()))
}

func haproxyConnections() []row {
	const many = 12
	return []row{
		{name: "h2", at: "tls:/", times: many, asked: many, seen: many},
		{name: "h2-together", at: "tls:/", times: many, together: true, asked: many, seen: many},
		{name: "plain", at: "http+plain:/", times: many, asked: many, seen: many},
		{name: "closing", at: "http+closing:/", times: many, asked: many, seen: many},
		{name: "idle", at: "http+idle:/", times: many, asked: many, seen: many},
		{name: "idle-longer", at: "http+idle:/", times: many, pause: 4 * time.Millisecond, asked: many, seen: many},
		{name: "idle-h2", at: "idle2:/", times: many, asked: many, seen: many},
		{name: "idle-h2-longer", at: "idle2:/", times: many, pause: 4 * time.Millisecond, asked: many, seen: many},
	}
}

// haproxyDenials: what may pass is asked for again, all else once.
func haproxyDenials() []row {
	rows := []row{
		{name: "limit", at: "tls:/limit/", times: 2, asked: 1, seen: 4, summary: refused, says: []string{"HTTP 429", "limits how often"}},
		{name: "limit-later", at: "tls:/limit-later/", times: 2, asked: 1, seen: 2, summary: tooLong, says: []string{"HTTP 429", "retry_max_wait"}},
		{name: "tarpit", at: "tls:/tarpit/", seen: 3, summary: refused, says: []string{"HTTP 429"}},
		{name: "auth", at: "tls:/auth/", seen: 1, summary: refused, says: []string{"HTTP 401", htmlPage}},
	}
	for _, status := range denials() {
		r := row{
			name: fmt.Sprintf("deny-%d", status), at: fmt.Sprintf("tls:/deny-%d/", status), seen: 1,
			summary: refused, says: []string{fmt.Sprintf("HTTP %d", status)}, never: []string{"<"},
		}
		if status == http.StatusTooManyRequests || status >= http.StatusInternalServerError {
			r.seen = 3
		}
		if status == http.StatusForbidden {
			r.says, r.never = append(r.says, htmlPage), append(r.never, "knows the client")
		}
		rows = append(rows, r)
	}
	return rows
}

func haproxyFailures() []row {
	brief := object{"timeout": "1s", "max_retries": 1}
	return []row{
		{name: "down", at: "tls:/down/", seen: 3, summary: refused, says: []string{"HTTP 503", "kept failing"}},
		{name: "none", at: "tls:/none/", seen: 3, summary: refused, says: []string{"HTTP 503", "kept failing"}},
		{name: "slow", at: "tls:/slow/", asked: 3, seen: 3, summary: refused, says: []string{"HTTP 504", "kept failing"}},
		{name: "garbage", at: "tls:/garbage/", asked: 3, seen: 3, summary: refused, says: []string{"HTTP 502", "kept failing"}},
		{name: "refusing", at: "http+refusing:/", summary: unreachable, says: []string{"after 3 attempts"}},
		{name: "refusing-tls", at: "refusing:/", summary: unreachable, says: []string{"after 3 attempts"}},
		{name: "reset", at: "http+reset:/", seen: anyNumber, summary: unreachable, says: []string{"after 3 attempts"}},
		{name: "reject", at: "http+plain:/reject/", seen: 3, summary: unreachable, says: []string{"closed the connection", "after 3 attempts"}},
		{name: "drop", at: "http+plain:/drop/", transport: brief, seen: 2, summary: unreachable, says: []string{"after 2 attempts"}},
		{name: "login", at: "tls:/login/", seen: 1, summary: noToken, says: []string{"HTML page"}},
		{name: "redirect", at: "http+plain:/redirect/", seen: 1, summary: redirected, says: []string{"https://localhost:", "set token_url"}},
		{name: "redirect-loop", at: "tls:/redirect/", seen: 6, summary: redirected, says: []string{"more than 5 times"}},
	}
}

// haproxyCertificates: with TLS 1.3 the refusal comes after the handshake, and
// may be lost where the connection is reset: then it is asked for again.
func haproxyCertificates(k *keyring) []row {
	patient := object{"max_retries": 20}
	says := []string{"refused the TLS connection", "client_certificate_pem"}
	return []row{
		{name: "mutual", at: "mutual:/", set: certificate(k.client), times: 2, asked: 2, seen: 2},
		{name: "mutual-12", at: "mutual12:/", set: certificate(k.client), times: 2, asked: 2, seen: 2},
		{name: "mutual-none", at: "mutual:/", transport: patient, summary: unreachable, says: says},
		{name: "mutual-12-none", at: "mutual12:/", summary: unreachable, says: says, never: []string{"attempts"}},
		{name: "mutual-unknown", at: "mutual:/", set: certificate(k.selfSigned), transport: patient, summary: unreachable, says: says},
		{
			name: "mutual-12-unknown", at: "mutual12:/", set: certificate(k.selfSigned), summary: unreachable,
			says: says, never: []string{"attempts"},
		},
	}
}

// A front end that is told to stop answers what it has been asked, and takes no
// more.
func TestHAProxyDrains(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"tls:/hold/", "http+plain:/hold/"} {
		t.Run(strings.TrimSuffix(at, ":/hold/"), func(t *testing.T) {
			t.Parallel()
			f := start(t, haproxy())
			f.drains(t, row{name: "drain", at: at, times: 2})
		})
	}
}
