package token

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// others gets the tokens of other exchanges. A Cache is one.
type others interface {
	// other returns a token. A shared one with less than minRemaining of life left is
	// replaced. If the token is to be revoked, it comes with its lease.
	other(ctx context.Context, x *Exchange, fresh bool, minRemaining time.Duration) (t *Token, lease string, err error)
	// Release ends a lease.
	Release(ctx context.Context, id string) error
}

// Connect gives each source of another set's token its exchange, which find returns for the
// name of the source. It passes on the errors of find.
func (r *Request) Connect(find func(name string, from source.Credentials) (*Exchange, error)) error {
	connected := func(name string, from source.Source) (source.Source, error) {
		other, ok := from.(source.Credentials)
		if !ok {
			return from, nil
		}
		found, err := find(name, other)
		if err != nil {
			return from, err
		}
		other.Of, other.Key = found, found.Identity()
		r.NeedsRevocable = r.NeedsRevocable || found.Revoke != nil || found.Request.NeedsRevocable
		return other, nil
	}
	var err error
	for i, named := range r.Named {
		if r.Named[i].Source, err = connected(named.Name, named.Source); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Sources)) {
		if r.Sources[name], err = connected(name, r.Sources[name]); err != nil {
			return err
		}
	}
	if auth, ok := r.Auth.(ClientAssertion); ok {
		auth.Assertion, err = connected(ClientAssertionName, auth.Assertion)
		r.Auth = auth
	}
	return err
}

// used is what a request has obtained of its named sources. A nil one is empty.
type used struct {
	places map[string]said.Secret // the values by NAME, and outputs of other sets by NAME.OUTPUT
	tokens map[string]*Token      // the tokens of other sets by NAME
	leases []string               // the leases of such tokens
	aud    string                 // the aud of a JWT that set none; empty: there was none
}

func (u *used) values() map[string]said.Secret {
	if u == nil {
		return nil
	}
	return u.places
}

// begin begins an attempt.
func (c *call) begin() {
	c.attempts++
	c.presented = nil
	c.builtIns = sync.OnceValue(c.client.runtime.builtIns)
	c.used = &used{places: map[string]said.Secret{}, tokens: map[string]*Token{}}
}

// values returns what a template is filled with.
func (c *call) values() map[string]said.Secret {
	values := maps.Clone(c.builtIns())
	maps.Copy(values, c.places)
	maps.Copy(values, c.used.values())
	return values
}

// obtain obtains the values of the named sources of a request.
func (c *call) obtain(ctx context.Context, r *Request) error {
	for _, named := range r.Named {
		value, err := c.value(ctx, named.Name, named.Source)
		if err != nil {
			return err
		}
		switch from := named.Source.(type) {
		case source.Signed:
			c.presented = append(c.presented, Presented{Name: "jwt", Source: from, Signed: &from, Value: value})
			c.used.aud = c.defaultAudience()
		case source.HMAC, source.TOTP:
			c.presented = append(c.presented, Presented{Name: NamedSource + named.Name, Source: from, Value: value})
		}
		c.used.places[named.Name] = value
	}
	return nil
}

func (u *used) others() map[string]*Token {
	if u == nil {
		return nil
	}
	return u.tokens
}

func (u *used) audience() string {
	if u == nil {
		return ""
	}
	return u.aud
}

func (u *used) held() []string {
	if u == nil {
		return nil
	}
	return u.leases
}

// filled returns a source with the values that its texts name.
func (c *call) filled(from source.Source) source.Source {
	filler, ok := from.(source.Filler)
	if !ok {
		return from
	}
	for _, text := range filler.Texts() {
		if strings.Contains(text.Reveal(), "{") {
			values := c.values()
			fill := func(escape func(string) string) func(said.Secret) said.Secret {
				replace := replacer(values, escape)
				return func(text said.Secret) said.Secret { return fillText(text, replace) }
			}
			return filler.Fill(source.Fill{Plain: fill(asIs), JSON: fill(jsonEscape)})
		}
	}
	return from
}

// token gets the token of another set for the source of that name. It is source.Run.Token.
func (c *call) token(ctx context.Context, name string, from source.Credentials) (said.Secret, error) {
	x, ok := from.Of.(*Exchange)
	if !ok {
		panic("the source has no exchange of this package")
	}
	t, lease, err := c.others.other(ctx, x, from.Fresh, c.minRemaining)
	if err != nil {
		return said.Secret{}, c.otherFailed(name, err)
	}
	c.used.tokens[name] = t
	if lease != "" {
		c.used.leases = append(c.used.leases, lease)
	}
	c.secrets = append(c.secrets, t.book()...)
	for _, output := range from.Outputs {
		value, ok := t.output(output)
		if !ok {
			return said.Secret{}, &Error{Kind: KindOther, Problem: ProblemNoOutput, Purpose: c.purpose, Exchange: c.exchange, Name: name, Output: output}
		}
		c.used.places[name+"."+output] = value
	}
	return t.exact, nil
}

// otherFailed returns the error about the token of another set, or that of a caller who
// has given up.
func (c *call) otherFailed(name string, err error) error {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind != KindCancelled {
		return &Error{Kind: KindOther, Purpose: c.purpose, Exchange: c.exchange, Name: name, Cause: e}
	}
	return err
}

// output returns an output of the user, a further value of the service, or one that every
// token has.
func (t *Token) output(name string) (said.Secret, bool) {
	for _, values := range []map[string]said.Secret{t.Outputs, t.Fields, t.common()} {
		if value, ok := values[name]; ok {
			return value, true
		}
	}
	return said.Secret{}, false
}

// common returns the outputs that every token has, as texts. Those that are not known are
// left out.
func (t *Token) common() map[string]said.Secret {
	found := map[string]said.Secret{
		"access_token": t.AccessToken,
		"token_type":   said.NewSecret(t.Type.Use()),
		"issued_at":    said.NewSecret(t.IssuedAt.Format(time.RFC3339)),
		"header_name":  said.NewSecret(t.HeaderName),
		"header_value": t.Headers[t.HeaderName],
	}
	if seconds, known := t.LifetimeSeconds(); known {
		found["expires_in"] = said.NewSecret(strconv.FormatInt(max(seconds, 0), 10))
		found["expires_at"] = said.NewSecret(t.ExpiresAt.Format(time.RFC3339))
	}
	return found
}

// CommonOutputs returns the names of the outputs that every token may have for another set.
func CommonOutputs() []string {
	return []string{"access_token", "expires_at", "expires_in", "header_name", "header_value", "issued_at", "token_type"}
}

// release ends leases that no token needs. What fails then, nobody waits for.
func (c *call) release(ctx context.Context, leases []string) {
	for _, lease := range leases {
		_ = c.others.Release(ctx, lease)
	}
}
