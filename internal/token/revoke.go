package token

import (
	"context"
	"sync"
	"time"
)

const (
	// revocationTime bounds a revocation, and all revocations at an endpoint that
	// does not answer or is busy. OpenTofu ends the provider ten seconds after it has asked
	// for a close.
	revocationTime = 8 * time.Second
	// grudge is how long after that such an endpoint is not asked again.
	grudge = time.Minute
)

// patience bounds how long all revocations together wait for an endpoint that
// does not answer. It is safe for concurrent use.
type patience struct {
	mu sync.Mutex
	// since is when the first revocation began at an endpoint that has not answered
	// since then.
	since map[string]time.Time
}

// begin returns until when a revocation at the endpoint may wait.
func (p *patience) begin(endpoint string, now time.Time) (until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	began, waiting := p.since[endpoint]
	if !waiting || now.Sub(began) > revocationTime+grudge {
		began = now
		p.since[endpoint] = began
	}
	return began.Add(revocationTime)
}

// answered notes that the endpoint does answer.
func (p *patience) answered(endpoint string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.since, endpoint)
}

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
func (r *Request) unfit(t *Token, outputs map[string]Path) (problem string) {
	for name := range outputs {
		if _, ok := t.Outputs[name]; !ok && r.mentions(name) {
			return "the revocation request has {" + name + "}, but the answer to the token request has no output " + name
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
	asking.Endpoint = "revocation endpoint"
	asking.Request = *x.Revoke
	asking.Secrets = append(t.secrets(), x.Secrets...)
	asking.Advice = nil

	now := c.client.runtime.Now()
	until := c.patience.begin(asking.Request.URL, now)
	if !now.Before(until) {
		return asking.fail(Error{Kind: KindUnreachable, Problem: "it did not answer an earlier revocation in time, and was not asked again"})
	}
	ctx, cancel := context.WithTimeout(ctx, until.Sub(now))
	defer cancel()
	a, err := c.client.ask(ctx, &call{exchange: &asking, audience: x.Request.URL, places: t.places()})
	if err == nil && !asking.isTemporary(a) {
		c.patience.answered(asking.Request.URL)
	}
	if err != nil {
		return err
	}
	if !a.isSuccess() {
		return asking.refused(a)
	}
	return nil
}
