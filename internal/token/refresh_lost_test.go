package token

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// sentNext returns the refresh token that the process after one with that response sends.
func sentNext(t *testing.T, status int, body string) (sent string) {
	t.Helper()
	kept := newMemory()
	responses := []func() (*http.Response, error){
		func() (*http.Response, error) { return tokentest.Response(status, nil, body), nil },
		func() (*http.Response, error) {
			return tokentest.Response(http.StatusOK, nil, `{"access_token":"tok"}`), nil
		},
	}
	for _, respond := range responses {
		client := answeredBy(t, quickTransport(), tokentest.RoundTripper(func(req *http.Request) (*http.Response, error) {
			if err := req.ParseForm(); err != nil {
				return nil, err
			}
			sent = req.PostForm.Get("refresh_token")
			return respond()
		}))
		_, _ = kept.cache(client).Token(t.Context(), refreshing("a"), 0) // whether it fails is not what this is about
	}
	return sent
}

// A response may have the next refresh token, whatever else it has.
func TestRefreshTokenOfAnyResponseIsKept(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status     int
		body, want string
	}{
		"with a token":          {http.StatusOK, `{"access_token":"tok","refresh_token":"next"}`, "next"},
		"without a token":       {http.StatusOK, `{"refresh_token":"next"}`, "next"},
		"with an error":         {http.StatusOK, `{"error":"oops","refresh_token":"next"}`, "next"},
		"with an unfit token":   {http.StatusOK, `{"access_token":"a\nb","refresh_token":"next"}`, "next"},
		"the same one":          {http.StatusOK, `{"access_token":"tok","refresh_token":"refresh-0"}`, "refresh-0"},
		"none":                  {http.StatusOK, `{"access_token":"tok"}`, "refresh-0"},
		"an empty one":          {http.StatusOK, `{"access_token":"tok","refresh_token":""}`, "refresh-0"},
		"a list":                {http.StatusOK, `{"access_token":"tok","refresh_token":["a","b"]}`, "refresh-0"},
		"a refusal that has it": {http.StatusBadRequest, `{"error":"invalid_grant","refresh_token":"next"}`, "refresh-0"},
	} {
		if sent := sentNext(t, test.status, test.body); sent != test.want {
			t.Errorf("%s: %q is sent, want %q", name, sent, test.want)
		}
	}
}

// A refresh token that the endpoint may have used up is not sent again by itself.
func TestUsedRefreshTokenIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		failed error
		want   int
	}{
		"never sent": {&net.OpError{Op: "dial", Err: errors.New("refused")}, 3},
		"cut off":    {&net.OpError{Op: "read", Err: errors.New("reset")}, 1},
	} {
		var count tokentest.Counter
		client := answeredBy(t, quickTransport(), tokentest.RoundTripper(func(*http.Request) (*http.Response, error) {
			count.Add()
			return nil, test.failed
		}))
		_, err := newMemory().cache(client).Token(t.Context(), refreshing("a"), 0)
		_ = wantError(t, err, KindUnreachable)
		if count.Get() != test.want {
			t.Errorf("%s: %d requests, want %d", name, count.Get(), test.want)
		}
	}
}

// An interrupt in the wait before another attempt ends the wait, and nothing more is sent.
func TestInterruptedWaitSendsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var count tokentest.Counter
		client := answeredBy(t, transport.DefaultSettings(), tokentest.RoundTripper(func(*http.Request) (*http.Response, error) {
			count.Add()
			return tokentest.Response(http.StatusServiceUnavailable, http.Header{"Retry-After": {"30"}}, ""), nil
		}))
		interrupted, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := newMemory().cache(client).Token(interrupted, refreshing("a"), 0)
		_ = wantError(t, err, KindCancelled)
		if waited := time.Since(start); waited != time.Second {
			t.Errorf("it ended after %v", waited)
		}
		tokentest.WantCount(t, count.Get(), 1)
	})
}

// What was kept before a request is the refresh token of the configuration itself.
func TestRehearsedRefreshTokenIsThatOfTheConfiguration(t *testing.T) {
	t.Parallel()
	kept := newMemory()
	client := answeredBy(t, quickTransport(), &rotating{current: "another"})
	for range 2 {
		_, err := kept.cache(client).Token(t.Context(), refreshing("a"), 0)
		if e := wantError(t, err, KindRefused); e.IsKeptToken {
			t.Error("the refresh token of the configuration is said to come from the store")
		}
	}
}
