package token

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// noJitter makes every wait as long as it can be.
func noJitter() io.Reader { return bytes.NewReader(nil) }

// The tests of the provider have many more waits, within their bounds.
func TestWaits(t *testing.T) {
	t.Parallel()
	after := func(value string) http.Header { return http.Header{"Retry-After": {value}} }
	type row struct {
		status int
		header http.Header
		want   []time.Duration // when each request came
		err    string
	}
	tokentest.EachInBubble(t, map[string]row{
		"doubling":                 {http.StatusInternalServerError, nil, []time.Duration{0, 1, 3, 7, 15}, "HTTP 500"},
		"Retry-After in seconds":   {http.StatusTooManyRequests, after("7"), []time.Duration{0, 7, 14, 21, 28}, "HTTP 429"},
		"Retry-After that is none": {http.StatusTooManyRequests, after("soon"), []time.Duration{0, 1, 3, 7, 15}, "HTTP 429"},
	}, func(t *testing.T, tc row) {
		runtime := testRuntime()
		runtime.Random = noJitter()
		client := clientWith(t, transport.DefaultSettings(), runtime)
		start := time.Now() // 2000-01-01T00:00:00Z in a bubble
		var got []time.Duration
		client.transport.Client(nil).Transport = tokentest.RoundTripper(func(*http.Request) (*http.Response, error) {
			got = append(got, time.Since(start)/time.Second)
			return tokentest.Response(tc.status, tc.header, "{}"), nil
		})
		_, err := client.Do(t.Context(), testExchange("https://auth.example.com"))
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Error(diff)
		}
		if err == nil || !strings.Contains(err.Error(), tc.err) {
			t.Errorf("error %v does not say %q", err, tc.err)
		}
	})
}

// The tests of the provider have more, at a server.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2000, 1, 1, 0, 0, 0, 400_000_000, time.UTC)
	const none = -time.Second
	for value, want := range map[string]time.Duration{
		"": none, "soon": none, "-1": none, "+5": none, "1e3": none, "0x10": none, "1_0": none, "٣": none, ".5": none, "1.2.3": none, "60s": none,
		"0": 0, "7": 7 * time.Second, " 7 ": 7 * time.Second, "007": 7 * time.Second, "1.0": time.Second, "0.2": time.Second, "7.": 7 * time.Second,
		"1, 4": 4 * time.Second, "4,1": 4 * time.Second, "soon, 3": 3 * time.Second, ",": none,
		"4294967296":                       math.MaxUint32 * time.Second,
		"Sat, 01 Jan 2000 00:00:05 GMT":    5 * time.Second,
		"Saturday, 01-Jan-00 00:00:05 GMT": 5 * time.Second,
		"Sat Jan  1 00:00:05 2000":         5 * time.Second,
		"Sat, 1 Jan 2000 00:00:05 GMT":     5 * time.Second,
		"Sat, 01 Jan 2000 00:00:05 UTC":    5 * time.Second,
		"Fri, 31 Dec 1999 19:00:05 -0500":  5 * time.Second,
		"2000-01-01T01:00:05+01:00":        5 * time.Second,
		"Sat, 01 Jan 2000 00:00:00 GMT":    0,
		"Fri, 01 Jan 1999 00:00:00 GMT":    0,
		"Sat, 01 Jan 2000 00:00:05 CET":    none, // what CET is depends on the machine
		"Sat, 99 Jan 2000 00:00:05 GMT":    none,
	} {
		wait, asked := retryAfter(http.Header{"Retry-After": {value}}, now)
		if asked != (want != none) || wait != max(want, 0) {
			t.Errorf("%q: asked %t, wait %s, want %s", value, asked, wait, want)
		}
	}
	header := http.Header{
		"Date": {"Sat, 01 Jan 2000 12:00:00 GMT"}, "Retry-After": {"soon", "Sat, 01 Jan 2000 12:00:09 GMT", "3"}, "X-Ratelimit-Reset": {"60"},
	}
	if wait, asked := retryAfter(header, now); !asked || wait != 9*time.Second {
		t.Errorf("the longest is %s", wait)
	}
	header.Set("Age", "4")
	if wait, _ := retryAfter(header, now); wait != 5*time.Second {
		t.Errorf("of what a cache has kept for 4 of 9 seconds, the rest is %s", wait)
	}
}

// Seconds since 1970 close to now are a time, by the server's clock, as they are
// where a lifetime should be.
func TestRetryAfterSince1970(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	for value, want := range map[string]time.Duration{
		"1800000060": time.Minute, "1800000060000": time.Minute, " 1800000060 ": time.Minute,
		"1799999940": 0, "1800000000": 0, "5, 1800000060": time.Minute,
	} {
		if wait, asked := retryAfter(http.Header{"Retry-After": {value}}, now); !asked || wait != want {
			t.Errorf("%q: asked %t, wait %s, want %s", value, asked, wait, want)
		}
	}
	byServer := http.Header{"Date": {now.Add(time.Hour).UTC().Format(http.TimeFormat)}, "Retry-After": {"1800003605"}}
	if wait, _ := retryAfter(byServer, now); wait != 5*time.Second {
		t.Errorf("by the server's clock it is %s", wait)
	}
}

