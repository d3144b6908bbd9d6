package token

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// FuzzCheckURL checks the URL of an endpoint, and of an issuer: where its
// metadata is asked for.
func FuzzCheckURL(f *testing.F) {
	for _, raw := range []string{
		"https://auth.example.com/x", "http://127.0.0.1", "http://[::1%25eth0]:1", "https://%zz", "", "https://a/b%2Fc/?q=%2F#f",
		"https://id:hush@a.example.com/", "http://auth.example.com", "HTTPS://A.example.com:443", "https://a.example.com?x", "//a/b", "https:///x",
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
		if testExchange(raw).host() == "" {
			t.Errorf("%q is accepted and has no host", raw)
		}
		if _, err := http.NewRequestWithContext(t.Context(), http.MethodPost, raw, http.NoBody); err != nil {
			t.Errorf("%q is accepted and makes no request", raw)
		}
		checkWellKnown(t, raw, u)
	})
}

func checkWellKnown(t *testing.T, issuer string, u *url.URL) {
	t.Helper()
	for _, location := range wellKnown(issuer) {
		found, err := url.Parse(location)
		if err != nil || found.Scheme != u.Scheme || found.Host != u.Host || CheckURL(location, false) != nil {
			t.Errorf("the metadata of %q is asked for at %q", issuer, location)
		}
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
			wantNoPiece(t, err.Error(), raw)
			return
		}
		proxy, err := proxyFunc(raw, usualProxies(func(string) string { return "" }))
		if err != nil {
			t.Fatalf("%q is accepted and makes no proxy: %v", raw, err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, tokenURL, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if u, err := proxy(req); err != nil || u == nil || u.Host == "" {
			t.Errorf("%q is accepted and the proxy is %v, %v", raw, u, err)
		}
	})
}

// FuzzRedirect is about a Location, which the server fills: it is followed only
// to the same place, and of any other the message shows no more than the place.
func FuzzRedirect(f *testing.F) {
	for _, location := range []string{
		"", "/token/", "token", "//evil.example.com/x", "https://evil.example.com/?secret=s3cr3t", "http://auth.example.com/token",
		"https://auth.example.com:8443/", "https://id:hush@evil.example.com/", "https://s3cr3t.example.com/", "javascript:alert(1)", "https://[::1]/", "\x00",
	} {
		f.Add(location)
	}
	f.Fuzz(func(t *testing.T, location string) {
		x := testExchange(tokenURL)
		x.Secrets = said.Book{{Name: "client_secret", Value: said.NewSecret("s3cr3t")}}
		first, err := http.NewRequestWithContext(t.Context(), http.MethodPost, tokenURL, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if target, err := first.URL.Parse(location); err == nil {
			next := first.Clone(t.Context())
			next.URL = target
			if checkRedirect(next, []*http.Request{first}) == nil && (target.Scheme != first.URL.Scheme || target.Host != first.URL.Host) {
				t.Errorf("%q is followed", location)
			}
		}
		said := x.redirectOrigin(location)
		host := strings.TrimPrefix(strings.TrimPrefix(said, "https://"), "http://")
		if strings.ContainsAny(host, "/?#@\r\n") && !strings.Contains(said, "://") {
			t.Errorf("of %q is shown %q", location, said)
		}
		problem := wantError(t, x.redirected(&answer{status: http.StatusFound, header: http.Header{"Location": {location}}}), KindRedirect).Problem
		if strings.Contains(problem, "s3cr3t") || len(problem) > 1000 {
			t.Errorf("the problem is %q", problem)
		}
	})
}
