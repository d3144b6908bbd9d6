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

// Value returns a value of the call until it ends, and for callKey the context that has them.
func (c *callContext) Value(key any) any {
	call := *c.call.Load()
	if key == (callKey{}) {
		return call
	}
	return call.Value(key)
}

// callKey is the key of the context of a call that callOnly was given.
type callKey struct{}

// lastingContext has the values of a call even when the call has ended.
type lastingContext struct {
	context.Context //nolint:containedctx // of the call, through the framework
	values          context.Context
}

// lasting returns a context for work that may outlive the call, such as a proxy, or a token
// request that others wait for, too: their lines go to the log that the call has.
func lasting(ctx context.Context) context.Context {
	if values, ok := ctx.Value(callKey{}).(context.Context); ok {
		return lastingContext{ctx, values}
	}
	return ctx
}

// Value returns a value of the context, or of the call.
func (c lastingContext) Value(key any) any {
	if value := c.Context.Value(key); value != nil {
		return value
	}
	return c.values.Value(key)
}
