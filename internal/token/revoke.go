package token

import (
	"context"
	"time"
)

// revocationTime bounds a revocation. OpenTofu ends the provider ten seconds
// after it has asked for a close.
const revocationTime = 8 * time.Second

// checkRevocation reports, before a token is asked for, that it could not be revoked.
func (x *Exchange) checkRevocation() error {
	problem := "no revocation endpoint is known"
	if x.Revoke.URL != "" {
		err := CheckURL(x.Revoke.URL, x.Revoke.AllowHTTP)
		if err == nil {
			return nil
		}
		problem = "the URL of the revocation endpoint cannot be used: " + err.Error()
	}
	return x.fail(Error{
		Kind: KindRevocation, Problem: problem,
		Advice: "Set " + x.Revoke.URLName + " in the credential set, or remove revoke_on_close.",
	})
}

// revoke revokes a token (RFC 7009) within revocationTime.
func (c *Client) revoke(ctx context.Context, x *Exchange, t *Token) error {
	ctx, cancel := context.WithTimeout(ctx, revocationTime)
	defer cancel()
	for name := range x.Response.Outputs {
		if _, ok := t.Outputs[name]; !ok && x.Revoke.mentions(name) {
			return x.fail(Error{Kind: KindRevocation, Problem: "the revocation request has {" + name + "}, but the answer had no output " + name})
		}
	}
	asking := *x
	asking.Endpoint = "revocation endpoint"
	asking.Request = x.Revoke.fill(t.places())
	asking.Secrets = append(t.secrets(), x.Secrets...)
	asking.Advice = nil
	a, err := c.ask(ctx, &asking, x.Request.URL)
	if err != nil {
		return err
	}
	if !a.isSuccess() {
		return asking.refused(a)
	}
	return nil
}
