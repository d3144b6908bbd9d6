// Package source obtains values for a request: a fixed one, or one that is read,
// requested or signed newly for each request.
package source

import (
	"context"
	"io"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Source supplies an assertion or a token to send.
type Source interface {
	// Obtain returns the value for one request. Its error is an *Error, that of ctx,
	// or one of Run.Fetch or Run.Token.
	Obtain(ctx context.Context, run Run) (said.Secret, error)
	// Identity returns everything that tells this source from others.
	Identity() []string
}

// Run is what a source uses of the process and of the request that needs its value.
type Run struct {
	Now      func() time.Time    // the clock
	Random   io.Reader           // gives the ids of JWTs
	Getenv   func(string) string // reads the environment
	Timeout  time.Duration       // bounds how long a file or a program may take
	Audience string              // the aud of a JWT that sets none
	// Fetch requests an identity token at a URL, with a bearer token.
	Fetch func(ctx context.Context, url string, bearer said.Secret) (said.Secret, error)
	// Token gets the token of another credential set.
	Token func(ctx context.Context, from Credentials) (said.Secret, error)
	// Program runs a program with its arguments and an input, nil for none, and returns
	// what it prints. Its error is that of ctx, or says why there is no output.
	Program func(ctx context.Context, args []string, stdin []byte) ([]byte, error)
}

// Value is a Source with a fixed value.
type Value struct{ Secret said.Secret }

// Obtain implements Source.
func (v Value) Obtain(context.Context, Run) (said.Secret, error) { return v.Secret, nil }

// Identity implements Source.
func (v Value) Identity() []string { return []string{"value", v.Secret.Reveal()} }

// Env is a Source that reads an environment variable.
type Env struct {
	Name string
	Path answer.Path // where the value is in the JSON of the variable; empty: it is all of it
}

// Obtain implements Source.
func (e Env) Obtain(_ context.Context, run Run) (said.Secret, error) {
	return valueAt(e, e.Path, run.Getenv(e.Name))
}

// Identity implements Source.
func (e Env) Identity() []string { return []string{"env", e.Name, e.Path.String()} }
