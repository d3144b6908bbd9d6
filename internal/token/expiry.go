package token

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// expiry returns when the token expires: the earliest of the times that the
// answer and, if the token is a JWT, its exp claim give; else after DefaultTTL;
// else the zero time. What is not a time or a lifetime gives none: a good token
// is not refused for it (RFC 6749, section 5.1, makes the field optional). Where
// that leaves the expiry unknown, notes say why.
func (a *Answer) expiry(accessToken said.Secret) (at time.Time, notes []Note) {
	r, ttl := &a.Exchange.Response, a.Exchange.DefaultTTL
	expiresAt, noTime := a.At(r.ExpiresAt).Time()
	lifetime, noLifetime := a.At(r.ExpiresIn).Lifetime(r.ExpiresInUnit)
	moment := a.At(r.ExpiresIn).Moment(r.ExpiresInUnit, a.Sent)
	found := []time.Time{expiresAt, moment, answer.JWTExpiry(accessToken.Reveal())}
	if lifetime > 0 && moment.IsZero() {
		found = append(found, a.Sent.Add(lifetime))
	}
	found = slices.DeleteFunc(found, time.Time.IsZero)
	switch {
	case len(found) > 0:
		return slices.MinFunc(found, time.Time.Compare), nil
	case ttl > 0:
		return a.Sent.Add(ttl), nil
	default:
		return time.Time{}, slices.Concat(a.noExpiry(PartExpiresAt, r.ExpiresAt, noTime), a.noExpiry(PartExpiresIn, r.ExpiresIn, noLifetime))
	}
}

// withOthers returns when the token or one of the other sets' that its headers show
// expires, whichever is first, and the source of the other one.
func (a *Answer) withOthers(expiresAt time.Time) (first time.Time, limitedBy string) {
	first = expiresAt
	for name, other := range a.used.others() {
		ends := other.ExpiresAt
		if !ends.IsZero() && (first.IsZero() || ends.Before(first)) && a.Exchange.shows(name) {
			first, limitedBy = ends, name
		}
	}
	return first, limitedBy
}

// shows reports whether the headers for the API have the token of another set.
func (x *Exchange) shows(name string) bool {
	texts := slices.Collect(maps.Values(x.Headers))
	if x.Basic != nil {
		texts = append(texts, x.Basic.Username, x.Basic.Password)
	}
	return slices.ContainsFunc(texts, func(text said.Secret) bool {
		return strings.Contains(text.Reveal(), "{"+name+"}") || strings.Contains(text.Reveal(), "{"+name+".")
	})
}

// noExpiry tells why a path gives no expiry. That there is nothing is worth telling
// only if a user has described the response.
func (a *Answer) noExpiry(part Part, path Path, problem answer.Problem) []Note {
	isMissing := !path.IsEmpty() && a.Exchange.Response.IsDescribed && a.At(path).IsNothing() && !a.Content.IsNull(path)
	if problem == "" && !isMissing {
		return nil
	}
	return []Note{{Part: part, Path: path, Problem: problem, Answer: a}}
}

// countsByClock reports whether a time of expiry is one that the server has said,
// and not one that was counted from when the token was requested.
func (a *Answer) countsByClock(expiresAt time.Time) bool {
	lifetime, _ := a.At(a.Exchange.Response.ExpiresIn).Lifetime(a.Exchange.Response.ExpiresInUnit)
	if lifetime == 0 {
		lifetime = a.Exchange.DefaultTTL
	}
	return !expiresAt.IsZero() && !expiresAt.Equal(a.Sent.Add(lifetime))
}
