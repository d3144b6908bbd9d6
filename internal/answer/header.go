package answer

import (
	"errors"
	"math"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Header are the headers of an answer. They do not print, because they are behind a
// function, and fmt prints only the address of that. Their texts are Foreign; all other
// methods return times, numbers, yes or no, and names of this package.
type Header struct{ fields func() http.Header }

// NewHeader returns the headers of an answer.
func NewHeader(fields http.Header) Header { return Header{func() http.Header { return fields }} }

// get returns the first value of a header, or "".
func (h Header) get(name string) string {
	if all := h.all(name); len(all) > 0 {
		return all[0]
	}
	return ""
}

// all returns the values of a header.
func (h Header) all(name string) []string {
	if h.fields == nil {
		return nil
	}
	return h.fields().Values(name)
}

// only returns the value of a header: nil if it has none, ambiguous if it has several.
func (h Header) only(name string) any {
	var found any
	for _, value := range h.all(name) {
		switch value = strings.ToValidUTF8(strings.TrimSpace(value), "\uFFFD"); {
		case value == "" || found == any(value):
		case found == nil:
			found = value
		default:
			return ambiguous{inHeaders: true}
		}
	}
	return found
}

// Has reports whether a header has a value.
func (h Header) Has(name string) bool { return h.get(name) != "" }

// Location returns the address that the answer redirects to, if any.
func (h Header) Location() said.Foreign { return said.NewForeign(h.get("Location")) }

// MediaType returns the media type of the body; empty if it is missing or invalid.
func (h Header) MediaType() said.Foreign { return said.NewForeign(h.bodyType()) }

func (h Header) bodyType() string {
	mediaType, _, err := mime.ParseMediaType(h.get("Content-Type"))
	if err != nil {
		return ""
	}
	return mediaType
}

// IsPackedOtherwise reports whether Content-Encoding names an encoding other than gzip.
func (h Header) IsPackedOtherwise() bool {
	return slices.ContainsFunc(strings.Split(strings.Join(h.all("Content-Encoding"), ","), ","), func(name string) bool {
		name = strings.ToLower(strings.TrimSpace(name))
		return name != "" && name != "identity" && name != "gzip" && name != "x-gzip"
	})
}

// OffersOtherAuth reports whether a proxy offers authentication, but not Basic.
func (h Header) OffersOtherAuth() bool {
	offered := strings.ToLower(strings.Join(h.all("Proxy-Authenticate"), ","))
	return offered != "" && !slices.ContainsFunc(strings.FieldsFunc(offered, func(r rune) bool { return r == ' ' || r == ',' }),
		func(word string) bool { return word == "basic" })
}

// schemePattern finds the names of schemes of authentication that are well known, where one begins.
var schemePattern = regexp.MustCompile(`(?i)(?:^|,)\s*(basic|bearer|dpop|digest|ntlm|negotiate)\b`)

// OtherScheme returns the first scheme of authentication that an endpoint asks for, if it is
// one for programs such as curl, and none is asked for that a request can have by itself.
func (h Header) OtherScheme() string {
	var asked []string
	for _, found := range schemePattern.FindAllStringSubmatch(strings.Join(h.all("WWW-Authenticate"), ","), -1) {
		asked = append(asked, strings.ToLower(found[1]))
	}
	if len(asked) == 0 || slices.ContainsFunc(asked, func(name string) bool { return name == "basic" || name == "bearer" || name == "dpop" }) {
		return ""
	}
	return map[string]string{"digest": "Digest", "ntlm": "NTLM", "negotiate": "Negotiate"}[asked[0]]
}

// SquidError returns the name of an error of squid, a proxy, if there is one.
func (h Header) SquidError() said.Foreign { return said.NewForeign(h.get("X-Squid-Error")) }

// Date returns when the server sent the answer, by its clock, and whether it says so.
func (h Header) Date() (at time.Time, ok bool) { return headerDate(h.get("Date")) }

// IsFromCache reports whether the answer comes from a cache.
func (h Header) IsFromCache() bool { return h.Has("Age") }

// Wait returns the longest wait that a Retry-After asks for, and whether there is one. It
// is a number of seconds or a date (RFC 9110, section 10.2.3), or a time in seconds since
// 1970. Other headers are ignored: X-RateLimit-Reset is a number of seconds in one
// service and a time in the next.
func (h Header) Wait(now time.Time) (wait time.Duration, asked bool) {
	for _, value := range h.all("Retry-After") {
		if date, ok := headerDate(value); ok {
			wait, asked = max(wait, wholeSeconds(h.until(date, now))), true
			continue
		}
		for value := range strings.SplitSeq(value, ",") {
			if at := parseMoment(value, time.Second, now); !at.IsZero() { // some servers write such a time
				wait, asked = max(wait, wholeSeconds(h.until(at, now))), true
			} else if seconds, ok := headerSeconds(value); ok {
				wait, asked = max(wait, seconds), true
			}
		}
	}
	return wait, asked
}

// LimitReset returns the name and the value of a header that says when a limit on
// requests ends; "" if there is none. What the number means differs by service.
func (h Header) LimitReset() (name string, number uint64) {
	for _, name := range []string{"X-Rate-Limit-Reset", "X-RateLimit-Reset", "RateLimit-Reset"} {
		if number, err := strconv.ParseUint(strings.TrimSpace(h.get(name)), 10, 43); err == nil {
			return name, number
		}
	}
	return "", 0
}

// until returns the time from now to a date of the server. Its clock may be wrong, so
// until counts from the answer's own Date, plus the time the answer spent in a cache.
func (h Header) until(at, now time.Time) time.Duration {
	date, ok := h.Date()
	if !ok {
		return at.Sub(now)
	}
	age, _ := headerSeconds(h.get("Age"))
	byDate, byNow := at.Sub(date.Add(age)), at.Sub(now)
	// If the clocks are more than a year apart, one of them was never set. A server asks
	// for a short wait, not for decades.
	const year = 365 * 24 * time.Hour
	if date.Sub(now).Abs() > year && byNow > 0 && (byNow < byDate || byDate < 0) {
		return byNow
	}
	return byDate
}

// headerSeconds reads a number of seconds. A fraction, which RFC 9110 does not allow, is
// rounded up, because a request that comes too early is refused again.
func headerSeconds(text string) (time.Duration, bool) {
	whole, fraction, _ := strings.Cut(strings.TrimSpace(text), ".")
	// If the number is too large, ParseUint returns the largest of 32 bits: 136 years.
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

// wholeSeconds rounds a wait up to seconds: dates have no fractions of a second.
func wholeSeconds(wait time.Duration) time.Duration {
	if rest := wait % time.Second; rest > 0 && wait < math.MaxInt64-time.Second {
		wait += time.Second - rest
	}
	return wait
}

// headerDate reads a date of RFC 9110 (section 5.6.7), or one that is almost like it.
func headerDate(text string) (time.Time, bool) {
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
