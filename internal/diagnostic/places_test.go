package diagnostic

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// Where both places fail, the error tells of both, and each is asked again only if
// that may help.
func TestDiscoveryBothPlacesFail(t *testing.T) {
	t.Parallel()
	faults := tokentest.PlaceFaults()
	faults["a page over 1 MiB"] = func(*http.Request) (*http.Response, error) { return nil, transport.ErrTooLarge }
	type row struct {
		as, oidc     string
		kind         token.Kind
		want         []string
		atAS, atOIDC int
	}
	tokentest.EachInBubble(t, map[string]row{
		"404 and 404":     {"404", "404", token.KindDiscovery, []string{"HTTP 404"}, 1, 1},
		"401 and a page":  {"401", "a login page", token.KindDiscovery, []string{"HTTP 401", "not a JSON object"}, 1, 1},
		"500 and 404":     {"500", "404", token.KindDiscovery, []string{"cannot be read now", "Run again later", "HTTP 500", "HTTP 404"}, 5, 1},
		"500 and 500":     {"500", "500", token.KindDiscovery, []string{"it is failing", "Run again later", "token_url"}, 5, 5},
		"429 and 429":     {"429", "429", token.KindDiscovery, []string{"limits how often", "Run again later"}, 5, 5},
		"401 and 401":     {"401", "401", token.KindDiscovery, []string{"without credentials", "allowed there"}, 1, 1},
		"404 and 403":     {"404", "403", token.KindDiscovery, []string{"without credentials", "allowed there", "HTTP 404"}, 1, 1},
		"a redirect, 404": {"a redirect to another host", "404", token.KindDiscovery, []string{"at either of its two URLs", "https://login.example.com"}, 1, 1},
		"ftp and 404":     {"an endpoint of ftp", "404", token.KindDiscovery, []string{"token_endpoint that cannot be used", "HTTP 404"}, 1, 1},
		"http and 404":    {"an endpoint of plain http", "404", token.KindDiscovery, []string{"token_endpoint that cannot be used: plain http://", "HTTP 404"}, 1, 1},
		"ftp and 500":     {"an endpoint of ftp", "500", token.KindDiscovery, []string{"token_endpoint that cannot be used", "HTTP 500"}, 1, 5},
		"ftp and http":    {"an endpoint of ftp", "an endpoint of plain http", token.KindDiscovery, []string{"not a full https:// URL", "plain http://"}, 1, 1},
		"404 and 500":     {"404", "500", token.KindDiscovery, []string{"HTTP 500", "HTTP 404"}, 1, 5},
		"500 and 503":     {"500", "503 with a short wait", token.KindDiscovery, []string{"HTTP 500", "HTTP 503"}, 5, 5},
		"waits":           {"429 with a long wait", "429 with a long wait", token.KindWait, []string{"HTTP 429", "2000-01-01T01:00:00Z"}, 1, 1},
		"a wait and none": {"503 with a long wait", "404", token.KindDiscovery, []string{"cannot be read now", "Run again after 2000-01-01T01:00:00Z", "HTTP 404"}, 1, 1},
		"cut and cut":     {"a cut connection", "a cut connection", token.KindUnreachable, []string{"closed the connection", "Try again"}, 5, 5},
		"cut and 404":     {"a cut connection", "404", token.KindDiscovery, []string{"closed the connection", "HTTP 404"}, 5, 1},
		"redirects":       {"a redirect to another host", "a redirect to another host", token.KindRedirect, []string{"https://login.example.com", "not accepted from another host", "or set token_url"}, 1, 1},
		"large pages":     {"a page over 1 MiB", "a page over 1 MiB", token.KindDiscovery, []string{"larger than 1 MiB"}, 1, 1},
		"another and 500": {"an issuer that is another", "500", token.KindDiscovery, []string{`another issuer, "https://other.example.com"`, "HTTP 500"}, 1, 5},
		"500 and another": {"500", "an issuer that is another", token.KindDiscovery, []string{`another issuer, "https://other.example.com"`, "HTTP 500"}, 5, 1},
		"no response":     {"no response", "no response", token.KindUnreachable, []string{"did not answer in time"}, 5, 5},
	}, func(t *testing.T, tc row) {
		p := &tokentest.TwoPlaces{AS: faults[tc.as], OIDC: faults[tc.oidc]}
		cache := newTestCache(t, transport.DefaultSettings(), p.RoundTrip)
		says := append([]string{"issuer at as.example.com", "https://as.example.com" + tokentest.ASMetadata + ": it", "https://as.example.com" + tokentest.OIDCMetadata + ": it"}, tc.want...)
		for range 2 {
			_, err := cache.Token(t.Context(), issuedBy("https://as.example.com"), 0)
			checkSaysAll(t, wantError(t, err, tc.kind).Error(), says)
		}
		if p.AtAS.Get() != tc.atAS || p.AtOIDC.Get() != tc.atOIDC || p.Tokens.Get() != 0 {
			t.Errorf("asked %d and %d times, and for %d tokens", p.AtAS.Get(), p.AtOIDC.Get(), p.Tokens.Get())
		}
	})
}

