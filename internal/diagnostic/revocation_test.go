package diagnostic

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

func TestRevocationFails(t *testing.T) {
	t.Parallel()
	type row struct {
		status int
		body   string
		want   string
	}
	tokentest.Each(t, map[string]row{
		"400":              {http.StatusBadRequest, `{"error":"unsupported_token_type","error_description":"no tok-1, no tok-1"}`, "HTTP 400 Bad Request"},
		"401":              {http.StatusUnauthorized, `{"error":"invalid_client","error_description":"s3cr3t%2F%2B%22%26%3D%3A%25%C3%BC tok-1"}`, "HTTP 401 Unauthorized"},
		"200, an error":    {http.StatusOK, `{"error":"invalid_client","error_description":"no tok-1"}`, "HTTP 200 OK: there is an error in the response"},
		"200, an own code": {http.StatusOK, `{"error":{"message":"no tok-1"}}`, "HTTP 200 OK: there is an error in the response"},
		"200, a list":      {http.StatusOK, `{"errors":[{"message":"no tok-1"}]}`, "HTTP 200 OK: there is an error in the response"},
		"503":              {http.StatusServiceUnavailable, `{"message":"busy with dG9rLTE="}`, "HTTP 503 Service Unavailable"},
		"503 without JSON": {http.StatusServiceUnavailable, `tok-1`, "HTTP 503 Service Unavailable"},
		"a redirect":       {http.StatusFound, ``, "redirects"},
	}, func(t *testing.T, tc row) {
		base, _ := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				tokentest.AnswerWith(http.StatusOK, "application/json", goodAnswer)(w, r)
				return
			}
			tokentest.AnswerWith(tc.status, "application/json", tc.body)(w, r)
		})
		cache := newCache(newTestClient(t, quickTransport()))
		x := revocable(base)
		x.Advice = map[int]string{tc.status: "what the vendor says of tokens"}
		id := lend(t, cache, x)
		err := cache.Release(t.Context(), id)
		if err == nil {
			t.Fatal("no error")
		}
		text := err.Error()
		if !strings.Contains(text, "he token stays valid until it expires, at ") || strings.Contains(text, "Run again") {
			t.Errorf("error = %s", text)
		}
		if strings.Contains(text, "revoked it all the same") != (tc.status >= http.StatusInternalServerError) {
			t.Errorf("error = %s", text)
		}
		if !strings.Contains(text, tc.want) || !strings.Contains(text, `Service acme, credential set "shop", revocation endpoint at 127.0.0.1:`) {
			t.Errorf("error = %s", text)
		}
		var e *told
		if !errors.As(err, &e) || strings.Contains(e.Advice, "what the vendor says") {
			t.Errorf("it advises on another endpoint: %s", text)
		}
		tokentest.WantNoSecret(t, text, "tok-1", testSecret)
		if err := cache.Release(t.Context(), id); err != nil {
			t.Errorf("released again: %v", err)
		}
	})
}

