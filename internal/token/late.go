package token

import (
	"context"
	"errors"

	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// sourceKey names a source among the hosts that revocations wait for.
func sourceKey(from source.Source) string {
	k := hash(from.Identity()...)
	return "source " + string(k[:])
}

// shunned returns why a source is not asked for its value: an earlier revocation has waited
// for it in vain. OpenTofu ends the provider soon after it has asked for a close, so a
// program that hangs must not take the time of each revocation.
func (c *call) shunned(name string, from source.Source) error {
	if c.patience == nil || !c.patience.isExhausted(sourceKey(from), c.client.runtime.Now()) {
		return nil
	}
	return c.late(name, from, ProblemWaitedBefore)
}

// inTime returns the error of a source. If the time of the request has passed meanwhile,
// that is the reason.
func (c *call) inTime(ctx context.Context, name string, from source.Source, err error) error {
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return err
	}
	if c.patience != nil {
		c.patience.exhaust(sourceKey(from), c.client.runtime.Now())
	}
	if e, ok := errors.AsType[*Error](err); ok && e.Kind != KindCancelled {
		return err
	}
	return c.late(name, from, ProblemOverdue)
}

// late returns the error of a source that has no value in the time of a request.
func (c *call) late(name string, from source.Source, problem Problem) *Error {
	cause := &source.Error{Source: from, Problem: source.Late, Detail: revocationTime.String()}
	return &Error{Kind: KindSource, Problem: problem, Purpose: c.purpose, Exchange: c.exchange, Name: name, Cause: cause, secrets: c.extraSecrets()}
}
