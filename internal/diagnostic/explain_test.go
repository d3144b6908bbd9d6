package diagnostic

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// What goes wrong on the way is told in words of our own, and whether it stays.
func TestExplain(t *testing.T) {
	t.Parallel()
	dns := &net.DNSError{Err: "no such host", Name: "hush-hush"}
	unknown := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	to := func(op string, err error) error { return &net.OpError{Op: op, Net: "tcp", Err: err} }
	type row struct {
		proxy, says, advice string
		err                 error
		stays               bool
	}
	tokentest.Each(t, map[string]row{
		"name":                   {"", "cannot be looked up: no such host", "Check token_url", to("dial", dns), false},
		"refusal":                {"", "failed: connection refused", "firewalls", to("dial", errors.New("connection refused")), false},
		"unknown root":           {"", "an authority that", "ca_certificates_pem", unknown, true},
		"certificate":            {"", "cannot be trusted: fake", "in token_url", &tls.CertificateVerificationError{Err: errors.New("fake")}, true},
		"no TLS":                 {"", "does not speak TLS", "the port", tls.RecordHeaderError{}, true},
		"no TLS but HTTP":        {"", "does not speak TLS", "the port", http.ErrSchemeMismatch, true},
		"alert":                  {"", "refused the TLS connection: tls: bad certificate", "client certificate", to("remote error", tls.AlertError(42)), true},
		"packed":                 {"", "cannot be unpacked", "Check token_url", transport.ErrCompressed, true},
		"end":                    {"", "closed the connection", "Try again", io.ErrUnexpectedEOF, false},
		"idle and closed":        {"", "closed the connection before the response", "Try again", errors.New("http: server closed idle connection"), false},
		"closed":                 {"", "closed the connection before the response", "Try again", to("read", net.ErrClosed), false},
		"too large":              {"", "larger than 1 MiB", "something else", transport.ErrTooLarge, true},
		"Windows' words":         {"", "refused it\n", "firewalls", to("dial", errors.New("the target machine refused it"+".")), false},
		"anything":               {"", "not HTTP", "Check token_url", errors.New("hush-hush"), false},
		"by a proxy":             {"proxy:1", "closed the connection", "through the proxy proxy:1", io.EOF, false},
		"proxy's name":           {"proxy:1", "the proxy proxy:1 cannot be used: its name", "Check transport.proxy_url.", to("proxyconnect", to("dial", dns)), false},
		"proxy's 403":            {"proxy:1", "the proxy proxy:1 does not connect to it: HTTP 403", "Allow the endpoint's host", &transport.ProxyError{Status: 403}, true},
		"proxy's 407":            {"proxy:1", "HTTP 407", "a user name and a password", &transport.ProxyError{Status: 407}, true},
		"proxy's password":       {"fake@proxy:1", "HTTP 407", "does not accept the user name or password", &transport.ProxyError{Status: 407}, true},
		"proxy's root":           {"proxy:1", "the proxy proxy:1 cannot be used: its certificate is signed by an authority", "ca_certificates_pem", to("proxyconnect", unknown), true},
		"proxy's certificate":    {"proxy:1", "cannot be used: its certificate cannot be trusted: fake", "in transport.proxy_url", to("proxyconnect", &tls.CertificateVerificationError{Err: errors.New("fake")}), true},
		"proxy's old TLS":        {"proxy:1", "cannot be used: it does not speak TLS 1.2", "enable TLS 1.2", to("proxyconnect", errors.New("tls: server selected unsupported protocol version")), true},
		"proxy without TLS":      {"proxy:1", "cannot be used: it does not speak TLS", "transport.proxy_url", to("proxyconnect", tls.RecordHeaderError{}), true},
		"no status":              {"", "does not begin with an HTTP status", "Check the scheme", transport.ErrNoStatus, true},
		"no connection has room": {"", "none of several connections", "Try again", transport.ErrNoStream, false},
		"proxy's 502":            {"proxy:1", "HTTP 502", "does not reach the endpoint", &transport.ProxyError{Status: 502}, false},
		"proxy's NTLM":           {"proxy:1", "HTTP 407", "The proxy does not offer Basic", &transport.ProxyError{Status: 407, OffersOtherAuth: true}, true},
		"proxy variable":         {"", "HTTP_PROXY: a proxy's URL begins with", "Correct HTTP_PROXY", &transport.VariableError{Name: "HTTP_PROXY", Cause: &transport.URLError{Problem: transport.ProxyScheme}}, true},
		"SOCKS, no password":     {"proxy:1", "does not connect to it: no acceptable authentication", "Give the proxy a user name", to("socks connect", errors.New("no acceptable authentication methods")), true},
		"SOCKS, password":        {"fake@proxy:1", "does not connect to it: username/password authentication failed", "does not accept the user name", to("socks connect", errors.New("username/password authentication failed")), true},
		"SOCKS":                  {"proxy:1", "the proxy proxy:1 does not connect to it: fake", "transport.proxy_url", to("socks connect", errors.New("fake")), false},
	}, func(t *testing.T, tc row) {
		err := fmt.Errorf("Post %q: %w", "https://hush-hush", tc.err)
		problem, advice := explained(err, transport.NewProxy(through(tc.proxy), ""))
		if !strings.Contains(problem+"\n", tc.says) || !strings.Contains(advice, tc.advice) || strings.Contains(problem+advice, "hush") ||
			tc.proxy == "" && strings.Contains(advice, "through the proxy") {
			t.Errorf("it says %q, %q", problem, advice)
		}
		if transport.IsPermanent(err, token.IsTemporary) != tc.stays {
			t.Errorf("it stays: %v", !tc.stays)
		}
	})
}

// through returns the proxy at a host; nil: there is none.
func through(host string) *url.URL {
	if host == "" {
		return nil
	}
	proxy := &url.URL{Scheme: "http", Host: host}
	if name, after, ok := strings.Cut(host, "@"); ok {
		proxy.Host, proxy.User = after, url.User(name)
	}
	return proxy
}
