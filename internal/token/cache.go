package token

import (
	"context"
	"errors"
	"time"
)

// Cache performs each exchange once, however many callers ask at the same time,
// and shares the token until too little of its life is left. It keeps tokens in
// memory only. It is safe for concurrent use.
type Cache struct {
	client   *Client
	tokens   *shared[*Token]
	metadata *shared[*discovered]
	leases   *leases
	clients  *clients
	patience *patience
}

// NewCache returns an empty Cache that asks through client.
func NewCache(client *Client) *Cache {
	return &Cache{
		client: client, tokens: newShared[*Token](), metadata: newShared[*discovered](),
		leases: newLeases(), clients: newClients(), patience: newPatience(),
	}
}

// Next returns an empty Cache that asks through client and can end the leases of
// this one.
func (c *Cache) Next(client *Client) *Cache {
	next := NewCache(client)
	next.leases, next.patience = c.leases, c.patience
	return next
}

// Token returns a token for the exchange with at least minRemaining of life
// left. If minRemaining is 0, a shared token has at least a minute left, or
// a tenth of its life if that is shorter, and a new one is taken as it is.
// Its errors are *Error.
func (c *Cache) Token(ctx context.Context, x *Exchange, minRemaining time.Duration) (*Token, error) {
	kept := *x
	kept.Revoke = nil // nobody may revoke a token that is handed out without a lease
	resolved, err := c.resolve(ctx, &kept)
	if err != nil {
		return nil, err
	}
	t, err := c.get(ctx, resolved, minRemaining)
	if err == nil && t.tooShort(minRemaining) {
		err = resolved.shortLived(t, minRemaining)
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// get returns a token that may be too short for minRemaining, but not if asking
// again would help.
func (c *Cache) get(ctx context.Context, x *Exchange, minRemaining time.Duration) (*Token, error) {
	usable := func(t *Token) bool {
		now := c.client.runtime.Now()
		if c.leases.isRevoked(t) {
			return t.tooShort(minRemaining) && t.isYoung(now, minRemaining)
		}
		return t.usable(now, minRemaining)
	}
	t, err := c.tokens.get(ctx, x.key(), usable, func(ctx context.Context) (*Token, error) { return c.ask(ctx, x) })
	if err != nil {
		return nil, x.callerError(err)
	}
	return t, nil
}

func (c *Cache) ask(ctx context.Context, x *Exchange) (*Token, error) {
	client := x.client()
	if err := c.clients.refusal(client); err != nil {
		return nil, err
	}
	start := c.leases.ends()
	t, err := c.client.Do(ctx, x)
	c.clients.note(client, err)
	if err == nil && x.Revoke != nil {
		c.leases.checkNew(t, start)
	}
	return t, err
}

// callerError returns an error of a shared request with the names of this
// exchange. If err is that of the caller's context, the caller has given up.
func (x *Exchange) callerError(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return x.cancelled()
	}
	renamed := *e
	renamed.Service, renamed.Credentials, renamed.FromEnvironment = x.Service, x.Credentials, x.FromEnvironment
	return &renamed
}
