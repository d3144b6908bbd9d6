package token

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// issuer is an authorization server without a network, with its tokens.
type issuer struct {
	mu      sync.Mutex
	issued  []string
	revoked []string
	// name makes the n-th token; nil: tok-1, tok-2 …
	name func(n int) string
}

func (i *issuer) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if strings.HasSuffix(req.URL.Path, "/revoke") {
		i.revoked = append(i.revoked, form.Get("token"))
		return tokentest.Response(http.StatusOK, nil, ""), nil
	}
	value := fmt.Sprintf("tok-%d", len(i.issued)+1)
	if i.name != nil {
		value = i.name(len(i.issued) + 1)
	}
	i.issued = append(i.issued, value)
	return tokentest.Response(http.StatusOK, nil, fmt.Sprintf(`{"access_token":%q,"expires_in":3600}`, value)), nil
}

func (i *issuer) isRevoked(value string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Contains(i.revoked, value)
}

func (i *issuer) want(t *testing.T, revoked ...string) {
	t.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	if diff := cmp.Diff(revoked, i.revoked); diff != "" {
		t.Errorf("revoked:\n%s", diff)
	}
}

// wantNoneLeft checks that each token was revoked, once.
func (i *issuer) wantNoneLeft(t *testing.T) {
	t.Helper()
	slices.Sort(i.issued)
	slices.Sort(i.revoked)
	if diff := cmp.Diff(i.issued, i.revoked); diff != "" {
		t.Errorf("issued and revoked differ:\n%s", diff)
	}
}

func cacheAt(t *testing.T) (*Cache, *issuer) {
	t.Helper()
	client := newTestClient(t, transport.DefaultSettings())
	i := &issuer{}
	client.transport.Client(nil).Transport = i
	return NewCache(client), i
}

func release(t *testing.T, cache *Cache, id string) {
	t.Helper()
	if err := cache.Release(t.Context(), id); err != nil {
		t.Errorf("release of %s: %v", id, err)
	}
}

func TestLastLeaseRevokes(t *testing.T) {
	t.Parallel()
	cache, issuer := cacheAt(t)
	x := revocable("https://auth.example.com")
	first, one := lend(t, cache, x)
	second, two := lend(t, cache, revocable("https://auth.example.com"))
	if first != "tok-1" || second != first || one == two {
		t.Errorf("leases %s of %s and %s of %s", one, first, two, second)
	}
	release(t, cache, one)
	release(t, cache, one) // again, which does nothing
	issuer.want(t)
	if third, three := lend(t, cache, x); third != first {
		t.Errorf("while it lives, the next lease is of %s", third)
	} else {
		release(t, cache, three)
	}
	issuer.want(t)
	release(t, cache, two)
	issuer.want(t, "tok-1")
	release(t, cache, two)
	issuer.want(t, "tok-1")

	again, id := lend(t, cache, x)
	if again != "tok-2" {
		t.Errorf("after the revocation the lease is of %s", again)
	}
	release(t, cache, id)
	issuer.want(t, "tok-1", "tok-2")
}

func TestReleaseOfUnknownLease(t *testing.T) {
	t.Parallel()
	cache, issuer := cacheAt(t)
	_, _ = lend(t, cache, revocable("https://auth.example.com"))
	for _, id := range []string{"", "7", "-1", "tok-1", "0x0", " 0"} {
		release(t, cache, id)
	}
	issuer.want(t)
}

// A token that lives on is not shared with those who revoke theirs.
func TestTokenIsNotSharedWithLease(t *testing.T) {
	t.Parallel()
	for name, withRevoke := range map[string]bool{"it does not say how to revoke": false, "it says how": true} {
		for _, leaseFirst := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, lease first %t", name, leaseFirst), func(t *testing.T) {
				t.Parallel()
				keepBesideLease(t, withRevoke, leaseFirst)
			})
		}
	}
}

