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
	linger     = 4 * time.Second // how long an interrupted request may still bring a refresh token
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

// newest returns the exchange with the newest refresh token, if it keeps them. Without the
// store nothing may be sent: the refresh token of the configuration may have been used.
func (c *Cache) newest(ctx context.Context, x *Exchange) (newest, error) {
	n := newest{cache: c, exchange: x, unlock: func() {}}
	switch {
	case !x.KeepRefreshToken:
		return n, nil
	case c.keeping.Store == nil:
		return n, x.unkept(ctx, nil)
	}
	n.digest = x.refreshDigest()
	unlock, err := c.lock(ctx, n.digest, keptRefreshToken)
	if err != nil {
		return n, x.unkept(ctx, err)
	}
	kept, err := c.keeping.Store.Get(ctx, n.digest, keptRefreshToken)
	if err == nil {
		err = n.rehearse(ctx, kept)
	}
	if err != nil {
		unlock()
		return n, x.unkept(ctx, err)
	}
	n.unlock = unlock
	if kept.IsEmpty() {
		return n, nil
	}
	n.isKept = true
	x.Secrets.Learn(said.Book{}.Add(refreshField, kept))
	filled := *x
	filled.Secrets = x.Secrets.Add(refreshField, kept)
	filled.Request.Form = maps.Clone(x.Request.Form)
	filled.Request.Form.set(refreshField, kept)
	n.exchange = &filled
	return n, nil
}

// rehearse keeps the refresh token that is about to be sent. If that fails, the one that the
// endpoint issues in its place could not be kept either.
func (n newest) rehearse(ctx context.Context, kept said.Secret) error {
	current := kept
	if sent := n.exchange.Request.Form[refreshField]; current.IsEmpty() && len(sent) > 0 {
		current = sent[0]
	}
	return n.cache.keeping.Store.Put(ctx, n.digest, keptRefreshToken, current, n.cache.client.runtime.Now().Add(refreshAge))
}

// lingering returns a context in which the refresh token is sent. It ends a little after ctx:
// what an interrupt cuts off may be the response with the next refresh token.
func (n newest) lingering(ctx context.Context) (context.Context, context.CancelFunc) {
	if !n.exchange.KeepRefreshToken {
		return ctx, func() {}
	}
	lasting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(linger, cancel) })
	return lasting, func() { stop(); cancel() }
}

// unkept returns the error of an exchange whose newest refresh token cannot be had, or that
// of a caller who has given up.
func (x *Exchange) unkept(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &Error{Kind: KindKeeping, Exchange: x, Cause: said.NewQuiet(err)}
}

// refreshDigest identifies the client and the first refresh token, whatever is requested
// with it, and however the client proves who it is: its secret may be rotated meanwhile.
func (x *Exchange) refreshDigest() key {
	var d digest
	r := x.Request.unresolved()
	d.write(x.Issuer, r.URL, r.clientID())
	for _, value := range r.Form[refreshField] {
		d.write(value.Reveal())
	}
	return d.key()
}

// clientID returns the client identifier of an OAuth client.
func (r *Request) clientID() string {
	switch auth := r.Auth.(type) {
	case ClientSecretBasic:
		return auth.ID
	case ClientSecretPost:
		return auth.ID
	case ClientAssertion:
		return auth.ID
	case ClientID:
		return auth.ID
	default:
		return ""
	}
}

// keep keeps the refresh token of a response, if it is a new one.
func (n newest) keep(ctx context.Context, t *Token) {
	issued := t.Fields[refreshField]
	if !n.exchange.KeepRefreshToken || issued.IsEmpty() {
		return
	}
	for _, sent := range n.exchange.Request.Form[refreshField] {
		if sent.Equal(issued) {
			return
		}
	}
	// An interrupt must not lose it: the one before may be of no use any more.
	err := n.cache.keeping.Store.Put(context.WithoutCancel(ctx), n.digest, keptRefreshToken, issued, n.cache.client.runtime.Now().Add(refreshAge))
	t.IsRefreshLost = err != nil
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
