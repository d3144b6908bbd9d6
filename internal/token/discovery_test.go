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
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

func cacheOf(t *testing.T, pages map[string]tokentest.Page) (*Cache, *tokentest.Site) {
	t.Helper()
	s := &tokentest.Site{Pages: pages}
	client := answeredBy(t, quickTransport(), s)
	return NewCache(client), s
}

func issuedBy(issuer string) *Exchange {
	x := testExchange("")
	x.Issuer = issuer
	return x
}

type locationCase struct {
	issuer string
	pages  map[string]tokentest.Page
	asked  string
}

func locationCases() map[string]locationCase {
	html := tokentest.NewPage(http.StatusOK, "text/html", "<html>welcome</html>")
	return map[string]locationCase{
		"RFC 8414": {
			"https://as.example.com",
			map[string]tokentest.Page{"https://as.example.com" + tokentest.ASMetadata: tokentest.MetadataPage("https://as.example.com")},
			"https://as.example.com" + tokentest.ASMetadata,
		},
		"RFC 8414, the path behind": {
			"https://as.example.com/t%20a/1",
			map[string]tokentest.Page{"https://as.example.com" + tokentest.ASMetadata + "/t%20a/1": tokentest.MetadataPage("https://as.example.com/t%20a/1")},
			"https://as.example.com" + tokentest.ASMetadata + "/t%20a/1",
		},
		"RFC 8414, a slash at the end": {
			"https://as.example.com/t/",
			map[string]tokentest.Page{"https://as.example.com" + tokentest.ASMetadata + "/t": tokentest.MetadataPage("https://as.example.com/t/")},
			"https://as.example.com" + tokentest.ASMetadata + "/t",
		},
		"a port, a slash alone": {
			"https://as.example.com:8443/",
			map[string]tokentest.Page{"https://as.example.com:8443" + tokentest.ASMetadata: tokentest.MetadataPage("https://as.example.com:8443/")},
			"https://as.example.com:8443" + tokentest.ASMetadata,
		},
		"OpenID Connect after a 404": {
			"https://as.example.com/t",
			map[string]tokentest.Page{"https://as.example.com/t" + tokentest.OIDCMetadata: tokentest.MetadataPage("https://as.example.com/t")},
			"https://as.example.com/t" + tokentest.OIDCMetadata,
		},
		"OpenID Connect after a 404, a slash at the end": {
			"https://as.example.com/t/",
			map[string]tokentest.Page{"https://as.example.com/t" + tokentest.OIDCMetadata: tokentest.MetadataPage("https://as.example.com/t/")},
			"https://as.example.com/t" + tokentest.OIDCMetadata,
		},
		"OpenID Connect after other JSON": {
			"https://as.example.com",
			map[string]tokentest.Page{"https://as.example.com" + tokentest.ASMetadata: tokentest.JSONPage(`{"message":"no such route"}`), "https://as.example.com" + tokentest.OIDCMetadata: tokentest.MetadataPage("https://as.example.com")},
			"https://as.example.com" + tokentest.OIDCMetadata,
		},
		"OpenID Connect after a page": {
			"https://as.example.com",
			map[string]tokentest.Page{"https://as.example.com" + tokentest.ASMetadata: html, "https://as.example.com" + tokentest.OIDCMetadata: tokentest.MetadataPage("https://as.example.com")},
			"https://as.example.com" + tokentest.OIDCMetadata,
		},
	}
}

func TestDiscoveryLocations(t *testing.T) {
	t.Parallel()
	tokentest.Each(t, locationCases(), func(t *testing.T, tc locationCase) {
		cache, site := cacheOf(t, tc.pages)
		site.Pages["https://as.example.com/token"] = tokentest.JSONPage("%s", goodAnswer)
		wantToken(t, cache, issuedBy(tc.issuer), 0, "tok-1")
		last := len(site.Asked()) - 1
		if site.Asked()[last] != "POST https://as.example.com/token" || !slices.Contains(site.Asked(), "GET "+tc.asked) {
			t.Errorf("asked: %q", site.Asked())
		}
		// The other place is asked too, unless this one was quicker.
		places := wellKnown(tc.issuer)
		for _, asked := range site.Asked()[:last] {
			if !slices.Contains(places, strings.TrimPrefix(asked, "GET ")) {
				t.Errorf("asked: %s", asked)
			}
		}
	})
}

