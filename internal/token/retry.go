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
// retried: repeated bad credentials lock accounts.
func retryable(status int) bool {
	return status == http.StatusTooManyRequests || status >= http.StatusInternalServerError
}

// backoff returns the wait before the next attempt: between half and all of a
// wait that doubles with each attempt, so that clients which failed together do
// not come back together.
func backoff(attempt int, longest time.Duration, random io.Reader) time.Duration {
	wait := longest
	if doubled := float64(firstWait) * math.Pow(2, float64(attempt)); doubled < float64(longest) {
		wait = time.Duration(doubled)
	}
	var buf [4]byte
	if _, err := io.ReadFull(random, buf[:]); err != nil {
		return wait
	}
	fraction := float64(binary.BigEndian.Uint32(buf[:])) / math.MaxUint32
	return wait/2 + time.Duration(fraction*float64(wait/2))
}

// retryAfter returns the wait that a Retry-After header asks for, in seconds
// or as a date (RFC 9110, section 10.2.3), and whether it asks for one.
func retryAfter(header http.Header, now time.Time) (time.Duration, bool) {
	value := strings.TrimSpace(header.Get("Retry-After"))
	// Out of range, ParseUint returns the largest 32-bit number: 136 years.
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(seconds) * time.Second, true
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return max(0, date.Sub(now)), true
}
