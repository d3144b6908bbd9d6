package token

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// newTestCache returns a cache whose requests are answered by answer, without a network.
func newTestCache(t *testing.T, answer func(n int) tokentest.Page) (*Cache, *tokentest.Counter) {
	t.Helper()
	client := newTestClient(t, transport.DefaultSettings())
	var count tokentest.Counter
	client.transport.Client(nil).Transport = tokentest.RoundTripper(func(req *http.Request) (*http.Response, error) {
		count.Add()
		n := count.Get()
		select {
		case <-time.After(time.Second): // every request takes a second
			return answer(n).Response(), nil
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	})
	return NewCache(client), &count
}

// numbered answers tok-1, tok-2 … with a lifetime in seconds.
func numbered(lifetime int) func(int) tokentest.Page {
	return func(n int) tokentest.Page {
		return tokentest.JSONPage(`{"access_token":"tok-%d","expires_in":%d}`, n, lifetime)
	}
}

func TestCacheAsksOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, count := newTestCache(t, numbered(3600))
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				wantToken(t, cache, testExchange("https://auth.example.com"), 0, "tok-1")
			})
		}
		wg.Wait()
		tokentest.WantCount(t, count.Get(), 1)
		other := testExchange("https://auth.example.com")
		other.Credentials = "catalog"
		wantToken(t, cache, other, 0, "tok-2")
	})
}

func TestCacheRenewsInTime(t *testing.T) {
	t.Parallel()
	type row struct {
		lifetime     int // in seconds
		minRemaining time.Duration
		after        time.Duration // between the first and the second call
		want         string
	}
	tokentest.EachInBubble(t, map[string]row{
		"a minute left":                   {3600, 0, 59 * time.Minute, "tok-1"},
		"less than a minute left":         {3600, 0, 59*time.Minute + time.Second, "tok-2"},
		"a tenth of a short life left":    {300, 0, 270 * time.Second, "tok-1"},
		"less than that tenth":            {300, 0, 271 * time.Second, "tok-2"},
		"as much left as wanted":          {3600, 20 * time.Minute, 40 * time.Minute, "tok-1"},
		"less left than wanted":           {3600, 20 * time.Minute, 40*time.Minute + time.Second, "tok-2"},
		"just issued":                     {3600, time.Hour, 59 * time.Second, "tok-1"},
		"issued a minute ago":             {3600, time.Hour, time.Minute, "tok-2"},
		"less left than wanted, soon":     {3600, time.Hour - 10*time.Second, 20 * time.Second, "tok-1"},
		"less left than wanted, later":    {3600, time.Hour - 10*time.Second, 70 * time.Second, "tok-2"},
		"a short life, just issued":       {20, 20 * time.Second, 1900 * time.Millisecond, "tok-1"},
		"a short life, a tenth ago":       {20, 20 * time.Second, 2 * time.Second, "tok-2"},
		"a long life, a minute ago":       {36000, 10 * time.Hour, time.Minute, "tok-2"},
		"a wish below the default":        {3600, time.Second, 59*time.Minute + 30*time.Second, "tok-1"},
		"unknown life, a year on":         {0, 0, 365 * 24 * time.Hour, "tok-1"},
		"unknown life, and a wish for it": {0, time.Hour, 24 * time.Hour, "tok-1"},
	}, func(t *testing.T, tc row) {
		cache, _ := newTestCache(t, numbered(tc.lifetime))
		x := testExchange("https://auth.example.com")
		start := time.Now()
		wantToken(t, cache, x, tc.minRemaining, "")
		time.Sleep(tc.after - time.Since(start))
		wantToken(t, cache, x, tc.minRemaining, tc.want)
	})
}

func TestCacheMinRemainingBeyondLifetime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, count := newTestCache(t, numbered(3600))
		x := testExchange("https://auth.example.com")
		for range 3 {
			_, err := cache.Token(t.Context(), x, 2*time.Hour)
			e := wantError(t, err, KindLifetime)
			if lifetime, _ := e.Token.Lifetime(); lifetime != time.Hour || e.MinRemaining != 2*time.Hour {
				t.Errorf("the token lives %s, wanted are %s", lifetime, e.MinRemaining)
			}
		}
		wantToken(t, cache, x, 0, "")
		tokentest.WantCount(t, count.Get(), 1)
	})
}

// Some vendors answer the same token with what is left of it, and a new one
// when that is over.
func TestCacheMinRemainingAfterAnOldToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, count := newTestCache(t, func(n int) tokentest.Page { return numbered(600 * n * n)(n) })
		x := testExchange("https://auth.example.com")
		_, err := cache.Token(t.Context(), x, 20*time.Minute)
		_ = wantError(t, err, KindLifetime)
		time.Sleep(2 * time.Minute)
		wantToken(t, cache, x, 20*time.Minute, "tok-2")
		tokentest.WantCount(t, count.Get(), 2)
	})
}