// A command-line tool ends the provider soon after it closes, so no endpoint
// may hold a revocation up, however it does it.
func TestRevocationEndsInTime(t *testing.T) {
	t.Parallel()
	const late = "did not answer in time"
	busy := tokentest.Answering(tokentest.NewPage(http.StatusServiceUnavailable, "", "{}"), nil)
	limited := tokentest.Answering(tokentest.NewPage(http.StatusTooManyRequests, "", "{}"), http.Header{"Retry-After": {"25"}})
	var asked tokentest.Counter
	type row struct {
		endpoint tokentest.RoundTripper
		kind     token.Kind
		want     string
	}
	tokentest.EachInBubble(t, map[string]row{
		"hangs": {tokentest.Hanging, token.KindUnreachable, late},
		"is busy, then hangs": {func(req *http.Request) (*http.Response, error) {
			asked.Add()
			if asked.Get() == 1 {
				return busy(req)
			}
			return tokentest.Hanging(req)
		}, token.KindUnreachable, late},
		"is gone": {func(*http.Request) (*http.Response, error) {
			return nil, io.EOF
		}, token.KindUnreachable, "closed the connection before the response was complete"},
		"is busy":                       {busy, token.KindRefused, "time ran out before the request could be repeated"},
		"is busy and says for how long": {limited, token.KindRefused, "HTTP 429"},
	}, func(t *testing.T, tc row) {
		settings := transport.DefaultSettings()
		settings.MaxRetries = 20 // more than there is time for
		cache := newTestCache(t, settings, tokentest.Answering(tokentest.JSONPage("%s", goodAnswer), nil))
		id := lend(t, cache, revocable("https://auth.example.com"))
		cache.client.Transport().Client(nil).Transport = tc.endpoint
		start := time.Now()
		err := cache.Release(t.Context(), id)
		if e := wantError(t, err, tc.kind); e.Purpose.String() != "revocation endpoint" || !strings.Contains(e.Error(), tc.want) {
			t.Errorf("error does not say %q: %v", tc.want, err)
		}
		if strings.Contains(fmt.Sprint(err), "tok-1") {
			t.Errorf("error tells the token: %v", err)
		}
		if took := time.Since(start); took > 8*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// What cannot be revoked is not asked for.
func TestLeaseNeedsRevocationEndpoint(t *testing.T) {
	t.Parallel()
	type row struct {
		revoke *token.Request
		want   string
	}
	tokentest.Each(t, map[string]row{
		"no URL":            {&token.Request{}, "no revocation endpoint is known.\n\nSet revocation_url in the credential set"},
		"in the clear":      {&token.Request{URL: "http://auth.example.com/revoke"}, "unencrypted"},
		"beyond parsing":    {&token.Request{URL: "https://%zz"}, "cannot be used"},
		"with a password":   {&token.Request{URL: "https://u:hush@auth.example.com"}, "user name or password"}, //nolint:gosec // made up
		"not a network URL": {&token.Request{URL: "file:///etc/passwd"}, "not a full https:// URL"},
	}, func(t *testing.T, tc row) {
		cache, site := cacheOf(t, nil)
		x := testExchange(tokenURL)
		x.Revoke = tc.revoke
		_, _, err := cache.Lease(t.Context(), x, 0)
		e := wantError(t, err, token.KindRevocation)
		if !strings.Contains(e.Error(), tc.want) || strings.Contains(e.Error(), "hush") {
			t.Errorf("error = %v", err)
		}
		tokentest.WantCount(t, site.Count(""), 0)
	})
}

// What to do about a revocation that is refused is about the attribute of that endpoint.
func TestAdviceOfARefusedRevocation(t *testing.T) {
	t.Parallel()
	const check, remove = "There is no revocation endpoint at this address. Check revocation_url.", "remove revoke_on_close"
	for name, tc := range map[string]struct {
		status int
		body   string
		change func(x *exchange)
		want   string
	}{
		"404":               {404, `{}`, nil, check},
		"405":               {405, `{}`, nil, check},
		"410":               {410, `{}`, nil, check},
		"404, a page":       {404, `<html>`, nil, "Check revocation_url"},
		"404, discovered":   {404, `{}`, func(x *exchange) { x.Request.Discovered = true }, "Check the metadata of issuer, or set revocation_url."},
		"404, described":    {404, `{}`, func(x *exchange) { x.Describe = true }, "Check revoke.url."},
		"another kind":      {400, `{"error":"unsupported_token_type"}`, nil, remove},
		"not for this":      {403, `{"error":"unauthorized_client"}`, nil, remove},
		"wrong client":      {401, `{"error":"invalid_client"}`, nil, "The endpoint does not accept this client, which has just got a token."},
		"wrong client, 401": {401, `{}`, nil, "The endpoint does not accept this client, which has just got a token."},
		"busy":              {503, `{}`, nil, ""},
	} {
		x := revocable("https://auth.example.com")
		x.Request = *x.Revoke
		if tc.change != nil {
			tc.change(x)
		}
		a := token.NewAnswer(x.plain(), token.ForRevocation, tc.status, http.Header{"Content-Type": {"application/json"}}, []byte(tc.body))
		err := &token.Error{
			Kind: token.KindRefused, Purpose: token.ForRevocation, Exchange: x.plain(), Answer: a, Status: tc.status, Token: &token.Token{},
		}
		e := wantError(t, tell(err, x), token.KindRefused)
		for _, valid := range []string{"The token stays", "Unless the endpoint has revoked it all the same, the token stays"} {
			e.Advice = strings.TrimSuffix(strings.TrimSuffix(e.Advice, valid+" valid until it expires."), " ")
		}
		if !strings.Contains(e.Advice, tc.want) || tc.want == "" && e.Advice != "" {
			t.Errorf("%s: advice = %q", name, e.Advice)
		}
	}
}

// A revocation is not run again, so nothing is advised that would make that work.
func TestRevocationAsksToWait(t *testing.T) {
	t.Parallel()
	for _, status := range []int{429, 503} {
		for _, wait := range []string{"20", "3600"} {
			t.Run(fmt.Sprintf("%d, %s", status, wait), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					cache := newTestCache(t, transport.DefaultSettings(), tokentest.Answering(tokentest.JSONPage("%s", goodAnswer), nil))
					id := lend(t, cache, revocable("https://as.example.com"))
					cache.client.Transport().Client(nil).Transport = tokentest.Answering(tokentest.NewPage(status, "", ""), http.Header{"Retry-After": {wait}})
					text := cache.Release(t.Context(), id).Error()
					checkSaysAll(t, text, []string{fmt.Sprintf("HTTP %d", status), "stays valid until it expires, at 2000-01-01T01:00:00Z."})
					wantSaid(t, text, nil, []string{"Run again", "retry_max_wait", "max_retries"})
				})
			})
		}
	}
}

// That a token which is of no use could not be revoked is said with it.
func TestLeaseOfATokenTooShortStays(t *testing.T) {
	t.Parallel()
	cache, _ := cacheOf(t, map[string]tokentest.Page{
		"https://auth.example.com/token":  tokentest.JSONPage(`{"access_token":"tok-1","expires_in":60}`),
		"https://auth.example.com/revoke": tokentest.NewPage(http.StatusForbidden, token.ContentTypeJSON, "{}"),
	})
	_, _, err := cache.Lease(t.Context(), revocable("https://auth.example.com"), time.Hour)
	e := wantError(t, err, token.KindLifetime)
	wantSaid(t, e.Error(), []string{"min_remaining", "stays valid", "revocation endpoint", "HTTP 403"}, nil)
}
