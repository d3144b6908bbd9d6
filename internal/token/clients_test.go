package token

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// forScope returns an exchange of the test client for one scope.
func forScope(scope string) *Exchange {
	x := testExchange("https://auth.example.com/token")
	x.Request.Auth = ClientSecretPost{ID: testID, Secret: said.NewSecret(testSecret)}
	x.Request.Form = NewForm(map[string]string{"grant_type": "client_credentials", "scope": scope})
	return x
}

// A wrong password is one failed login, however many tokens it was to be for.
func TestRefusedClientIsNotAskedForAgain(t *testing.T) {
	t.Parallel()
	type row struct {
		status int
		body   string
		change func(x *Exchange)
		want   int // requests, of two
	}
	tokentest.EachInBubble(t, map[string]row{
		"other scopes":         {401, `{"error":"invalid_client"}`, func(*Exchange) {}, 1},
		"no code":              {401, `{}`, func(*Exchange) {}, 1},
		"a code and a 400":     {400, `{"error":"invalid_client"}`, func(*Exchange) {}, 1},
		"a code and a 200":     {200, `{"error":"invalid_client"}`, func(*Exchange) {}, 1},
		"another set":          {401, `{}`, func(x *Exchange) { x.Credentials = "other" }, 1},
		"another audience":     {401, `{}`, func(x *Exchange) { x.Request.Form.set("audience", said.NewSecret("b")) }, 1},
		"another resource":     {401, `{}`, func(x *Exchange) { x.Request.Form.set("resource", said.NewSecret("b")) }, 1},
		"a scope refused":      {400, `{"error":"invalid_scope"}`, func(*Exchange) {}, 2},
		"words about a scope":  {401, `{"error":"unauthorized_client","error_description":"The scope admin is not permitted"}`, func(*Exchange) {}, 2},
		"a grant refused":      {400, `{"error":"invalid_grant"}`, func(*Exchange) {}, 2},
		"a grant refused, 401": {401, `{"error":"invalid_grant"}`, func(*Exchange) {}, 1},
		"forbidden":            {403, `{}`, func(*Exchange) {}, 2},
		"another parameter":    {401, `{}`, func(x *Exchange) { x.Request.Form.set("username", said.NewSecret("b")) }, 2},
		"another secret": {401, `{}`, func(x *Exchange) {
			x.Request.Auth = ClientSecretPost{ID: testID, Secret: said.NewSecret("fake-other-secret")}
		}, 2},
		"another way":      {401, `{}`, func(x *Exchange) { x.Request.Auth = ClientSecretBasic{ID: testID, Secret: said.NewSecret(testSecret)} }, 2},
		"another header":   {401, `{}`, func(x *Exchange) { x.Request.Headers = map[string]said.Secret{"x-a": said.NewSecret("b")} }, 2},
		"another endpoint": {401, `{}`, func(x *Exchange) { x.Request.URL = "https://auth.example.com/other" }, 2},
	}, func(t *testing.T, tc row) {
		cache, count := newTestCache(t, func(int) tokentest.Page { return tokentest.NewPage(tc.status, ContentTypeJSON, tc.body) })
		_, err := cache.Token(t.Context(), forScope("a"), 0)
		_ = wantError(t, err, KindRefused)
		other := forScope("b")
		tc.change(other)
		_, err = cache.Token(t.Context(), other, 0)
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Kind != KindRefused {
			t.Fatalf("the second request: %v", err)
		}
		tokentest.WantCount(t, count.Get(), tc.want)
		if (e.Problem == ProblemRefusedBefore) != (tc.want == 1) {
			t.Errorf("the error says: %s", e)
		}
	})
}

// What is in vain for one token is so for another that is requested in the same way, such
// as one that is to be revoked. It may not be if the response is read in another way.
func TestAttemptInVainIsNotMadeAgain(t *testing.T) {
	t.Parallel()
	type row struct {
		status int
		body   string
		change func(x *Exchange)
		want   int // requests, of two
	}
	tokentest.EachInBubble(t, map[string]row{
		"refused":          {403, `{}`, func(*Exchange) {}, 1},
		"no token":         {200, `{"message":"wrong password"}`, func(*Exchange) {}, 1},
		"of another set":   {403, `{}`, func(x *Exchange) { x.Credentials = "other" }, 1},
		"not now":          {503, `{}`, func(*Exchange) {}, 2},
		"read otherwise":   {200, `{"a":"b"}`, func(x *Exchange) { x.Response.Token = answer.MustPath("a") }, 2},
		"of another scope": {403, `{}`, func(x *Exchange) { x.Request = forScope("b").Request }, 2},
	}, func(t *testing.T, tc row) {
		cache, count := newTestCache(t, func(int) tokentest.Page { return tokentest.NewPage(tc.status, ContentTypeJSON, tc.body) })
		cache.client.settings.MaxRetries = 0
		if _, err := cache.Token(t.Context(), forScope("a"), 0); err == nil {
			t.Fatal("there is a token")
		}
		other := forScope("a")
		other.Revoke = &Request{URL: "https://auth.example.com/revoke"}
		tc.change(other)
		_, _, _ = cache.Lease(t.Context(), other, 0)
		tokentest.WantCount(t, count.Get(), tc.want)
	})
}

