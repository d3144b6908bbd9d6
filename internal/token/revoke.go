package token

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// checkRevocation reports, before a token is requested, that it could not be revoked.
func (x *Exchange) checkRevocation() *Error {
	if x.Revoke.URL == "" {
		return &Error{Kind: KindRevocation, Problem: ProblemNoEndpoint, Exchange: x}
	}
	if bad := transport.CheckURL(x.Revoke.URL, x.Revoke.AllowHTTP); bad != nil {
		return &Error{Kind: KindRevocation, Problem: ProblemEndpoint, Exchange: x, Cause: bad}
	}
	return nil
}

// unfit says why the revocation of a token cannot be sent: the request has an
// output that the answer lacks, or that no header and no HTTP Basic can carry.
func (x *Exchange) unfit(t *Token) error {
	if !x.revokes() {
		return nil
	}
	r, outputs := x.Revoke, x.Response.Outputs
	e := &Error{Kind: KindRevocation, Exchange: x, Token: t}
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		if _, ok := t.Outputs[name]; !ok && r.mentions(name) {
			e.Problem, e.Output = ProblemNoOutput, name
			return e
		}
	}
	filled := r.fill(t.places())
	for name, value := range filled.Headers {
		if !value.Equal(r.Headers[name]) && !isHeaderText(value.Reveal()) {
			e.Problem, e.Name = ProblemUnfitHeader, name
			return e
		}
	}
	if basic, ok := filled.Auth.(Basic); ok {
		if e.Cause = basic.Check(); e.Cause != nil {
			e.Problem = ProblemBasic
			return e
		}
	}
	return nil
}

// revokeOne revokes a token (RFC 7009) within revocationTime. Its errors are *Error with
// the token, which stays valid.
func (c *Cache) revokeOne(ctx context.Context, x *Exchange, t *Token) error {
	asking := *x
	asking.Request = *x.Revoke
	asking.Secrets = append(t.book(), x.Secrets...)
	host, began := transport.Origin(asking.Request.URL), c.client.runtime.Now()
	unsent := &Error{Kind: KindUnreachable, Problem: ProblemWaitedBefore, Purpose: ForRevocation, Exchange: &asking, Token: t}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		unsent.Problem = ProblemNoTimeLeft
		return unsent
	}
	until := c.patience.begin(host, began)
	if !began.Before(until) {
		return unsent
	}
	limited, cancel := context.WithTimeout(ctx, until.Sub(began))
	defer cancel()
	call := &call{exchange: &asking, purpose: ForRevocation, audience: cmp.Or(t.used.audience(), x.Request.URL), places: t.places(), others: c, patience: c.patience}
	a, err := c.client.ask(limited, call)
	ended, inVain := c.client.runtime.Now(), time.Time{}
	if err != nil || a.IsTemporary() {
		inVain = call.left // without a request, nothing has waited for the host
	}
	c.patience.end(host, began, inVain, ended)
	if errors.Is(ctx.Err(), context.Canceled) { // the run was interrupted, and is to end
		c.patience.exhaust(host, ended)
	}
	if err == nil {
		err = a.revoked()
	}
	if e, ok := errors.AsType[*Error](err); ok {
		staying := *e
		staying.Token = t
		return &staying
	}
	return err
}

// revoked returns why an answer does not say that a token was revoked, or nil. RFC
// 7009 (section 2.2) leaves the body of a success to the server, but an error is not
// a success, nor is a login page in front of the endpoint.
func (a *Answer) revoked() error {
	switch {
	case a.isLogout():
		return nil
	case !a.IsSuccess():
		return a.refused()
	case a.Content.Code() != "", a.Content.HasError():
		return a.fail(KindRefused, ProblemErrorKey)
	case !a.Exchange.Response.IsDescribed && a.Content.IsPage():
		// Whoever describes the request may well name one that a page answers.
		return a.fail(KindRefused, ProblemPage)
	default:
		return nil
	}
}

// logoutStatuses are those of redirects with which a logout for browsers ends.
func logoutStatuses() []int { return []int{http.StatusFound, http.StatusSeeOther} }

// isLogout reports whether an answer to a revocation that a user has described leads to
// another page of the host, as logouts for browsers do. One that only adds or removes a
// slash has not ended anything.
func (a *Answer) isLogout() bool {
	if a.Purpose != ForRevocation || !a.Exchange.Response.IsDescribed || !slices.Contains(logoutStatuses(), a.Status) {
		return false
	}
	from, to := a.RedirectTarget()
	return to != nil && transport.SameHost(from, to) && strings.TrimSuffix(from.Path, "/") != strings.TrimSuffix(to.Path, "/")
}
