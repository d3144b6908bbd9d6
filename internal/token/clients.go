package token

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"sync"
)

// clients are what the endpoints have said of each client in this process. A wrong
// password is one failed login then, and not one for each set of scopes: too many
// lock accounts. It is safe for concurrent use.
type clients struct {
	mu    sync.Mutex // guards known and its standings
	known map[key]*standing
}

// standing is what is known of a client.
type standing struct {
	first    chan struct{}  // closed when the first request of the client is over
	refused  *Error         // why the endpoint refuses the client; nil: it does not, or is not known to
	attempts map[key]*Error // why an attempt is in vain: what is sent and how the response is read
	accepted bool           // the client has a token: a refusal that comes after is about what was requested
}

func newClients() *clients { return &clients{known: map[key]*standing{}} }

// client identifies who asks: it is a hash of the request without what the
// token is for.
func (x *Exchange) client() key {
	r := x.Request
	r.Form = maps.Clone(r.Form)
	for _, purpose := range []string{"scope", "audience", "resource"} {
		delete(r.Form, purpose)
	}
	return r.key()
}

// ask calls request for an exchange, unless the endpoint has refused its client already, or
// the same attempt was in vain. The client's first request is alone: others wait until it is over.
// If ctx ends first, ask returns its error.
func (c *clients) ask(ctx context.Context, x *Exchange, request func() (*Token, error)) (*Token, error) {
	s, isFirst := c.enter(x.client())
	if isFirst {
		defer close(s.first)
	} else {
		select {
		case <-s.first:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	k := x.attempt()
	if err := c.refusal(s, k); err != nil {
		return nil, err
	}
	t, err := request()
	c.note(s, k, err)
	return t, err
}

// enter returns what is known of a client, and whether nobody has asked for it before.
func (c *clients) enter(client key) (s *standing, isFirst bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, known := c.known[client]
	if !known {
		s = &standing{first: make(chan struct{}), attempts: map[key]*Error{}}
		c.known[client] = s
	}
	return s, !known
}

// attempt identifies what is sent and how the response is read, whatever the set is called
// and whether its token is to be revoked.
func (x *Exchange) attempt() key { return x.unrevoked().nameless().key() }

// refusal returns why an attempt of a client must not be made; nil if it may be.
func (c *clients) refusal(s *standing, attempt key) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	refused := cmp.Or(s.refused, s.attempts[attempt])
	if refused == nil {
		return nil
	}
	again := *refused
	if again.Kind == KindRefused {
		again.Problem = ProblemRefusedBefore
	}
	return &again
}

func (c *clients) note(s *standing, attempt key, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	failed, ok := errors.AsType[*Error](err)
	switch {
	case err == nil:
		s.accepted, s.refused = true, nil
		clear(s.attempts)
	case !ok || s.accepted:
	case failed.RefusesClient:
		s.refused = failed
	case failed.isFinal():
		s.attempts[attempt] = failed
	}
}

// isFinal reports whether the endpoint has answered, and will not answer otherwise later.
func (e *Error) isFinal() bool {
	return (e.Kind == KindRefused || e.Kind == KindAnswer) && e.Answer != nil && !e.Answer.IsTemporary()
}
