package answer

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	latestExpiry    = 253402300799               // the end of the year 9999 in seconds since 1970, the last moment that RFC 3339 can write
	longestLifetime = 100 * 365 * 24 * time.Hour // bounds a lifetime: no token is meant to live longer
	earliestExpiry  = 1_000_000_000              // the least number that is read as a time since 1970, in 2001: no token of today expired then
	// earliestMoment and latestMoment limit, from now, which times are recognized in the
	// place of a lifetime.
	earliestMoment = -24 * time.Hour
	latestMoment   = 10 * 365 * 24 * time.Hour
)

// Problem says why a value is not a time or a lifetime, as "it". It is a fixed text,
// and never quotes the value, which may be the token.
type Problem string

const (
	// LongPast is a number that may be a lifetime, where a time should be.
	LongPast Problem = "is a time long past"

	isSeveral     Problem = "comes twice, with different values,"
	isTooMuch     Problem = "is a result that is too large"
	isTooLate     Problem = "is later than the year 9999"
	isTooLong     Problem = "is longer than 100 years"
	isNotTime     Problem = "is neither a time in RFC 3339 nor a number"
	hasNoZone     Problem = "is a time without a time zone"
	isNotDuration Problem = "is a string that is neither a number nor a duration"
	isNaN         Problem = "is not a number"
	isNotNumber   Problem = "is a string that is not a number"
	isNotScalar   Problem = "is neither a number nor a string"
)

// The durations that are not Go's: ISO 8601 without years and months, and hours,
// minutes and seconds with colons. Both have the same groups.
var (
	isoDuration   = regexp.MustCompile(`^P(?:(\d+(?:[.,]\d+)?)W)?(?:(\d+(?:[.,]\d+)?)D)?(?:T(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$`)
	colonDuration = regexp.MustCompile(`^()()(\d+):([0-5]\d):([0-5]\d(?:\.\d+)?)$`)
)

// parseTime implements [Value.Time].
func parseTime(found any) (time.Time, Problem) {
	s, isText := found.(string)
	if at, ok := parseDate(s); isText && ok {
		if at.Unix() > latestExpiry { // 9999 in its own time zone, 10000 in UTC
			return time.Time{}, isTooLate
		}
		return at.UTC(), ""
	}
	number, problem := parseNumber(found)
	switch {
	case problem == isSeveral, problem == isTooMuch:
		return time.Time{}, problem
	case isText && isLocal(s):
		return time.Time{}, hasNoZone
	case problem != "":
		return time.Time{}, isNotTime
	case number <= 0:
		return time.Time{}, ""
	}
	return since1970(number)
}

// parseDate reads RFC 3339, also with a space instead of the T, or without a colon in
// the time zone (ISO 8601).
func parseDate(s string) (at time.Time, ok bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// isLocal reports whether a text is a time that lacks its zone. It may be the local time of
// who wrote it, as that of az is, and nobody can tell.
func isLocal(s string) bool {
	_, ok := parseDate(s + "Z")
	return ok
}

// since1970 reads seconds or milliseconds.
func since1970(number float64) (time.Time, Problem) {
	switch {
	case math.IsNaN(number):
		return time.Time{}, isNaN
	case number > latestExpiry*1000:
		return time.Time{}, isTooLate
	case number < earliestExpiry:
		return time.Time{}, LongPast
	case number > latestExpiry: // in seconds, it would be after the year 9999
		return time.UnixMilli(int64(number)).UTC(), ""
	default:
		return time.Unix(int64(number), 0).UTC(), ""
	}
}

// parseLifetime implements [Value.Lifetime].
func parseLifetime(found any, unit time.Duration) (time.Duration, Problem) {
	if unit == 0 {
		unit = time.Second
	}
	number, problem := parseNumber(found)
	if s, ok := found.(string); ok && problem != "" {
		number, problem = parseDuration(strings.TrimSpace(s))
		unit = time.Second
	}
	switch {
	case problem != "":
		return 0, problem
	case math.IsNaN(number):
		return 0, isNaN
	case number*float64(unit) > float64(longestLifetime):
		return 0, isTooLong
	case number <= 0:
		return 0, ""
	}
	return time.Duration(number * float64(unit)), ""
}

// parseMoment reads a time since 1970 in the place of a lifetime. It is zero unless the
// number is a time close to now. 2^31-1, which means that there is no end, is a lifetime.
func parseMoment(found any, unit time.Duration, now time.Time) time.Time {
	number, problem := parseNumber(found)
	if problem != "" || number < earliestExpiry || number == math.MaxInt32 || number > latestExpiry*1000 {
		return time.Time{}
	}
	at := time.UnixMilli(int64(number))
	if number <= latestExpiry {
		at = time.Unix(int64(number), 0)
		if unit == time.Millisecond { // a lifetime of some weeks
			return time.Time{}
		}
	}
	if fromNow := at.Sub(now); fromNow < earliestMoment || fromNow > latestMoment {
		return time.Time{}
	}
	return at.UTC()
}

// parseNumber reads a number, or a string that is one; 0 if there is nothing. A number
// out of range is infinite.
func parseNumber(found any) (number float64, problem Problem) {
	switch found := found.(type) {
	case nil:
		return 0, ""
	case float64:
		return found, ""
	case json.Number:
		return parseDigits(found.String())
	case string:
		return parseDigits(found)
	case ambiguous:
		return 0, isSeveral
	case excessive:
		return 0, isTooMuch
	default:
		return 0, isNotScalar
	}
}

func parseDigits(text string) (number float64, problem Problem) {
	if text = strings.TrimSpace(text); text == "" {
		return 0, ""
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(number, 0) {
		return 0, isNotNumber
	}
	return number, ""
}

// parseDuration reads a duration as Go writes it, as ISO 8601 writes it without
// years and months, or as hours, minutes and seconds with colons. It returns seconds.
func parseDuration(s string) (float64, Problem) {
	if d, err := time.ParseDuration(s); err == nil {
		return d.Seconds(), ""
	}
	for _, form := range []*regexp.Regexp{isoDuration, colonDuration} {
		if parts := form.FindStringSubmatch(s); parts != nil && strings.ContainsAny(s, "0123456789") {
			days := numberOrZero(parts[1])*7 + numberOrZero(parts[2])
			return ((days*24+numberOrZero(parts[3]))*60+numberOrZero(parts[4]))*60 + numberOrZero(parts[5]), ""
		}
	}
	return 0, isNotDuration
}

// numberOrZero reads a number, with a dot or a comma. It returns 0 for "".
func numberOrZero(digits string) float64 {
	number, _ := strconv.ParseFloat(strings.ReplaceAll(digits, ",", "."), 64)
	return number
}
