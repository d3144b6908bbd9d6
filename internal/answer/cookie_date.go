package answer

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The parts of the date of a cookie (RFC 6265, section 5.1.1). What follows a part, but
// for a digit, is ignored.
var (
	clockPattern = regexp.MustCompile(`^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)`)
	dayPattern   = regexp.MustCompile(`^(\d{1,2})(?:\D|$)`)
	monthPattern = regexp.MustCompile(`(?i)^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)`)
	yearPattern  = regexp.MustCompile(`^(\d{2,4})(?:\D|$)`)
)

// cookieDate reads a date as browsers read that of a cookie: the parts may have any order,
// and years may have two digits. Zones are ignored: the time is UTC.
func cookieDate(text string) (time.Time, bool) {
	var clock, day, month, year []string
	for _, part := range strings.FieldsFunc(text, isDateDelimiter) {
		for _, wanted := range []struct {
			found   *[]string
			pattern *regexp.Regexp
		}{{&clock, clockPattern}, {&day, dayPattern}, {&month, monthPattern}, {&year, yearPattern}} {
			if match := wanted.pattern.FindStringSubmatch(part); *wanted.found == nil && match != nil {
				*wanted.found = match[1:]
				break
			}
		}
	}
	if clock == nil || day == nil || month == nil || year == nil {
		return time.Time{}, false
	}
	written := strings.Join([]string{fullYear(year[0]), month[0], day[0], strings.Join(clock, ":")}, " ")
	at, err := time.Parse("2006 Jan 2 15:4:5", written)
	return at, err == nil
}

// fullYear returns a year with four digits: of those with two, 70 to 99 are in the
// twentieth century.
func fullYear(digits string) string {
	year, _ := strconv.Atoi(digits) // it has only digits
	switch {
	case year < 70:
		year += 2000
	case year < 100:
		year += 1900
	}
	return strconv.Itoa(year)
}

// isDateDelimiter reports whether a character separates the parts of a date.
func isDateDelimiter(r rune) bool {
	return r == '\t' || r >= ' ' && r <= '/' || r >= ';' && r <= '@' || r >= '[' && r <= '`' || r >= '{' && r <= '~'
}
