package answer

import (
	"encoding/json"
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	// latestExpiry is the end of the year 9999 in seconds since 1970, the last
	// moment that RFC 3339 can write.
	latestExpiry = 253402300799
	// longestLifetime bounds a lifetime: no token is meant to live longer.
	longestLifetime = 100 * 365 * 24 * time.Hour
	// earliestExpiry is the number below which a time since 1970 is none: in 2001
	// no token was issued that an endpoint hands out now.
	earliestExpiry = 1_000_000_000
	// earliestMoment and latestMoment bound what is read as a time where a lifetime
	// should be, counted from now.
	earliestMoment = -24 * time.Hour
	latestMoment   = 10 * 365 * 24 * time.Hour
)

var (
	// errSeveral says that there are several values.
	errSeveral = errors.New("comes twice, with different values,")
	// errTooMuch says that there is no value that can be used.
	errTooMuch = errors.New("is more than can be made of one answer")
)

// parseTime reads a time as Value.Time says.
func parseTime(found any) (time.Time, error) {
	s, isText := found.(string)
	if at, ok := parseDate(s); isText && ok {
		if at.Unix() > latestExpiry { // 9999 in its own time zone, 10000 in UTC
			return time.Time{}, errors.New("is later than the year 9999")
		}
		return at.UTC(), nil
	}
	number, err := parseNumber(found)
	switch {
	case errors.Is(err, errSeveral), errors.Is(err, errTooMuch):
		return time.Time{}, err
	case err != nil:
		return time.Time{}, errors.New("is neither a time in RFC 3339 nor a number")
	case number <= 0:
		return time.Time{}, nil
	}
	return since1970(number)
}

// parseDate reads RFC 3339, also with a space for the T, and with a time zone
// without a colon, as ISO 8601 allows.
func parseDate(s string) (at time.Time, ok bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// since1970 reads seconds or milliseconds.
func since1970(number float64) (time.Time, error) {
	switch {
	case math.IsNaN(number):
		return time.Time{}, errors.New("is not a number")
	case number > latestExpiry*1000:
		return time.Time{}, errors.New("is later than the year 9999")
	case number < earliestExpiry:
		return time.Time{}, errors.New("is a time long past: if it is a lifetime, its place is expires_in")
	case number > latestExpiry: // as seconds it would be later than the year 9999
		return time.UnixMilli(int64(number)).UTC(), nil
	default:
		return time.Unix(int64(number), 0).UTC(), nil
	}
}

// parseLifetime reads a lifetime as Value.Lifetime says.
func parseLifetime(found any, unit time.Duration) (time.Duration, error) {
	if unit == 0 {
		unit = time.Second
	}
	number, err := parseNumber(found)
	if s, ok := found.(string); ok && err != nil {
		number, err = parseDuration(strings.TrimSpace(s))
		unit = time.Second
	}
	switch {
	case err != nil:
		return 0, err
	case math.IsNaN(number):
		return 0, errors.New("is not a number")
	case number*float64(unit) > float64(longestLifetime):
		return 0, errors.New("is longer than 100 years")
	case number <= 0:
		return 0, nil
	}
	return time.Duration(number * float64(unit)), nil
}

// parseMoment reads a number that is a time since 1970, in seconds or milliseconds,
// where a lifetime in units should be: one that is close to now. It is zero if the
// number may be a lifetime. 2^31-1 means that there is no end.
func parseMoment(found any, unit time.Duration, now time.Time) time.Time {
	number, err := parseNumber(found)
	if err != nil || number < earliestExpiry || number == math.MaxInt32 || number > latestExpiry*1000 {
		return time.Time{}
	}
	at := time.UnixMilli(int64(number))
	if number <= latestExpiry {
		at = time.Unix(int64(number), 0)
		if unit == time.Millisecond { // as a lifetime it is some weeks
			return time.Time{}
		}
	}
	if fromNow := at.Sub(now); fromNow < earliestMoment || fromNow > latestMoment {
		return time.Time{}
	}
	return at.UTC()
}

// parseNumber reads a number, or a string that is one; 0 where there is nothing.
func parseNumber(found any) (number float64, err error) {
	switch found := found.(type) {
	case nil:
		return 0, nil
	case float64:
		return found, nil
	case json.Number:
		number, err = found.Float64()
		if err != nil && math.IsInf(number, 0) {
			return number, nil // it is too large, and not a text
		}
		return number, err
	case string:
		found = strings.TrimSpace(found)
		if found == "" {
			return 0, nil
		}
		if number, err = strconv.ParseFloat(found, 64); err != nil && !math.IsInf(number, 0) {
			return 0, errors.New("is a text that is not a number")
		}
		return number, nil
	default:
		return 0, noNumber(found)
	}
}

// noNumber says what there is that is neither a number nor a text.
func noNumber(found any) error {
	switch found.(type) {
	case ambiguous:
		return errSeveral
	case excessive:
		return errTooMuch
	default:
		return errors.New("is neither a number nor a text")
	}
}

// parseDuration reads a duration as Go writes it, as ISO 8601 writes it without
// years and months, or as hours, minutes and seconds with colons. It returns seconds.
func parseDuration(s string) (float64, error) {
	if d, err := time.ParseDuration(s); err == nil {
		return d.Seconds(), nil
	}
	const number = `(\d+(?:[.,]\d+)?)`
	for _, form := range []string{
		`^P(?:` + number + `W)?(?:` + number + `D)?(?:T(?:` + number + `H)?(?:` + number + `M)?(?:` + number + `S)?)?$`,
		`^()()(\d+):([0-5]\d):([0-5]\d(?:\.\d+)?)$`,
	} {
		if parts := regexp.MustCompile(form).FindStringSubmatch(s); parts != nil && strings.ContainsAny(s, "0123456789") {
			days := numberOrZero(parts[1])*7 + numberOrZero(parts[2])
			return ((days*24+numberOrZero(parts[3]))*60+numberOrZero(parts[4]))*60 + numberOrZero(parts[5]), nil
		}
	}
	return 0, errors.New("is a text that is neither a number nor a duration")
}

// numberOrZero reads a number; "" is 0.
func numberOrZero(digits string) float64 {
	number, _ := strconv.ParseFloat(strings.ReplaceAll(digits, ",", "."), 64)
	return number
}
