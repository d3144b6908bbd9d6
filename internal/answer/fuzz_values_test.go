package answer

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// FuzzExpiry reads a text, and the same as a bare number, as a lifetime and as a time.
func FuzzExpiry(f *testing.F) {
	for _, value := range []string{
		"", "0", "0 ", `"00"`, "-1", "3600", "1e9", "1e400", "NaN", "Inf", "0x1p-2", "1_000", " 90m ", "1h30m", "PT1H30M", "P1DT1S", "P1W", "PT1.5H", "P0,5D", "P", "PT", "1:30:00",
		"0:00:59.999", "99999999999999999:00:00", "2030-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00Z",
		"253402300799", "253402300799000", "253402300800000", "100000000000", "100000000001", "9223372036854775808", "1.5",
	} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		values := []any{value}
		if isNumber(value) {
			values = append(values, json.Number(value))
		}
		for _, found := range values {
			for _, unit := range []time.Duration{0, time.Millisecond, time.Minute} {
				checkLifetime(t, found, unit)
			}
			checkTime(t, found)
		}
	})
}

// isNumber reports whether the decoder reads a text as a number as it is.
func isNumber(text string) bool {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var found any
	return decoder.Decode(&found) == nil && found == any(json.Number(text))
}

func checkLifetime(t *testing.T, found any, unit time.Duration) {
	t.Helper()
	got, problem := parseLifetime(found, unit)
	if problem != "" {
		wantFixedText(t, problem)
		return
	}
	if got < 0 || got > longestLifetime {
		t.Errorf("%q is a lifetime of %s", found, got)
	}
	value, isText := found.(string)
	if want, err := time.ParseDuration(strings.TrimSpace(value)); isText && err == nil && strings.ContainsAny(value, "hmsµu") {
		// A float64 is exact to the microsecond for a hundred years.
		if off := got - max(0, want); off.Abs() > time.Microsecond {
			t.Errorf("%q is %s, want %s", found, got, want)
		}
	}
}

func checkTime(t *testing.T, found any) {
	t.Helper()
	got, problem := parseTime(found)
	if problem != "" {
		wantFixedText(t, problem)
		return
	}
	if got.Year() > 9999 || got.Location() != time.UTC {
		t.Errorf("%q is the time %s", found, got)
	}
	value, isText := found.(string)
	if want, err := time.Parse(time.RFC3339, strings.TrimSpace(value)); isText && err == nil && !got.Equal(want) {
		t.Errorf("%q is %s, want %s", found, got, want)
	}
}

// wantFixedText fails unless a problem of a value, which may be the token, is one of
// the texts that there are.
func wantFixedText(t *testing.T, problem Problem) {
	t.Helper()
	if !slices.Contains([]Problem{LongPast, isSeveral, isTooMuch, isTooLate, isTooLong, isNotTime, hasNoZone, isNotDuration, isNaN, isNotNumber, isNotScalar}, problem) {
		t.Errorf("the problem is %q", problem)
	}
}
