package token

import (
	"slices"
	"time"

	answers "github.com/apitoken/terraform-provider-apitoken/internal/answer"
)

const (
	// clockTolerance is how far apart two clocks may be before anybody is told.
	clockTolerance = 5 * time.Second
	// year is a difference with which nobody can tell which of two clocks is wrong, or
	// whether the Date of an answer is one.
	year = 365 * 24 * time.Hour
	// never is a wait that is no time to come back. Nobody asks for such a wait but by
	// mistake.
	never = year
)

// clockAhead returns by how much this machine's clock is ahead of the server's,
// less than 0 if it is behind, by the Date of an answer between sent and received;
// 0 if the two agree, or if nobody can tell.
func clockAhead(header answers.Header, sent, received time.Time) time.Duration {
	date, ok := header.Date()
	if !ok || header.IsFromCache() { // a cache has kept the answer
		return 0
	}
	var ahead time.Duration
	switch {
	case date.Before(sent):
		ahead = sent.Sub(date)
	case date.After(received):
		ahead = received.Sub(date)
	}
	if ahead.Abs() <= clockTolerance || ahead.Abs() > year {
		return 0
	}
	return ahead.Round(time.Second)
}

// clockMargin is how far ahead this machine's clock may be before servers refuse
// JWTs that are signed here: their iat lies back by that, with the usual lifetime.
const clockMargin = 30 * time.Second

// isClock reports whether the clocks explain that a JWT signed here is refused.
func (a *answer) isClock() bool {
	return a.ahead.Abs() > clockMargin && slices.ContainsFunc(a.presented, func(p presented) bool { return p.signed != nil })
}

// clockSentence says by how much this machine's clock is wrong; "" if it is right.
func clockSentence(ahead time.Duration) string {
	if ahead == 0 {
		return ""
	}
	direction := map[bool]string{true: "ahead of", false: "behind"}[ahead > 0]
	return "This machine's clock is " + ahead.Abs().String() + " " + direction + " the server's. Correct whichever is wrong: JWTs and times of expiry depend on both."
}

// countsByClock reports whether a time of expiry is one that the server has said,
// and not one that was counted from when the token was asked for.
func (x *Exchange) countsByClock(a *answer, expiresAt time.Time) bool {
	lifetime, _ := a.find(x.Response.ExpiresIn).Lifetime(x.Response.ExpiresInUnit)
	if lifetime == 0 {
		lifetime = x.DefaultTTL
	}
	return !expiresAt.IsZero() && !expiresAt.Equal(a.sent.Add(lifetime))
}
