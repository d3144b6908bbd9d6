package token

import (
	"maps"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

const (
	// young is the age up to which a token is as good as a fresh one: asking
	// again would not give a longer life.
	young = time.Minute
	// shortestRemaining is how much life a shared token must have left if the
	// caller does not say.
	shortestRemaining = time.Minute
	// remainingShare lowers that to a tenth of the token's lifetime, if it is
	// shorter, so that short-lived tokens can be shared at all.
	remainingShare = 10
)

// Token is an access token as issued (RFC 6749, section 5.1), with what is
// needed to use it. It is shared between callers and never changed.
type Token struct {
	// AccessToken is the token itself.
	AccessToken said.Secret
	// Type is the token's type as answered, "Bearer" where the answer names none.
	Type string
	// IssuedAt is when the token was asked for, to the second, so that a
	// lifetime counted from it ends no later than the vendor's own.
	IssuedAt time.Time
	// ExpiresAt is when the token expires; zero where that is unknown.
	ExpiresAt time.Time
	// HeaderName names the header that carries the token to the API.
	HeaderName string
	// Headers are all headers that the API expects, by name.
	Headers map[string]said.Secret
	// Fields and Outputs are the further values of the answer, by name: those of
	// the service and those that the user names. A value that the answer does not
	// have is not in the map.
	Fields, Outputs map[string]said.Secret
}

// places returns the token and the outputs by the NAME that {NAME} refers to.
func (t *Token) places() map[string]said.Secret {
	places := make(map[string]said.Secret, len(t.Outputs)+1)
	maps.Copy(places, t.Outputs)
	places["token"] = t.AccessToken
	return places
}

// secrets returns the values that no message may repeat.
func (t *Token) secrets() said.Book {
	found := said.Book{{Name: "access_token", Value: t.AccessToken, Whole: true}}
	for _, values := range []map[string]said.Secret{t.Headers, t.Fields, t.Outputs} {
		for name, value := range values {
			found = found.Add(name, value)
		}
	}
	return found
}

// Lifetime returns the token's life when it was issued, and whether that is known.
func (t *Token) Lifetime() (time.Duration, bool) {
	if t.ExpiresAt.IsZero() {
		return 0, false
	}
	return t.ExpiresAt.Sub(t.IssuedAt), true
}

// shareable reports whether a token issued for another caller has at least
// minRemaining of its life left (zero: the default).
func (t *Token) shareable(now time.Time, minRemaining time.Duration) bool {
	lifetime, known := t.Lifetime()
	if !known {
		return true
	}
	if minRemaining == 0 {
		if lifetime <= 0 {
			// Expired by this machine's clock as soon as it came: the clock or
			// the vendor is wrong, and asking again gives no better token.
			return true
		}
		minRemaining = min(shortestRemaining, lifetime/remainingShare)
	}
	return t.ExpiresAt.Sub(now) >= minRemaining
}

// usable reports whether there is no need to ask again: the token is shareable,
// or it was only just issued, so that a new one would be too short as well.
func (t *Token) usable(now time.Time, minRemaining time.Duration) bool {
	return t.shareable(now, minRemaining) || t.tooShort(minRemaining) && now.Sub(t.IssuedAt) < young
}

// tooShort reports whether the token had less than minRemaining (zero: any will
// do) when it was issued.
func (t *Token) tooShort(minRemaining time.Duration) bool {
	lifetime, known := t.Lifetime()
	return known && minRemaining > 0 && lifetime < minRemaining
}
