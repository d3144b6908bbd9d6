package token

import (
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"

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

// Requests that are under way already are not affected, and the next cache, of
// another configuration, asks again.
func TestRefusedClientConcurrently(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, count := newTestCache(t, func(int) tokentest.Page { return tokentest.NewPage(http.StatusUnauthorized, ContentTypeJSON, `{}`) })
		var wg sync.WaitGroup
		for _, scope := range []string{"a", "b", "c"} {
			wg.Go(func() { _, _ = cache.Token(t.Context(), forScope(scope), 0) })
		}
		wg.Wait()
		for _, scope := range []string{"d", "e"} {
			_, err := cache.Token(t.Context(), forScope(scope), 0)
			_ = wantError(t, err, KindRefused)
		}
		tokentest.WantCount(t, count.Get(), 3)
		_, _ = cache.Next(cache.client).Token(t.Context(), forScope("a"), 0)
		tokentest.WantCount(t, count.Get(), 4)
	})
}
