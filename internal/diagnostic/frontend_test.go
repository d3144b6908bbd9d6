package diagnostic

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// What these pages look like is checked against the servers themselves by
// internal/interop/fronts.
func TestFrontEnds(t *testing.T) {
	t.Parallel()
	const page = "<html><head><title>%</title></head><body><p>%<br />fake-page</p></body></html>"
	type row struct {
		status int
		body   string
		says   []string
		never  []string
	}
	tokentest.Each(t, map[string]row{
		"no client certificate":         {400, strings.ReplaceAll(page, "%", "400 No required SSL certificate was sent"), []string{"requires a client certificate", "client_certificate_pem"}, []string{"client_secret"}},
		"a client certificate refused":  {400, strings.ReplaceAll(page, "%", "400 The SSL certificate error"), []string{"does not accept the client certificate", "client_certificate_pem"}, []string{"client_secret"}},
		"large headers":                 {400, strings.ReplaceAll(page, "%", "400 Request Header Or Cookie Too Large"), []string{"headers of the request are larger", "request_headers"}, []string{"scopes"}},
		"no TLS, nginx":                 {400, strings.ReplaceAll(page, "%", "400 The plain HTTP request was sent to HTTPS port"), []string{"expects TLS", "https://"}, []string{"client_secret"}},
		"no TLS, Apache httpd":          {400, strings.ReplaceAll(page, "%", "Reason: You're speaking plain HTTP to an SSL-enabled server port."), []string{"expects TLS", "https://"}, []string{"client_secret"}},
		"no TLS, Go":                    {400, "Client sent an HTTP request to an HTTPS server.\n", []string{"expects TLS", "https://"}, []string{"client_secret"}},
		"a client certificate, later":   {403, strings.ReplaceAll(page, "%", "Reason: Cannot perform Post-Handshake Authentication."), []string{"after the request", "TLS 1.2", "SSLVerifyClient"}, []string{"knows the client"}},
		"a page with 400":               {400, page, []string{"HTML page", "client_id", "proxy"}, nil},
		"a page with 401":               {401, page, []string{"HTML page", "credentials", "proxy"}, nil},
		"a page with 403":               {403, page, []string{"HTML page", "proxy", "this machine"}, []string{"knows the client"}},
		"a page with 404":               {404, page, []string{"no token endpoint"}, []string{"HTML page"}},
		"a page with 502":               {502, page, []string{"HTML page", "The endpoint failed, and the request was not repeated."}, nil},
		"a page with an unknown status": {451, page, []string{"HTML page"}, nil},
		"JSON that quotes a page":       {400, `{"error":"invalid_scope","error_description":"No required SSL certificate was sent"}`, []string{"scopes"}, []string{"client_certificate_pem"}},
		"a body that is too large":      {413, "", []string{"larger than the server accepts"}, nil},
		"a URL that is too long":        {414, "", []string{"longer than the server accepts"}, nil},
		"headers that are too large":    {431, "", []string{"larger than the server accepts", "request_headers"}, nil},
		"a request that took too long":  {408, "", []string{"Run again"}, nil},
		"another host":                  {421, "", []string{"does not serve this host"}, nil},
		"a conflict":                    {409, "", []string{"account is locked", "run again later"}, nil},
		"locked":                        {423, "", []string{"account is locked", "run again later"}, nil},
		"for legal reasons":             {451, "", []string{"not allowed to serve"}, nil},
		"a teapot":                      {418, "", []string{"firewall"}, nil},
		"gone":                          {410, page, []string{"no token endpoint", "any more"}, []string{"HTML page"}},
	}, func(t *testing.T, tc row) {
		contentType := "text/html"
		if strings.HasPrefix(tc.body, "{") {
			contentType = "application/json"
		}
		_, err := readAnswer(testExchange(tokenURL), tc.status, contentType, tc.body)
		told := wantError(t, err, token.KindRefused).Error()
		wantSaid(t, told, tc.says, append(tc.never, "fake-page", "<"))
	})
}

