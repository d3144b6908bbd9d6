package token

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// well is metadata that names the token endpoint of https://as.example.com.
func well(*http.Request) (*http.Response, error) {
	return metadataPage("https://as.example.com").response(), nil
}

// answering answers as the page says.
func answering(p page, header http.Header) roundTripper {
	return func(*http.Request) (*http.Response, error) {
		answered := p.response()
		maps.Copy(answered.Header, header)
		return answered, nil
	}
}

func hanging(req *http.Request) (*http.Response, error) {
	<-req.Context().Done()
	return nil, req.Context().Err()
}

func after(wait time.Duration, then roundTripper) roundTripper {
	return func(req *http.Request) (*http.Response, error) {
		select {
		case <-time.After(wait):
			return then(req)
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
}

// twoPlaces answers at the two places of an issuer's metadata, and counts.
type twoPlaces struct {
	as, oidc             roundTripper
	atAS, atOIDC, tokens counter
}

func (p *twoPlaces) RoundTrip(req *http.Request) (*http.Response, error) {
	switch {
	case strings.Contains(req.URL.Path, asMetadata):
		p.atAS.add()
		return p.as(req)
	case strings.Contains(req.URL.Path, oidcMetadata):
		p.atOIDC.add()
		return p.oidc(req)
	default:
		p.tokens.add()
		return jsonPage("%s", goodAnswer).response(), nil
	}
}

func (p *twoPlaces) cache(t *testing.T) *Cache {
	t.Helper()
	client := newTestClient(t, DefaultTransport())
	client.http.Transport = wholeAnswer{p}
	return NewCache(client)
}

// faults are all that may be at a place instead of metadata.
func placeFaults() map[string]roundTripper {
	html := page{http.StatusOK, "text/html", "<html>log in</html>"}
	status := func(status int, header http.Header) roundTripper {
		return answering(page{status, "text/plain", "no"}, header)
	}
	return map[string]roundTripper{
		"400":                          status(400, nil),
		"401":                          status(401, nil),
		"403":                          status(403, nil),
		"404":                          status(404, nil),
		"405":                          status(405, nil),
		"429":                          status(429, nil),
		"429 with a long wait":         status(429, http.Header{"Retry-After": {"3600"}}),
		"500":                          status(500, nil),
		"502":                          status(502, nil),
		"503 with a short wait":        status(503, http.Header{"Retry-After": {"5"}}),
		"503 with a long wait":         status(503, http.Header{"Retry-After": {"3600"}}),
		"204":                          status(204, nil),
		"a redirect to another host":   status(302, http.Header{"Location": {"https://login.example.com/"}}),
		"a redirect to nowhere":        status(302, nil),
		"a login page":                 answering(html, nil),
		"an empty object":              answering(jsonPage("{}"), nil),
		"an empty body":                answering(jsonPage(""), nil),
		"an answer that is JSON":       answering(jsonPage(`{"message":"no such route"}`), nil),
		"an issuer that is another":    answering(metadataPage("https://other.example.com"), nil),
		"a page over 1 MiB":            answering(page{200, "text/html", strings.Repeat("a", largestAnswer+1)}, nil),
		"a cut connection":             func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF },
		"an error that nobody expects": func(*http.Request) (*http.Response, error) { return nil, errors.New("hush") },
		"no answer":                    hanging,
		"an endpoint of ftp":           answering(endpointPage("ftp://as.example.com/token"), nil),
		"an endpoint with a fragment":  answering(endpointPage("https://as.example.com/token#a"), nil),
		"an endpoint with a password":  answering(endpointPage("https://u:hush@as.example.com/token"), nil),
		"an endpoint without a host":   answering(endpointPage("https:///token"), nil),
		"an endpoint of plain http":    answering(endpointPage("http://as.example.com/token"), nil),
		"an endpoint that is text":     answering(endpointPage("token"), nil),
	}
}

// Whatever fails at one place, the other is asked, and there is no wait for the
// first, except one that is short if it does not answer at all.
func TestDiscoveryOtherPlace(t *testing.T) {
	t.Parallel()
	for name, fault := range placeFaults() {
		for place, p := range map[string]*twoPlaces{"first": {as: fault, oidc: well}, "second": {as: well, oidc: fault}} {
			t.Run(name+", "+place, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, p.oneIsWell)
			})
		}
	}
}

