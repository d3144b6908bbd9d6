package answer

import (
	"testing"
	"time"
)

func TestCookieDate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Thu, 01 Jan 1970 00:00:01 GMT":           "1970-01-01T00:00:01Z",
		"Thu, 01-Jan-70 00:00:01 GMT":             "1970-01-01T00:00:01Z",
		"Thursday, 01-Jan-99 1:2:3 GMT":           "1999-01-01T01:02:03Z",
		"Thu, 01-Jan-69 00:00:00 GMT":             "2069-01-01T00:00:00Z",
		"Thu Jan 01 1970 00:00:00 GMT+0000 (UTC)": "1970-01-01T00:00:00Z",
		"Thu Jan  1 00:00:00 1970":                "1970-01-01T00:00:00Z",
		"1 JANUARY 2030 12:30:45":                 "2030-01-01T12:30:45Z",
		"12:30:45 2nd, aug. 2030":                 "2030-08-02T12:30:45Z",
		"":                                        "",
		"0":                                       "",
		"soon":                                    "",
		"Thu, 01 Jan 1970":                        "",
		"Thu, 32 Jan 1970 00:00:00 GMT":           "",
		"Thu, 30 Feb 2026 00:00:00 GMT":           "",
		"Thu, 01 Jan 1970 24:00:00 GMT":           "",
		"Thu, 01 Jan 1970 00:60:00 GMT":           "",
		"Thu, 01 Jan 12345 00:00:00 GMT":          "",
		"Thu, 001 Jan 1970 00:00:00 GMT":          "",
	} {
		at, ok := cookieDate(text)
		got := ""
		if ok {
			got = at.Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%q: it is %q, want %q", text, got, want)
		}
	}
}
