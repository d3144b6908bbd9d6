package provider

import (
	"context"
	"sync/atomic"
)

// callContext is the context of one call of the CLI, which it lets go when the call ends.
// The framework keeps a child of each context until the provider stops
// (terraform-plugin-framework v1.19.0, internal/proto6server, registerContext), and with it
// the loggers of the call: 10 kB and more for each.
type callContext struct {
	context.Context //nolint:containedctx // cancelled, for when the call has ended
	call            atomic.Pointer[context.Context]
}

// callOnly returns a context that has nothing of ctx any more after end, when it is like ended.
func callOnly(ctx, ended context.Context) (only context.Context, end func()) {
	ctx, cancel := context.WithCancel(ctx)
	c := &callContext{Context: ended}
	c.call.Store(&ctx)
	return c, func() {
		cancel() // first, as its children leave it with that
		c.call.Store(&c.Context)
	}
}

// newEnded returns a context that is cancelled.
func newEnded() context.Context {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	return ended
}

// Done is closed when the call is cancelled or has ended.
func (c *callContext) Done() <-chan struct{} { return (*c.call.Load()).Done() }

// Err says whether the call is cancelled or has ended.
func (c *callContext) Err() error { return (*c.call.Load()).Err() }

// Value returns a value of the call until it ends.
func (c *callContext) Value(key any) any { return (*c.call.Load()).Value(key) }
