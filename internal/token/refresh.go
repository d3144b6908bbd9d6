package token

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

const (
	refreshField = "refresh_token" // of the request and of the response (RFC 6749, sections 5.1 and 6)
	// refreshAge is how long a refresh token is kept that nobody uses. Endpoints do not say
	// how long one lives.
	refreshAge = 400 * 24 * time.Hour
)

// newest is a request with the newest refresh token. While it lasts, no other process sends
// that token: an endpoint that rotates refresh tokens takes a second use for theft (RFC
// 9700, section 4.14.2).
type newest struct {
	cache    *Cache
	exchange *Exchange // what is carried out
	digest   key       // what the refresh token is kept for
	isKept   bool      // the refresh token is one that was kept
	unlock   func()
}

// newest returns the exchange with the newest refresh token, if it keeps them.
func (c *Cache) newest(ctx context.Context, x *Exchange) newest {
	n := newest{cache: c, exchange: x, unlock: func() {}}
	if !x.KeepRefreshToken || c.keeping.Store == nil {
		return n
	}
	n.digest = x.refreshDigest()
	n.unlock = c.lock(ctx, n.digest, keptRefreshToken)
	kept := c.keeping.Store.Get(ctx, n.digest, keptRefreshToken)
	if kept.IsEmpty() {
		return n
	}
	n.isKept = true
	x.Secrets.Learn(said.Book{}.Add(refreshField, kept))
	filled := *x
	filled.Secrets = x.Secrets.Add(refreshField, kept)
	filled.Request.Form = maps.Clone(x.Request.Form)
	filled.Request.Form.set(refreshField, kept)
	n.exchange = &filled
	return n
}

// refreshDigest identifies the client and the first refresh token, whatever is requested
// with it: all tokens of a set come from one refresh token.
func (x *Exchange) refreshDigest() key {
	var d digest
	r := x.Request.unresolved()
	d.write(x.Issuer, r.URL)
	for _, field := range []string{"client_id", refreshField} {
		for _, value := range r.Form[field] {
			d.write(field, value.Reveal())
		}
	}
	if r.Auth != nil {
		d.write(r.Auth.identity()...)
	}
	if r.Certificate != nil {
		d.write(r.Certificate.identity()...)
	}
	return d.key()
}

// keep keeps the refresh token of a response, if it is a new one.
func (n newest) keep(ctx context.Context, t *Token) {
	issued := t.Fields[refreshField]
	if !n.exchange.KeepRefreshToken || n.cache.keeping.Store == nil || issued.IsEmpty() {
		return
	}
	for _, sent := range n.exchange.Request.Form[refreshField] {
		if sent.Equal(issued) {
			return
		}
	}
	// An interrupt must not lose it: the one before may be of no use any more.
	n.cache.keeping.Store.Put(context.WithoutCancel(ctx), n.digest, keptRefreshToken, issued, n.cache.client.runtime.Now().Add(refreshAge))
}

// refused adds to a refusal that the refresh token is not that of the configuration.
func (n newest) refused(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || !n.isKept || e.Kind != KindRefused {
		return err
	}
	known := *e
	known.IsKeptToken = true
	return &known
}
