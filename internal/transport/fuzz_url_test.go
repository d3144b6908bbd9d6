package transport

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/http/httpguts"

	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// FuzzCheckURL checks the URL of an endpoint.
func FuzzCheckURL(f *testing.F) {
	for _, raw := range []string{
		"https://auth.example.com/x", "http://127.0.0.1", "http://[::1%25eth0]:1", "https://%zz", "", "https://a/b%2Fc/?q=%2F#f",
		"https://id:hush@a.example.com/", "http://auth.example.com", "HTTPS://A.example.com:443", "https://a.example.com?x", "//a/b", "https:///x", "https://%800", "https://a<b", "https://a..b", "https://[::1::1]",
	} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if err := CheckURL(raw, false); err != nil {
			return
		}
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if u.User != nil || u.Scheme == "http" && !isLoopback(u.Hostname()) {
			t.Errorf("%q is accepted", raw)
		}
		if u.Host == "" {
			t.Errorf("%q is accepted and has no host", raw)
		}
		checkSendable(t, raw)
	})
}

// checkSendable checks that nothing but the network can keep a request from being sent.
func checkSendable(t *testing.T, raw string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, raw, http.NoBody)
	if err != nil {
		t.Fatalf("%q is accepted and makes no request: %v", raw, err)
	}
	if err = req.Write(io.Discard); err != nil {
		t.Errorf("%q is accepted and its request cannot be written: %v", raw, err)
	}
	authority, err := httpguts.PunycodeHostPort(req.URL.Host)
	if err != nil || !httpguts.ValidHostHeader(authority) { // over HTTP/2
		t.Errorf("%q is accepted and has no authority", raw)
	}
	dialled := errors.New("dialled")
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, dialled }}
	resp, err := transport.RoundTrip(req)
	if err == nil {
		_ = resp.Body.Close()
	}
	if !errors.Is(err, dialled) {
		t.Errorf("%q is accepted and not dialled: %v", raw, err)
	}
}

func FuzzProxyURL(f *testing.F) {
	for _, raw := range []string{
		"", "http://proxy.example.com:3128", "https://id:hush-hush-hush@proxy.example.com", "socks5h://id:hush-hush-hush@[::1]:1080",
		"ftp://id:hush-hush-hush@proxy", "http://id:hush-hush-%zz@proxy", "hush-hush-hush", "http://hush-hush-hush:x", "//proxy", "http://@",
	} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		err := CheckProxyURL(raw)
		if err != nil {
			tokentest.WantNoPiece(t, err.Error(), raw)
			return
		}
		proxy, err := proxyFunc(raw, usualProxies(func(string) string { return "" }))
		if err != nil {
			t.Fatalf("%q is accepted and makes no proxy: %v", raw, err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://auth.example.com/token", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if u, err := proxy(req); err != nil || u == nil || u.Host == "" {
			t.Errorf("%q is accepted and the proxy is %v, %v", raw, u, err)
		}
	})
}

// FuzzProxyVariable is about HTTPS_PROXY: whatever it is, the request goes through
// the proxy that it names, or not at all, and an error does not repeat it.
func FuzzProxyVariable(f *testing.F) {
	for _, value := range []string{
		"proxy.example.com:3128", "http://id:hush-hush-hush@proxy.example.com/", " http://id:hush-hush-hush@proxy", "http://id:hush-hush-%ss@proxy",
		"id:1#hush-hush-hush@proxy", "http://id:1/hush-hush-hush@proxy", "socks4://hush-hush-hush", ":3128", "//hush-hush-hush", "://", "http://[::1", "\t",
	} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if value == "" {
			return // there is no proxy
		}
		choose := usualProxies(func(name string) string { return map[string]string{"HTTPS_PROXY": value}[name] }).choose()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://auth.example.com/token", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		u, err := choose(req)
		if err != nil {
			if !IsPermanent(err, nil) || !strings.Contains(err.Error(), "HTTPS_PROXY") {
				t.Errorf("%q: the error is %v", value, err)
			}
			tokentest.WantNoPiece(t, err.Error(), value)
			return
		}
		_, behind, _ := strings.Cut(value, "://")
		if u == nil || u.Hostname() == "" || strings.ContainsAny(behind, "#?") || strings.ContainsAny(value, "\r\n\x00") {
			t.Errorf("%q is the proxy %v", value, u)
		}
	})
}