func (p *twoPlaces) oneIsWell(t *testing.T) {
	start := time.Now()
	if _, err := p.cache(t).Token(t.Context(), issuedBy("https://as.example.com"), 0); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > latecomer {
		t.Errorf("it took %s", took)
	}
	p.wantAsked(t, 1, p.atOIDC.get(), 1)
	if p.atOIDC.get() > 1 {
		t.Errorf("the second place was asked %d times", p.atOIDC.get())
	}
}

// wantAsked fails unless the places were asked so many times, and so many tokens
// were asked for.
func (p *twoPlaces) wantAsked(t *testing.T, atAS, atOIDC, tokens int) {
	t.Helper()
	if p.atAS.get() != atAS || p.atOIDC.get() != atOIDC || p.tokens.get() != tokens {
		t.Errorf("asked %d and %d times, and for %d tokens; want %d, %d and %d",
			p.atAS.get(), p.atOIDC.get(), p.tokens.get(), atAS, atOIDC, tokens)
	}
}

// Where both places fail, the error tells of both, and each is asked again only if
// that may help.
func TestDiscoveryBothPlacesFail(t *testing.T) {
	t.Parallel()
	faults := placeFaults()
	for name, tc := range map[string]struct {
		as, oidc     string
		kind         Kind
		want         []string
		atAS, atOIDC int
	}{
		"404 and 404":     {"404", "404", KindDiscovery, []string{"HTTP 404"}, 1, 1},
		"401 and a page":  {"401", "a login page", KindDiscovery, []string{"HTTP 401", "not a JSON object"}, 1, 1},
		"500 and 404":     {"500", "404", KindDiscovery, []string{"cannot be read now", "Run again later", "HTTP 500", "HTTP 404"}, 5, 1},
		"500 and 500":     {"500", "500", KindDiscovery, []string{"it is failing", "Run again later", "token_url"}, 5, 5},
		"429 and 429":     {"429", "429", KindDiscovery, []string{"limits how often", "Run again later"}, 5, 5},
		"401 and 401":     {"401", "401", KindDiscovery, []string{"without credentials", "allowed there"}, 1, 1},
		"404 and 403":     {"404", "403", KindDiscovery, []string{"without credentials", "allowed there", "HTTP 404"}, 1, 1},
		"a redirect, 404": {"a redirect to another host", "404", KindDiscovery, []string{"at neither place", "https://login.example.com"}, 1, 1},
		"ftp and 404":     {"an endpoint of ftp", "404", KindDiscovery, []string{"token_endpoint that cannot be used", "HTTP 404"}, 1, 1},
		"http and 404":    {"an endpoint of plain http", "404", KindDiscovery, []string{"token_endpoint that cannot be used: plain http://", "HTTP 404"}, 1, 1},
		"ftp and 500":     {"an endpoint of ftp", "500", KindDiscovery, []string{"token_endpoint that cannot be used", "HTTP 500"}, 1, 5},
		"ftp and http":    {"an endpoint of ftp", "an endpoint of plain http", KindDiscovery, []string{"not a full https:// URL", "plain http://"}, 1, 1},
		"404 and 500":     {"404", "500", KindDiscovery, []string{"HTTP 500", "HTTP 404"}, 1, 5},
		"500 and 503":     {"500", "503 with a short wait", KindDiscovery, []string{"HTTP 500", "HTTP 503"}, 5, 5},
		"waits":           {"429 with a long wait", "429 with a long wait", KindWait, []string{"HTTP 429", "2000-01-01T01:00:00Z"}, 1, 1},
		"a wait and none": {"503 with a long wait", "404", KindDiscovery, []string{"cannot be read now", "Run again after 2000-01-01T01:00:00Z", "HTTP 404"}, 1, 1},
		"cut and cut":     {"a cut connection", "a cut connection", KindUnreachable, []string{"closed the connection", "Try again"}, 5, 5},
		"cut and 404":     {"a cut connection", "404", KindDiscovery, []string{"closed the connection", "HTTP 404"}, 5, 1},
		"redirects":       {"a redirect to another host", "a redirect to another host", KindRedirect, []string{"https://login.example.com", "not accepted from another host", "or set token_url"}, 1, 1},
		"large pages":     {"a page over 1 MiB", "a page over 1 MiB", KindDiscovery, []string{"larger than 1 MiB"}, 1, 1},
		"another and 500": {"an issuer that is another", "500", KindDiscovery, []string{`another issuer, "https://other.example.com"`, "HTTP 500"}, 1, 5},
		"500 and another": {"500", "an issuer that is another", KindDiscovery, []string{`another issuer, "https://other.example.com"`, "HTTP 500"}, 5, 1},
		"no answer":       {"no answer", "no answer", KindUnreachable, []string{"did not answer in time"}, 5, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := &twoPlaces{as: faults[tc.as], oidc: faults[tc.oidc]}
				cache := p.cache(t)
				says := append([]string{"issuer at as.example.com", "https://as.example.com" + asMetadata + ": it", "https://as.example.com" + oidcMetadata + ": it"}, tc.want...)
				for range 2 {
					_, err := cache.Token(t.Context(), issuedBy("https://as.example.com"), 0)
					checkSaysAll(t, wantError(t, err, tc.kind).Error(), says)
				}
				p.wantAsked(t, tc.atAS, tc.atOIDC, 0)
			})
		})
	}
}

