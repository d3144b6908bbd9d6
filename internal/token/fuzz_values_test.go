package token

import (
	"math"
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{
		"", "0", "120", "-1", "+5", "1e3", "99999999999", "00000000000000000007", "Sat, 01 Jan 2000 01:00:00 GMT",
		"Sunday, 06-Nov-94 08:49:37 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Sun Nov  6 08:49:37 1994", "120, 60", "1700000060", "1700000060000", "2147483647",
	} {
		f.Add(value, "", "")
		f.Add(value, "Sat, 01 Jan 2000 00:00:00 GMT", "7.5")
	}
	f.Add("2000-01-01T00:00:00.999999999Z", "Mon, 01 Jan 0001 00:00:00 +2359", "99999999999999")
	now := time.Unix(1_700_000_000, 0)
	f.Fuzz(func(t *testing.T, value, date, age string) {
		wait, asked := retryAfter(http.Header{"Retry-After": {value, "soon"}, "Date": {date}, "Age": {age}}, now)
		if wait < 0 || wait > 0 && !asked {
			t.Errorf("%q at %q is a wait of %s", value, date, wait)
		}
		checkRetryAfter(t, strings.TrimSpace(value), now)
	})
}

// checkRetryAfter checks a Retry-After without a Date.
func checkRetryAfter(t *testing.T, value string, now time.Time) {
	t.Helper()
	wait, asked := retryAfter(http.Header{"Retry-After": {value}}, now)
	if wait%time.Second != 0 && wait < 100*365*24*time.Hour {
		t.Errorf("%q is a wait of %s", value, wait)
	}
	if want, ok := secondsIn(value); ok && !isSince1970(value, now) && (!asked || wait != want) {
		t.Errorf("%q seconds are a wait of %s", value, wait)
	}
	if date, err := http.ParseTime(value); err == nil && date.After(now) && date.Year() < 2200 && !now.Add(wait).Equal(date) {
		t.Errorf("%q is a wait of %s", value, wait)
	}
}

// isSince1970 reports whether digits are seconds or milliseconds since 1970, from a
// day before now to ten years after.
func isSince1970(value string, now time.Time) bool {
	number, err := strconv.ParseFloat(value, 64)
	first, last := float64(now.Add(-24*time.Hour).Unix()), float64(now.Add(10*365*24*time.Hour).Unix())
	return err == nil && (number >= first && number <= last || number >= 1000*first && number <= 1000*last)
}

// secondsIn returns what digits are in seconds, as far as 32 bits go.
func secondsIn(value string) (wait time.Duration, ok bool) {
	if value == "" || strings.Trim(value, "0123456789") != "" {
		return 0, false
	}
	seconds, ok := new(big.Int).SetString(value, 10)
	if most := big.NewInt(math.MaxUint32); seconds.Cmp(most) > 0 {
		seconds = most
	}
	return time.Duration(seconds.Int64()) * time.Second, ok
}
