package token

import (
	"context"
	"errors"
	"maps"
	"net"
	"slices"
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
	kept, err := c.keeping.Store.Get(ctx, n.digest, keptRefreshToken)
	if err == nil {
		err = n.rehearse(ctx, kept)
	}
	if err != nil {
		unlock()
		return n, x.unkept(ctx, err)
	}
	n.unlock = unlock
	if isSent := func(sent said.Secret) bool { return sent.Equal(kept) }; kept.IsEmpty() || slices.ContainsFunc(x.Request.Form[refreshField], isSent) {
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
	if !c.exchange.KeepRefreshToken || failed == nil {
		return !c.awaiting.isInterrupted.Load()
	}
	op, isOperation := errors.AsType[*net.OpError](failed)
	return isOperation && op.Op == "dial" && !c.awaiting.isInterrupted.Load()
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

// keep keeps the refresh token of a response, if it is a new one, and reports whether it is lost.
func (n newest) keep(ctx context.Context, a *Answer) (isLost bool) {
	if !n.exchange.KeepRefreshToken || a == nil || !a.IsSuccess() {
		return false
	}
	issued := a.At(n.exchange.Response.Fields[refreshField]).Token()
	for _, sent := range append(n.exchange.Request.Form[refreshField], said.Secret{}) {
		if sent.Equal(issued) {
			return false
		}
	}
	// An interrupt must not lose it: the one before may be of no use any more.
	err := n.cache.keeping.Store.Put(context.WithoutCancel(ctx), n.digest, keptRefreshToken, issued, n.cache.client.runtime.Now().Add(refreshAge))
	return err != nil
}

// failed keeps the refresh token of a response without an access token. It adds to a refusal
// that the refresh token which was sent is not that of the configuration.
func (n newest) failed(ctx context.Context, err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	n.keep(ctx, e.Answer)
	if !n.isKept || e.Kind != KindRefused {
		return err
	}
	known := *e
	known.IsKeptToken = true
	return &known
}
