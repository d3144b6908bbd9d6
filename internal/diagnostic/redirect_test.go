package diagnostic

import (
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// What is said of a redirect that is not followed.
func TestRedirected(t *testing.T) {
	t.Parallel()
	type row struct{ location, says string }
	tokentest.Each(t, map[string]row{
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
	}, func(t *testing.T, tc row) {
		x := testExchange(tokenURL)
		x.Secrets = said.Book{{Name: "client_secret", Value: said.NewSecret("s3cr3t")}}
		err := redirect(t, x, http.StatusTemporaryRedirect, tc.location)
		if e := wantError(t, err, token.KindRedirect); !strings.Contains(e.Problem, tc.says) || len(e.Problem) > 1000 {
			t.Errorf("the problem is %q", e.Problem)
		}
	})
}

// Most redirects that would lose the request are about the slash at the end.
func TestRedirectOfASlash(t *testing.T) {
	t.Parallel()
	type row struct{ from, location, says, not string }
	tokentest.Each(t, map[string]row{
		"one more":       {"https://auth.example.com/o/token", "/o/token/", "Add / to the end", "Remove /"},
		"one less":       {"https://auth.example.com/o/token/", "https://auth.example.com/o/token?x", "Remove / from the end", "Add /"},
		"something else": {"https://auth.example.com/o/token", "/o/other/", "down to the last slash", "the end"},
	}, func(t *testing.T, tc row) {
		err := redirect(t, testExchange(tc.from), http.StatusMovedPermanently, tc.location)
		if e := wantError(t, err, token.KindRedirect); !strings.Contains(e.Advice, tc.says) || strings.Contains(e.Advice, tc.not) {
			t.Errorf("the advice is %q", e.Advice)
		}
	})
}

// An error after a redirect that was followed says so: token_url is not where the
// answer comes from.
func TestErrorAfterARedirect(t *testing.T) {
	t.Parallel()
	const hush = "fake-hush-zebra-77"
	type row struct{ to, body, says string }
	tokentest.Each(t, map[string]row{
		"refused":        {"/login/start?x=1", `{"error":"invalid_client"}`, "to the path /login/start, where"},
		"a page":         {"/login", "<html>Log in</html>", "to the path /login, where"},
		"with a secret":  {"/" + hush + "/a", "{}", "to the path /(sensitive)/a, where"},
		"the same again": {"/token?again", "{}", "to the path /token, where"},
		"no redirect":    {"", "{}", ""},
	}, func(t *testing.T, tc row) {
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

// A redirect that was followed may have had the token in its headers.
func TestTokenOfARedirect(t *testing.T) {
	t.Parallel()
	at, _ := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			w.Header().Set("Set-Cookie", "sid=tok-1; Path=/")
			http.Redirect(w, r, "/home", http.StatusFound)
		}
	})
	for path, isSaid := range map[string]bool{"cookie:sid": true, "header:X-Token": true, "token": false} {
		x := describedExchange(path, "")
		x.Request.URL, x.Request.Method = at+"/token", http.MethodGet
		_, err := do(t, newTestClient(t, quickTransport()), x)
		const advice = "If the redirect itself has the token, set response.success_statuses = [302]."
		if e := wantError(t, err, token.KindAnswer); strings.Contains(e.Advice, advice) != isSaid {
			t.Errorf("%s: the advice is %q", path, e.Advice)
		}
	}
}

// redirect returns what a user reads of a redirect.
func redirect(t *testing.T, x *exchange, status int, location string) error {
	t.Helper()
	respond := tokentest.Answering(tokentest.NewPage(status, "", ""), http.Header{"Location": {location}})
	_, err := newTestCache(t, quickTransport(), respond).Token(t.Context(), x, 0)
	return err
}
