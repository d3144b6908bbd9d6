package token

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// supplyFor returns a supply of a cache, which ends with the test.
func supplyFor(t *testing.T, cache *Cache, x *Exchange, minRemaining time.Duration) *Supply {
	t.Helper()
	s := cache.Supply(t.Context(), x, minRemaining)
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// taken returns a token that the supply gives, and ends its use.
func taken(t *testing.T, s *Supply) *Token {
	t.Helper()
	found, done, err := s.Use(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	done()
	return found
}

// useEvery uses a token again and again for a time, and checks that none is near its end.
func useEvery(t *testing.T, s *Supply, step, total time.Duration) {
	t.Helper()
	for end := time.Now().Add(total); time.Now().Before(end); time.Sleep(step) {
		found := taken(t, s)
		if _, isKnown := found.Lifetime(); isKnown && time.Since(found.ExpiresAt) >= 0 {
			t.Fatalf("%s expired %s ago", found.AccessToken.Reveal(), time.Since(found.ExpiresAt))
		}
	}
}

// A supply asks once for each life of a token, however short that is.
func TestSupplyRenews(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		lifetime     int
		minRemaining time.Duration
		total        time.Duration
		most         int
	}{
		"an hour":                  {3600, 0, 24 * time.Hour, 25},
		"an hour, half of it left": {3600, 30 * time.Minute, 24 * time.Hour, 50},
		"five seconds":             {5, 0, time.Minute, 15},
		"a second":                 {1, 0, time.Minute, 61},
		"of unknown life":          {0, 0, 24 * time.Hour, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := newTestClient(t, quickTransport())
				var count tokentest.Counter
				client.transport.Client(nil).Transport = tokentest.RoundTripper(func(*http.Request) (*http.Response, error) {
					count.Add()
					return numbered(tc.lifetime)(count.Get()).Response(), nil
				})
				useEvery(t, supplyFor(t, NewCache(client), testExchange(tokenURL), tc.minRemaining), tc.total/1000, tc.total)
				if got := count.Get(); got > tc.most || got < tc.most*4/5 {
					t.Errorf("%d requests, want about %d", got, tc.most)
				}
			})
		})
	}
}

// A supply that was not used for a while takes no token from another one that is near its end.
func TestSuppliesOfShortTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, _ := newTestCache(t, numbered(5))
		busy, idle := supplyFor(t, cache, testExchange(tokenURL), 0), supplyFor(t, cache, testExchange(tokenURL), 0)
		for i := range 50 {
			useEvery(t, busy, 100*time.Millisecond, 7*time.Second)
			time.Sleep(time.Duration(i) * 100 * time.Millisecond)
			if left := time.Until(taken(t, idle).ExpiresAt); left < 250*time.Millisecond {
				t.Fatalf("the token has %s left", left)
			}
		}
	})
}

// An endpoint may issue the same token until its end, and say what is left of it.
func TestSupplyOfTheSameToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const life = 30 // seconds
		began := time.Now()
		cache, count := newTestCache(t, func(int) tokentest.Page {
			age := int(time.Since(began) / time.Second)
			return tokentest.JSONPage(`{"access_token":"tok-%d","expires_in":%d}`, age/life, life-1-age%life)
		})
		s := supplyFor(t, cache, testExchange(tokenURL), 0)
		late := 0
		for range 10 * life * 10 {
			if taken(t, s).AccessToken.Reveal() != fmt.Sprintf("tok-%d", int(time.Since(began)/time.Second)/life) {
				late++
			}
			time.Sleep(100 * time.Millisecond)
		}
		if late > 0 || count.Get() > 60 {
			t.Errorf("%d of 3000 requests had a token that has ended, after %d token requests", late, count.Get())
		}
	})
}

// The end of a supply takes no longer than it may.
func TestSupplyClosesInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, issuer := cacheAt(t)
		s := cache.Supply(t.Context(), revocable("https://auth.example.com"), 0)
		taken(t, s)
		cache.client.transport.Client(nil).Transport = tokentest.RoundTripper(func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		})
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		began := time.Now()
		_ = wantError(t, s.Close(ctx), KindUnreachable)
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("it has taken %s", took)
		}
		issuer.want(t)
	})
}

// Users share one request, and those of a token that still lasts do not wait for it.
func TestSupplyAsksInTheBackground(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, count := newTestCache(t, numbered(3600))
		s := supplyFor(t, cache, testExchange(tokenURL), 0)
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() { taken(t, s) })
		}
		wg.Wait()
		tokentest.WantCount(t, count.Get(), 1)
		time.Sleep(59*time.Minute + 56*time.Second)
		began := time.Now()
		for range 100 {
			if got := taken(t, s).AccessToken.Reveal(); got != "tok-1" || time.Since(began) > 0 {
				t.Fatalf("%s after %s, want the old token at once", got, time.Since(began))
			}
		}
		time.Sleep(2 * time.Second)
		if got := taken(t, s).AccessToken.Reveal(); got != "tok-2" {
			t.Errorf("then %s, want the next one", got)
		}
		tokentest.WantCount(t, count.Get(), 2)
	})
}

