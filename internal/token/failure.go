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
	failed = c.untilProxy(failed, err)
	if errors.Is(err, errTooLarge) || errors.Is(err, errPacked) || hasBrokenRule(err) {
		failed.Kind = KindAnswer
		if x.Endpoint == issuerEndpoint {
			failed.Kind = KindDiscovery
		}
	}
	failed.Attempts, failed.Took = c.tries().attempts, c.tries().took
	return x.fail(failed)
}

// untilProxy adds to an error when a proxy that does not connect wants to be asked again.
func (c *call) untilProxy(failed Error, err error) Error {
	wait := waitOf(err)
	if wait <= 0 || isPermanent(err) {
		return failed
	}
	asks := &answer{wait: wait, received: c.client.runtime.Now()}
	failed.Problem, failed.RetryAt = failed.Problem+", and asks to wait "+asks.howLong(), asks.retryAt()
	if longest := c.client.settings.RetryMaxWait; wait > longest && !failed.RetryAt.IsZero() {
		failed.Advice = "Run again after that time, or raise transport.retry_max_wait, which is " + longest.String() + ". " + failed.Advice
	}
	return failed
}

func (x *Exchange) cancelled() error {
	return x.fail(Error{Kind: KindCancelled, Problem: "the run was interrupted before the endpoint answered"})
}

// waitUntil returns the error of an answer that asks for a wait longer than is allowed.
func (x *Exchange) waitUntil(a *answer, longest time.Duration) error {
	e := Error{
		Kind: KindWait, Status: a.status, RetryAt: a.retryAt(), Attempts: a.tries.attempts, Took: a.tries.took, VendorMessage: x.vendorMessage(a),
		Problem: "it asks to wait " + a.howLong(),
	}
	switch {
	case x.Endpoint == revocationEndpoint: // there is nothing to run again, and no time for a longer wait
	case e.RetryAt.IsZero():
		e.Advice = "Most likely that is a mistake of the endpoint. Run again later; if it persists, ask the vendor."
	default:
		e.Problem += fmt.Sprintf(", longer than transport.retry_max_wait (%s) allows", longest)
		e.Advice = "Run again after that time, or raise transport.retry_max_wait."
	}
	return x.fail(e)
}

// retryAt returns when the endpoint wants to be asked again; zero if it does not say,
// or if that is never.
func (a *answer) retryAt() time.Time {
	if a.wait <= 0 || a.wait > never {
		return time.Time{}
	}
	return a.received.Add(a.wait).UTC().Truncate(time.Second)
}

// howLong says how long the endpoint asks not to be called; "" if it does not say.
func (a *answer) howLong() string {
	switch at := a.retryAt(); {
	case !at.IsZero():
		return "until " + at.Format(time.RFC3339)
	case a.wait > never:
		return "for longer than a year"
	default:
		return ""
	}
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
		return "This is the failure that response.error describes. Check what the set sends, credentials first. " + notRepeated
	case a.isSuccess() && x.saysError(a):
		return generalAdvice(http.StatusBadRequest)
	case a.isLimit() && !retryable(a.status):
		return limited
	case a.isNoTokenEndpoint():
		return "This is not what a token endpoint answers. Check token_url and the proxy."
	case a.status == http.StatusProxyAuthRequired:
		return "This answer comes from the proxy. " + a.proxyAdvice()
	case a.status == http.StatusForbidden && a.content.Code() != "":
		return "The endpoint knows the client but will not issue this token. Check with the vendor what the client may do."
	case retryable(a.status):
		return squeeze(a.tries.advice(a.status) + " " + a.limitAdvice())
	default:
		return generalAdvice(a.status)
	}
}

// isNoTokenEndpoint reports whether a status is none that a token endpoint has.
func (a *answer) isNoTokenEndpoint() bool {
	return a.status < 200 || a.status >= 300 && a.status <= 399 || a.status > 599
}

// limited is what a refusal is that is a limit.
const limited = "The endpoint names a time to come back, so this is a limit on how often tokens are requested, and not on what the client may do."

// untilWhen adds to the error of a refusal when the endpoint wants to be asked
// again, before what else may be wrong. What may be temporary has waited as long
// already.
func (a *answer) untilWhen(e Error) Error {
	if howLong := a.howLong(); howLong != "" && !retryable(a.status) {
		if e.RetryAt = a.retryAt(); e.RetryAt.IsZero() {
			howLong += "; most likely that is a mistake"
		}
		limit, rest := "This may be a limit on requests.", e.Advice
		if after, ok := strings.CutPrefix(e.Advice, limited); ok {
			limit, rest = limited, after
		}
		e.Advice = strings.TrimSpace(limit + " It asks to wait " + howLong + ". " + strings.TrimSpace(rest))
	}
	return e
}

// shortLived returns the error of a token that lives less long than wanted.
func (x *Exchange) shortLived(t *Token, minRemaining time.Duration) error {
	lifetime, _ := t.Lifetime()
	advice := "Lower min_remaining, or ask the vendor for tokens that live longer."
	problem := fmt.Sprintf("a new token is valid for %s, until %s", lifetime, t.ExpiresAt.Format(time.RFC3339))
	if lifetime <= 0 {
		problem = fmt.Sprintf("a fresh token had expired when it came: at %s, %s before it was asked for", t.ExpiresAt.Format(time.RFC3339), -lifetime)
		advice = "The token had expired already, so a lower min_remaining does not help. Check the clocks of this machine and of the endpoint, and where " +
			"the time of expiry comes from: the answer, or exp of the token."
	}
	return x.fail(Error{
		Kind: KindLifetime, ClockAhead: t.ClockAhead,
		Problem: fmt.Sprintf("%s, and min_remaining asks for %s, until %s",
			problem, minRemaining, t.IssuedAt.Add(minRemaining).Format(time.RFC3339)),
		Advice: advice,
	})
}
