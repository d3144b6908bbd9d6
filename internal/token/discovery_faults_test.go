package token

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// twoPlaces are the two places of an issuer's metadata.
type twoPlaces struct{ tokentest.TwoPlaces }

func atPlaces(as, oidc tokentest.RoundTripper) *twoPlaces {
	return &twoPlaces{tokentest.TwoPlaces{AS: as, OIDC: oidc}}
}

func (p *twoPlaces) cacheOf(t *testing.T) *Cache {
	t.Helper()
	client := answeredBy(t, transport.DefaultSettings(), p)
	return NewCache(client)
}

// Whatever fails at one place, the other is asked, and there is no wait for the
// first, except one that is short if it does not answer at all.
func TestDiscoveryOtherPlace(t *testing.T) {
	t.Parallel()
	for name, fault := range tokentest.PlaceFaults() {
		for place, p := range map[string]*twoPlaces{"first": atPlaces(fault, tokentest.Well), "second": atPlaces(tokentest.Well, fault)} {
			t.Run(name+", "+place, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, p.oneIsWell)
			})
		}
	}
}

func (p *twoPlaces) oneIsWell(t *testing.T) {
	start := time.Now()
	if _, err := p.cacheOf(t).Token(t.Context(), issuedBy("https://as.example.com"), 0); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > latecomer {
		t.Errorf("it took %s", took)
	}
	p.wantAsked(t, 1, p.AtOIDC.Get(), 1)
	if p.AtOIDC.Get() > 1 {
		t.Errorf("the second place was asked %d times", p.AtOIDC.Get())
	}
}

// wantAsked fails unless the places were asked so many times, and so many tokens
// were asked for.
func (p *twoPlaces) wantAsked(t *testing.T, atAS, atOIDC, tokens int) {
	t.Helper()
	if p.AtAS.Get() != atAS || p.AtOIDC.Get() != atOIDC || p.Tokens.Get() != tokens {
		t.Errorf("asked %d and %d times, and for %d tokens; want %d, %d and %d",
			p.AtAS.Get(), p.AtOIDC.Get(), p.Tokens.Get(), atAS, atOIDC, tokens)
	}
}

// A place is not given up if it fails for a while.
func TestDiscoveryRecovers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := atPlaces(nil, tokentest.PlaceFaults()["404"])
		p.AS = func(req *http.Request) (*http.Response, error) {
			if p.AtAS.Get() < 3 {
				return tokentest.Answering(tokentest.NewPage(503, "", ""), http.Header{"Retry-After": {"7"}})(req)
			}
			return tokentest.Well(req)
		}
		start := time.Now()
		if _, err := p.cacheOf(t).Token(t.Context(), issuedBy("https://as.example.com"), 0); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < 14*time.Second || p.AtAS.Get() != 3 || p.AtOIDC.Get() != 1 {
			t.Errorf("after %s, asked %d and %d times", took, p.AtAS.Get(), p.AtOIDC.Get())
		}
	})
}

// Of two places with metadata the first counts, which may answer later.
func TestDiscoveryPrefersTheFirstPlace(t *testing.T) {
	t.Parallel()
	other := tokentest.Answering(tokentest.JSONPage(`{"issuer":"https://as.example.com","token_endpoint":"https://other.example.com/token"}`), nil)
	type row struct {
		as, oidc tokentest.RoundTripper
		want     string
	}
	tokentest.EachInBubble(t, map[string]row{
		"the second is quicker":          {tokentest.After(time.Second, tokentest.Well), other, "https://as.example.com/token"},
		"the first is quicker":           {tokentest.Well, tokentest.After(time.Second, other), "https://as.example.com/token"},
		"the first takes too long":       {tokentest.After(time.Minute, tokentest.Well), other, "https://other.example.com/token"},
		"the first fails after a second": {tokentest.After(time.Second, tokentest.PlaceFaults()["404"]), other, "https://other.example.com/token"},
		"the second takes long":          {tokentest.PlaceFaults()["404"], tokentest.After(20*time.Second, other), "https://other.example.com/token"},
	}, func(t *testing.T, tc row) {
		p := atPlaces(tc.as, tc.oidc)
		got, err := p.cacheOf(t).resolve(t.Context(), issuedBy("https://as.example.com"))
		if err != nil || got.Request.URL != tc.want {
			t.Errorf("got %v, %v", got, err)
		}
	})
}

