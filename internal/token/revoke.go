package token

import (
	"context"
	"strings"
	"time"
)

// revocationTime bounds a revocation. OpenTofu ends the provider ten seconds
// after it has asked for a close.
const revocationTime = 8 * time.Second

// checkRevocation reports, before a token is asked for, that it could not be revoked.
func (x *Exchange) checkRevocation() error {
	problem := "no revocation endpoint is known"
	if x.Revoke != nil && x.Revoke.URL != "" {
		err := CheckURL(x.Revoke.URL, x.Revoke.AllowHTTP)
		if err == nil {
			return nil
		}
		problem = "the URL of the revocation endpoint cannot be used: " + err.Error()
	}
	return x.fail(Error{
		Kind: KindRevocation, Problem: problem,
		Advice: "Set revocation_url in the credential set, or leave revoke_on_close out.",
	})
}

// revoke revokes a token (RFC 7009) within revocationTime.
func (c *Client) revoke(ctx context.Context, x *Exchange, t *Token) error {
	ctx, cancel := context.WithTimeout(ctx, revocationTime)
	defer cancel()
	asking := *x
	asking.Endpoint = "revocation endpoint"
	asking.Request = x.Revoke.with(t)
	asking.Secrets = append([]Secret{t.AccessToken}, x.Secrets...)
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

// with returns the request with the token in its place.
func (r *Request) with(t *Token) Request {
	filled := *r
	filled.Form = make(Form, len(r.Form))
	for name, values := range r.Form {
		for _, value := range values {
			filled.Form[name] = append(filled.Form[name],
				NewSecret(strings.ReplaceAll(value.Reveal(), placeholder, t.AccessToken.Reveal())))
		}
	}
	return filled
}