func keepBesideLease(t *testing.T, withRevoke, leaseFirst bool) {
	t.Helper()
	cache, issuer := cacheAt(t)
	x := revocable("https://auth.example.com")
	kept := revocable("https://auth.example.com")
	if !withRevoke {
		kept.Revoke = nil
	}
	var id string
	if leaseFirst {
		_, id = lend(t, cache, x)
	}
	got, err := cache.Token(t.Context(), kept, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !leaseFirst {
		_, id = lend(t, cache, x)
	}
	release(t, cache, id)
	if issuer.isRevoked(got.AccessToken.Reveal()) {
		t.Error("the token of a caller without a lease was revoked")
	}
}

// A lease of a token that has run low keeps it, beside the one that replaces it.
func TestLeaseAfterRenewal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, issuer := cacheAt(t)
		x := revocable("https://auth.example.com")
		_, one := lend(t, cache, x)
		time.Sleep(59*time.Minute + 30*time.Second)
		second, two := lend(t, cache, x)
		if second != "tok-2" {
			t.Fatalf("the second lease is of %s", second)
		}
		release(t, cache, one)
		issuer.want(t, "tok-1")
		third, three := lend(t, cache, x)
		if third != "tok-2" {
			t.Errorf("the third lease is of %s; tok-2 is good still", third)
		}
		release(t, cache, two)
		if issuer.isRevoked(third) {
			t.Errorf("%s was revoked under its holder", third)
		}
		release(t, cache, three)
		if !issuer.isRevoked("tok-2") {
			t.Error("tok-2 was not revoked")
		}
	})
}

// Where no token came to replace it, a lease still revokes the one that it has.
func TestLeaseAfterFailedRenewal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, issuer := cacheAt(t)
		x := revocable("https://auth.example.com")
		_, id := lend(t, cache, x)
		time.Sleep(time.Hour)
		cache.client.transport.Client(nil).Transport = tokentest.Answering(tokentest.NewPage(http.StatusUnauthorized, "", "{}"), nil)
		_, _, err := cache.Lease(t.Context(), x, 0)
		_ = wantError(t, err, KindRefused)
		cache.client.transport.Client(nil).Transport = issuer
		release(t, cache, id)
		issuer.want(t, "tok-1")
	})
}

// The end of the last lease does not end a renewal that is under way.
func TestLeaseEndsDuringRenewal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, issuer := cacheAt(t)
		cache.client.transport.Client(nil).Transport = tokentest.RoundTripper(func(req *http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			return issuer.RoundTrip(req)
		})
		x := revocable("https://auth.example.com")
		_, one := lend(t, cache, x)
		time.Sleep(59*time.Minute + 30*time.Second)
		var wg sync.WaitGroup
		for i := range 3 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * 400 * time.Millisecond)
				if got, _ := lend(t, cache, x); got != "tok-2" {
					t.Errorf("the lease is of %s", got)
				}
			})
		}
		time.Sleep(600 * time.Millisecond)
		release(t, cache, one)
		wg.Wait()
		issuer.want(t, "tok-1")
		if len(issuer.issued) != 2 {
			t.Errorf("issued: %v", issuer.issued)
		}
	})
}

// A token that is answered again while it is being revoked is not handed out.
func TestLeaseOfATokenRevokedMeanwhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, issuer := cacheAt(t)
		issuer.name = func(n int) string { return fmt.Sprintf("tok-%d", max(1, n-1)) } // tok-1 twice
		x := revocable("https://auth.example.com")
		_, one := lend(t, cache, x)
		time.Sleep(59*time.Minute + 30*time.Second)
		cache.client.transport.Client(nil).Transport = tokentest.RoundTripper(func(req *http.Request) (*http.Response, error) {
			answered, err := issuer.RoundTrip(req)
			time.Sleep(time.Second) // on its way back
			return answered, err
		})
		var wg sync.WaitGroup
		wg.Go(func() {
			if got, _ := lend(t, cache, x); got != "tok-2" {
				t.Errorf("the lease is of %s", got)
			}
		})
		time.Sleep(500 * time.Millisecond)
		release(t, cache, one)
		wg.Wait()
	})
}

