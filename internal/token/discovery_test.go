package token

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// page is what a site has at a URL.
type page struct {
	status            int
	contentType, body string
}

func (p page) response() *http.Response {
	return response(p.status, http.Header{"Content-Type": {p.contentType}}, p.body)
}

// site answers for every host, without a network, and keeps what it was asked for.
type site struct {
	pages map[string]page
	mu    sync.Mutex
	asked []string
}

func (s *site) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, req.Method+" "+req.URL.String())
	found, ok := s.pages[req.URL.String()]
	if !ok {
		found = page{http.StatusNotFound, "text/html", "<html>"}
	}
	return found.response(), nil
}

func (s *site) count(part string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, asked := range s.asked {
		if strings.Contains(asked, part) {
			n++
		}
	}
	return n
}

func cacheOf(t *testing.T, pages map[string]page) (*Cache, *site) {
	t.Helper()
	s := &site{pages: pages}
	client := newTestClient(t, quickTransport())
	client.http.Transport = s
	return NewCache(client), s
}

func jsonPage(format string, args ...any) page {
	return page{http.StatusOK, "application/json", fmt.Sprintf(format, args...)}
}

func metadataPage(issuer string) page {
	return jsonPage(`{"issuer":%q,"token_endpoint":"https://as.example.com/token","revocation_endpoint":"https://as.example.com/revoke"}`, issuer)
}

// endpointPage is the metadata of https://as.example.com with that token endpoint.
func endpointPage(tokenEndpoint string) page {
	return jsonPage(`{"issuer":"https://as.example.com","token_endpoint":"%s"}`, tokenEndpoint)
}

func issuedBy(issuer string) *Exchange {
	x := testExchange("")
	x.Issuer = issuer
	return x
}

const (
	asMetadata   = "/.well-known/oauth-authorization-server"
	oidcMetadata = "/.well-known/openid-configuration"
)

type locationCase struct {
	issuer string
	pages  map[string]page
	asked  string
}

func locationCases() map[string]locationCase {
	html := page{http.StatusOK, "text/html", "<html>welcome</html>"}
	return map[string]locationCase{
		"RFC 8414": {
			"https://as.example.com",
			map[string]page{"https://as.example.com" + asMetadata: metadataPage("https://as.example.com")},
			"https://as.example.com" + asMetadata,
		},
		"RFC 8414, the path behind": {
			"https://as.example.com/t%20a/1",
			map[string]page{"https://as.example.com" + asMetadata + "/t%20a/1": metadataPage("https://as.example.com/t%20a/1")},
			"https://as.example.com" + asMetadata + "/t%20a/1",
		},
		"RFC 8414, a slash at the end": {
			"https://as.example.com/t/",
			map[string]page{"https://as.example.com" + asMetadata + "/t": metadataPage("https://as.example.com/t/")},
			"https://as.example.com" + asMetadata + "/t",
		},
		"a port, a slash alone": {
			"https://as.example.com:8443/",
			map[string]page{"https://as.example.com:8443" + asMetadata: metadataPage("https://as.example.com:8443/")},
			"https://as.example.com:8443" + asMetadata,
		},
		"OpenID Connect after a 404": {
			"https://as.example.com/t",
			map[string]page{"https://as.example.com/t" + oidcMetadata: metadataPage("https://as.example.com/t")},
			"https://as.example.com/t" + oidcMetadata,
		},
		"OpenID Connect after a 404, a slash at the end": {
			"https://as.example.com/t/",
			map[string]page{"https://as.example.com/t" + oidcMetadata: metadataPage("https://as.example.com/t/")},
			"https://as.example.com/t" + oidcMetadata,
		},
		"OpenID Connect after other JSON": {
			"https://as.example.com",
			map[string]page{"https://as.example.com" + asMetadata: jsonPage(`{"message":"no such route"}`), "https://as.example.com" + oidcMetadata: metadataPage("https://as.example.com")},
			"https://as.example.com" + oidcMetadata,
		},
		"OpenID Connect after a page": {
			"https://as.example.com",
			map[string]page{"https://as.example.com" + asMetadata: html, "https://as.example.com" + oidcMetadata: metadataPage("https://as.example.com")},
			"https://as.example.com" + oidcMetadata,
		},
	}
}

