package token

import (
	"context"
	"maps"
	"slices"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// identity is who a kept token belongs to: everything that shapes the request and its
// reading, and the values that the machine adds.
type identity struct {
	digest
	hasSecret bool // a secret of the configuration is in the digest
	isOpen    bool // something shapes the request that is known only when it is made
}

// digest returns what a kept token of an exchange is kept for, whatever the set is called. It
// reports false if the token must not be kept: because it is to be revoked, or is made
// here, or because who knows the digest need not have the credentials.
func (c *Cache) digest(ctx context.Context, x *Exchange) (key, bool) {
	if c.keeping.Store == nil || x.Revoke != nil || x.Request.NeedsRevocable || x.Request.Local != nil {
		return key{}, false
	}
	asking := &call{client: c.client, exchange: x}
	var i identity
	i.exchange(ctx, asking, x)
	return i.key(), i.hasSecret && !i.isOpen
}

func (i *identity) exchange(ctx context.Context, asking *call, x *Exchange) {
	k := x.unrevoked().nameless().key()
	i.write(string(k[:]))
	r := &x.Request
	i.hasSecret = i.hasSecret || r.hasSecret()
	for _, named := range r.Named {
		i.source(ctx, asking, named)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Sources)) {
		i.source(ctx, asking, Named{name, r.Sources[name]})
	}
	if auth, ok := r.Auth.(ClientAssertion); ok {
		i.source(ctx, asking, Named{ClientAssertionName, auth.Assertion})
	}
}

// source adds what a source gives that is not in the configuration. Two processes with the
// same configuration may have different variables and files.
func (i *identity) source(ctx context.Context, asking *call, named Named) {
	i.hasSecret = i.hasSecret || named.hasSecret()
	switch from := named.Source.(type) {
	case source.Value, source.HMAC, source.TOTP:
	case source.Signed:
		i.isOpen = i.isOpen || len(from.Signer) > 0
	case source.Env, source.File:
		value, err := named.Source.Obtain(ctx, asking.run(named.Name))
		i.write(value.Reveal())
		i.isOpen = i.isOpen || err != nil // the request will say why
	case source.Credentials:
		other, ok := from.Of.(*Exchange)
		if !ok {
			panic("the source has no exchange of this package")
		}
		i.exchange(ctx, asking, other)
	default:
		i.isOpen = true // the output of a program, or a token that a CI system issues
	}
}

// hasSecret reports whether the configuration has a secret from which the value is made.
func (n Named) hasSecret() bool {
	switch from := n.Source.(type) {
	case source.Value:
		return said.Book{}.Add(n.Name, from.Secret).HasSecret()
	case source.HMAC:
		return !from.Key.IsEmpty()
	case source.TOTP:
		return !from.Secret.IsEmpty()
	case source.Signed:
		return !from.Key.IsEmpty() || !from.Secret.IsEmpty()
	default:
		return false
	}
}

// hasSecret reports whether the request has a secret that does not come from a source.
func (r *Request) hasSecret() bool {
	if r.Certificate != nil && !r.Certificate.KeyPEM.IsEmpty() {
		return true
	}
	var texts said.Book
	add := func(name string, text said.Secret) { texts = texts.Add(name, source.WithoutPlaceholders(text)) }
	switch auth := r.Auth.(type) {
	case ClientSecretBasic:
		add("client_secret", auth.Secret)
	case ClientSecretPost:
		add("client_secret", auth.Secret)
	case Basic:
		username, password := source.WithoutPlaceholders(auth.Username), source.WithoutPlaceholders(auth.Password)
		if username.Equal(auth.Username) && password.Equal(auth.Password) {
			texts = append(texts, said.LoginEntries(username, password)...)
		} else {
			texts = texts.Add("password", password)
		}
	}
	for name, values := range r.Form {
		for _, value := range values {
			add(name, value)
		}
	}
	for _, values := range []map[string]said.Secret{r.Headers, r.Query} {
		for name, value := range values {
			add(name, value)
		}
	}
	add("body", r.Body)
	return texts.HasSecret()
}
