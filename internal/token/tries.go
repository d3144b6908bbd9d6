package token

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// tries are the attempts of a call so far.
type tries struct {
	attempts int
	// took is how long they took, with the waits; zero: it is not known.
	took time.Duration
	// cut says that a wait would have been longer but for the longest wait allowed.
	cut bool
	// retries is how often a failed attempt is repeated, and longest is the longest
	// wait allowed.
	retries int
	longest time.Duration
}

// tries returns the attempts that have ended.
func (c *call) tries() tries {
	settings := c.client.settings
	found := tries{attempts: c.attempts, cut: c.cut, retries: settings.MaxRetries, longest: settings.RetryMaxWait}
	if !c.once { // otherwise the attempts before were other calls
		found.took = c.client.runtime.Now().Sub(c.began)
	}
	return found
}

// String says how many attempts there were, and for how long; "" if there was one.
func (t tries) String() string {
	took := t.took.Round(time.Second)
	switch {
	case t.attempts < 2:
		return ""
	case took <= 0:
		return fmt.Sprintf(" (after %d attempts)", t.attempts)
	default:
		return fmt.Sprintf(" (after %d attempts in %s)", t.attempts, took)
	}
}

// advice is what to do about an endpoint that did not answer better in the end. It
// names the settings that would have changed that.
func (t tries) advice(status int) string {
	settings := "transport.max_retries"
	if t.cut {
		settings += " or transport.retry_max_wait"
	}
	switch {
	case status == http.StatusTooManyRequests:
		return "The endpoint limits how often tokens are requested. Wait, or raise " + settings + "."
	case t.attempts > 1:
		return "The endpoint is failing, and kept failing when it was asked again. Try later, or raise " + settings + "."
	default:
		return "The endpoint failed. It was asked once. Try later, or raise transport.max_retries so that it is asked again."
	}
}

// limitAdvice is what more to do about a limit on requests that has no Retry-After: most
// such limits are by the minute.
func (a *answer) limitAdvice() string {
	if a.status != http.StatusTooManyRequests || a.wait > 0 {
		return ""
	}
	var text string
	if name, number := a.header.LimitReset(); name != "" {
		text = fmt.Sprintf("It has no Retry-After, but %s: %s. ", name, limitEnd(number))
	}
	if retries, waits := a.tries.aMinute(); retries > a.tries.retries {
		text += fmt.Sprintf("If the limit is by the minute, transport.max_retries = %d waits for %s to %s.",
			retries, (waits / 2).Round(time.Second), waits)
	}
	return text
}

// aMinute returns the fewest retries whose waits take a minute even if chance halves
// each, and what they take at most; 0 if the waits are too short for that.
func (t tries) aMinute() (retries int, waits time.Duration) {
	const most = 20
	for retries = range most {
		if waits >= 2*time.Minute {
			return retries, waits
		}
		waits += doubled(retries, t.longest)
	}
	return 0, 0
}

// limitEnd writes when a limit ends, which is a time or a number of seconds, depending
// on the service.
func limitEnd(number uint64) string {
	const oldest, inMilliseconds = 1_000_000_000, 1_000_000_000_000
	switch {
	case number >= inMilliseconds:
		return time.UnixMilli(int64(number)).UTC().Format(time.RFC3339) //nolint:gosec // it has 43 bits
	case number >= oldest:
		return time.Unix(int64(number), 0).UTC().Format(time.RFC3339)
	default:
		return strconv.FormatUint(number, 10)
	}
}
