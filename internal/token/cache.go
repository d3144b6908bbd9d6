package token

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"
)

// Cache carries out each exchange once, however many callers ask at the same
// time, and shares the token until too little of its life is left. It keeps
// tokens in memory only. It is safe for concurrent use.
type Cache struct {
	client   *Client
	tokens   *shared[*Token]
	metadata *shared[*metadata]

	// mu guards the fields below. The lock of tokens may be taken while mu is
	// held, never the other way round.
	mu     sync.Mutex
	leases map[string]lease
	// leased counts the leases, to name the next one.
	leased int
	// holders counts the leases of each token by its value, because an endpoint
	// may issue the same token twice.
	holders map[key]int
	// revoked are the tokens that must not be handed out again: these very ones,
	// as an endpoint may issue the value of a revoked token once more.
	revoked map[*Token]bool
}

// lease is one caller's hold on a token that is to be revoked.
type lease struct {
	exchange *Exchange
	token    *Token
}

// NewCache returns an empty Cache that asks through client.
func NewCache(client *Client) *Cache {
	return &Cache{
		client: client, tokens: newShared[*Token](), metadata: newShared[*metadata](),
		leases: map[string]lease{}, holders: map[key]int{}, revoked: map[*Token]bool{},
	}
}

// Token returns a token for the exchange with at least minRemaining of life
// left. Where minRemaining is 0, a shared token has at least a minute left, or
// a tenth of its life if that is shorter, and a fresh one is taken as it is.
// Its errors are *Error.
func (c *Cache) Token(ctx context.Context, x *Exchange, minRemaining time.Duration) (*Token, error) {
	kept := *x
	kept.Revoke = nil // nobody may revoke a token that is handed out without a lease
	resolved, err := c.resolve(ctx, &kept)
	if err != nil {
		return nil, err
	}
	return c.get(ctx, resolved, minRemaining)
}

func (c *Cache) get(ctx context.Context, x *Exchange, minRemaining time.Duration) (*Token, error) {
	usable := func(t *Token) bool { return t.usable(c.client.runtime.Now(), minRemaining) }
	t, err := c.tokens.get(ctx, x.key(), usable, func(ctx context.Context) (*Token, error) { return c.client.Do(ctx, x) })
	switch {
	case err != nil:
		return nil, x.callerError(err)
	case t.tooShort(minRemaining):
		return nil, x.shortLived(t, minRemaining)
	}
	return t, nil
}

// Lease is Token for a token that is to be revoked. The caller ends the lease
// with Release and the id returned. x.Revoke must be set.
func (c *Cache) Lease(ctx context.Context, x *Exchange, minRemaining time.Duration) (t *Token, id string, err error) {
	x, err = c.resolve(ctx, x)
	if err != nil {
		return nil, "", err
	}
	err = x.checkRevocation()
	if err != nil {
		return nil, "", err
	}
	for {
		if t, err = c.get(ctx, x, minRemaining); err != nil {
			return nil, "", err
		}
		if id, held := c.hold(x, t); held {
			return t, id, nil
		}
		// Its last holder has released it in the meantime: the next one is new.
	}
}

// hold leases the token, unless its last holder has released it already.
func (c *Cache) hold(x *Exchange, t *Token) (id string, held bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.revoked[t] {
		return "", false
	}
	c.holders[t.key()]++
	id = strconv.Itoa(c.leased)
	c.leased++
	c.leases[id] = lease{exchange: x, token: t}
	return id, true
}

// Release ends a lease, and revokes the token if that was its last one. Its
// errors are *Error; an unknown id is not an error.
func (c *Cache) Release(ctx context.Context, id string) error {
	l, last := c.drop(id)
	if !last {
		return nil
	}
	return c.client.revoke(ctx, l.exchange, l.token)
}

// drop ends a lease, and reports whether it was the last one of its token, which
// is then no longer handed out.
func (c *Cache) drop(id string) (dropped lease, last bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	dropped, ok := c.leases[id]
	if !ok {
		return lease{}, false
	}
	delete(c.leases, id)
	k := dropped.token.key()
	c.holders[k]--
	if c.holders[k] > 0 {
		return dropped, false
	}
	c.revoked[dropped.token] = true
	// Other exchanges may have been issued the same token.
	for _, t := range c.tokens.forget(func(t *Token) bool { return t.key() == k }) {
		c.revoked[t] = true
	}
	return dropped, true
}

// callerError returns an error of a shared request with the names of this
// exchange. If err is that of the caller's context, the caller has given up.
func (x *Exchange) callerError(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return x.cancelled()
	}
	renamed := *e
	renamed.Service, renamed.Credentials = x.Service, x.Credentials
	return &renamed
}
