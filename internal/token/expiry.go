package token

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	// latestExpiry is the end of the year 9999 in seconds since 1970, the last
	// moment that RFC 3339 can write.
	latestExpiry = 253402300799
	// longestLifetime bounds a lifetime, so that a time.Duration holds it.
	longestLifetime = 100 * 365 * 24 * time.Hour
)

// expiry returns when the token expires: the earlier of what the answer says
// and, where the token is a JWT, of what that says; zero where neither does.
func (x *Exchange) expiry(a *answer, accessToken string) (time.Time, error) {
	expiresAt := jwtExpiry(accessToken)
	lifetime, err := parseLifetime(a.find(x.Response.ExpiresIn), x.Response.ExpiresInUnit)
	if err != nil {
		return time.Time{}, fmt.Errorf("the lifetime at %q %w", string(x.Response.ExpiresIn), err)
	}
	if lifetime == 0 && expiresAt.IsZero() {
		lifetime = x.DefaultTTL
	}
	if lifetime == 0 {
		return expiresAt, nil
	}
	if answered := a.sent.Add(lifetime); expiresAt.IsZero() || answered.Before(expiresAt) {
		return answered, nil
	}
	return expiresAt, nil
}

// parseLifetime reads a number, or a string that is one, in units (zero: a
// second). 0, less, and nothing at all mean unknown, which is 0. An error
// tells the kind of value and not the value, which may be the token.
func parseLifetime(found any, unit time.Duration) (time.Duration, error) {
	if unit == 0 {
		unit = time.Second
	}
	var number float64
	switch found := found.(type) {
	case nil:
		return 0, nil
	case float64:
		number = found
	case string:
		found = strings.TrimSpace(found)
		if found == "" {
			return 0, nil
		}
		var err error
		if number, err = strconv.ParseFloat(found, 64); err != nil {
			return 0, fmt.Errorf("is a text that is no number")
		}
	default:
		return 0, fmt.Errorf("is neither a number nor a text")
	}
	switch {
	case number != number, number*float64(unit) > float64(longestLifetime):
		return 0, fmt.Errorf("is longer than any token lives")
	case number <= 0:
		return 0, nil
	}
	return time.Duration(number * float64(unit)), nil
}
