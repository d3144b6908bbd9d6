package source

import (
	"context"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Credentials is a Source that gives the token of another credential set.
type Credentials struct {
	Name    string   // SERVICE.SET
	Of      Exchange // what is carried out for the token
	Key     []string // what Of.Identity returns, if it was asked once: sets that need each other in many ways would ask for ever
	Fresh   bool     // the token is asked anew for each request, and shared with nobody
	Outputs []string // the names of the outputs of the token that the request needs besides it
}

// Exchange is how another credential set gets its token.
type Exchange interface {
	// Identity returns everything that tells this exchange from others.
	Identity() []string
}

// Obtain implements Source.
func (c Credentials) Obtain(ctx context.Context, run Run) (said.Secret, error) {
	return run.Token(ctx, c)
}

// Identity implements Source.
func (c Credentials) Identity() []string {
	key := c.Key
	if key == nil {
		key = c.Of.Identity()
	}
	identity := append([]string{"credentials"}, key...)
	if c.Fresh {
		identity = append(identity, "fresh")
	}
	return append(identity, c.Outputs...)
}
