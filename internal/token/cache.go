package token

import (
	"context"
	"errors"
	"time"
)

// Cache performs each exchange once, however many callers ask at the same time,
// and shares the token until too little of its life is left. It keeps tokens in
// memory and, if it has a store, there. It is safe for concurrent use.
type Cache struct {
	client   *Client
	keeping  Keeping
	tokens   *flights[*Token]
	metadata *flights[*discovered]
	leases   *leases
	clients  *clients
	patience *patience
	refusals *refusals
}

// NewCache returns an empty Cache that asks through client.
func NewCache(client *Client) *Cache {
	return &Cache{
		client: client, tokens: newFlights[*Token](), metadata: newFlights[*discovered](),
		leases: newLeases(), clients: newClients(), patience: newPatience(), refusals: newRefusals(),
	}
}

// Keep makes the cache keep tokens beyond this process.
func (c *Cache) Keep(keeping Keeping) { c.keeping = keeping }

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
	x = x.unrevoked() // nobody may revoke a token that is handed out without a lease
	t, err := c.shared(ctx, x, x.key(), minRemaining)
	if err == nil && t.unmade == nil && t.tooShort(minRemaining) {
		err = c.shortLived(ctx, x, t, minRemaining)
	}
	if err != nil {
		return nil, err
	}
	return t.forAPI()
}

// shared returns a token that may be too short for minRemaining, but not if asking
// again would help. k is the key of the exchange.
func (c *Cache) shared(ctx context.Context, x *Exchange, k key, minRemaining time.Duration) (*Token, error) {
	usable := func(t *Token) bool {
		now := c.client.runtime.Now()
		if c.leases.isRevoked(t) {
			return t.tooShort(minRemaining) && t.isYoung(now, minRemaining)
		}
		return t.usable(now, minRemaining)
	}
	t, err := c.tokens.value(ctx, k, usable, func(ctx context.Context) (*Token, error) { return c.kept(ctx, x, minRemaining) })
	if err != nil {
		return nil, x.orCancelled(err)
	}
	return t, nil
}

// request requests a token, unless the endpoint has refused the client already. Tokens
// of other sets that it needs should have minRemaining of life left.
func (c *Cache) request(ctx context.Context, x *Exchange, minRemaining time.Duration) (*Token, error) {
	x, err := c.resolve(ctx, x)
	if err != nil {
		return nil, err
	}
	newest, err := c.newest(ctx, x)
	if err != nil {
		return nil, err
	}
	defer newest.unlock()
	start := c.leases.ends()
	asking := &call{exchange: newest.exchange, others: c, minRemaining: minRemaining}
	ctx, cancel := asking.lingering(ctx)
	defer cancel()
	t, err := c.clients.ask(ctx, x, func() (*Token, error) { return c.client.request(ctx, asking) })
	isLost := newest.keep(ctx, asking.answer)
	if err != nil {
		return nil, newest.refused(err)
	}
	t.IsRefreshLost = isLost
	if x.Revoke != nil && c.leases.checkNew(t, start) {
		asking.release(ctx, t.used.held())
	}
	return t, nil
}

// orCancelled returns the *Error that err is. Any other is that of the caller's
// context: the caller has given up.
func (x *Exchange) orCancelled(err error) error {
	if _, ok := errors.AsType[*Error](err); ok {
		return err
	}
	return &Error{Kind: KindCancelled, Exchange: x}
}

// shortLived returns the error of a token that lives too short. It names the endpoint, which
// the metadata of an issuer that was asked already may give.
func (c *Cache) shortLived(ctx context.Context, x *Exchange, t *Token, minRemaining time.Duration) error {
	resolved, err := c.resolve(ctx, x)
	if err != nil {
		return err
	}
	return &Error{Kind: KindLifetime, Exchange: resolved, Token: t, MinRemaining: minRemaining}
}
