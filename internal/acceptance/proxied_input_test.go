package acceptance

import (
	"fmt"
	"net"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// wrongProxy is an ephemeral resource apitoken_proxy that comes to one error, at one attribute.
type wrongProxy struct {
	name, arguments    string
	attribute, summary string
	says               []string
}

// checkBad checks that a run has one error for each of the proxies, at its attribute.
func (p *proxiedLab) checkBad(list []wrongProxy, args ...string) {
	p.T.Helper()
	var addresses []string
	for _, bad := range list {
		addresses = append(addresses, "ephemeral.apitoken_proxy."+bad.name)
	}
	found := p.ErrorsAt(addresses, args...)
	for i, bad := range list {
		d := found[addresses[i]]
		code := strings.TrimSpace(d.Snippet.Code)
		if d.Summary != bad.summary || !strings.HasPrefix(code, bad.attribute) {
			p.T.Errorf("%s: got %q at %q, want %q at %s", bad.name, d.Summary, code, bad.summary, bad.attribute)
		}
		p.Says(d, bad.says...)
	}
}

func wrongProxies(upstream string) []wrongProxy {
	with := func(arguments string) string {
		return fmt.Sprintf("service = \"oauth2\"\n  upstream = %q\n  %s", upstream, arguments)
	}
	other := "service = \"emtech\"\n  upstream = \"" + upstream + "\"\n  "
	whole := []string{"port cannot be used", "1 to 65535"}
	return []wrongProxy{
		{"others_input", other + "audience = \"x\"", "audience", "Input of another service", []string{"audience cannot be used", "tokens of emtech"}},
		{"others_revocation", other + "revoke_on_close = true", "revoke_on_close", "Input of another service", []string{"revoke_on_close cannot be used"}},
		{"no_service", "service = \"acme\"\n  upstream = \"" + upstream + "\"", "service", "No such service", []string{"emporix", "oauth2"}},
		{"query", "service = \"oauth2\"\n  upstream = \"" + upstream + "?a=1\"", "upstream", "URL cannot be used", []string{"upstream cannot be used", "query"}},
		{"port_0", with("port = 0"), "port", "Number cannot be used", whole},
		{"port_70000", with("port = 70000"), "port", "Number cannot be used", whole},
		{"port_1_5", with("port = 1.5"), "port", "Number cannot be used", whole},
	}
}

func blocksOf(list []wrongProxy) (parts []string) {
	for _, bad := range list {
		parts = append(parts, fmt.Sprintf("ephemeral \"apitoken_proxy\" %q {\n  %s\n}\n", bad.name, bad.arguments))
	}
	return parts
}

// What can be known at validation is an error there, once, at its attribute.
func testProxiedBadInput(l *sandboxLab) {
	p := l.newProxied()
	list := wrongProxies(p.api.url)
	p.proxied(blocksOf(list)...)
	p.checkBad(list, "validate")
	p.asked(nil, 0, "oauth2")
}

// What can be known when a proxy is opened is an error there, once, at its attribute.
func testProxiedBadOpening(l *sandboxLab) {
	p := l.newProxied()
	taken := clitest.Must(new(net.ListenConfig).Listen(p.T.Context(), "tcp4", "127.0.0.1:0"))(p.T)
	p.T.Cleanup(func() { clitest.OK(p.T, taken.Close()) })
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	with := func(upstream, arguments string) string {
		return fmt.Sprintf("service = \"oauth2\"\n  upstream = %q\n  %s", upstream, arguments)
	}
	list := []wrongProxy{
		{"port", with(p.api.url, "port = "+port), "port", "Proxy cannot listen", []string{"port " + port + " is in use", "Choose another port"}},
		{
			"lifetime", with(p.api.url, `min_remaining = "2h"`), "min_remaining", "Token does not live long enough",
			[]string{"valid for 1h0m0s", "asks for 2h0m0s"},
		},
		{"plain", with("http://api.example.com/v2", ""), "upstream", "URL cannot be used", []string{"plain http://", "api.example.com"}},
	}
	p.proxied(blocksOf(list)...)
	p.checkBad(list, "plan")
}

// With allow_http there is no error, and the request gets to the other host: the proxy of the
// network sends it to the API.
func testProxiedAllowHTTP(l *sandboxLab) {
	p := l.newProxied()
	target := clitest.Must(url.Parse(p.api.url))(l.T)
	var passed atomic.Int64
	network := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		if r.In.Host == "api.invalid" {
			passed.Add(1)
			r.Out.URL.Host = target.Host
		}
	}})
	l.T.Cleanup(network.Close)
	p.configure(p.setWith("oauth2", "allow_http = true")+"transport = { proxy_url = \""+network.URL+"\" }",
		proxyTo("this", "service = \"oauth2\"\n  upstream = \"http://api.invalid"+apiPath+"\""), callsOf("this", `path = "/orders"`))
	p.Must("apply", "-auto-approve")
	p.closed()
	if got := passed.Load(); got != 1 {
		p.T.Errorf("%d requests to the other host, want 1", got)
	}
}

// A proxy that waits for a resource is opened in apply.
func testProxiedOpenAfter(l *sandboxLab) {
	p := l.newProxied()
	p.proxied(later, p.proxy("this", "open_after = terraform_data.later.id"), callsOf("this", `path = "/orders"`))
	p.Must("plan", "-out="+savedPlan)
	p.asked(nil, 0, "oauth2")
	p.Must("apply", savedPlan)
	p.asked(nil, 1, "oauth2")
	if answered, refused := p.api.counts(); answered != 1 || refused != 0 {
		p.T.Errorf("%d requests were answered, and %d refused", answered, refused)
	}
	p.isUnchanged()
	p.closed()
}

// A fixed port is the same in each run.
func testProxiedPort(l *sandboxLab) {
	p := l.newProxied()
	port := clitest.FreePorts(l.T, 1)[0]
	p.proxied(p.proxy("this", "port = "+port), callsOf("this", `path = "/orders"`))
	p.Must("plan", "-out="+savedPlan)
	p.Must("apply", savedPlan)
	p.isUnchanged()
	p.closed()
	for _, n := range p.noted() {
		if want := "http://127.0.0.1:" + port + apiPath; n.URL != want {
			p.T.Errorf("the URL is %s, want %s", n.URL, want)
		}
	}
	if n := len(p.keys()); n != 3 || len(byValue(p.keys())) != n {
		p.T.Errorf("%d keys in %d runs", len(byValue(p.keys())), n)
	}
}

// All that names the same set shares a token request: two proxies, and an ephemeral resource.
func testProxiedShared(l *sandboxLab) {
	p := l.newProxied()
	p.proxied(p.proxy("first", ""), p.proxy("second", ""), ephemerals("oauth2"), callsOf("first", `path = "/orders"`), callsOf("second", `path = "/orders"`),
		use("ephemeral.apitoken_oauth2.this.access_token"))
	p.Must("plan", "-out="+savedPlan)
	p.asked(nil, 1, "oauth2")
	p.Must("apply", savedPlan)
	p.asked(nil, 2, "oauth2")
	p.closed()
	if answered, refused := p.api.counts(); answered != 2 || refused != 0 {
		p.T.Errorf("%d requests were answered, and %d refused", answered, refused)
	}
	if n := len(byValue(p.keys())); n != 4 {
		p.T.Errorf("%d keys, want one for each proxy and run", n)
	}
}
