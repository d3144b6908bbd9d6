package token

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// roundTripper answers without a network, so that a test's clock can be false.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func response(status int, header http.Header, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}
}

// noJitter makes every wait as long as it can be.
func noJitter() io.Reader { return bytes.NewReader(nil) }

// The tests of the provider have many more waits, within their bounds.
func TestWaits(t *testing.T) {
	t.Parallel()
	after := func(value string) http.Header { return http.Header{"Retry-After": {value}} }
	for name, tc := range map[string]struct {
		status int
		header func() http.Header
		want   []time.Duration // when each request came
		err    string
	}{
		"doubling": {
			status: http.StatusInternalServerError, header: func() http.Header { return nil },
			want: []time.Duration{0, 1, 3, 7, 15}, err: "HTTP 500",
		},
		"Retry-After in seconds": {
			status: http.StatusTooManyRequests, header: func() http.Header { return after("7") },
			want: []time.Duration{0, 7, 14, 21, 28}, err: "HTTP 429",
		},
		"Retry-After that is none": {
			status: http.StatusTooManyRequests, header: func() http.Header { return after("soon") },
			want: []time.Duration{0, 1, 3, 7, 15}, err: "HTTP 429",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				runtime := testRuntime()
				runtime.Random = noJitter()
				client, err := NewClient(DefaultTransport(), runtime)
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now() // 2000-01-01T00:00:00Z in a bubble
				var got []time.Duration
				client.http.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
					got = append(got, time.Since(start)/time.Second)
					return response(tc.status, tc.header(), "{}"), nil
				})
				_, err = client.Do(t.Context(), testExchange("https://auth.example.com"))
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Error(diff)
				}
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Errorf("error %v does not say %q", err, tc.err)
				}
			})
		})
	}
}

// A longer wait than is allowed ends the request, with when to come back.
func TestWaitTooLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newTestClient(t, DefaultTransport())
		client.http.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
			return response(http.StatusTooManyRequests, http.Header{"Retry-After": {"66"}}, `{"message":"Slow down."}`), nil
		})
		_, err := client.Do(t.Context(), testExchange("https://auth.example.com"))
		e := wantError(t, err, KindWait)
		if e.VendorMessage != "Slow down." || e.Status != http.StatusTooManyRequests || !e.RetryAt.Equal(time.Now().Add(66*time.Second)) {
			t.Errorf("retry at %s: %v", e.RetryAt, err)
		}
		// A refusal is one, whenever it says to come back.
		client.http.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
			return response(http.StatusForbidden, http.Header{"Retry-After": {"66"}}, "{}"), nil
		})
		_, err = client.Do(t.Context(), testExchange("https://auth.example.com"))
		_ = wantError(t, err, KindRefused)
	})
}

// A wait ends at once when the run is interrupted.
func TestInterruptedWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newTestClient(t, DefaultTransport())
		client.http.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
			return response(http.StatusTooManyRequests, http.Header{"Retry-After": {"20"}}, "{}"), nil
		})
		start := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Second, cancel)
		_, err := client.Do(ctx, testExchange("https://auth.example.com"))
		_ = wantError(t, err, KindCancelled)
		if waited := time.Since(start); waited != 5*time.Second {
			t.Errorf("waited %s", waited)
		}
	})
}

func TestBackoffBounds(t *testing.T) {
	t.Parallel()
	for attempt := range 100 {
		wait := backoff(attempt, 30*time.Second, bytes.NewReader([]byte{byte(attempt * 3), 1, 2, 3}))
		full := 30 * time.Second
		if attempt < 5 {
			full = time.Second << attempt
		}
		if wait < full/2 || wait > full {
			t.Errorf("attempt %d: wait %s, want between %s and %s", attempt, wait, full/2, full)
		}
		least, most := bytes.NewReader(make([]byte, 4)), bytes.NewReader([]byte{255, 255, 255, 255})
		if backoff(attempt, 30*time.Second, least) != full/2 || backoff(attempt, 30*time.Second, most) != full {
			t.Errorf("attempt %d: not every wait from %s to %s may come", attempt, full/2, full)
		}
	}
}