func checkSaysAll(t *testing.T, text string, says []string) {
	t.Helper()
	for _, want := range says {
		if !strings.Contains(text, want) {
			t.Errorf("error does not say %q: %s", want, text)
		}
	}
	if strings.Contains(text, "hush") || strings.Contains(text, "credentials were not sent") {
		t.Errorf("error: %s", text)
	}
}

// A place is not given up if it fails for a while.
func TestDiscoveryRecovers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &twoPlaces{oidc: placeFaults()["404"]}
		p.as = func(req *http.Request) (*http.Response, error) {
			if p.atAS.get() < 3 {
				return answering(page{503, "", ""}, http.Header{"Retry-After": {"7"}})(req)
			}
			return well(req)
		}
		start := time.Now()
		if _, err := p.cache(t).Token(t.Context(), issuedBy("https://as.example.com"), 0); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < 14*time.Second || p.atAS.get() != 3 || p.atOIDC.get() != 1 {
			t.Errorf("after %s, asked %d and %d times", took, p.atAS.get(), p.atOIDC.get())
		}
	})
}

// Of two places with metadata the first counts, which may answer later.
func TestDiscoveryPrefersTheFirstPlace(t *testing.T) {
	t.Parallel()
	other := answering(jsonPage(`{"issuer":"https://as.example.com","token_endpoint":"https://other.example.com/token"}`), nil)
	for name, tc := range map[string]struct {
		as, oidc roundTripper
		want     string
	}{
		"the second is quicker":          {after(time.Second, well), other, "https://as.example.com/token"},
		"the first is quicker":           {well, after(time.Second, other), "https://as.example.com/token"},
		"the first takes too long":       {after(time.Minute, well), other, "https://other.example.com/token"},
		"the first fails after a second": {after(time.Second, placeFaults()["404"]), other, "https://other.example.com/token"},
		"the second takes long":          {placeFaults()["404"], after(20*time.Second, other), "https://other.example.com/token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := &twoPlaces{as: tc.as, oidc: tc.oidc}
				got, err := p.cache(t).resolve(t.Context(), issuedBy("https://as.example.com"))
				if err != nil || got.Request.URL != tc.want {
					t.Errorf("got %v, %v", got, err)
				}
			})
		})
	}
}

// The last caller who goes ends both requests.
func TestDiscoveryInterrupted(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]roundTripper{"during a request": hanging, "during a wait": placeFaults()["500"]} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				p := &twoPlaces{as: fault, oidc: fault}
				time.AfterFunc(100*time.Millisecond, cancel)
				start := time.Now()
				_, err := p.cache(t).Token(ctx, issuedBy("https://as.example.com"), 0)
				_ = wantError(t, err, KindCancelled)
				synctest.Wait()
				if took := time.Since(start); took > 100*time.Millisecond || p.atAS.get() != 1 || p.atOIDC.get() != 1 {
					t.Errorf("after %s, asked %d and %d times", took, p.atAS.get(), p.atOIDC.get())
				}
			})
		})
	}
}

