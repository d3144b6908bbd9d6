package token

import (
	"fmt"
	"slices"
	"time"

	answers "github.com/apitoken/terraform-provider-apitoken/internal/answer"
)

// expiry returns when the token expires: the earliest of the times that the
// answer and, if the token is a JWT, its exp claim give; else after DefaultTTL;
// else the zero time.
func (x *Exchange) expiry(a *answer, accessToken string) (time.Time, error) {
	r := &x.Response
	expiresAt, err := answers.ParseTime(a.find(r.ExpiresAt))
	if err != nil {
		return time.Time{}, fmt.Errorf("the time of expiry at %q %w", string(r.ExpiresAt), err)
	}
	lifetime, err := answers.ParseLifetime(a.find(r.ExpiresIn), r.ExpiresInUnit)
	if err != nil {
		return time.Time{}, fmt.Errorf("the lifetime at %q %w", string(r.ExpiresIn), err)
	}
	found := []time.Time{expiresAt, answers.JWTExpiry(accessToken)}
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
		return time.Time{}, nil
	}
}