func TestProxyAnswers(t *testing.T) {
	t.Parallel()
	x := testExchange(tokenURL)
	for status, advice := range map[int]string{http.StatusForbidden: "Allow the endpoint's host", http.StatusServiceUnavailable: "or set another one in transport.proxy_url"} {
		a := newAnswer(x, status, http.Header{"X-Squid-Error": {"fake-error"}, "Content-Type": {"text/html"}}, []byte("<html>"), time.Unix(1_700_000_000, 0))
		told := refuse(t, x, a).Error()
		if !strings.Contains(told, "comes from a proxy") || !strings.Contains(told, advice) || strings.Contains(told, "fake-error") {
			t.Errorf("HTTP %d says %s", status, told)
		}
	}
}

// A proxy that does not reach the endpoint works: squid says what it has met.
func TestSquidProblems(t *testing.T) {
	t.Parallel()
	for name, problem := range map[string]string{
		"ERR_DNS_FAIL 0": "cannot look up the name of the endpoint's host", "ERR_CONNECT_FAIL 111": "cannot connect to the endpoint", "ERR_CANNOT_FORWARD": "has no way",
		"ERR_SECURE_CONNECT_FAIL 71": "no TLS connection", "ERR_READ_TIMEOUT 0": "in time", "ERR_ZERO_SIZE_OBJECT 0": "closed the connection", "ERR_FAKE hush": "",
	} {
		header := http.Header{"X-Squid-Error": {name}, "Content-Type": {"text/html"}}
		a := newAnswer(testExchange(tokenURL), http.StatusServiceUnavailable, header, []byte("<html>"), time.Unix(1_700_000_000, 0))
		plain := refuse(t, testExchange(tokenURL), a).Error()
		refusal := &transport.ProxyError{Status: http.StatusServiceUnavailable, Met: transport.SquidMet(said.NewForeign(name))}
		tunnel, advice := explained(refusal, transport.NewProxy(through("proxy:1"), ""))
		for _, text := range []string{plain, tunnel + advice} {
			for _, says := range []string{problem, "The proxy works, but does not reach the endpoint", "the host and the port in token_url", "another one in transport.proxy_url"} {
				if !strings.Contains(text, says) || strings.Contains(text, "hush") || strings.Contains(text, "_PROXY") {
					t.Errorf("%s: it does not say %q: %s", name, says, text)
				}
			}
		}
	}
}

// Advice about a proxy names the setting in use, and no other.
func TestProxySetting(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		set         string
		environment map[string]string
		url, want   string
	}{
		"the transport's": {"http://proxy:1", map[string]string{"HTTPS_PROXY": "http://other:1"}, tokenURL, "transport.proxy_url"},
		"HTTPS":           {"", map[string]string{"HTTPS_PROXY": "http://proxy:1"}, tokenURL, "HTTPS_PROXY in the environment"},
		"small letters":   {"", map[string]string{"https_proxy": "http://proxy:1"}, tokenURL, "https_proxy in the environment"},
		"plain HTTP":      {"", map[string]string{"HTTP_PROXY": "http://proxy:1"}, "http://auth.example.com/token", "HTTP_PROXY in the environment"},
	} {
		runtime := testRuntime()
		runtime.Getenv = func(name string) string { return tc.environment[name] }
		client := clientWith(t, transport.Settings{ProxyURL: said.NewSecret(tc.set)}, runtime)
		if got := settingOf(client.Transport().ProxyFor(tc.url)); got != tc.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	for status, says := range map[int]string{407: "Correct them", 403: "or none for that host in NO_PROXY.", 502: "does not reach", 0: "Check"} {
		const setting = "HTTPS_PROXY in the environment"
		advice := proxyAdvice(status, transport.NewProxy(through("me:hush@proxy:1"), "HTTPS_PROXY"))
		if !strings.Contains(advice, says) || !strings.Contains(advice, setting) || strings.Contains(advice, "transport.") || strings.Contains(advice, "NO_PROXY") != (status == 403) {
			t.Errorf("%d: %s", status, advice)
		}
	}
}
