package token

import (
	"fmt"
	"slices"
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
	found := []time.Time{expiresAt, answers.JWTExpiry(accessToken.Reveal())}
	if lifetime > 0 {
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

// noExpiry tells why a path gives no expiry. Only whoever describes the endpoint
// expects one there.
func (x *Exchange) noExpiry(a *answer, setting string, path Path, problem string) []Note {
	found := a.find(path)
	switch {
	case problem != "":
		problem = fmt.Sprintf("what is at %q %s", x.named(string(path)), problem)
		return []Note{{Setting: setting, Problem: problem}}
	case path != "" && found.IsNothing() && !a.content.IsNull(path) && x.Describe:
		return []Note{{Setting: setting, Problem: fmt.Sprintf("there is %s at %q", found.Kind(), x.named(string(path))), Details: x.near(a, path)}}
	default:
		return nil
	}
}
