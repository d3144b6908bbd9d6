package transport

import (
	"net/http"
	"net/url"
	"testing"
)

// A host may be written in more ways than one.
func TestSameHost(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		a, b string
		want bool
	}{
		"the same":               {"https://auth.example.com/a", "https://auth.example.com/b?c", true},
		"its port":               {"https://auth.example.com", "https://auth.example.com:443", true},
		"its port, http":         {"http://auth.example.com:80", "http://auth.example.com", true},
		"no port":                {"https://auth.example.com:", "https://auth.example.com", true},
		"the port of the other":  {"https://auth.example.com", "https://auth.example.com:80", false},
		"another port":           {"https://auth.example.com:8443", "https://auth.example.com:8444", false},
		"capitals":               {"https://auth.example.com", "HTTPS://AUTH.Example.COM", true},
		"a last dot":             {"https://auth.example.com.", "https://auth.example.com", true},
		"two last dots":          {"https://auth.example.com..", "https://auth.example.com", false},
		"all of these":           {"https://Auth.example.com", "https://aUTH.EXAMPLE.com.:443", true},
		"another scheme":         {"https://auth.example.com", "http://auth.example.com:443", false},
		"below":                  {"https://example.com", "https://auth.example.com", false},
		"above":                  {"https://auth.example.com", "https://example.com", false},
		"another beginning":      {"https://auth.example.com", "https://xauth.example.com", false},
		"Unicode":                {"https://bücher.example.com", "https://xn--bcher-kva.example.com", true},
		"Unicode, in capitals":   {"https://bücher.example.com", "https://BÜCHER.example.com", true},
		"a look-alike":           {"https://auth.example.com", "https://аuth.example.com", false}, //nolint:gosmopolitan // а is Cyrillic
		"IPv6":                   {"https://[::1]", "https://[0:0:0:0:0:0:0:1]:443", true},
		"IPv6, in capitals":      {"https://[2001:db8::a]", "https://[2001:DB8::A]", true},
		"another IPv6":           {"https://[2001:db8::a]", "https://[2001:db8::b]", false},
		"another zone":           {"https://[fe80::1%25a]", "https://[fe80::1%25b]", false},
		"IPv4":                   {"https://192.0.2.1", "https://192.0.2.1:443", true},
		"IPv4 in IPv6":           {"https://192.0.2.1", "https://[::ffff:192.0.2.1]", false},
		"a name and its address": {"http://localhost", "http://127.0.0.1", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b := parsed(t, tc.a), parsed(t, tc.b)
			if SameHost(a, b) != tc.want || SameHost(b, a) != tc.want {
				t.Errorf("%s and %s: the same host: %t", tc.a, tc.b, !tc.want)
			}
		})
	}
}

func parsed(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// What is sent once more is the same request, to the host as the user has written it.
func TestRedirectKeepsTheRequest(t *testing.T) {
	t.Parallel()
	first, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://auth.example.com/token", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	first.Host = "tenant.example.com"
	first.Header = http.Header{"Authorization": {"Basic fake"}}
	next := first.Clone(t.Context())
	next.URL, next.Host, next.Header = parsed(t, "https://AUTH.example.com.:443/other"), "", http.Header{"Referer": {"https://auth.example.com/token"}}
	if err := checkRedirect(next, []*http.Request{first}); err != nil {
		t.Fatal(err)
	}
	if next.URL.String() != "https://auth.example.com/other" || next.Host != "tenant.example.com" {
		t.Errorf("it is sent to %s at %s", next.URL, next.Host)
	}
	if len(next.Header) != 1 || next.Header.Get("Authorization") != "Basic fake" {
		t.Errorf("its headers are %v", next.Header)
	}
}
