package diagnostic

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// No message names a time that nobody waits for, or that has been made up because
// the right one is too far away.
func TestWaitsOfYears(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 403, 429, 503} {
		for _, wait := range []string{"Fri, 31 Dec 9999 23:59:59 GMT", "99999999999999", "31536001", "41000000", "31536000000", "3153600000", "2147483647"} {
			client := newTestClient(t, transport.DefaultSettings())
			client.Transport().Client(nil).Transport = tokentest.Answering(tokentest.NewPage(status, token.ContentTypeJSON, "{}"), http.Header{"Retry-After": {wait}})
			_, err := do(t, client, testExchange(tokenURL))
			text := err.Error()
			if !strings.Contains(text, "to wait for longer than a year") || strings.Contains(text, "until") || strings.Contains(text, "retry_max_wait") || !strings.Contains(text, "ost likely that is a mistake") {
				t.Errorf("%d, %s: %s", status, wait, text)
			}
		}
	}
}

// SOAP says of each fault that it is a 500. Where the exchange describes the
// message of one, it is a refusal, and sent but once.
func TestDescribedFailure(t *testing.T) {
	t.Parallel()
	type row struct {
		path     string
		status   int
		body     string
		requests int
	}
	tokentest.Each(t, map[string]row{
		"a message":                {"Fault.faultstring", 500, `{"Fault":{"faultstring":"Wrong password."}}`, 1},
		"a number":                 {"Fault.code", 500, `{"Fault":{"code":17}}`, 1},
		"in a header":              {"header:X-Error", 500, "", 1},
		"no message":               {"Fault.faultstring", 500, `{"message":"Wrong password."}`, 3},
		"an empty message":         {"Fault.faultstring", 500, `{"Fault":{"faultstring":" "}}`, 3},
		"null":                     {"Fault.faultstring", 500, `{"Fault":{"faultstring":null}}`, 3},
		"HTML":                     {"Fault.faultstring", 500, `<html>`, 3},
		"a code of OAuth":          {"", 500, `{"error":"invalid_client"}`, 1},
		"another code of OAuth":    {"", 500, `{"error":"server_error"}`, 3},
		"a code, and a gateway":    {"", 502, `{"error":"invalid_client"}`, 3},
		"a code, and another path": {"message", 500, `{"error":"invalid_client"}`, 3},
		"no path":                  {"", 500, `{"error":"Wrong password."}`, 3},
		"a gateway's":              {"message", 502, `{"message":"Bad gateway."}`, 3},
		"of a server that is down": {"message", 503, `{"message":"Down for a while."}`, 3},
		"a limit":                  {"message", 429, `{"message":"Too many."}`, 3},
	}, func(t *testing.T, tc row) {
		endpoint, requests := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Error", "Wrong password.")
			tokentest.AnswerWith(tc.status, token.ContentTypeJSON, tc.body)(w, r)
		})
		x := testExchange(endpoint)
		x.Response.Error = answer.MustPath(tc.path)
		_, err := do(t, newTestClient(t, quickTransport()), x)
		e := wantError(t, err, token.KindRefused)
		if final := tc.requests == 1; requests() != tc.requests || final && tc.path != "" != strings.Contains(e.Advice, "response.error") {
			t.Errorf("%d requests, want %d: %v", requests(), tc.requests, err)
		}
		if strings.Contains(e.Advice, "kept failing") != (tc.requests > 1 && tc.status >= 500) {
			t.Errorf("the advice is %q", e.Advice)
		}
	})
}

// What has a time to come back is a limit, and no permission that the client lacks.
func TestLimit(t *testing.T) {
	t.Parallel()
	const limit, until = "a limit on how often", "to wait until 2000-01-01T00:00:09Z"
	type row struct {
		status     int
		body       string
		retryAfter string
		says, not  string
	}
	tokentest.EachInBubble(t, map[string]row{
		"403":                 {http.StatusForbidden, "{}", "9", limit, "will not issue"},
		"400":                 {http.StatusBadRequest, "{}", "9", limit, "as it is"},
		"400 with a code":     {http.StatusBadRequest, `{"error":"invalid_scope"}`, "9", limit, "scope is unknown"},
		"400, the client":     {http.StatusBadRequest, `{"error":"invalid_client"}`, "9", "client_id", limit},
		"409":                 {http.StatusConflict, "{}", "Sat, 01 Jan 2000 00:00:09 GMT", limit, ""},
		"401":                 {http.StatusUnauthorized, "{}", "9", "does not accept the credentials", limit},
		"the vendor's advice": {http.StatusLocked, "{}", "9", "the vendor's own words", limit},
		"403 with no wait":    {http.StatusForbidden, "{}", "0", "will not issue", "wait until"},
		"403 without one":     {http.StatusForbidden, "{}", "soon", "will not issue", "wait until"},
	}, func(t *testing.T, tc row) {
		client := newTestClient(t, quickTransport())
		client.Transport().Client(nil).Transport = tokentest.Answering(tokentest.NewPage(tc.status, "", tc.body), http.Header{"Retry-After": {tc.retryAfter}})
		x := testExchange("https://auth.example.com")
		x.Advice = map[int]string{http.StatusLocked: "the vendor's own words"}
		_, err := do(t, client, x)
		e := wantError(t, err, token.KindRefused)
		if !strings.Contains(e.Advice, tc.says) || tc.not != "" && strings.Contains(e.Advice, tc.not) {
			t.Errorf("the advice is %q", e.Advice)
		}
		if asked := tc.not != "wait until"; asked != strings.Contains(e.Advice, until) || asked == e.RetryAt.IsZero() {
			t.Errorf("until %s: %q", e.RetryAt, e.Advice)
		}
	})
}

// A limit that is a 403, as GitHub answers, says when it ends, as one that is a 429 does.
func TestEndOfALimit(t *testing.T) {
	t.Parallel()
	for status, says := range map[int]string{http.StatusForbidden: "Run again later", http.StatusTooManyRequests: "The endpoint limits"} {
		client := newTestClient(t, quickTransport())
		client.Transport().Client(nil).Transport = tokentest.Answering(tokentest.NewPage(status, token.ContentTypeJSON, `{"message":"API rate limit exceeded"}`),
			http.Header{"X-Ratelimit-Reset": {"1893456000"}})
		_, err := do(t, client, testExchange(tokenURL))
		wantSaid(t, wantError(t, err, token.KindRefused).Advice, []string{says, "The response has no Retry-After, but X-RateLimit-Reset: 2030-01-01T00:00:00Z."}, nil)
	}
}

// An error about a lifetime has both lifetimes, and when each ends.
func TestMinRemainingBeyondLifetime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache := newTestCache(t, transport.DefaultSettings(), tokentest.Answering(tokentest.JSONPage("%s", goodAnswer), nil))
		_, err := cache.Token(t.Context(), testExchange(tokenURL), 2*time.Hour)
		wantSaid(t, wantError(t, err, token.KindLifetime).Problem, []string{"1h0m0s", "2000-01-01T01:00:00Z", "2h0m0s", "2000-01-01T02:00:00Z"}, nil)
	})
}
