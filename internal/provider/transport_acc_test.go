package provider_test

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// withData is a step that gets a token of emtech with a provider block that
// has more than its set.
func withData(b *box, more object) resource.TestStep {
	return resource.TestStep{
		Config: providerBlock(b.sets("emtech").and(more)) + dataBlock("emtech", "this", nil) +
			ephemeralBlock("emtech", "this", nil) + echo("ephemeral.apitoken_emtech.this"),
		ConfigStateChecks: []statecheck.StateCheck{
			expect("data.apitoken_emtech.this", "access_token", b.issued()),
			expectEcho("access_token", b.issued()),
		},
	}
}

// newTLSBox is newBox with a certificate that nobody knows.
func newTLSBox(t *testing.T) *box {
	t.Helper()
	noLeak(t)
	b := &box{Server: sandbox.New()}
	b.web = httptest.NewTLSServer(b)
	t.Cleanup(b.web.Close)
	t.Cleanup(b.Close)
	return b
}

func (b *box) certificate() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: b.web.Certificate().Raw}))
}

// proxy serves a proxy that sends all requests to the sandbox, whatever host
// they are for, and counts them.
func (b *box) proxy(t *testing.T) (address string, passed *atomic.Int64) {
	t.Helper()
	target, err := url.Parse(b.web.URL)
	if err != nil {
		t.Fatal(err)
	}
	passed = new(atomic.Int64)
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		passed.Add(1)
		r.SetURL(target)
	}}
	web := newWeb(t, forward)
	return web.URL, passed
}

// Every setting of transport at once, and an endpoint that fails at first.
func TestAccTransport(t *testing.T) {
	noEnvironment(t)
	b := newTLSBox(t)
	b.Order("emtech", sandbox.Status(http.StatusServiceUnavailable), sandbox.RetryAfterSeconds(http.StatusTooManyRequests, 1), sandbox.Cut())
	accept(t, withData(b, object{"transport": object{
		"timeout": "10s", "max_retries": 3, "retry_max_wait": "1s", "ca_certificates_pem": b.certificate(),
	}}))
}

func TestAccProxy(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	address, passed := b.proxy(t)
	// No name server knows the host: the proxy alone can.
	far := b.set("emtech").and(object{
		"token_url": "http://auth.invalid" + sandbox.TokenPath("emtech"), "allow_http": true,
	})
	accept(t, withData(b, object{"emtech": object{"default": far}, "transport": object{"proxy_url": address}}))
	if passed.Load() == 0 {
		t.Error("nothing came through the proxy")
	}
}

func TestAccMinRemaining(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	enough := object{"min_remaining": "59m"}
	accept(t, resource.TestStep{
		Config: providerBlock(b.sets("epgl")) + dataBlock("epgl", "this", enough) +
			ephemeralBlock("epgl", "this", enough) + echo("ephemeral.apitoken_epgl.this"),
		ConfigStateChecks: []statecheck.StateCheck{
			expect("data.apitoken_epgl.this", "access_token", b.issued()),
			expectEcho("access_token", b.issued()),
		},
	})
}