// Sets of one issuer have one metadata, whether they allow http:// or not.
func TestDiscoveryAsksOnceWhateverIsAllowed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &twoPlaces{as: after(time.Second, answering(endpointPage("http://as.example.com/token"), nil)), oidc: hanging}
		cache := p.cache(t)
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				x := issuedBy("https://as.example.com")
				x.Request.AllowHTTP = i%2 == 0
				_, err := cache.Token(t.Context(), x, 0)
				if x.Request.AllowHTTP {
					if err != nil {
						t.Error(err)
					}
					return
				}
				if e := wantError(t, err, KindDiscovery); !strings.Contains(e.Error(), "plain http://") {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		p.wantAsked(t, 1, 1, 1)
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
			p := &twoPlaces{as: answering(endpointPage("https://"+host+"/token"), nil), oidc: answering(page{404, "", ""}, nil)}
			cache := p.cache(t)
			cache.client.runtime.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			asked := false
			cache.client.http.Transport = roundTripper(func(req *http.Request) (*http.Response, error) {
				if req.URL.Path == "/token" {
					asked = true
					return answering(page{401, ContentTypeJSON, "{}"}, nil)(req)
				}
				return p.RoundTrip(req)
			})
			var others said.Shelf
			others.Add(said.Book{}.Add("client_secret", said.NewSecret("zebrafin0815")).Add("password", said.NewSecret("example")))
			x := issuedBy("https://as.example.com")
			x.Request.Auth = ClientSecretPost{ID: testID, Secret: said.NewSecret("fake-secret-of-mine")}
			x.Secrets = append(x.Secrets, others.Entry())
			_, err := cache.Token(t.Context(), x, 0)
			e := wantError(t, err, map[bool]Kind{true: KindRefused, false: KindDiscovery}[looked])
			if text := strings.ToLower(e.Error() + log.String()); asked != looked || !looked && strings.Contains(text, strings.ToLower(host)) {
				t.Errorf("asked: %v, it is told: %s", asked, text)
			}
		})
	}
}

// Each endpoint is that of the first place where this set can use it.
func TestDiscoveryUsesBothPlaces(t *testing.T) {
	t.Parallel()
	names := func(token, revocation string) roundTripper {
		return answering(jsonPage(`{"issuer":"https://as.example.com","token_endpoint":%q,"revocation_endpoint":%q}`, token, revocation), nil)
	}
	const inHTTP, one, two, three = "http://as.example.com/token", "https://as.example.com/1", "https://as.example.com/2", "https://as.example.com/3"
	for name, tc := range map[string]struct {
		as, oidc          roundTripper
		allowHTTP         bool
		token, revocation string
	}{
		"all of the first":            {names(one, two), names(three, three), false, one, two},
		"http where it is allowed":    {names(inHTTP, two), names("gopher://a/b", three), true, inHTTP, two},
		"http where it is not":        {names(inHTTP, two), names(one, three), false, one, three},
		"a bad revocation":            {names(one, "https://a#b"), names(two, three), false, two, three},
		"one of each":                 {names(one, "https://a#b"), names("ftp://a/b", three), false, one, three},
		"http, and the other hangs":   {names(inHTTP, two), hanging, true, inHTTP, two},
		"http, and the other is busy": {names(inHTTP, two), placeFaults()["503 with a short wait"], true, inHTTP, two},
		"the other, after a while":    {names("ftp://a/b", two), after(9*time.Second, names(one, three)), false, one, three},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := &twoPlaces{as: tc.as, oidc: tc.oidc}
				x := issuedBy("https://as.example.com")
				x.Request.AllowHTTP = tc.allowHTTP
				x.Revoke = &Request{}
				got, err := p.cache(t).resolve(t.Context(), x)
				if err != nil {
					t.Fatal(err)
				}
				if got.Request.URL != tc.token || got.Revoke.URL != tc.revocation {
					t.Errorf("got %s and %s", got.Request.URL, got.Revoke.URL)
				}
				p.wantAsked(t, 1, 1, 0)
			})
		})
	}
}
