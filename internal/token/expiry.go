package token

import (
	"fmt"
	"slices"
	"strings"
	"time"

	answers "github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// expiry returns when the token expires: the earliest of the times that the
// answer and, if the token is a JWT, its exp claim give; else after DefaultTTL;
// else the zero time. What is not a time or a lifetime gives none: a good token
// is not refused for it (RFC 6749, section 5.1, makes the field optional). Where
// that leaves the expiry unknown, notes say why.
func (x *Exchange) expiry(a *answer, accessToken said.Secret) (at time.Time, notes []Note) {
	r := &x.Response
	expiresAt, noTime := a.find(r.ExpiresAt).Time()
	lifetime, noLifetime := a.find(r.ExpiresIn).Lifetime(r.ExpiresInUnit)
	moment := a.find(r.ExpiresIn).Moment(r.ExpiresInUnit, a.sent)
	found := []time.Time{expiresAt, moment, answers.JWTExpiry(accessToken.Reveal())}
	if lifetime > 0 && moment.IsZero() {
		found = append(found, a.sent.Add(lifetime))
	}
	found = slices.DeleteFunc(found, time.Time.IsZero)
	switch {
	case len(found) > 0:
		return slices.MinFunc(found, time.Time.Compare), nil
	case x.DefaultTTL > 0:
		return a.sent.Add(x.DefaultTTL), nil
	default:
		return time.Time{}, slices.Concat(x.noExpiry(a, "expires_at", r.ExpiresAt, noTime), x.noExpiry(a, "expires_in", r.ExpiresIn, noLifetime))
	}
}

// expired tells of a token that had expired when it came, by this machine's clock.
func (t *Token) expired() []Note {
	lifetime, known := t.Lifetime()
	if !known || lifetime > 0 {
		return nil
	}
	details := clockSentence(t.ClockAhead)
	if details == "" {
		details = "Check the clock of this machine. If it is right, ask the vendor why the endpoint issues such tokens."
	}
	return []Note{{
		Problem: fmt.Sprintf("The token had expired when it came: its time of expiry is %s, and it was asked for at %s.",
			t.ExpiresAt.Format(time.RFC3339), t.IssuedAt.Format(time.RFC3339)),
		Details: details,
	}}
}

// noExpiry tells why a path gives no expiry. Only whoever describes the endpoint
// expects one there.
func (x *Exchange) noExpiry(a *answer, setting string, path Path, problem answers.Problem) []Note {
	found := a.find(path)
	switch {
	case problem != "":
		what, why := "what is", string(problem)
		if rest, isText := strings.CutPrefix(why, "is a text that "); isText {
			what, why = "the text", rest
		}
		if problem == answers.LongPast {
			why += ": if it is a lifetime, its place is expires_in"
		}
		return []Note{{Setting: setting, Problem: fmt.Sprintf("%s at %q %s", what, x.named(path.String()), why)}}
	case !path.IsEmpty() && found.IsNothing() && !a.content.IsNull(path) && x.Describe:
		return []Note{{Setting: setting, Problem: x.nothingAt(a, path), Details: x.near(a, path)}}
	default:
		return nil
	}
}
