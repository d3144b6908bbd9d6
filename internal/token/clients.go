package token

import (
	"errors"
	"maps"
	"sync"
)

// clients are what the endpoints have said of each client in this process. A wrong
// password is one failed login then, and not one for each set of scopes: too many
// lock accounts. It is safe for concurrent use.
type clients struct {
	mu sync.Mutex
	// refused are the refusals. accepted are the clients that have a token: a refusal
	// that comes after is about what was requested.
	refused  map[key]*Error
	accepted map[key]bool
}

func newClients() *clients {
	return &clients{refused: map[key]*Error{}, accepted: map[key]bool{}}
}

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

func (c *clients) refusal(client key) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	refused := c.refused[client]
	if refused == nil {
		return nil
	}
	again := *refused
	again.Problem = ProblemRefusedBefore
	return &again
}

func (c *clients) note(client key, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	refused, ok := errors.AsType[*Error](err)
	switch {
	case err == nil:
		c.accepted[client] = true
		delete(c.refused, client)
	case ok && refused.RefusesClient && !c.accepted[client]:
		c.refused[client] = refused
	}
}
