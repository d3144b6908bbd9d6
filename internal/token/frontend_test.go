package token

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// What these pages look like is checked against the servers themselves by
// internal/interop/fronts.
func TestFrontEnds(t *testing.T) {
	t.Parallel()
	const page = "<html><head><title>%</title></head><body><p>%<br />fake-page</p></body></html>"
	for name, tc := range map[string]struct {
		status int
		body   string
		says   []string
		never  []string
	}{
		"no client certificate":         {400, strings.ReplaceAll(page, "%", "400 No required SSL certificate was sent"), []string{"requires a client certificate", "client_certificate_pem"}, []string{"client_secret"}},
		"a client certificate refused":  {400, strings.ReplaceAll(page, "%", "400 The SSL certificate error"), []string{"does not accept the client certificate", "client_certificate_pem"}, []string{"client_secret"}},
		"large headers":                 {400, strings.ReplaceAll(page, "%", "400 Request Header Or Cookie Too Large"), []string{"headers of the request are larger", "request_headers"}, []string{"scopes"}},
		"no TLS, nginx":                 {400, strings.ReplaceAll(page, "%", "400 The plain HTTP request was sent to HTTPS port"), []string{"speaks TLS", "https://"}, []string{"client_secret"}},
		"no TLS, Apache httpd":          {400, strings.ReplaceAll(page, "%", "Reason: You're speaking plain HTTP to an SSL-enabled server port."), []string{"speaks TLS", "https://"}, []string{"client_secret"}},
		"no TLS, Go":                    {400, "Client sent an HTTP request to an HTTPS server.\n", []string{"speaks TLS", "https://"}, []string{"client_secret"}},
		"a client certificate, later":   {403, strings.ReplaceAll(page, "%", "Reason: Cannot perform Post-Handshake Authentication."), []string{"after the request", "TLS 1.2", "SSLVerifyClient"}, []string{"knows the client"}},
		"a page with 400":               {400, page, []string{"HTML page", "client_id", "proxy"}, nil},
		"a page with 401":               {401, page, []string{"HTML page", "credentials", "proxy"}, nil},
		"a page with 403":               {403, page, []string{"HTML page", "proxy", "this machine"}, []string{"knows the client"}},
		"a page with 404":               {404, page, []string{"no token endpoint"}, []string{"HTML page"}},
		"a page with 502":               {502, page, []string{"HTML page", "The endpoint failed. It was asked once."}, nil},
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
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			contentType := "text/html"
			if strings.HasPrefix(tc.body, "{") {
				contentType = "application/json"
			}
			_, err := readAnswer(testExchange(tokenURL), tc.status, contentType, tc.body)
			said := wantError(t, err, KindRefused).Error()
			for _, want := range tc.says {
				if !strings.Contains(said, want) {
					t.Errorf("it does not say %q: %s", want, said)
				}
			}
			for _, word := range append(tc.never, "fake-page", "<") {
				if strings.Contains(said, word) {
					t.Errorf("it says %q: %s", word, said)
				}
			}
		})
	}
}

func TestProxyAnswers(t *testing.T) {
	t.Parallel()
	x := testExchange(tokenURL)
	for status, advice := range map[int]string{http.StatusForbidden: "Allow the endpoint's host", http.StatusServiceUnavailable: "transport.proxy_url"} {
		a := newAnswer(status, http.Header{"X-Squid-Error": {"fake-error"}, "Content-Type": {"text/html"}}, []byte("<html>"), time.Unix(1_700_000_000, 0))
		said := wantError(t, x.refused(a), KindRefused).Error()
		if !strings.Contains(said, "comes from a proxy") || !strings.Contains(said, advice) || strings.Contains(said, "fake-error") {
			t.Errorf("HTTP %d says %s", status, said)
		}
	}
}
