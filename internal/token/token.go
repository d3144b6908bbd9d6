package token

import (
	"maps"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

const (
	// young is the age up to which a token is as good as a new one, or a tenth of
	// its lifetime, if that is shorter: asking again would not give a much longer
	// life, and as many requests as there are callers.
	young = time.Minute
	// fleeting is the age up to which a token is shared whose life is shorter still,
	// unless the caller asks for more of it: nobody can do much with one, however new
	// it is, and each caller would make a request.
	fleeting          = 5 * time.Second
	shortestRemaining = time.Minute // how much life a shared token must have left if the caller does not say
	share             = 10          // lowers both to a tenth of the token's lifetime, if it is shorter, so that short-lived tokens can be shared at all
)

// Token is an access token as issued (RFC 6749, section 5.1), with what is
// needed to use it. It is shared between callers and never changed.
type Token struct {
	AccessToken said.Secret // the token itself
	// Type is the token's type as answered, "Bearer" where the response names none. An
	// endpoint may answer anything there.
	Type said.Foreign
	// IssuedAt is when the token was requested, to the second, so that a
	// lifetime counted from it ends no later than the vendor's own.
	IssuedAt   time.Time
	ExpiresAt  time.Time              // when the token expires; zero where that is unknown
	HeaderName string                 // names the header that carries the token to the API
	Headers    map[string]said.Secret // all headers that the API expects, by name
	// Fields and Outputs are the further values of the response, by name: those of
	// the service and those that the user names. A value that the response does not
	// have is not in the map.
	Fields, Outputs map[string]said.Secret
	ClockAhead      time.Duration // by how much this machine's clock was ahead of the server's, if ExpiresAt is by the server's
	LimitedBy       string        // names the source of its request whose token, which Headers show, ends first: at ExpiresAt; "": none
	IsRefreshLost   bool          // the response has a new refresh token that should be kept, and could not be
	IsUnkept        bool          // there is a Store, which does not keep the token, because nobody knows when it ends
	Notes           []Note        // tell of what the user has asked for and the response does not have
	exact           said.Secret   // AccessToken with the spaces around it, as requests of other sets have it
	unmade          *Error        // why the headers for the API cannot be made; nil: they are
	used            *used         // what its request has obtained of named sources
	from            string        // the URL that issued it: another may issue the same value for something else
	kind            string        // the answered type, if a token of it is not a bearer token; isBearer says that HeaderName presents it as one
	isBearer        bool
	issued          said.Book // what else is secret of the response
}

// Part is a part of a response.
type Part int

// The parts that a Note may be about.
const (
	PartExpiresAt Part = iota // what is at Response.ExpiresAt
	PartExpiresIn             // what is at Response.ExpiresIn
	PartTokenType             // what is at Response.TokenType
	PartOutput                // an output
)

// Note says that the response does not have something that was asked for by name, or
// that it cannot be right, and that the token is handed out all the same.
type Note struct {
	Part    Part
	Output  string         // names an output
	Path    Path           // where it should be
	Problem answer.Problem // says why what is there cannot be used; "": there is none
	Answer  *Answer        // the response
}

// HasExpired reports whether the token had expired when it came, by this machine's clock.
func (t *Token) HasExpired() bool {
	lifetime, known := t.Lifetime()
	return known && lifetime <= 0
}

// NotBearer returns the type of a token that is handed out as a bearer token and is
// none; "" for any other.
func (t *Token) NotBearer() string {
	if !t.isBearer {
		return ""
	}
	return t.kind
}

// forAPI returns the token if its headers could be made, or why not.
func (t *Token) forAPI() (*Token, error) {
	if t.unmade != nil {
		return nil, t.unmade
	}
	return t, nil
}

// places returns the token, the outputs and the sources of its request by the NAME
// that {NAME} refers to.
func (t *Token) places() map[string]said.Secret {
	places := make(map[string]said.Secret, len(t.Outputs)+1)
	maps.Copy(places, t.used.values())
	maps.Copy(places, t.Outputs)
	places[tokenPlace] = t.AccessToken
	return places
}

// book returns the values that no message may repeat.
func (t *Token) book() said.Book {
	found := said.Book{{Name: "access_token", Value: t.AccessToken, Whole: true}}
	for _, values := range []map[string]said.Secret{t.Headers, t.Fields, t.Outputs} {
		for name, value := range values {
			found = found.Add(name, value)
		}
	}
	return append(found, t.issued...)
}

// Lifetime returns the token's life when it was issued, and whether that is known.
func (t *Token) Lifetime() (time.Duration, bool) {
	if t.ExpiresAt.IsZero() {
		return 0, false
	}
	return t.ExpiresAt.Sub(t.IssuedAt), true
}

// LifetimeSeconds is Lifetime in whole seconds. A time.Duration ends after 292
// years, and a time of expiry may be farther away.
func (t *Token) LifetimeSeconds() (seconds int64, known bool) {
	if t.ExpiresAt.IsZero() {
		return 0, false
	}
	return t.ExpiresAt.Unix() - t.IssuedAt.Unix(), true
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
		minRemaining = t.defaultRemaining()
	}
	return t.ExpiresAt.Sub(now) >= minRemaining
}

// defaultRemaining returns how much of its life a shared token must have left if the caller
// does not say. Its lifetime must be known.
func (t *Token) defaultRemaining() time.Duration {
	lifetime, _ := t.Lifetime()
	return min(shortestRemaining, lifetime/share)
}

// lasts reports whether a token can be used without asking for another one, for a caller
// who can ask at any time. Unlike usable, a token of a few seconds is not good until its end.
func (t *Token) lasts(now time.Time, minRemaining time.Duration) bool {
	if minRemaining > 0 {
		return t.usable(now, minRemaining)
	}
	return t.shareable(now, 0) || now.Sub(t.IssuedAt) < time.Second
}

// usable reports whether there is no need to ask again: the token is shareable,
// or a new one would have no more life left than this one.
func (t *Token) usable(now time.Time, minRemaining time.Duration) bool {
	return t.shareable(now, minRemaining) || t.isYoung(now, minRemaining)
}

// isYoung reports whether the token is as good as a new one. For a caller for
// whom even a new one was too short, it is that for as long as young says.
func (t *Token) isYoung(now time.Time, minRemaining time.Duration) bool {
	lifetime, known := t.Lifetime()
	limit := young
	switch {
	case known && minRemaining == 0:
		limit = min(young, max(lifetime/share, fleeting))
	case known && !t.tooShort(minRemaining):
		limit = min(young, lifetime/share)
	}
	return now.Sub(t.IssuedAt) < limit
}

// tooShort reports whether the token had less than minRemaining (zero: any will
// do) when it was issued.
func (t *Token) tooShort(minRemaining time.Duration) bool {
	lifetime, known := t.Lifetime()
	return known && minRemaining > 0 && lifetime < minRemaining
}