// Some vendors answer the same token with what is left of it.
func TestCacheFreshTokenNearItsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, left := range []int64{-5, 0} {
			ending := testkeys.JWT(t, map[string]any{"exp": time.Now().Unix() + left})
			cache, count := newTestCache(t, func(int) tokentest.Page {
				return tokentest.JSONPage(`{"access_token":%q}`, ending)
			})
			for range 10 {
				wantToken(t, cache, testExchange("https://auth.example.com"), 0, "")
			}
			if count.Get() != 1 {
				t.Errorf("%d s left: %d requests", left, count.Get())
			}
		}
	})
}

func TestCacheKeepsFailures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, count := newTestCache(t, func(int) tokentest.Page {
			return tokentest.NewPage(http.StatusUnauthorized, ContentTypeJSON, `{"error":"invalid_client"}`)
		})
		for range 20 {
			_, err := cache.Token(t.Context(), testExchange("https://auth.example.com"), 0)
			_ = wantError(t, err, KindRefused)
		}
		tokentest.WantCount(t, count.Get(), 1)
	})
}

func TestCacheCancellation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan struct{}, 1)
		cache, count := newTestCache(t, numbered(3600))
		x := testExchange("https://auth.example.com")
		first, cancelFirst := context.WithCancel(t.Context())
		second, cancelSecond := context.WithCancel(t.Context())
		defer cancelSecond()
		go func() {
			_, err := cache.Token(first, x, 0)
			_ = wantError(t, err, KindCancelled)
			ended <- struct{}{}
		}()
		synctest.Wait()
		cancelFirst()
		<-ended
		synctest.Wait()

		// Alone, a caller takes its request along; the next one asks again.
		go func() { _, _ = cache.Token(first, x, 0); ended <- struct{}{} }()
		<-ended
		var err error
		go func() { _, err = cache.Token(second, x, 0); ended <- struct{}{} }()
		synctest.Wait()
		// In company, it leaves the request to the others.
		third, cancelThird := context.WithCancel(t.Context())
		go func() { _, _ = cache.Token(third, x, 0) }()
		synctest.Wait()
		cancelThird()
		<-ended
		if err != nil {
			t.Errorf("the caller who stayed: %v", err)
		}
		if got := count.Get(); got < 2 || got > 3 {
			t.Errorf("%d requests", got)
		}
		if _, err := cache.Token(t.Context(), x, 0); errors.Is(err, context.Canceled) || err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

// As many callers as Terraform lets in at a time want a token that lives exactly
// as long as they ask for.
func TestCacheMinRemainingOfAWholeLife(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, count := newTestCache(t, numbered(3600))
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				for range 6 {
					wantToken(t, cache, testExchange("https://auth.example.com"), time.Hour, "")
					time.Sleep(5 * time.Second)
				}
			})
		}
		wg.Wait()
		tokentest.WantCount(t, count.Get(), 1)
	})
}

// A renewal that fails is the failure of those who need it, and of nobody else.
func TestCacheFailedRenewal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, count := newTestCache(t, func(n int) tokentest.Page {
			if n > 1 {
				return tokentest.NewPage(http.StatusUnauthorized, ContentTypeJSON, `{"error":"invalid_client"}`)
			}
			return numbered(3600)(n)
		})
		x := testExchange("https://auth.example.com")
		wantToken(t, cache, x, 0, "")
		time.Sleep(20 * time.Minute)
		for range 2 {
			_, err := cache.Token(t.Context(), x, 50*time.Minute)
			_ = wantError(t, err, KindRefused)
			for _, enough := range []time.Duration{0, 30 * time.Minute} {
				wantToken(t, cache, x, enough, "tok-1")
			}
		}
		time.Sleep(39*time.Minute + 30*time.Second)
		_, err := cache.Token(t.Context(), x, 0)
		_ = wantError(t, err, KindRefused)
		tokentest.WantCount(t, count.Get(), 2)
	})
}

// A token that lives too short to be of use is no reason to ask for each caller.
func TestCacheOfFleetingTokens(t *testing.T) { //nolint:gocognit // two loops around one story
	t.Parallel()
	for _, lifetime := range []string{"0.001", "0.5", "1", "2", "3"} {
		for _, minRemaining := range []time.Duration{0, time.Minute} {
			synctest.Test(t, func(t *testing.T) {
				cache, count := newTestCache(t, func(int) tokentest.Page {
					return tokentest.JSONPage(`{"access_token":"tok-1","expires_in":%s}`, lifetime)
				})
				turns := make(chan struct{}, 10) // as many as Terraform has
				var wg sync.WaitGroup
				for range 60 {
					wg.Go(func() {
						turns <- struct{}{}
						defer func() { <-turns }()
						_, err := cache.Token(t.Context(), testExchange("https://auth.example.com"), minRemaining)
						if (err != nil) != (minRemaining > 0) {
							t.Error(err)
						}
						time.Sleep(100 * time.Millisecond) // what Terraform does with it
					})
				}
				wg.Wait()
				if count.Get() != 1 {
					t.Errorf("%s, %s: %d requests", lifetime, minRemaining, count.Get())
				}
				time.Sleep(10 * time.Second)
				if minRemaining == 0 {
					if _, err := cache.Token(t.Context(), testExchange("https://auth.example.com"), 0); err != nil || count.Get() != 2 {
						t.Errorf("%s, later: %d requests, %v", lifetime, count.Get(), err)
					}
				}
			})
		}
	}
}
