package diagnostic

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"

	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
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
			if sameHost(a, b) != tc.want || sameHost(b, a) != tc.want {
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

// What is said of a redirect that is not followed.
func TestRedirected(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		location, says string
	}{
		"elsewhere":                 {"https://other.example.com/x?y", `it redirects to https://other.example.com, where`},
		"another port":              {"https://auth.example.com:8443/", "it redirects to https://auth.example.com:8443, where"},
		"a user":                    {"https://fake@auth.example.com/", "a user name or password"},
		"a user elsewhere":          {"https://fake:fake@other.example.com/", "it redirects to https://other.example.com, where"},
		"the secret in a user":      {"https://s3cr3t@other.example.com/", "it redirects to https://other.example.com, where"},
		"the secret in a host":      {"https://s3cr3t.example.com/", "it redirects to https://(sensitive).example.com, where"},
		"no address":                {"javascript:alert(1)", "to an address that is not an https:// URL"},
		"a path with backslashes":   {`\\other.example.com/`, "within its host"},
		"a path with three slashes": {"///other.example.com/", "within its host"},
		"another scheme":            {"s3cr3t://other.example.com/", "to an address that is not an https:// URL"},
		"a long scheme":             {strings.Repeat("x", 100_000) + "://other.example.com/", "to an address that is not an https:// URL"},
		"another alphabet":          {"https://аuth.example.com/", "another host, whose name has other characters"},
		"another direction":         {"https://a\u202euth.example.com/", "another host, whose name has other characters"},
		"a C1 control":              {"https://a\u009b31m.example.com/", "another host, whose name has other characters"},
		"a long host":               {"https://" + strings.Repeat("x", 100_000) + "/", "another host, whose name is too long"},
		"IPv6":                      {"https://[2001:db8::1]:8443/", "it redirects to https://[2001:db8::1]:8443, where"},
		"a port alone":              {"https://:443/", "to an address that is not an https:// URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := testExchange(tokenURL)
			x.Secrets = said.Book{{Name: "client_secret", Value: said.NewSecret("s3cr3t")}}
			err := x.redirected(newAnswer(http.StatusTemporaryRedirect, http.Header{"Location": {tc.location}}, nil, time.Time{}))
			if e := wantError(t, err, token.KindRedirect); !strings.Contains(e.Problem, tc.says) || len(e.Problem) > 1000 {
				t.Errorf("the problem is %q", e.Problem)
			}
		})
	}
}

// Most redirects that would lose the request are about the slash at the end.
func TestRedirectOfASlash(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ from, location, says, not string }{
		"one more":       {"https://auth.example.com/o/token", "/o/token/", "add / to the end", "remove /"},
		"one less":       {"https://auth.example.com/o/token/", "https://auth.example.com/o/token?x", "remove / from the end", "add /"},
		"something else": {"https://auth.example.com/o/token", "/o/other/", "down to the last slash", "the end"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := testExchange(tc.from).redirected(newAnswer(http.StatusMovedPermanently, http.Header{"Location": {tc.location}}, nil, time.Time{}))
			if e := wantError(t, err, token.KindRedirect); !strings.Contains(e.Advice, tc.says) || strings.Contains(e.Advice, tc.not) {
				t.Errorf("the advice is %q", e.Advice)
			}
		})
	}
}

// An error after a redirect that was followed says so: token_url is not where the
// answer comes from.
func TestErrorAfterARedirect(t *testing.T) {
	t.Parallel()
	const hush = "fake-hush-zebra-77"
	for name, tc := range map[string]struct{ to, body, says string }{
		"refused":        {"/login/start?x=1", `{"error":"invalid_client"}`, "to the path /login/start, where"},
		"a page":         {"/login", "<html>Log in</html>", "to the path /login, where"},
		"with a secret":  {"/" + hush + "/a", "{}", "to the path /(sensitive)/a, where"},
		"the same again": {"/token?again", "{}", "to the path /token, where"},
		"no redirect":    {"", "{}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, _ := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.RequestURI == "/token" && tc.to != "" {
					http.Redirect(w, r, tc.to, http.StatusTemporaryRedirect)
					return
				}
				w.WriteHeader(http.StatusBadRequest)
				_, _ = w.Write([]byte(tc.body))
			})
			x := testExchange(at + "/token")
			x.Secrets = said.Book{}.Add("client_secret", said.NewSecret(hush))
			_, err := do(t, newTestClient(t, quickTransport()), x)
			text := wantError(t, err, token.KindRefused).Error()
			if tc.says != "" && !strings.Contains(text, "A redirect of the endpoint was followed within its host, "+tc.says) || strings.Contains(text, hush) {
				t.Errorf("it says: %s", text)
			}
			if tc.says == "" && strings.Contains(text, "redirect") {
				t.Errorf("there was no redirect: %s", text)
			}
		})
	}
}