func TestDiscoveryLocations(t *testing.T) {
	t.Parallel()
	for name, tc := range locationCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cache, site := cacheOf(t, tc.pages)
			site.pages["https://as.example.com/token"] = jsonPage("%s", goodAnswer)
			got, err := cache.Token(t.Context(), issuedBy(tc.issuer), 0)
			if err != nil || got.AccessToken.Reveal() != "tok-1" {
				t.Fatalf("token %v, error %v", got, err)
			}
			last := len(site.asked) - 1
			if site.asked[last] != "POST https://as.example.com/token" || !slices.Contains(site.asked, "GET "+tc.asked) {
				t.Errorf("asked: %q", site.asked)
			}
			// The other place is asked too, unless this one was quicker.
			places := wellKnown(tc.issuer)
			for _, asked := range site.asked[:last] {
				if !slices.Contains(places, strings.TrimPrefix(asked, "GET ")) {
					t.Errorf("asked: %s", asked)
				}
			}
		})
	}
}

// The issuer in the metadata is foreign text and may be of any length.
func TestDiscoveryErrorIsShort(t *testing.T) {
	t.Parallel()
	cache, _ := cacheOf(t, map[string]page{
		"https://as.example.com" + oidcMetadata: metadataPage("https://evil.example.com/" + strings.Repeat("a", 100_000)),
	})
	_, err := cache.Token(t.Context(), issuedBy("https://as.example.com"), 0)
	if e := wantError(t, err, KindDiscovery); len(e.Error()) > 2000 {
		t.Errorf("the error has %d characters", len(e.Error()))
	}
}

// Endpoints that the user names are not the issuer's to change.
func TestDiscoveryKeepsGivenEndpoints(t *testing.T) {
	t.Parallel()
	const mine, its = "https://mine.example.com", "https://as.example.com"
	for name, tc := range map[string]struct {
		token, revoke         string
		wantToken, wantRevoke string
		requests              int
	}{
		"both":           {mine + "/token", mine + "/revoke", mine + "/token", mine + "/revoke", 0},
		"the token's":    {mine + "/token", "", mine + "/token", its + "/revoke", 1},
		"the revocation": {"", mine + "/revoke", its + "/token", mine + "/revoke", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cache, site := cacheOf(t, map[string]page{its + asMetadata: metadataPage(its)})
			x := issuedBy(its)
			x.Request.URL, x.Revoke = tc.token, &Request{URL: tc.revoke}
			got, err := cache.resolve(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			if got.Request.URL != tc.wantToken || got.Revoke.URL != tc.wantRevoke || min(1, site.count("")) != tc.requests {
				t.Errorf("endpoints = %s, %s after %d requests", got.Request.URL, got.Revoke.URL, site.count(""))
			}
		})
	}
}

// What one issuer says of itself is not said of another.
func TestDiscoveryTellsIssuersApart(t *testing.T) {
	t.Parallel()
	pages := map[string]page{}
	for _, issuer := range []string{"https://one.example.com", "https://two.example.com"} {
		pages[issuer+asMetadata] = jsonPage(`{"issuer":%q,"token_endpoint":"%s/token"}`, issuer, issuer)
	}
	cache, _ := cacheOf(t, pages)
	for _, issuer := range []string{"https://one.example.com", "https://two.example.com"} {
		if got, err := cache.resolve(t.Context(), issuedBy(issuer)); err != nil || got.Request.URL != issuer+"/token" {
			t.Errorf("%s: %v, %v", issuer, got, err)
		}
	}
}

