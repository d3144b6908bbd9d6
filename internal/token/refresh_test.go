package token

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// rotating is an endpoint that rotates refresh tokens (RFC 9700, section 4.14.2): a second
// use of one ends them all.
type rotating struct {
	mu      sync.Mutex
	count   int
	current string
}

func (r *rotating) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	if form.Get("refresh_token") != r.current {
		r.current = "none"
		return tokentest.Response(http.StatusBadRequest, nil, `{"error":"invalid_grant"}`), nil
	}
	r.current = fmt.Sprintf("refresh-%d", r.count)
	return tokentest.Response(http.StatusOK, nil, fmt.Sprintf(`{"access_token":"tok-%d","refresh_token":%q}`, r.count, r.current)), nil
}

// refreshing is an exchange for a scope, of a public client.
func refreshing(scope string) *Exchange {
	x := testExchange(tokenURL)
	x.KeepRefreshToken = true
	x.Request.Auth = ClientID{ID: testID}
	x.Request.Form = NewForm(map[string]string{"grant_type": "refresh_token", "refresh_token": "refresh-0", "scope": scope})
	x.Response.Fields = map[string]Path{"refresh_token": answer.MustPath("refresh_token")}
	return x
}

// Each process sends the newest refresh token, and no two send the same one.
func TestNewestRefreshTokenIsSent(t *testing.T) {
	t.Parallel()
	r := &rotating{current: "refresh-0"}
	client := answeredBy(t, quickTransport(), r)
	kept := newMemory()
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() { wantToken(t, kept.cache(client), refreshing(fmt.Sprintf("scope-%d", i%4)), 0, "") })
	}
	wg.Wait()
	tokentest.WantCount(t, r.count, 20)
}

// A refresh token is kept for 400 days after its last use.
func TestUnusedRefreshTokenIsForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const kept = 400 * 24 * time.Hour
		client, store := answeredBy(t, quickTransport(), &rotating{current: "refresh-0"}), newMemory()
		wantToken(t, store.cache(client), refreshing("a"), 0, "tok-1")
		for i := range 2 {
			time.Sleep(kept - time.Minute)
			wantToken(t, store.cache(client), refreshing("a"), 0, fmt.Sprintf("tok-%d", i+2))
		}
		time.Sleep(kept)
		_, err := store.cache(client).Token(t.Context(), refreshing("a"), 0)
		if e := wantError(t, err, KindRefused); e.IsKeptToken {
			t.Error("the refresh token comes from the store")
		}
	})
}

// Another refresh token in the configuration begins anew.
func TestAnotherRefreshTokenBeginsAnew(t *testing.T) {
	t.Parallel()
	r := &rotating{current: "refresh-0"}
	client := answeredBy(t, quickTransport(), r)
	kept := newMemory()
	wantToken(t, kept.cache(client), refreshing("a"), 0, "tok-1")
	r.current = "another"
	x := refreshing("a")
	x.Request.Form.set("refresh_token", said.NewSecret("another"))
	wantToken(t, kept.cache(client), x, 0, "tok-2")
}

// The error of a refused refresh token says that it is not the one of the configuration.
func TestRefusedKeptRefreshTokenIsTold(t *testing.T) {
	t.Parallel()
	r := &rotating{current: "refresh-0"}
	client := answeredBy(t, quickTransport(), r)
	kept := newMemory()
	wantToken(t, kept.cache(client), refreshing("a"), 0, "tok-1")
	r.current = "revoked meanwhile"
	_, err := kept.cache(client).Token(t.Context(), refreshing("a"), 0)
	if e := wantError(t, err, KindRefused); !e.IsKeptToken {
		t.Error("the error does not say that the refresh token comes from the store")
	}
	tokentest.WantNoSecret(t, string(wantError(t, err, KindRefused).Judge().Message(said.NewForeign("refresh-1 is not known"))), "refresh-1")
	other := refreshing("a")
	other.Request.Form.set("refresh_token", said.NewSecret("wrong"))
	_, err = kept.cache(client).Token(t.Context(), other, 0)
	if e := wantError(t, err, KindRefused); e.IsKeptToken {
		t.Error("the error says that the refresh token of the configuration comes from the store")
	}
}

// Without the store nothing is sent: the refresh token of the configuration may be an old one.
func TestRefreshTokenNeedsTheStore(t *testing.T) {
	t.Parallel()
	r := &rotating{current: "refresh-0"}
	client := answeredBy(t, quickTransport(), r)
	kept := newMemory()
	kept.failed = errStore
	_, err := kept.cache(client).Token(t.Context(), refreshing("a"), 0)
	if e := wantError(t, err, KindKeeping); !errors.Is(e, errStore) {
		t.Errorf("the cause is %v", e.Cause)
	}
	tokentest.WantCount(t, r.count, 0)
	_, err = NewCache(client).Token(t.Context(), refreshing("a"), 0)
	_ = wantError(t, err, KindKeeping)
	kept.failed, kept.room = nil, 1
	_, err = kept.cache(client).Token(t.Context(), refreshing("a"), 0)
	_ = wantError(t, err, KindKeeping)
	tokentest.WantCount(t, r.count, 0)
	kept.room = 2
	if got := gotToken(t, kept.cache(client), refreshing("a"), 0); !got.IsRefreshLost {
		t.Error("nothing tells that the new refresh token is lost")
	}
	r.current = "refresh-0"
	if got := gotToken(t, kept.cache(client), refreshing("a"), 0); got.IsRefreshLost {
		t.Error("the refresh token is said to be lost")
	}
}

// An interrupt does not cut off the response that has the next refresh token.
func TestInterruptKeepsTheNewRefreshToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &rotating{current: "refresh-0"}
		client := answeredBy(t, quickTransport(), tokentest.RoundTripper(func(req *http.Request) (*http.Response, error) {
			response, err := r.RoundTrip(req)
			select {
			case <-time.After(2 * time.Second):
				return response, err
			case <-req.Context().Done():
				return nil, req.Context().Err()
			}
		}))
		kept := newMemory()
		interrupted, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := kept.cache(client).Token(interrupted, refreshing("a"), 0)
		_ = wantError(t, err, KindCancelled)
		wantToken(t, kept.cache(client), refreshing("a"), 0, "tok-2")
	})
}