// A host that metadata names may repeat a secret, of this set or of another. Then it
// is neither looked up nor told, in the error or in the log.
func TestDiscoveredHostTellsNoSecret(t *testing.T) {
	t.Parallel()
	for host, looked := range map[string]bool{
		"fake-secret-of-mine.invalid": false, "a-fake-secret-of-mine.example.com": false, "fake-secret.of.mine.invalid": false,
		"zebrafin0815.invalid": false, "ZEBRAFIN0815.example.com": false, "7a6562726166696e30383135.example.com": false,
		"token.example.com": true, "as.example.com": true, "login.example.com:8443": true,
	} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			var log strings.Builder
			p := &tokentest.TwoPlaces{AS: tokentest.Answering(tokentest.EndpointPage("https://"+host+"/token"), nil), OIDC: tokentest.Answering(tokentest.NewPage(404, "", ""), nil)}
			runtime := testRuntime()
			runtime.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			client := clientWith(t, transport.DefaultSettings(), runtime)
			cache := newCache(client)
			asked := false
			cache.client.Transport().Client(nil).Transport = tokentest.RoundTripper(func(req *http.Request) (*http.Response, error) {
				if req.URL.Path == "/token" {
					asked = true
					return tokentest.Answering(tokentest.NewPage(401, token.ContentTypeJSON, "{}"), nil)(req)
				}
				return p.RoundTrip(req)
			})
			var others said.Shelf
			others.Add(said.Book{}.Add("client_secret", said.NewSecret("zebrafin0815")).Add("password", said.NewSecret("example")))
			x := issuedBy("https://as.example.com")
			x.Request.Auth = token.ClientSecretPost{ID: testID, Secret: said.NewSecret("fake-secret-of-mine")}
			x.Secrets = said.Book{{Name: "client_secret", Value: said.NewSecret("fake-secret-of-mine")}, others.Entry()}
			_, err := cache.Token(t.Context(), x, 0)
			e := wantError(t, err, map[bool]token.Kind{true: token.KindRefused, false: token.KindDiscovery}[looked])
			if text := strings.ToLower(e.Error() + log.String()); asked != looked || !looked && strings.Contains(text, strings.ToLower(host)) {
				t.Errorf("asked: %v, it is told: %s", asked, text)
			}
		})
	}
}

func TestDiscoveryErrorNamesWhoAsks(t *testing.T) {
	t.Parallel()
	cache, site := cacheOf(t, nil)
	for _, set := range []string{"one", "two"} {
		x := issuedBy("https://as.example.com")
		x.Credentials = set
		_, err := cache.Token(t.Context(), x, 0)
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("credential set %q, issuer at as.example.com", set)) {
			t.Errorf("%s: %v", set, err)
		}
	}
	tokentest.WantCount(t, site.Count(""), 2)
}

func checkSaysAll(t *testing.T, text string, says []string) {
	t.Helper()
	wantSaid(t, text, says, []string{"hush", "credentials were not sent"})
}
