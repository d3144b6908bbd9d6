package token

import (
	"crypto/x509"
	"encoding/pem"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

func TestCertPool(t *testing.T) {
	t.Parallel()
	if pool, err := transport.CertPool(""); pool != nil || err != nil {
		t.Errorf("CertPool of nothing = %v, %v", pool, err)
	}
	if _, err := transport.CertPool("hush-hush"); err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("error = %v", err)
	}
	system, err := x509.SystemCertPool()
	if err != nil {
		t.Skip("no system certificates: ", err)
	}
	server := httptest.NewTLSServer(nil)
	t.Cleanup(server.Close)
	pool, err := transport.CertPool(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	if err != nil {
		t.Fatal(err)
	}
	system.AddCert(server.Certificate())
	if !pool.Equal(system) {
		t.Error("the pool is not the system's with the certificate added")
	}
}

func TestProxyURL(t *testing.T) {
	t.Parallel()
	for raw, good := range map[string]bool{
		"http://proxy:3128": true, "https://me:hush@proxy": true, "socks5://proxy:1080": true, "socks5h://proxy:1080": true,
		"proxy:3128": false, "ftp://hush": false, "http://": false, "http://%zzhush": false, "http://:3128": false, "http://proxy:3128/": true,
		"http://me:pa@hush#hush@proxy": false, "http://me:1#hush@proxy": false, "http://me:1/hush@proxy": false, "http://me:1?hush@proxy": false,
		"http://me:hu%23sh%2F%3F@proxy": true, "http://me:hu@sh@proxy": true, "http://me:%hush@proxy": false, "http://proxy:hush": false,
		"http://proxy:0": false, "http://proxy:3128/hush": false, " http://hush": false, "http://hush\n": false, "http://\u200bhush": false, "http://proxy#": false,
		"http://me:hu sh@proxy": false, "http://me:hu%20sh@proxy": true, "HTTP://proxy": true, "https://[::1]:3128": true, "socks4://hush": false,
	} {
		_, err := NewClient(transport.Settings{ProxyURL: said.NewSecret(raw)}, testRuntime())
		if (err == nil) != good || err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: error = %v", raw, err)
		}
	}
}

func TestProxyOfTheEnvironment(t *testing.T) {
	t.Parallel()
	const far, near = "https://auth.example.com/token", "http://auth.example.com/token"
	type row struct {
		environment map[string]string
		set, url    string
		want        string
	}
	tokentest.Each(t, map[string]row{
		"none":                                {nil, "", far, ""},
		"HTTPS":                               {map[string]string{"HTTPS_PROXY": "http://me@proxy:3128"}, "", far, "proxy:3128"},
		"HTTPS, for HTTP":                     {map[string]string{"HTTPS_PROXY": "http://proxy:3128"}, "", near, ""},
		"HTTP":                                {map[string]string{"HTTP_PROXY": "proxy:3128"}, "", near, "proxy:3128"},
		"small letters":                       {map[string]string{"https_proxy": "http://proxy:3128"}, "", far, "proxy:3128"},
		"not this host":                       {map[string]string{"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": ".example.com"}, "", far, ""},
		"not this host, after a space":        {map[string]string{"HTTPS_PROXY": "proxy:3128", "NO_PROXY": "other.example.com auth.example.com"}, "", far, ""},
		"not this host, on a line of its own": {map[string]string{"HTTPS_PROXY": "proxy:3128", "no_proxy": "other.example.com\r\nauth.example.com\r\n"}, "", far, ""},
		"another host":                        {map[string]string{"HTTPS_PROXY": "proxy:3128", "NO_PROXY": "other.example.com , ,, \t"}, "", far, "proxy:3128"},
		"not this machine": {
			map[string]string{"HTTP_PROXY": "http://proxy:3128"}, "", "http://localhost/token", "",
		},
		"the transport's":                      {map[string]string{"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "*"}, "http://me@other:1", far, "other:1"},
		"the transport's, not this machine":    {nil, "http://other:1", "http://localhost/token", ""},
		"the transport's, TLS to this machine": {nil, "http://other:1", "https://localhost/token", "other:1"},
		"the transport's, on this machine":     {nil, "http://127.0.0.1:1", "http://localhost/token", "127.0.0.1:1"},
	}, func(t *testing.T, tc row) {
		runtime := testRuntime()
		runtime.Getenv = func(name string) string { return tc.environment[name] }
		client := clientWith(t, transport.Settings{ProxyURL: said.NewSecret(tc.set)}, runtime)
		if got := client.transport.ProxyFor(tc.url).Host(); got != tc.want {
			t.Errorf("the proxy is %q, want %q", got, tc.want)
		}
	})
}
