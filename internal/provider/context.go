package provider

import (
	"context"
	"sync/atomic"
)

// callContext is the context of one call of the CLI, which it lets go when the call ends.
// The framework keeps a child of each context until the provider stops
// (terraform-plugin-framework v1.19.0, internal/proto6server, registerContext), and with it
// the loggers of the call: 10 kB and more for each.
type callContext struct { //nolint:containedctx // it is one
	context.Context // cancelled, for when the call has ended
	call            atomic.Pointer[context.Context]
}

// callOnly returns a context that has nothing of ctx any more after end.
func callOnly(ctx context.Context) (only context.Context, end func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended, cancelEnded := context.WithCancel(context.Background())
	cancelEnded()
	c := &callContext{Context: ended}
	c.call.Store(&ctx)
	return c, func() {
		cancel() // first, as its children leave it with that
		c.call.Store(&c.Context)
	}
}

// Done is closed when the call is cancelled or has ended.
func (c *callContext) Done() <-chan struct{} { return (*c.call.Load()).Done() }

// Err says whether the call is cancelled or has ended.
func (c *callContext) Err() error { return (*c.call.Load()).Err() }

// Value returns a value of the call until it ends.
func (c *callContext) Value(key any) any { return (*c.call.Load()).Value(key) }
