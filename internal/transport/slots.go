package transport

import "context"

const (
	reserved        = 16 // the files that the process needs besides those of requests
	filesPerRequest = 3  // the files that a request may need at the same time: a connection, a lookup, and a connection that is kept
	fewestSlots     = 2  // how many requests there may be at once whatever the limit is
	mostSlots       = 1 << 16
)

// slots bound how many requests there are at once where the process may have only
// a few files open, so that none fails for want of one.
type slots chan struct{}

// newSlots returns as many slots as a limit of open files allows.
func newSlots[N int | int64 | uint64](limit N) slots {
	n := fewestSlots
	if limit > reserved {
		n = int(min(max(fewestSlots, (limit-reserved)/filesPerRequest), mostSlots)) // #nosec G115 -- it is bounded
	}
	return make(slots, n)
}

// Acquire waits until one more request may be sent: the process may have only a
// few files open. Release must follow. Its error is that of ctx.
func (s slots) Acquire(ctx context.Context) error {
	select {
	case s <- struct{}{}:
		return nil
	default:
	}
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Release ends what Acquire has begun.
func (s slots) Release() { <-s }
