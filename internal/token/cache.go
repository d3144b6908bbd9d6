package token

import (
	"context"
	"sync"
	"time"
)

// Cache carries each exchange out once, concurrent callers included, and hands
// the token on until too little of its life is left. It keeps tokens in memory
// alone. It is safe for concurrent use.
type Cache struct {
	client *Client

	mu      sync.Mutex
	entries map[key]*entry
}

// entry is what the cache knows of one exchange.
type entry struct {
	token *Token
	// err is why there is no token. It stays: the process lives as long as one
	// walk of Terraform's, the walk has failed, and asking again for each of its
	// references would lock an account, or wait out every retry once more.
	err error
	// flight is the request under way; nil where there is none.
	flight *flight
}

// flight is one request and those who wait for it. (singleflight cannot end a
// request when the last of its callers has gone, and an interrupt must.)
type flight struct {
	waiting int
	cancel  context.CancelFunc
	done    chan struct{}
	// token and err are set before done is closed.
	token *Token
	err   error
}

// NewCache returns an empty Cache that asks through client.
func NewCache(client *Client) *Cache {
	return &Cache{client: client, entries: map[key]*entry{}}
}

// Token returns a token for the exchange with at least minRemaining of life
// left. Where minRemaining is 0, a shared token has at least a minute left, or
// a tenth of its life if that is shorter, and a fresh one is taken as it is.
// Its errors are *Error.
func (c *Cache) Token(ctx context.Context, x *Exchange, minRemaining time.Duration) (*Token, error) {
	t, err := c.shared(ctx, x, minRemaining)
	if err != nil {
		return nil, err
	}
	if t.tooShort(minRemaining) {
		return nil, x.shortLived(t, minRemaining)
	}
	return t, nil
}

func (c *Cache) shared(ctx context.Context, x *Exchange, minRemaining time.Duration) (*Token, error) {
	k := x.key()
	c.mu.Lock()
	e := c.entries[k]
	if e == nil {
		e = &entry{}
		c.entries[k] = e
	}
	if t, err := e.token, e.err; err != nil || t != nil && t.usable(c.client.runtime.Now(), minRemaining) {
		c.mu.Unlock()
		return t, err
	}
	f := c.join(ctx, e, x)
	c.mu.Unlock()

	select {
	case <-f.done:
		return f.token, f.err
	case <-ctx.Done():
		c.leave(e, f)
		return nil, x.cancelled()
	}
}

// join returns the flight of the entry with one more caller waiting for it,
// and starts it where there is none. The cache is locked.
func (c *Cache) join(ctx context.Context, e *entry, x *Exchange) *flight {
	if e.flight == nil {
		// A flight outlives the caller that started it while others wait.
		flying, cancel := context.WithCancel(context.WithoutCancel(ctx))
		e.flight = &flight{cancel: cancel, done: make(chan struct{})}
		go c.fly(flying, e, e.flight, x)
	}
	e.flight.waiting++
	return e.flight
}

// leave ends the flight when nobody waits for it any more.
func (c *Cache) leave(e *entry, f *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.waiting--
	if f.waiting > 0 {
		return
	}
	f.cancel()
	if e.flight == f {
		e.flight = nil
	}
}

func (c *Cache) fly(ctx context.Context, e *entry, f *flight, x *Exchange) {
	defer f.cancel()
	f.token, f.err = c.client.Do(ctx, x)
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.flight == f {
		e.token, e.err, e.flight = f.token, f.err, nil
	}
	close(f.done)
}