// Who has a token is a client that the endpoint accepts: what it refuses then is
// about what was requested.
func TestRefusalAfterATokenIsNotOfTheClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, count := newTestCache(t, func(n int) tokentest.Page {
			if n == 2 {
				return tokentest.NewPage(http.StatusUnauthorized, ContentTypeJSON, `{"error":"invalid_client"}`)
			}
			return numbered(3600)(n)
		})
		for i, scope := range []string{"a", "b", "c"} {
			if _, err := cache.Token(t.Context(), forScope(scope), 0); (err != nil) != (i == 1) {
				t.Errorf("%s: %v", scope, err)
			}
		}
		tokentest.WantCount(t, count.Get(), 3)
	})
}

// A client's first request is alone, so that a wrong password is one failed login even if
// many ask at once. The next cache, of another configuration, asks again.
func TestRefusedClientConcurrently(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, count := newTestCache(t, func(int) tokentest.Page { return tokentest.NewPage(http.StatusUnauthorized, ContentTypeJSON, `{}`) })
		var wg sync.WaitGroup
		for _, scope := range []string{"a", "b", "c"} {
			wg.Go(func() {
				_, err := cache.Token(t.Context(), forScope(scope), 0)
				_ = wantError(t, err, KindRefused)
			})
		}
		wg.Go(func() {
			revoked := forScope("a")
			revoked.Revoke = &Request{URL: "https://auth.example.com/revoke"}
			_, _, err := cache.Lease(t.Context(), revoked, 0)
			_ = wantError(t, err, KindRefused)
		})
		wg.Wait()
		tokentest.WantCount(t, count.Get(), 1)
		_, _ = cache.Next(cache.client).Token(t.Context(), forScope("a"), 0)
		tokentest.WantCount(t, count.Get(), 2)
	})
}

// After a client's first request, others are made at once: also if it failed for another
// reason, as their retries would be one after the other.
func TestClientsAfterTheFirstRequest(t *testing.T) {
	t.Parallel()
	tokentest.EachInBubble(t, map[string]tokentest.Page{
		"a token":         numbered(3600)(1),
		"a fault":         tokentest.NewPage(http.StatusNotImplemented, ContentTypeJSON, `{}`),
		"a scope refused": tokentest.NewPage(http.StatusBadRequest, ContentTypeJSON, `{"error":"invalid_scope"}`),
	}, func(t *testing.T, first tokentest.Page) {
		together := make(chan struct{}, 3)
		cache, count := newTestCache(t, func(n int) tokentest.Page {
			if n == 1 {
				time.Sleep(10 * time.Second)
				return first
			}
			together <- struct{}{}
			time.Sleep(10 * time.Second)
			if len(together) != cap(together) {
				t.Error("the other requests are not made at the same time")
			}
			return numbered(3600)(n)
		})
		cache.client.settings.MaxRetries = 0
		var wg sync.WaitGroup
		for _, scope := range []string{"a", "b", "c", "d"} {
			wg.Go(func() { _, _ = cache.Token(t.Context(), forScope(scope), 0) })
		}
		wg.Wait()
		tokentest.WantCount(t, count.Get(), 4)
	})
}

// Who waits for the first request of a client ends at an interrupt.
func TestWaitingForTheFirstRequestIsInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, count := newTestCache(t, func(n int) tokentest.Page { time.Sleep(20 * time.Second); return numbered(3600)(n) })
		go func() { _, _ = cache.Token(t.Context(), forScope("a"), 0) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := cache.Token(ctx, forScope("b"), 0)
		_ = wantError(t, err, KindCancelled)
		tokentest.WantCount(t, count.Get(), 1)
		time.Sleep(time.Minute)
	})
}
