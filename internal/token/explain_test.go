package token

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// What goes wrong on the way is told in words of our own, and whether it stays.
func TestExplain(t *testing.T) {
	t.Parallel()
	dns := &net.DNSError{Err: "no such host", Name: "hush-hush"}
	to := func(op string, err error) error { return &net.OpError{Op: op, Net: "tcp", Err: err} }
	for name, tc := range map[string]struct {
		proxy, says, advice string
		err                 error
		stays               bool
	}{
		"name":            {"", "cannot be looked up: no such host", "Check token_url", to("dial", dns), false},
		"refusal":         {"", "failed (dial): connection refused", "firewalls", to("dial", errors.New("connection refused")), false},
		"unknown root":    {"", "an authority that", "ca_certificates_pem", x509.UnknownAuthorityError{}, false},
		"certificate":     {"", "cannot be trusted: fake", "clock", &tls.CertificateVerificationError{Err: errors.New("fake")}, false},
		"no TLS":          {"", "does not speak TLS", "the port", tls.RecordHeaderError{}, true},
		"no TLS but HTTP": {"", "does not speak TLS", "the port", http.ErrSchemeMismatch, true},
		"alert":           {"", "refused the TLS connection: tls: bad certificate", "client certificate", to("remote error", tls.AlertError(alertBadCertificate)), true},
		"packed":          {"", "cannot be unpacked", "Check token_url", errPacked, true},
		"end":             {"", "closed the connection", "Try again", io.ErrUnexpectedEOF, false},
		"too large":       {"", "larger than 1 MiB", "something else", errTooLarge, true},
		"Windows' words":  {"", "refused it\n", "firewalls", to("dial", errors.New("the target machine refused it"+".")), false},
		"anything":        {"", "not HTTP", "Check token_url", errors.New("hush-hush"), false},
		"by a proxy":      {"proxy:1", "closed the connection", "through the proxy proxy:1", io.EOF, false},
		"proxy's name":    {"proxy:1", "the proxy proxy:1 cannot be used: its name", "NO_PROXY", to("proxyconnect", to("dial", dns)), false},
		"proxy's 403":     {"proxy:1", "the proxy proxy:1 does not connect to it: HTTP 403", "Allow the endpoint's host", &proxyError{status: 403}, true},
		"proxy's 407":     {"proxy:1", "HTTP 407", "a user name and a password", &proxyError{status: 407}, true},
		"proxy's 502":     {"proxy:1", "HTTP 502", "transport.proxy_url", &proxyError{status: 502}, false},
		"proxy's NTLM":    {"proxy:1", "HTTP 407", "other ways to authenticate than Basic", &proxyError{407, true}, true},
		"proxy variable":  {"", "HTTP_PROXY: fake", "Correct HTTP_PROXY", &variableError{"HTTP_PROXY", "fake"}, true},
		"SOCKS":           {"proxy:1", "the proxy proxy:1 does not connect to it: fake", "transport.proxy_url", to("socks connect", errors.New("fake")), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := fmt.Errorf("Post %q: %w", "https://hush-hush", tc.err)
			problem, advice := (&call{client: newTestClient(t, quickTransport()), exchange: testExchange(tokenURL)}).explainBy(tc.proxy, err)
			if !strings.Contains(problem+"\n", tc.says) || !strings.Contains(advice, tc.advice) || strings.Contains(problem+advice, "hush") ||
				tc.proxy == "" && strings.Contains(advice, "through the proxy") {
				t.Errorf("it says %q, %q", problem, advice)
			}
			if isPermanent(err) != tc.stays {
				t.Errorf("it stays: %v", !tc.stays)
			}
		})
	}
}
