package token

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// unreachable returns the *Error of a call that failed with err: no complete
// answer came, or time ran out before a refused attempt could be repeated.
func (c *call) unreachable(ctx context.Context, err error) error {
	x, status := c.exchange, c.status
	var e *Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(ctx.Err(), context.DeadlineExceeded) && status != 0:
		return x.fail(Error{Kind: KindRefused, Status: status, Problem: "time ran out before it could be asked again"})
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return x.fail(Error{Kind: KindUnreachable, Problem: "it did not answer in time"})
	case ctx.Err() != nil:
		return x.cancelled()
	}
	if errors.Is(err, errTooLarge) {
		return x.fail(Error{
			Kind: KindAnswer, Problem: "its answer is larger than 1 MiB and was refused",
			Advice: "Check token_url: it may be the address of something else.",
		})
	}
	problem, advice := c.explainBy(c.client.proxyFor(x.Request.URL), err)
	if c.attempts > 1 {
		problem += fmt.Sprintf(" (after %d attempts)", c.attempts)
	}
	return x.fail(Error{Kind: KindUnreachable, Problem: problem, Advice: advice})
}

func (x *Exchange) cancelled() error {
	return x.fail(Error{Kind: KindCancelled, Problem: "the run was interrupted before the endpoint answered"})
}

func (x *Exchange) waitUntil(a *answer, retryAt time.Time, longest time.Duration) error {
	at := retryAt.UTC().Truncate(time.Second)
	return x.fail(Error{
		Kind: KindWait, Status: a.status, RetryAt: at, VendorMessage: x.vendorMessage(a),
		Problem: fmt.Sprintf("it asks not to be called again until %s, longer than transport.retry_max_wait (%s) allows",
			at.Format(time.RFC3339), longest),
		Advice: "Run again after that time, or raise transport.retry_max_wait.",
	})
}

func (x *Exchange) redirected(a *answer) error {
	e := Error{
		Kind: KindRedirect, Status: a.status, Problem: "it redirects without saying where to",
		Advice: "Ask the vendor for the token endpoint's address.",
	}
	switch origin := x.redirectOrigin(a.header.Get("Location")); {
	case origin == "":
	case origin != x.origin():
		e.Problem = "it redirects to " + redact(origin, x.allSecrets(a)) + ", where the credentials were not sent"
		e.Advice = "If you trust that host with them, set token_url to the endpoint there."
	case a.status == http.StatusTemporaryRedirect, a.status == http.StatusPermanentRedirect, x.Request.method() == http.MethodGet:
		e.Problem = fmt.Sprintf("it redirects within its host more than %d times", mostRedirects)
		e.Advice = "Check token_url: it may be the address of something else there."
	default:
		e.Problem = "it redirects within its host in a way that would lose what the request sends"
		e.Advice = "Set token_url to exactly the address in the vendor's documents, down to the last slash."
	}
	return x.fail(e)
}

// origin returns scheme and host of the endpoint.
func (x *Exchange) origin() string { return x.redirectOrigin(".") }

// redirectOrigin returns scheme and host of a redirect's target; "" where there is none.
func (x *Exchange) redirectOrigin(location string) string {
	base, err := url.Parse(x.Request.URL)
	if err != nil || location == "" {
		return ""
	}
	target, err := base.Parse(location)
	if err != nil || target.Host == "" {
		return ""
	}
	return target.Scheme + "://" + target.Host
}

// shortLived returns the error of a token that lives less long than wanted.
func (x *Exchange) shortLived(t *Token, minRemaining time.Duration) error {
	lifetime, _ := t.Lifetime()
	problem := fmt.Sprintf("a fresh token lives %s, until %s", lifetime, t.ExpiresAt.Format(time.RFC3339))
	if lifetime <= 0 {
		problem = fmt.Sprintf("a fresh token had expired when it came: at %s, %s before it was asked for", t.ExpiresAt.Format(time.RFC3339), -lifetime)
	}
	return x.fail(Error{
		Kind: KindLifetime, ClockAhead: t.ClockAhead,
		Problem: fmt.Sprintf("%s, and min_remaining asks for %s, until %s",
			problem, minRemaining, t.IssuedAt.Add(minRemaining).Format(time.RFC3339)),
		Advice: "Lower min_remaining, or ask the vendor for tokens that live longer.",
	})
}
