package token

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// revocationEndpoint is what messages call the endpoint that revokes tokens.
const revocationEndpoint = "revocation endpoint"

// checkRevocation reports, before a token is asked for, that it could not be revoked.
func (x *Exchange) checkRevocation() error {
	if x.Revoke.URL == "" {
		return x.cannotRevoke("no revocation endpoint is known", x.Revoke.URLName)
	}
	if problem := x.urlProblem(x.Revoke.URL, x.Revoke.AllowHTTP); problem != "" {
		return x.cannotRevoke("the URL of the revocation endpoint cannot be used: "+problem, x.Revoke.URLName)
	}
	return nil
}

// cannotRevoke returns the error of a token that could not be revoked, and the
// attribute to change.
func (x *Exchange) cannotRevoke(problem, attribute string) *Error {
	return x.fail(Error{
		Kind: KindRevocation, Problem: problem, Advice: "Set " + attribute + " in the credential set, or remove revoke_on_close.",
	})
}

// unfit says why the revocation of a token cannot be sent: the request has an
// output that the answer lacks, or that no header and no HTTP Basic can carry.
func (x *Exchange) unfit(t *Token) (problem string) {
	r, outputs := x.Revoke, x.Response.Outputs
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		if _, ok := t.Outputs[name]; !ok && r.mentions(name) {
			return fmt.Sprintf("the revocation request has {%s}, but the answer to the token request has no output %s: there is nothing at %q",
				name, name, x.named(outputs[name].String()))
		}
	}
	filled := r.fill(t.places())
	for name, value := range filled.Headers {
		if !value.Equal(r.Headers[name]) && !isHeaderText(value.Reveal()) {
			return "the header " + name + " of the revocation request cannot be made: an output holds a line break or " +
				"another character that no HTTP header can carry"
		}
	}
	if basic, ok := filled.Auth.(Basic); ok {
		if err := basic.Check(); err != nil {
			return "basic_auth of the revocation request cannot be made: " + err.Error()
		}
	}
	return ""
}

// revoke revokes a token (RFC 7009) within revocationTime.
func (c *Cache) revoke(ctx context.Context, x *Exchange, t *Token) error {
	asking := *x
	asking.Endpoint = revocationEndpoint
	asking.Request = *x.Revoke
	asking.Secrets = append(t.secrets(), x.Secrets...)
	asking.Advice = nil

	location, began := asking.Request.URL, c.client.runtime.Now()
	until := c.patience.begin(location, began)
	if !began.Before(until) {
		return t.staysValid(asking.fail(Error{
			Kind: KindUnreachable, Problem: "earlier revocations waited " + revocationTime.String() + " for this host in vain, so it was not asked again",
		}))
	}
	limited, cancel := context.WithTimeout(ctx, until.Sub(began))
	defer cancel()
	a, err := c.client.ask(limited, &call{exchange: &asking, audience: x.Request.URL, places: t.places()})
	ended := c.client.runtime.Now()
	c.patience.end(location, began, ended, err != nil || asking.isTemporary(a))
	if ctx.Err() != nil { // the run was interrupted, and is to end
		c.patience.exhaust(location, ended)
	}
	if err == nil {
		err = asking.revocationProblem(a)
	}
	return t.staysValid(err)
}

// revocationProblem returns why an answer does not say that a token was revoked, or
// nil. RFC 7009 (section 2.2) leaves the body of a success to the server, but an
// error is not a success, nor is a login page in front of the endpoint.
func (x *Exchange) revocationProblem(a *answer) error {
	switch {
	case !a.isSuccess():
		return x.refused(a)
	case a.content.Code() != "", a.content.HasError():
		return x.fail(x.tell(Error{Kind: KindRefused, Status: a.status, Problem: "there is an error in the answer"}, a))
	case !x.Describe && a.content.IsPage():
		// Whoever describes the request may well name one that a page answers.
		return x.fail(Error{
			Kind: KindRefused, Status: a.status, Problem: "the answer is an HTML page, which does not confirm a revocation",
			Advice: "Check token_url, and that there is no proxy or login page in front of it.",
		})
	default:
		return nil
	}
}

// revocationAdvice is what to do about a revocation that is refused; "" if nothing is known.
func (a *answer) revocationAdvice(x *Exchange, code string) string {
	const none = "There is no revocation endpoint at this address. "
	isMissing := slices.Contains([]int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone}, a.status)
	switch {
	case isMissing && x.Request.Discovered:
		return none + "Check the metadata of issuer, or set revocation_url."
	case isMissing:
		return none + "Check token_url."
	case x.Describe:
		return ""
	case code == "unsupported_token_type", code == "unauthorized_client":
		return "The endpoint does not revoke tokens of this kind, or not for this client. If the vendor does not allow it, remove revoke_on_close."
	case code == "invalid_client", a.status == http.StatusUnauthorized:
		return squeeze("The endpoint does not accept this client, which has just got a token. Check that token_url belongs to the same server, and that it " +
			"takes this client_auth. " + x.encodingAdvice(a.status))
	default:
		return ""
	}
}

// staysValid adds to the error of a revocation what it means: until when the token
// is valid, if that is known.
func (t *Token) staysValid(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	valid := "The token stays valid until it expires."
	if !t.ExpiresAt.IsZero() {
		valid = "The token stays valid until it expires, at " + t.ExpiresAt.Format(time.RFC3339) + "."
	}
	told := *e
	told.Advice = strings.TrimSpace(told.Advice + " " + valid)
	return &told
}
