package token

import (
	"encoding/binary"
	"io"
	"math"
	"net/http"
	"strconv"
	"time"
)

// firstWait is the wait before the second attempt; each later one is twice as
// long, up to the longest wait allowed.
const firstWait = time.Second

// never is a wait that is no time to come back. Nobody asks for such a wait but by
// mistake.
const never = year

// IsTemporary reports whether a status may be temporary. Other refusals are never
// retried: repeated bad credentials lock accounts. That includes 408, 421 and 425:
// the server may have read the credentials.
func IsTemporary(status int) bool {
	return status == http.StatusTooManyRequests || status >= http.StatusInternalServerError && status <= 599
}

// retryAt returns when a wait ends; zero if there is none, or if it is never.
func retryAt(wait time.Duration, from time.Time) time.Time {
	if wait <= 0 || wait > never {
		return time.Time{}
	}
	return from.Add(wait).UTC().Truncate(time.Second)
}

// Tries are the attempts of a call so far.
type Tries struct {
	Attempts   int           // how many there were
	Took       time.Duration // how long they took, with the waits; zero: it is not known
	IsCut      bool          // a wait would have been longer but for Longest
	MaxRetries int           // how often a failed attempt is repeated
	Longest    time.Duration // the longest wait allowed
}

// tries returns the attempts that have ended.
func (c *call) tries() Tries {
	settings := c.client.settings
	found := Tries{Attempts: c.attempts, IsCut: c.cut, MaxRetries: settings.MaxRetries, Longest: settings.RetryMaxWait}
	if !c.once { // otherwise the attempts before were other calls
		found.Took = c.client.runtime.Now().Sub(c.began)
	}
	return found
}

// ForMinute returns the fewest retries whose waits take a minute even if chance halves
// each, and what they take at most; 0 if the waits are too short for that.
func (t Tries) ForMinute() (retries int, waits time.Duration) {
	const most = 20
	for retries = range most {
		if waits >= 2*time.Minute {
			return retries, waits
		}
		waits += doubled(retries, t.Longest)
	}
	return 0, 0
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