// The next cache begins empty, and ends the leases of the one before.
func TestNextCacheEndsLeases(t *testing.T) {
	t.Parallel()
	first, issuer := cacheAt(t)
	x := revocable("https://auth.example.com")
	_, one := lend(t, first, x)
	second := first.Next(first.client)
	value, two := lend(t, second, x)
	if value != "tok-2" || one == two {
		t.Errorf("the lease %s is of %s", two, value)
	}
	release(t, second, one)
	issuer.want(t, "tok-1")
	if again, _ := lend(t, second, x); again != "tok-2" {
		t.Errorf("the lease is of %s", again)
	}
}

// Some vendors answer the same token again while it lives. Revoking it for one
// holder would take it from the others.
func TestLeaseOfTheSameTokenTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, issuer := cacheAt(t)
		issuer.name = func(int) string { return "tok-same" }
		one := revocable("https://auth.example.com")
		two := revocable("https://auth.example.com")
		two.Response.Fields = nil // another exchange, for the same client
		_, first := lend(t, cache, one)
		_, second := lend(t, cache, two)
		release(t, cache, first)
		issuer.want(t)
		release(t, cache, second)
		issuer.want(t, "tok-same")
		// It is as revoked for the one as for the other.
		issuer.name = nil
		for _, x := range []*Exchange{one, two} {
			if got, _ := lend(t, cache, x); got == "tok-same" {
				t.Error("a revoked token was handed out")
			}
		}
	})
}

// Two servers that issue the same value have issued two tokens.
func TestLeaseOfTheSameValueElsewhere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, issuer := cacheAt(t)
		issuer.name = func(int) string { return "1" }
		_, here := lend(t, cache, revocable("https://auth.example.com"))
		_, there := lend(t, cache, revocable("https://other.example.com"))
		release(t, cache, here)
		issuer.want(t, "1")
		release(t, cache, there)
		issuer.want(t, "1", "1")
	})
}

// A vendor that goes on answering a token that was revoked must not hold the
// next lease up for ever.
func TestLeaseOfRevokedTokenAgain(t *testing.T) {
	t.Parallel()
	cache, issuer := cacheAt(t)
	issuer.name = func(int) string { return "tok-same" }
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for range 3 {
		_, id, err := cache.Lease(ctx, revocable("https://auth.example.com"), 0)
		if err != nil {
			t.Fatal(err)
		}
		release(t, cache, id)
	}
	issuer.want(t, "tok-same", "tok-same", "tok-same")
}

// Whatever the order, nobody is handed a token that was revoked, none is
// revoked under its holder, and in the end none is left.
func TestLeasesAtOnce(t *testing.T) {
	t.Parallel()
	type row struct {
		callers, times int
		hold           time.Duration // at most
	}
	tokentest.Each(t, map[string]row{
		"many hold at once": {64, 20, 200 * time.Microsecond},
		"few, and quick":    {4, 300, 0},
		"two by turns":      {2, 300, 20 * time.Microsecond},
	}, func(t *testing.T, tc row) {
		cache, issuer := cacheAt(t)
		var wg sync.WaitGroup
		for range tc.callers {
			wg.Go(func() {
				for range tc.times {
					leaseOnce(t, cache, issuer, tc.hold)
				}
			})
		}
		wg.Wait()
		issuer.wantNoneLeft(t)
		t.Logf("%d tokens", len(issuer.issued))
	})
}

func leaseOnce(t *testing.T, cache *Cache, issuer *issuer, hold time.Duration) {
	t.Helper()
	got, id, err := cache.Lease(t.Context(), revocable("https://auth.example.com"), 0)
	if err != nil {
		t.Error(err)
		return
	}
	value := got.AccessToken.Reveal()
	if issuer.isRevoked(value) {
		t.Errorf("%s was handed out after it was revoked", value)
	}
	if hold > 0 {
		time.Sleep(hold * time.Duration(value[len(value)-1]%8) / 8) // a time of its own
	}
	if issuer.isRevoked(value) {
		t.Errorf("%s was revoked under its holder", value)
	}
	release(t, cache, id)
}
