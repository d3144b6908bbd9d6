package answer

import (
	"encoding/json"
	"testing"
	"time"
)

// A time since 1970 is in seconds up to the year 9999, and in milliseconds above.
func TestSecondsOrMilliseconds(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"1000000000": "2001-09-09T01:46:40Z", "99999999999": "5138-11-16T09:46:39Z", "100000000000": "5138-11-16T09:46:40Z", "100000000001": "5138-11-16T09:46:41Z",
		"253402300799": "9999-12-31T23:59:59Z", "1893456000000": "2030-01-01T00:00:00Z", "253402300799000": "9999-12-31T23:59:59Z",
		"1000000000000": "2001-09-09T01:46:40Z",
	} {
		for _, found := range []any{number, json.Number(number)} {
			at, problem := Value{found}.Time()
			if problem != "" || at.Format(time.RFC3339) != want {
				t.Errorf("%s is %s, want %s %s", number, at.Format(time.RFC3339), want, problem)
			}
		}
	}
}

func TestISO8601(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"PT1.5H": 90 * time.Minute, "PT1,5H": 90 * time.Minute, "P1W": 7 * 24 * time.Hour, "P0.5D": 12 * time.Hour, "PT0.5M": 30 * time.Second,
		"PT3599.5S": 3599*time.Second + 500*time.Millisecond, "P1W2DT3H": 219 * time.Hour, "1:30:00": 90 * time.Minute, "P1DT1S": 24*time.Hour + time.Second,
	} {
		if got, problem := (Value{text}).Lifetime(0); got != want || problem != "" {
			t.Errorf("%s is %s, want %s %s", text, got, want, problem)
		}
	}
	for _, text := range []string{"P", "PT", "P1M", "P1Y", "PT.5H", "PT1.H", "P1.5.5D", "1W"} {
		if _, problem := (Value{text}).Lifetime(0); problem == "" {
			t.Errorf("%s is a lifetime", text)
		}
	}
}