func TestDiscoveryEndpoints(t *testing.T) {
	t.Parallel()
	const issuer = "https://as.example.com"
	certificate := &ClientCertificate{CertificatePEM: "a", KeyPEM: said.NewSecret("b")}
	both := jsonPage(`{"issuer":%q,"token_endpoint":"https://a/t","revocation_endpoint":"https://a/r",
		"mtls_endpoint_aliases":{"token_endpoint":"https://m/t","revocation_endpoint":"https://m/r"}}`, issuer)
	one := jsonPage(`{"issuer":%q,"token_endpoint":"https://a/t","revocation_endpoint":"https://a/r",
		"mtls_endpoint_aliases":{"token_endpoint":"https://m/t"}}`, issuer)
	none := jsonPage(`{"issuer":%q,"token_endpoint":"https://a/t"}`, issuer)
	for name, tc := range map[string]struct {
		page          page
		certificate   *ClientCertificate
		token, revoke string
	}{
		"no certificate":             {both, nil, "https://a/t", "https://a/r"},
		"a certificate":              {both, certificate, "https://m/t", "https://m/r"},
		"a certificate, one alias":   {one, certificate, "https://m/t", "https://a/r"},
		"a certificate and no alias": {none, certificate, "https://a/t", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cache, _ := cacheOf(t, map[string]page{issuer + asMetadata: tc.page})
			x := issuedBy(issuer)
			x.Request.Certificate, x.Revoke = tc.certificate, &Request{}
			got, err := cache.resolve(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			if got.Request.URL != tc.token || got.Revoke.URL != tc.revoke {
				t.Errorf("endpoints = %s, %s", got.Request.URL, got.Revoke.URL)
			}
			if x.Request.URL != "" || x.Revoke.URL != "" {
				t.Error("the caller's exchange was changed")
			}
		})
	}
}

func TestDiscoveryAsksOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, site := cacheOf(t, map[string]page{
			"https://as.example.com" + oidcMetadata: metadataPage("https://as.example.com"),
			"https://as.example.com/token":          jsonPage("%s", goodAnswer),
		})
		cache.client.http.Transport = roundTripper(func(req *http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			return site.RoundTrip(req)
		})
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				x := issuedBy("https://as.example.com")
				x.Service, x.Credentials = fmt.Sprint("service-", i%2), fmt.Sprint("set-", i%20)
				if _, err := cache.Token(t.Context(), x, 0); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := site.count(".well-known"); n != 2 {
			t.Errorf("%d metadata requests, want one at each place", n)
		}
		if n := site.count("POST"); n != 20 {
			t.Errorf("%d token requests, want one a set", n)
		}
	})
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
	if n := site.count(""); n != 2 {
		t.Errorf("%d requests", n)
	}
}

// Who allows http:// is not held to the refusal of one who does not.
func TestDiscoveryOverHTTPWhereAllowed(t *testing.T) {
	t.Parallel()
	const issuer = "http://as.example.com"
	cache, _ := cacheOf(t, map[string]page{
		issuer + asMetadata: jsonPage(`{"issuer":%q,"token_endpoint":"http://as.example.com/token"}`, issuer),
		issuer + "/token":   jsonPage("%s", goodAnswer),
	})
	_, err := cache.Token(t.Context(), issuedBy(issuer), 0)
	_ = wantError(t, err, KindURL)
	allowed := issuedBy(issuer)
	allowed.Request.AllowHTTP = true
	if _, err = cache.Token(t.Context(), allowed, 0); err != nil {
		t.Errorf("allowed: %v", err)
	}
	_, err = cache.Token(t.Context(), issuedBy(issuer), 0)
	_ = wantError(t, err, KindURL)
}

func TestDiscoverySendsNoCredentials(t *testing.T) {
	t.Parallel()
	cache, _ := cacheOf(t, nil)
	cache.client.http.Transport = roundTripper(func(req *http.Request) (*http.Response, error) {
		if req.Header.Get("Authorization") != "" || req.Header.Get("X-Key") != "" || req.ContentLength > 0 {
			t.Error("the metadata request has credentials")
		}
		return response(http.StatusNotFound, nil, ""), nil
	})
	x := issuedBy("https://as.example.com")
	x.Request.Headers = map[string]said.Secret{"X-Key": said.NewSecret("k")}
	x.Request.Auth = ClientSecretBasic{ID: testID, Secret: said.NewSecret(testSecret)}
	_, err := cache.Token(t.Context(), x, 0)
	_ = wantError(t, err, KindDiscovery)
}
