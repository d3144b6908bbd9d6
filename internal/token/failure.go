package token

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// unreachable returns the *Error of a call that failed with err: no complete
// answer came.
func (c *call) unreachable(ctx context.Context, err error) error {
	x := c.exchange
	var e *Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return x.fail(Error{Kind: KindUnreachable, Problem: "it did not answer in time"})
	case ctx.Err() != nil:
		return x.cancelled()
	}
	failed := Error{Kind: KindUnreachable, Status: c.status}
	failed.Problem, failed.Advice = c.explainBy(c.client.proxyFor(x.Request.URL), err)
	if errors.Is(err, errTooLarge) || errors.Is(err, errPacked) {
		failed.Kind = KindAnswer
	}
	failed.Attempts, failed.Took = c.tries().attempts, c.tries().took
	return x.fail(failed)
}

func (x *Exchange) cancelled() error {
	return x.fail(Error{Kind: KindCancelled, Problem: "the run was interrupted before the endpoint answered"})
}

// waitUntil returns the error of an answer that asks for a wait longer than is allowed.
func (x *Exchange) waitUntil(a *answer, longest time.Duration) error {
	at := a.retryAt()
	return x.fail(Error{
		Kind: KindWait, Status: a.status, RetryAt: at, Attempts: a.tries.attempts, Took: a.tries.took, VendorMessage: x.vendorMessage(a),
		Problem: fmt.Sprintf("it asks not to be called again until %s, longer than transport.retry_max_wait (%s) allows",
			at.Format(time.RFC3339), longest),
		Advice: "Run again after that time, or raise transport.retry_max_wait.",
	})
}

// retryAt returns when the endpoint wants to be asked again; zero where it does not say.
func (a *answer) retryAt() time.Time {
	if a.wait <= 0 {
		return time.Time{}
	}
	return a.received.Add(a.wait).UTC().Truncate(time.Second)
}

// isLimit reports whether a refusal limits how often tokens are requested, whatever
// its status says: it names a time to come back. A 401 is still about the credentials.
func (a *answer) isLimit() bool {
	return a.status >= 400 && a.status <= 499 && a.status != http.StatusUnauthorized && a.status != http.StatusProxyAuthRequired && a.wait > 0
}

// refusalAdvice is what to do about a refusal for which neither the vendor's table
// nor an error code has advice.
func (x *Exchange) refusalAdvice(a *answer) string {
	switch {
	case x.saysWhy(a):
		return "This is the failure that response.error describes. Check what the set sends, credentials first. The request is not " +
			"repeated: wrong credentials, sent repeatedly, lock accounts."
	case a.isLimit() && !retryable(a.status):
		return "The endpoint names a time to come back, so this is a limit on how often tokens are requested, and not on what the client may do."
	case a.status < 200, a.status >= 300 && a.status <= 399, a.status > 599:
		return "This is not what a token endpoint answers. Check token_url and the proxy."
	case a.status == http.StatusRequestTimeout, a.status == http.StatusTooEarly:
		return "Run again. The request is not repeated: the endpoint may have read the credentials, and wrong ones, sent repeatedly, lock accounts."
	case retryable(a.status):
		return a.tries.advice(a.status)
	default:
		return generalAdvice(a.status)
	}
}

// untilWhen adds to the error of a refusal when the endpoint wants to be asked
// again. What may be temporary has waited as long already.
func (a *answer) untilWhen(e Error) Error {
	if at := a.retryAt(); !at.IsZero() && !retryable(a.status) {
		e.RetryAt = at
		e.Advice = strings.TrimSpace(e.Advice + " It asks not to be called again until " + at.Format(time.RFC3339) + ".")
	}
	return e
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
