package token

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// firstWait is the wait before the second attempt; each later one is twice as
// long, up to the longest wait allowed.
const firstWait = time.Second

// retryable reports whether a status may be temporary. Other refusals are never
// retried: repeated bad credentials lock accounts. That includes 408, 421 and 425:
// the server may have read the credentials.
func retryable(status int) bool {
	return status == http.StatusTooManyRequests || status >= http.StatusInternalServerError && status <= 599
}

// isTemporary reports whether the same request may have another answer later.
func (x *Exchange) isTemporary(a *answer) bool { return retryable(a.status) && !x.saysWhy(a) }

// saysWhy reports whether a 500 is a refusal: it has the message that the exchange
// describes, or an error code of RFC 6749 (section 5.2). SOAP sends every fault as a
// 500 (SOAP 1.1, section 6.2), and so do some other servers. Higher statuses come
// from gateways and from servers that are down.
func (x *Exchange) saysWhy(a *answer) bool {
	if a.status != http.StatusInternalServerError {
		return false
	}
	if x.Response.Error == "" {
		return x.Endpoint == "" && !x.Describe && codeAdvice(a.content.Code()) != ""
	}
	return !a.find(x.Response.Error).Message().IsEmpty()
}

// doubled returns the longest usual wait before the next attempt.
func doubled(attempt int, longest time.Duration) time.Duration {
	if wait := float64(firstWait) * math.Pow(2, float64(attempt)); wait < float64(longest) {
		return time.Duration(wait)
	}
	return longest
}

// backoff returns the usual wait before the next attempt: between half and all of
// a wait that doubles with each attempt, so that clients which failed together do
// not come back together.
func backoff(attempt int, longest time.Duration, random io.Reader) time.Duration {
	wait := doubled(attempt, longest)
	var buf [4]byte
	if _, err := io.ReadFull(random, buf[:]); err != nil {
		return wait
	}
	fraction := float64(binary.BigEndian.Uint32(buf[:])) / math.MaxUint32
	return wait/2 + time.Duration(fraction*float64(wait/2))
}

// inSeconds writes a wait as logs have it, such as 60s or 0.75s.
func inSeconds(wait time.Duration) string {
	return strconv.FormatFloat(float64(wait.Round(time.Millisecond).Milliseconds())/1000, 'f', -1, 64) + "s"
}

// retryAfter returns the wait that Retry-After asks for, in seconds or as a date
// (RFC 9110, section 10.2.3), and whether it asks for one; of several, the
// longest. Other headers are not read: in one service X-RateLimit-Reset is a
// number of seconds, in the next a time.
func retryAfter(header http.Header, now time.Time) (wait time.Duration, asked bool) {
	// A date is one of the server's clock, which may be wrong; a cache on the way
	// has kept the answer for as long as Age says.
	if date, ok := parseDate(header.Get("Date")); ok {
		age, _ := parseSeconds(header.Get("Age"))
		now = date.Add(age)
	}
	for _, value := range header.Values("Retry-After") {
		if date, ok := parseDate(value); ok {
			wait, asked = max(wait, wholeSeconds(date.Sub(now))), true
			continue
		}
		for value := range strings.SplitSeq(value, ",") {
			if seconds, ok := parseSeconds(value); ok {
				wait, asked = max(wait, seconds), true
			}
		}
	}
	return wait, asked
}

// parseSeconds reads a number of seconds. A fraction, which RFC 9110 does not
// have, is rounded up: to come too early costs another refusal.
func parseSeconds(text string) (time.Duration, bool) {
	whole, fraction, _ := strings.Cut(strings.TrimSpace(text), ".")
	// Out of range, ParseUint returns the largest 32-bit number: 136 years.
	seconds, err := strconv.ParseUint(whole, 10, 32)
	if err != nil && !errors.Is(err, strconv.ErrRange) || strings.Trim(fraction, "0123456789") != "" {
		return 0, false
	}
	wait := time.Duration(seconds) * time.Second
	if strings.Trim(fraction, "0") != "" {
		wait += time.Second
	}
	return wait, true
}

// wholeSeconds rounds a wait up to seconds: a date has no finer ones.
func wholeSeconds(wait time.Duration) time.Duration {
	if rest := wait % time.Second; rest > 0 && wait < math.MaxInt64-time.Second {
		wait += time.Second - rest
	}
	return wait
}

// parseDate reads a date as RFC 9110 (section 5.6.7) has it, and in ways that are
// close to it.
func parseDate(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	if date, err := http.ParseTime(text); err == nil {
		return date, true
	}
	for _, layout := range []string{"Mon, 2 Jan 2006 15:04:05 GMT", "Mon, 2 Jan 2006 15:04:05 UTC", "Mon, 2 Jan 2006 15:04:05 -0700", time.RFC3339} {
		if date, err := time.Parse(layout, text); err == nil {
			return date, true
		}
	}
	return time.Time{}, false
}