// A Date more than a year off says nothing, unless Retry-After counts from it.
func TestRetryAfterOfAClockThatIsNotSet(t *testing.T) {
	t.Parallel()
	now := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	const epoch, last, soon = "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:00 GMT", "Sat, 01 Jan 2000 00:00:30 GMT"
	for name, tc := range map[string]struct {
		date, after string
		want        time.Duration
	}{
		"1970, and a right time":     {epoch, soon, 30 * time.Second},
		"1970, and its own time":     {epoch, "Thu, 01 Jan 1970 00:00:20 GMT", 20 * time.Second},
		"9999, and a right time":     {last, soon, 30 * time.Second},
		"9999, and its own time":     {last, "Fri, 31 Dec 9999 23:59:10 GMT", 10 * time.Second},
		"right, and never":           {"Sat, 01 Jan 2000 00:00:00 GMT", last, math.MaxInt64},
		"an hour off, and its own":   {"Sat, 01 Jan 2000 01:00:00 GMT", "Sat, 01 Jan 2000 01:00:05 GMT", 5 * time.Second},
		"an hour behind, and passed": {"Fri, 31 Dec 1999 23:00:00 GMT", "Fri, 31 Dec 1999 23:00:05 GMT", 5 * time.Second},
	} {
		if wait, asked := retryAfter(http.Header{"Date": {tc.date}, "Retry-After": {tc.after}}, now); !asked || wait != tc.want {
			t.Errorf("%s: asked %t, wait %s, want %s", name, asked, wait, tc.want)
		}
	}
}

// What a log says of a wait.
func TestInSeconds(t *testing.T) {
	t.Parallel()
	for wait, want := range map[time.Duration]string{time.Minute: "60s", 0: "0s", 1234567890: "1.235s", 90*time.Minute + time.Second/2: "5400.5s"} {
		if got := inSeconds(wait); got != want {
			t.Errorf("%s is %s, want %s", wait, got, want)
		}
	}
}

// All attempts end before the deadline of the whole, and the last answer is told.
func TestWaitsAndDeadline(t *testing.T) {
	t.Parallel()
	type row struct {
		retryAfter string
		limit      time.Duration
		want       []time.Duration // when each request came
	}
	tokentest.EachInBubble(t, map[string]row{
		"the usual waits":      {"", 6 * time.Second, []time.Duration{0, 1, 3}},
		"just enough":          {"", 7*time.Second + 1, []time.Duration{0, 1, 3, 7}},
		"not quite enough":     {"", 7 * time.Second, []time.Duration{0, 1, 3}},
		"Retry-After":          {"4", 10 * time.Second, []time.Duration{0, 4, 8}},
		"a longer one":         {"11", 10 * time.Second, []time.Duration{0}},
		"one that is too long": {"66", time.Hour, []time.Duration{0}},
	}, func(t *testing.T, tc row) {
		runtime := testRuntime()
		runtime.Random = noJitter()
		client := clientWith(t, transport.DefaultSettings(), runtime)
		start := time.Now()
		var got []time.Duration
		client.transport.Client(nil).Transport = tokentest.RoundTripper(func(*http.Request) (*http.Response, error) {
			got = append(got, time.Since(start)/time.Second)
			return tokentest.Response(http.StatusServiceUnavailable, http.Header{"Retry-After": {tc.retryAfter}}, `{"message":"Not now."}`), nil
		})
		ctx, cancel := context.WithTimeout(t.Context(), tc.limit)
		defer cancel()
		_, err := client.Do(ctx, testExchange("https://auth.example.com"))
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Error(diff)
		}
		if took := time.Since(start); took/time.Second != tc.want[len(tc.want)-1] {
			t.Errorf("it waited until %s for nothing", took)
		}
		var e *Error
		if !errors.As(err, &e) || e.Status != http.StatusServiceUnavailable || e.Answer.Message() != "Not now." {
			t.Errorf("error: %v", err)
		}
	})
}

// comeBackIn answers with a Retry-After in seconds.
func comeBackIn(seconds, status int, body string) tokentest.RoundTripper {
	return tokentest.Answering(tokentest.NewPage(status, "", body), http.Header{"Retry-After": {strconv.Itoa(seconds)}})
}

// A longer wait than is allowed ends the request, with when to come back.
func TestWaitTooLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := answeredBy(t, transport.DefaultSettings(), comeBackIn(66, http.StatusTooManyRequests, `{"message":"Slow down."}`))
		_, err := client.Do(t.Context(), testExchange("https://auth.example.com"))
		e := wantError(t, err, KindWait)
		if e.Answer.Message() != "Slow down." || e.Status != http.StatusTooManyRequests || !e.RetryAt.Equal(time.Now().Add(66*time.Second)) {
			t.Errorf("retry at %s: %v", e.RetryAt, err)
		}
		// A refusal is one, whenever it says to come back.
		client.transport.Client(nil).Transport = comeBackIn(66, http.StatusForbidden, "{}")
		_, err = client.Do(t.Context(), testExchange("https://auth.example.com"))
		_ = wantError(t, err, KindRefused)
	})
}

// A wait ends at once when the run is interrupted.
func TestInterruptedWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := answeredBy(t, transport.DefaultSettings(), comeBackIn(20, http.StatusTooManyRequests, "{}"))
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
