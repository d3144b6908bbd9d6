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
	if x.Response.Error.IsEmpty() {
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