// The issuer in the metadata is foreign text and may be of any length.
func TestDiscoveryErrorIsShort(t *testing.T) {
	t.Parallel()
	cache, _ := cacheOf(t, map[string]tokentest.Page{
		"https://as.example.com" + tokentest.OIDCMetadata: tokentest.MetadataPage("https://evil.example.com/" + strings.Repeat("a", 100_000)),
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
	type row struct {
		token, revoke         string
		wantToken, wantRevoke string
		requests              int
	}
	tokentest.Each(t, map[string]row{
		"both":           {mine + "/token", mine + "/revoke", mine + "/token", mine + "/revoke", 0},
		"the token's":    {mine + "/token", "", mine + "/token", its + "/revoke", 1},
		"the revocation": {"", mine + "/revoke", its + "/token", mine + "/revoke", 1},
	}, func(t *testing.T, tc row) {
		cache, site := cacheOf(t, map[string]tokentest.Page{its + tokentest.ASMetadata: tokentest.MetadataPage(its)})
		x := issuedBy(its)
		x.Request.URL, x.Revoke = tc.token, &Request{URL: tc.revoke}
		got, err := cache.resolve(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		if got.Request.URL != tc.wantToken || got.Revoke.URL != tc.wantRevoke || min(1, site.Count("")) != tc.requests {
			t.Errorf("endpoints = %s, %s after %d requests", got.Request.URL, got.Revoke.URL, site.Count(""))
		}
	})
}

// What one issuer says of itself is not said of another.
func TestDiscoveryTellsIssuersApart(t *testing.T) {
	t.Parallel()
	pages := map[string]tokentest.Page{}
	for _, issuer := range []string{"https://one.example.com", "https://two.example.com"} {
		pages[issuer+tokentest.ASMetadata] = tokentest.JSONPage(`{"issuer":%q,"token_endpoint":"%s/token"}`, issuer, issuer)
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
	both := tokentest.JSONPage(`{"issuer":%q,"token_endpoint":"https://a/t","revocation_endpoint":"https://a/r",
		"mtls_endpoint_aliases":{"token_endpoint":"https://m/t","revocation_endpoint":"https://m/r"}}`, issuer)
	one := tokentest.JSONPage(`{"issuer":%q,"token_endpoint":"https://a/t","revocation_endpoint":"https://a/r",
		"mtls_endpoint_aliases":{"token_endpoint":"https://m/t"}}`, issuer)
	none := tokentest.JSONPage(`{"issuer":%q,"token_endpoint":"https://a/t"}`, issuer)
	type row struct {
		page          tokentest.Page
		certificate   *ClientCertificate
		token, revoke string
	}
	tokentest.Each(t, map[string]row{
		"no certificate":             {both, nil, "https://a/t", "https://a/r"},
		"a certificate":              {both, certificate, "https://m/t", "https://m/r"},
		"a certificate, one alias":   {one, certificate, "https://m/t", "https://a/r"},
		"a certificate and no alias": {none, certificate, "https://a/t", ""},
	}, func(t *testing.T, tc row) {
		cache, _ := cacheOf(t, map[string]tokentest.Page{issuer + tokentest.ASMetadata: tc.page})
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

func TestDiscoveryAsksOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, site := cacheOf(t, map[string]tokentest.Page{
			"https://as.example.com" + tokentest.OIDCMetadata: tokentest.MetadataPage("https://as.example.com"),
			"https://as.example.com/token":                    tokentest.JSONPage("%s", goodAnswer),
		})
		cache.client.transport.Client(nil).Transport = tokentest.RoundTripper(func(req *http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			return site.RoundTrip(req)
		})
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				x := issuedBy("https://as.example.com")
				x.Service, x.Credentials = fmt.Sprint("service-", i%2), fmt.Sprint("set-", i%20)
				wantToken(t, cache, x, 0, "")
			})
		}
		wg.Wait()
		tokentest.WantCount(t, site.Count(".well-known"), 2)
		tokentest.WantCount(t, site.Count("POST"), 20)
	})
}

// Who allows http:// is not held to the refusal of one who does not.
func TestDiscoveryOverHTTPWhereAllowed(t *testing.T) {
	t.Parallel()
	const issuer = "http://as.example.com"
	cache, _ := cacheOf(t, map[string]tokentest.Page{
		issuer + tokentest.ASMetadata: tokentest.JSONPage(`{"issuer":%q,"token_endpoint":"http://as.example.com/token"}`, issuer),
		issuer + "/token":             tokentest.JSONPage("%s", goodAnswer),
	})
	_, err := cache.Token(t.Context(), issuedBy(issuer), 0)
	_ = wantError(t, err, KindURL)
	allowed := issuedBy(issuer)
	allowed.Request.AllowHTTP = true
	wantToken(t, cache, allowed, 0, "")
	_, err = cache.Token(t.Context(), issuedBy(issuer), 0)
	_ = wantError(t, err, KindURL)
}

func TestDiscoverySendsNoCredentials(t *testing.T) {
	t.Parallel()
	cache, _ := cacheOf(t, nil)
	cache.client.transport.Client(nil).Transport = tokentest.RoundTripper(func(req *http.Request) (*http.Response, error) {
		if req.Header.Get("Authorization") != "" || req.Header.Get("X-Key") != "" || req.ContentLength > 0 {
			t.Error("the metadata request has credentials")
		}
		return tokentest.Response(http.StatusNotFound, nil, ""), nil
	})
	x := issuedBy("https://as.example.com")
	x.Request.Headers = map[string]said.Secret{"X-Key": said.NewSecret("k")}
	x.Request.Auth = ClientSecretBasic{ID: testID, Secret: said.NewSecret(testSecret)}
	_, err := cache.Token(t.Context(), x, 0)
	_ = wantError(t, err, KindDiscovery)
}
