package acceptance

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// trusting is the setting that trusts a server's certificate.
func trusting(web *httptest.Server) string {
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw})
	return "ca_certificates_pem = <<-PEM\n" + string(certificate) + "PEM\n"
}

// getsBoth applies a provider block of the alias "that", by which both kinds must
// get a token of the service.
func (l *sandboxLab) getsBoth(block, service, inputs string) {
	l.T.Helper()
	const content = "provider = apitoken.that\n"
	l.Configure(l.head(""), providerBlock("that", block),
		fmt.Sprintf("data \"apitoken_%s\" \"this\" {\n%s%s\n}\n", service, content, inputs),
		fmt.Sprintf("ephemeral \"apitoken_%s\" \"this\" {\n%s%s\n}\n", service, content, inputs),
		l.Echo("ephemeral.apitoken_"+service+".this"))
	l.Must("apply", "-auto-approve")
	l.token(l.State()["data.apitoken_"+service+".this"])
	l.token(l.Echoed())
}

// Every setting of transport at once, and an endpoint that fails at first.
func testTransport(l *sandboxLab) {
	web := httptest.NewTLSServer(l.box)
	l.T.Cleanup(web.Close)
	l.box.Order("emtech", sandbox.Status(http.StatusServiceUnavailable), sandbox.RetryAfterSeconds(http.StatusTooManyRequests, 1), sandbox.Cut())
	set := l.setWith("emtech", fmt.Sprintf("token_url = %q", web.URL+sandbox.TokenPath("emtech")))
	l.getsBoth(set+"transport = {\n timeout = \"10s\"\n max_retries = 3\n retry_max_wait = \"1s\"\n"+trusting(web)+"}", "emtech", "")
}

// No name server knows the host: the proxy alone can. It sends all requests to the sandbox.
func testProxy(l *sandboxLab) {
	target := clitest.Must(url.Parse(l.url))(l.T)
	var passed atomic.Int64
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		passed.Add(1)
		r.SetURL(target)
	}})
	l.T.Cleanup(proxy.Close)
	set := l.setWith("emtech", fmt.Sprintf("token_url = %q, allow_http = true", "http://auth.invalid"+sandbox.TokenPath("emtech")))
	l.getsBoth(set+"transport = { proxy_url = \""+proxy.URL+"\" }", "emtech", "")
	if passed.Load() == 0 {
		l.T.Error("nothing came through the proxy")
	}
}

func testMinRemaining(l *sandboxLab) {
	l.getsBoth(l.set("epgl", "var.epgl_secret"), "epgl", `min_remaining = "59m"`)
}

// allow_http is taken at validate: the set it is in is not asked for a token.
func testAllowHTTP(l *sandboxLab) {
	l.getsBoth(l.set("emtech", "var.emtech_secret")+
		l.setWith("emporix", `token_url = "http://auth.example.com/token", allow_http = true`), "emtech", "")
}