// The last caller who goes ends both requests.
func TestDiscoveryInterrupted(t *testing.T) {
	t.Parallel()
	tokentest.EachInBubble(t, map[string]tokentest.RoundTripper{
		"during a request": tokentest.Hanging, "during a wait": tokentest.PlaceFaults()["500"],
	}, func(t *testing.T, fault tokentest.RoundTripper) {
		ctx, cancel := context.WithCancel(t.Context())
		p := atPlaces(fault, fault)
		time.AfterFunc(100*time.Millisecond, cancel)
		start := time.Now()
		_, err := p.cacheOf(t).Token(ctx, issuedBy("https://as.example.com"), 0)
		_ = wantError(t, err, KindCancelled)
		synctest.Wait()
		if took := time.Since(start); took > 100*time.Millisecond || p.AtAS.Get() != 1 || p.AtOIDC.Get() != 1 {
			t.Errorf("after %s, asked %d and %d times", took, p.AtAS.Get(), p.AtOIDC.Get())
		}
	})
}

// Sets of one issuer have one metadata, whether they allow http:// or not.
func TestDiscoveryAsksOnceWhateverIsAllowed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := atPlaces(tokentest.After(time.Second, tokentest.Answering(tokentest.EndpointPage("http://as.example.com/token"), nil)), tokentest.Hanging)
		cache := p.cacheOf(t)
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
				if e := wantError(t, err, KindDiscovery); !isPlainURL(e.Cause) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		p.wantAsked(t, 1, 1, 1)
	})
}

// Each endpoint is that of the first place where this set can use it.
func TestDiscoveryUsesBothPlaces(t *testing.T) {
	t.Parallel()
	names := func(token, revocation string) tokentest.RoundTripper {
		return tokentest.Answering(tokentest.JSONPage(`{"issuer":"https://as.example.com","token_endpoint":%q,"revocation_endpoint":%q}`, token, revocation), nil)
	}
	const inHTTP, one, two, three = "http://as.example.com/token", "https://as.example.com/1", "https://as.example.com/2", "https://as.example.com/3"
	type row struct {
		as, oidc          tokentest.RoundTripper
		allowHTTP         bool
		token, revocation string
	}
	tokentest.EachInBubble(t, map[string]row{
		"all of the first":            {names(one, two), names(three, three), false, one, two},
		"http where it is allowed":    {names(inHTTP, two), names("gopher://a/b", three), true, inHTTP, two},
		"http where it is not":        {names(inHTTP, two), names(one, three), false, one, three},
		"a bad revocation":            {names(one, "https://a#b"), names(two, three), false, two, three},
		"one of each":                 {names(one, "https://a#b"), names("ftp://a/b", three), false, one, three},
		"http, and the other hangs":   {names(inHTTP, two), tokentest.Hanging, true, inHTTP, two},
		"http, and the other is busy": {names(inHTTP, two), tokentest.PlaceFaults()["503 with a short wait"], true, inHTTP, two},
		"the other, after a while":    {names("ftp://a/b", two), tokentest.After(9*time.Second, names(one, three)), false, one, three},
	}, func(t *testing.T, tc row) {
		p := atPlaces(tc.as, tc.oidc)
		x := issuedBy("https://as.example.com")
		x.Request.AllowHTTP = tc.allowHTTP
		x.Revoke = &Request{}
		got, err := p.cacheOf(t).resolve(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		if got.Request.URL != tc.token || got.Revoke.URL != tc.revocation {
			t.Errorf("got %s and %s", got.Request.URL, got.Revoke.URL)
		}
		p.wantAsked(t, 1, 1, 0)
	})
}

func isPlainURL(err error) bool {
	bad, ok := errors.AsType[*transport.URLError](err)
	return ok && bad.Problem == transport.URLPlain
}
