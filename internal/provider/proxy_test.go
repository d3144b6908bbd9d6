package provider_test

import (
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// toAPI are the inputs of a proxy to an API with tokens of oauth2.
func toAPI(upstream string) object { return object{"service": "oauth2", "upstream": upstream} }

// newAPI starts an API. The authorization server, which is started first, looks for what is
// left at the end.
func newAPI(t *testing.T, handler http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// toProxy opens a proxy, which ends with the test.
func (p *plugin) toProxy(inputs object) opening {
	p.t.Helper()
	o := p.opened("proxy", inputs)
	p.t.Cleanup(func() { p.close(o) })
	return o
}

// through sends a request through a proxy, and returns the response.
func (o opening) through(t *testing.T, path string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, text(t, o.attributes["url"])+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range texts(t, o.attributes["headers"]) {
		req.Header.Set(name, value)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close() //nolint:errcheck // it has been read
	read, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(read)
}

// echo answers with the token that it was sent.
func echo(w http.ResponseWriter, r *http.Request) {
	_, _ = fmt.Fprintf(w, "%s with %q", r.URL.Path, r.Header["Authorization"]) //nolint:gosec // no browser reads it
}

// A proxy puts tokens on requests until it is closed. Then each of its tokens is revoked.
func TestProxyLives(t *testing.T) {
	noEnvironment(t)
	a, api := newAuthServer(t), newAPI(t, http.HandlerFunc(echo))
	p := configured(t, a.block(nil))
	o := p.toProxy(toAPI(api.URL + "/v2").and(revoking()))
	if status, body := o.through(t, "/things"); status != http.StatusOK || body != `/v2/things with ["Bearer fake-token-1"]` {
		t.Errorf("HTTP %d %s", status, body)
	}
	key := o.token(t)
	if strings.Contains(key, "fake-token") || texts(t, o.attributes["headers"])["Authorization"] != "Bearer "+key {
		t.Error("the outputs are not the key")
	}
	other := p.toProxy(toAPI(api.URL + "/v2").and(revoking()))
	if other.token(t) == key {
		t.Error("two proxies have the same key")
	}
	p.closed(o)
	checkRevoked(t, a)
	if status, body := o.through(t, "/things"); status != 0 {
		t.Errorf("after the close: HTTP %d %s", status, body)
	}
	p.closed(other)
	checkRevoked(t, a, "fake-token-1")
	p.closed(o) // which is not open any more
	if n := len(a.asked()); n != 1 {
		t.Errorf("the token endpoint was asked %d times", n)
	}
}

// A stop ends a proxy at once. A close after it revokes the tokens.
func TestStopEndsProxies(t *testing.T) {
	noEnvironment(t)
	a, api := newAuthServer(t), newAPI(t, http.HandlerFunc(echo))
	p := configured(t, a.block(nil))
	o := p.toProxy(toAPI(api.URL).and(revoking()))
	stop(p)
	if status, body := o.through(t, "/"); status != 0 {
		t.Errorf("after the stop: HTTP %d %s", status, body)
	}
	p.closed(o)
	checkRevoked(t, a, "fake-token-1")
}

// What is wrong with the inputs is known at validation.
func TestProxyInputs(t *testing.T) {
	noEnvironment(t)
	a := newAuthServer(t)
	p := configured(t, a.block(nil).and(object{"emporix": object{"shop": object{"client_id": "fake-id", "client_secret": longSecret}}}))
	const api = "https://api.example.com"
	for name, c := range map[string]struct {
		inputs object
		at     string
		says   string
	}{
		"another service's input": {object{"service": "emporix", "audience": "shop"}, "audience", "tokens of emporix have no such input"},
		"no revocation":           {object{"service": "emporix", "revoke_on_close": true}, "revoke_on_close", "tokens of emporix have no such input"},
		"unknown service":         {object{"service": "github"}, "service", "it is not one of custom, emporix"},
		"no scheme":               {object{"upstream": "api.example.com"}, "upstream", "write it like https://api.example.com"},
		"query":                   {object{"upstream": api + "?a=b"}, "upstream", "it has a query"},
		"dots":                    {object{"upstream": api + "/v2/%2e%2e/v1"}, "upstream", "its path has . or .. in it"},
		"fragment":                {object{"upstream": api + "#a"}, "upstream", "it has a fragment (#…)."},
		"user":                    {object{"upstream": "https://user:word@api.example.com"}, "upstream", "it holds a user name or password"}, //nolint:gosec // made up
		"port 0":                  {object{"port": 0}, "port", "a whole number from 1 to 65535"},
		"port that is not whole":  {object{"port": 1.5}, "port", "a whole number from 1 to 65535"},
		"negative min_remaining":  {object{"min_remaining": "-5m"}, "min_remaining", "greater than zero"},
		"scope with a space":      {object{"scopes": []any{"a b"}}, "scopes", "no spaces"},
	} {
		t.Run(name, func(t *testing.T) {
			_, diags := p.open(t.Context(), "apitoken_proxy", toAPI(api).and(c.inputs))
			got := onlyError(t, diags)
			if got.Attribute == nil || !strings.Contains(got.Attribute.String(), `"`+c.at+`"`) {
				t.Errorf("the error is at %s", got.Attribute)
			}
			checkSays(t, got.Detail, []string{c.at, c.says})
		})
	}
}

// What prevents a proxy from being opened is an error, and leaves nothing open.
func TestProxyIsNotOpened(t *testing.T) {
	noEnvironment(t)
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close() //nolint:errcheck // nothing was written
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	number, _ := strconv.Atoi(port)
	for name, c := range map[string]struct {
		set, inputs object
		summary     string
		says        []string
	}{
		"port in use":      {nil, object{"port": number}, "Proxy cannot listen", []string{"port " + port + " is in use"}},
		"plain http":       {nil, object{"upstream": "http://api.example.com"}, "URL cannot be used", []string{"upstream cannot be used", "tokens to api.example.com", "allow_http = true in the credential set"}},
		"short life":       {nil, object{"min_remaining": "2h"}, "Token does not live long enough", []string{"1h0m0s", "2h0m0s"}},
		"no such set":      {nil, object{"credentials": "other"}, "No such credential set", []string{"the-set"}},
		"endpoint refuses": {object{"token_url": "http://127.0.0.1:1/token"}, nil, "Token endpoint cannot be reached", []string{"127.0.0.1:1"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAuthServer(t)
			p := configured(t, a.block(c.set))
			o, diags := p.opening(t.Context(), "proxy", toAPI("https://api.example.com").and(revoking()).and(c.inputs))
			got := onlyError(t, diags)
			if got.Summary != c.summary || len(o.private) > 0 {
				t.Errorf("the summary is %q; private data %q", got.Summary, o.private)
			}
			checkSays(t, got.Detail, c.says)
			if issued, revoked := len(a.asked()), len(a.revoked()); issued != revoked {
				t.Errorf("%d tokens were issued, and %d revoked", issued, revoked)
			}
		})
	}
	a := newAuthServer(t)
	p := configured(t, a.block(object{"allow_http": true}))
	p.closed(p.toProxy(toAPI("http://api.example.com")))
}

// An error in the middle has the provider's own words, and no secret.
func TestProxyErrors(t *testing.T) {
	noEnvironment(t)
	a := newAuthServer(t)
	p := configured(t, a.block(nil))
	o := p.toProxy(toAPI("http://127.0.0.1:1/v2"))
	status, body := o.through(t, "/things")
	if status != http.StatusBadGateway {
		t.Errorf("HTTP %d", status)
	}
	checkSays(t, body, []string{"API cannot be reached", "from apitoken_proxy", `Service oauth2, credential set "the-set", API at 127.0.0.1:1`, "connection refused", "Check upstream, firewalls and the HTTP proxy, if there is one"})
	o.attributes["url"] = tftypes.NewValue(tftypes.String, strings.TrimSuffix(text(t, o.attributes["url"]), "/v2"))
	if status, body = o.through(t, "/v1/things"); status != http.StatusNotFound {
		t.Errorf("HTTP %d", status)
	}
	checkSays(t, body, []string{"Path outside of upstream", "The path of the request, /v1/things, is not below /v2"})
	o.attributes["headers"] = p.toProxy(toAPI("http://127.0.0.1:1/v2")).attributes["headers"]
	status, body = o.through(t, "/things")
	if status != http.StatusProxyAuthRequired {
		t.Errorf("HTTP %d", status)
	}
	checkSays(t, body, []string{"No key of this proxy", "127.0.0.1:1 with tokens of oauth2.the-set", "each proxy has a key of its own"})

	through := newAPI(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	t.Setenv("HTTPS_PROXY", through.URL) // not for the token endpoint, which is on this machine
	p = configured(t, a.block(nil))
	_, body = p.toProxy(toAPI("https://api.example.com")).through(t, "/")
	checkSays(t, body, []string{"API at api.example.com: the proxy 127.0.0.1", "does not connect to it: HTTP 502", "ask whoever runs the proxy"})
	if strings.Contains(body, "if there is one") {
		t.Errorf("it doubts the proxy that it names: %s", body)
	}

	short := newAuthServer(t)
	short.answer = map[string]any{"expires_in": 1}
	api := newAPI(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	p = configured(t, short.block(nil).and(object{"transport": object{"max_retries": 0}}))
	o = p.toProxy(toAPI(api.URL))
	short.web.Close()
	status, body = o.through(t, "/")
	if status != http.StatusBadGateway {
		t.Errorf("HTTP %d", status)
	}
	checkSays(t, body, []string{"Token endpoint cannot be reached", "from apitoken_proxy", `Service oauth2, credential set "the-set", token endpoint at 127.0.0.1`})
	for _, secret := range []string{longSecret, "fake-token", o.token(t)} {
		if strings.Contains(body, secret) {
			t.Error("the response has a secret")
		}
	}
}

// An API gets the client certificate that its tokens are bound to, and has to be trusted as
// a token endpoint has.
func TestProxyCertificates(t *testing.T) {
	noEnvironment(t)
	pair := testkeys.Issue(t, testkeys.EC(t, elliptic.P256()), &x509.Certificate{NotAfter: time.Now().Add(time.Hour)}, nil)
	api := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "%d certificates", len(r.TLS.PeerCertificates)) //nolint:gosec // it is a number
	}))
	api.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12}
	api.Config.ErrorLog = log.New(io.Discard, "", 0) // one client does not trust it
	api.StartTLS()
	t.Cleanup(api.Close)
	a := newAuthServer(t)
	set := object{"client_secret": nil, "client_auth": "tls_client_auth", "client_certificate_pem": pair.Certificate, "client_key_pem": pair.Key}
	authority := testkeys.PEM("CERTIFICATE", api.Certificate().Raw)
	for trusted, want := range map[string]string{authority: "1 certificates", "": "has signed its certificate itself"} {
		transport := hurried()
		if trusted != "" {
			transport["ca_certificates_pem"] = trusted
		}
		p := configured(t, a.block(set).and(object{"transport": transport}))
		o := p.toProxy(toAPI(api.URL))
		if _, body := o.through(t, "/"); !strings.Contains(body, want) {
			t.Errorf("%s, want %s", body, want)
		}
		p.closed(o)
	}
}

// A proxy whose service is not known yet has no other error.
func TestProxyOfUnknownService(t *testing.T) {
	p := newPlugin(t)
	schema := p.schema.EphemeralResourceSchemas["apitoken_proxy"]
	got, err := p.server.ValidateEphemeralResourceConfig(t.Context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{
		TypeName: "apitoken_proxy", Config: p.dynamic(schema, object{"service": unknown{}, "upstream": unknown{}, "audience": "a"}),
	})
	if err != nil || len(got.Diagnostics) > 0 {
		t.Errorf("%v, %s", err, say(got.Diagnostics))
	}
}