// If there is no next token, the old one is used to its end. Then the error is that of the
// request, which is made again after a while, unless it could lock the account.
func TestSupplyWithoutNextToken(t *testing.T) {
	t.Parallel()
	const minute = 60 // seconds
	for name, tc := range map[string]struct {
		failure tokentest.Page
		kind    Kind
		// requests are those of ten minutes without a token.
		fewest, most int
		recovers     bool
	}{
		"the endpoint is down":  {tokentest.NewPage(http.StatusServiceUnavailable, "", ""), KindRefused, 50, 400, true},
		"it has no such scope":  {tokentest.NewPage(http.StatusBadRequest, ContentTypeJSON, `{"error":"invalid_scope"}`), KindRefused, 9, 11, true},
		"it has no token":       {tokentest.JSONPage(`{}`), KindAnswer, 9, 11, true},
		"it refuses the client": {tokentest.NewPage(http.StatusUnauthorized, ContentTypeJSON, `{"error":"invalid_client"}`), KindRefused, 1, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				failing := false
				cache, count := newTestCache(t, func(n int) tokentest.Page {
					if failing {
						return tc.failure
					}
					return numbered(10 * minute)(n)
				})
				s := supplyFor(t, cache, testExchange(tokenURL), 0)
				taken(t, s)
				failing = true
				useEvery(t, s, time.Second, 9*time.Minute+50*time.Second)
				time.Sleep(10 * time.Second)
				before := count.Get()
				for range 10 * minute {
					_, _, err := s.Use(t.Context())
					_ = wantError(t, err, tc.kind)
					time.Sleep(time.Second)
				}
				if got := count.Get() - before; got < tc.fewest-1 || got > tc.most {
					t.Errorf("%d requests in ten minutes, want %d to %d", got, tc.fewest, tc.most)
				}
				failing = false
				time.Sleep(2 * time.Minute)
				if _, done, err := s.Use(t.Context()); (err == nil) != tc.recovers {
					t.Errorf("later: %v", err)
				} else if err == nil {
					done()
				}
			})
		})
	}
}

// A request for the next token that hangs holds nobody up while the old one lasts.
func TestSupplyOfAHangingEndpoint(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hangs := false
		client := answeredBy(t, transport.DefaultSettings(), tokentest.RoundTripper(func(req *http.Request) (*http.Response, error) {
			if hangs {
				<-req.Context().Done()
				return nil, req.Context().Err()
			}
			return numbered(60)(1).Response(), nil
		}))
		s := supplyFor(t, NewCache(client), testExchange(tokenURL), 0)
		taken(t, s)
		hangs = true
		for range 58 {
			time.Sleep(time.Second)
			began := time.Now()
			taken(t, s)
			if took := time.Since(began); took > 0 {
				t.Fatalf("it was held up for %s", took)
			}
		}
	})
}

// A token that an API refuses is replaced, once a minute for each set.
func TestSupplyOfRefusedTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, count := newTestCache(t, numbered(3600))
		x := testExchange(tokenURL)
		one, two := supplyFor(t, cache, x, 0), supplyFor(t, cache, x, 0)
		first := taken(t, one)
		if taken(t, two) != first {
			t.Fatal("the supplies do not share the token")
		}
		if !one.Refuse(first) || taken(t, one).AccessToken.Reveal() != "tok-2" {
			t.Error("there is no other token")
		}
		if !two.Refuse(first) || taken(t, two).AccessToken.Reveal() != "tok-2" || !one.Refuse(first) {
			t.Error("the other supply does not get the new token")
		}
		wantToken(t, cache, x, 0, "tok-2")
		tokentest.WantCount(t, count.Get(), 2)
		if second := taken(t, one); one.Refuse(second) || two.Refuse(second) || taken(t, two) != second {
			t.Error("there is another new token in the same minute")
		}
		time.Sleep(time.Minute)
		if !one.Refuse(taken(t, one)) || taken(t, one).AccessToken.Reveal() != "tok-3" {
			t.Error("there is no other token after a minute")
		}
		tokentest.WantCount(t, count.Get(), 3)
	})
}

// A refused token is not taken from the store again.
func TestSupplyDropsRefusedTokenFromStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, count := newTestCache(t, numbered(3600))
		cache.Keep(Keeping{Store: newMemory()})
		s := supplyFor(t, cache, testExchange(tokenURL), 0)
		s.Refuse(taken(t, s))
		if got := taken(t, s).AccessToken.Reveal(); got != "tok-2" {
			t.Errorf("%s, want a new token", got)
		}
		tokentest.WantCount(t, count.Get(), 2)
	})
}

// Each token is revoked once: when it is replaced and nobody uses it, or at the end.
func TestSupplyRevokes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, issuer := cacheAt(t)
		s := cache.Supply(t.Context(), revocable("https://auth.example.com"), 0)
		_, streamDone, err := s.Use(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		_ = taken(t, s)
		time.Sleep(time.Hour)
		_ = taken(t, s)
		synctest.Wait()
		issuer.want(t, "tok-2")
		streamDone()
		streamDone()
		synctest.Wait()
		issuer.want(t, "tok-2", "tok-1")
		_, lastDone, err := s.Use(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err = s.Close(t.Context()); err != nil {
			t.Error(err)
		}
		lastDone()
		issuer.want(t, "tok-2", "tok-1", "tok-3")
		_, _, err = s.Use(t.Context())
		_ = wantError(t, err, KindCancelled)
		issuer.wantNoneLeft(t)
	})
}

// A user who leaves does not end the request, which others wait for; Close does.
func TestSupplyCancellation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, count := newTestCache(t, numbered(3600))
		s := cache.Supply(t.Context(), testExchange(tokenURL), 0)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, _, err := s.Use(ctx)
		_ = wantError(t, err, KindCancelled)
		time.Sleep(time.Second)
		taken(t, s)
		tokentest.WantCount(t, count.Get(), 1)
		time.Sleep(time.Hour)
		failed := make(chan error)
		go func() {
			_, _, err := s.Use(t.Context())
			failed <- err
		}()
		synctest.Wait()
		began := time.Now()
		if err := s.Close(t.Context()); err != nil || time.Since(began) > 0 {
			t.Errorf("the close has taken %s: %v", time.Since(began), err)
		}
		_ = wantError(t, <-failed, KindCancelled)
	})
}
