package token

import (
	"context"
	"errors"
	"maps"
	"net"
	"sync/atomic"
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
	configured := x.Request.refreshToken()
	current := configured
	kept, err := c.keeping.Store.Get(ctx, n.digest, keptRefreshToken)
	if !kept.IsEmpty() {
		current = kept
	}
	if err == nil {
		// A rehearsal: if this fails, the one that the endpoint issues in its place could
		// not be kept either.
		err = n.put(ctx, current)
	}
	if err != nil {
		unlock()
		return n, x.unkept(ctx, err)
	}
	n.unlock = unlock
	n.isKept = !current.Equal(configured)
	if !n.isKept {
		return n, nil
	}
	x.Secrets.Learn(said.Book{}.Add(refreshField, kept))
	filled := *x
	filled.Secrets = x.Secrets.Add(refreshField, kept)
	filled.Request.Form = maps.Clone(x.Request.Form)
	filled.Request.Form.set(refreshField, kept)
	n.exchange = &filled
	return n, nil
}

// put keeps a refresh token.
func (n newest) put(ctx context.Context, token said.Secret) error {
	return n.cache.keeping.Store.Put(ctx, n.digest, keptRefreshToken, token, n.cache.client.runtime.Now().Add(refreshAge))
}

// awaiting is what an interrupt may cut off: the response with the next refresh token.
type awaiting struct {
	isOpen        atomic.Bool // a request has been sent, and its response has not come
	isInterrupted atomic.Bool // no further one may be sent
}

// lingering returns a context for the requests of a call that sends a refresh token. It ends
// with ctx or, if a request is under way then, a little later.
func (c *call) lingering(ctx context.Context) (context.Context, context.CancelFunc) {
	if !c.exchange.KeepRefreshToken {
		return ctx, func() {}
	}
	lasting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		c.awaiting.isInterrupted.Store(true)
		if c.awaiting.isOpen.Load() {
			time.AfterFunc(linger, cancel)
		} else {
			cancel()
		}
	})
	return lasting, func() { stop(); cancel() }
}

// mayResend reports whether a request may be sent again after a failure. The endpoint may have
// used up the refresh token that it has received.
func (c *call) mayResend(failed error) bool {
	switch {
	case c.awaiting.isInterrupted.Load():
		return false
	case !c.exchange.KeepRefreshToken || failed == nil:
		return true
	}
	op, isOperation := errors.AsType[*net.OpError](failed)
	return isOperation && op.Op == "dial"
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
	d.write(x.Issuer, r.URL, r.clientID(), r.refreshToken().Reveal())
	return d.key()
}

// refreshToken returns the refresh token that the request sends; empty: none.
func (r *Request) refreshToken() said.Secret {
	if sent := r.Form[refreshField]; len(sent) > 0 {
		return sent[0]
	}
	return said.Secret{}
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

// keep keeps the refresh token of a response, if it is a new one, and reports whether it is lost.
func (n newest) keep(ctx context.Context, a *Answer) (isLost bool) {
	if !n.exchange.KeepRefreshToken || a == nil || !a.IsSuccess() {
		return false
	}
	issued := a.At(n.exchange.Response.Fields[refreshField]).Token()
	if issued.IsEmpty() || issued.Equal(n.exchange.Request.refreshToken()) {
		return false
	}
	// An interrupt must not lose it: the one before may be of no use any more.
	return n.put(context.WithoutCancel(ctx), issued) != nil
}

// refused adds to a refusal that the refresh token which was sent is not that of the
// configuration.
func (n newest) refused(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || !n.isKept || e.Kind != KindRefused {
		return err
	}
	known := *e
	known.IsKeptToken = true
	return &known
}
