package token

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// flights asks for each value once, however many callers want it at the same
// time, and keeps it. It is safe for concurrent use.
type flights[V any] struct {
	mu      sync.Mutex // guards entries and all that they hold, except the result of a flight
	entries map[key]*entry[V]
}

// entry is what is known of one value.
type entry[V any] struct {
	known bool
	value V
	// err is why there is no newer value. It is kept: the process lives for one walk
	// of Terraform's graph, which has failed. To ask again for every reference could
	// lock the account, and would go through all retries each time. It says nothing
	// against the value, which is still good for callers that can use it.
	err    error
	flight *flight[V] // the request under way; nil where there is none
}

// flight is one request and the callers that wait for it. It is cancelled when
// the last of them has gone, as an interrupt requires and singleflight cannot do.
type flight[V any] struct {
	waiting int
	cancel  context.CancelFunc
	done    chan struct{}
	value   V     // set before done is closed
	err     error // set before done is closed
}

func newFlights[V any]() *flights[V] {
	return &flights[V]{entries: map[key]*entry[V]{}}
}

// value returns the value of k: the one that is kept if it is usable, else that of
// one call of ask, shared by all callers that want it meanwhile. If ctx ends
// first, value returns its error. usable is called with s locked.
func (s *flights[V]) value(ctx context.Context, k key, usable func(V) bool, ask func(context.Context) (V, error)) (V, error) {
	var none V
	if err := ctx.Err(); err != nil {
		return none, err
	}
	e, f := s.enter(ctx, k, usable, ask)
	select {
	case <-f.done:
		transport.Rethrow(f.err)
		return f.value, f.err
	case <-ctx.Done():
		if s.leave(e, f) {
			f.landing()
		}
		return none, ctx.Err()
	}
}

// landing is how long the last caller waits for a flight that is cancelled: what is under
// way may have to be kept, and the process ends when its callers have gone.
const landing = 5 * time.Second

// landing waits until a flight that is cancelled has ended. Nearly all end at once.
func (f *flight[V]) landing() {
	select {
	case <-f.done:
	case <-time.After(landing):
	}
}

// enter returns the entry of k and the flight to wait for, which is over if the
// entry's value can be used. A panic in usable leaves s unlocked.
func (s *flights[V]) enter(ctx context.Context, k key, usable func(V) bool, ask func(context.Context) (V, error)) (*entry[V], *flight[V]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entries[k]
	if e == nil {
		e = &entry[V]{}
		s.entries[k] = e
	}
	switch {
	case e.known && usable(e.value):
		return e, landed(e.value, nil)
	case e.err != nil:
		return e, landed(e.value, e.err)
	default:
		return e, s.join(ctx, e, ask)
	}
}

// landed returns a flight that is over.
func landed[V any](value V, err error) *flight[V] {
	over := &flight[V]{cancel: func() {}, done: make(chan struct{}), value: value, err: err}
	close(over.done)
	return over
}

// forget removes and returns the values for which isMeant is true, so that the next
// caller asks again. A request under way is not affected, nor is a failure.
func (s *flights[V]) forget(isMeant func(V) bool) (forgotten []V) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var none V
	for _, e := range s.entries {
		if e.known && isMeant(e.value) {
			forgotten = append(forgotten, e.value)
			e.value, e.known = none, false
		}
	}
	return forgotten
}

// has reports whether a value is kept for which isMeant is true.
func (s *flights[V]) has(isMeant func(V) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.entries {
		if e.known && isMeant(e.value) {
			return true
		}
	}
	return false
}

// forgive forgets a failure, so that the next caller asks again.
func (s *flights[V]) forgive(failed error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.entries {
		if failed != nil && errors.Is(failed, e.err) {
			e.err = nil
		}
	}
}

// join returns the flight of the entry with one more caller waiting for it, and
// starts one if there is none. s must be locked.
func (s *flights[V]) join(ctx context.Context, e *entry[V], ask func(context.Context) (V, error)) *flight[V] {
	if e.flight == nil {
		// A flight outlives the caller that started it while others wait.
		flying, cancel := context.WithCancel(context.WithoutCancel(ctx)) //nolint:gosec // fly and leave call cancel
		e.flight = &flight[V]{cancel: cancel, done: make(chan struct{})}
		go s.fly(flying, e, e.flight, ask)
	}
	e.flight.waiting++
	return e.flight
}

// leave takes one caller off the flight, and cancels it if that was the last, which leave
// reports.
func (s *flights[V]) leave(e *entry[V], f *flight[V]) (last bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.waiting--
	if f.waiting > 0 {
		return false
	}
	f.cancel()
	if e.flight == f {
		e.flight = nil
	}
	return true
}

// fly carries the flight out, and keeps its result unless all callers have left.
func (s *flights[V]) fly(ctx context.Context, e *entry[V], f *flight[V], ask func(context.Context) (V, error)) {
	defer f.cancel()
	f.err = transport.Caught(func() (err error) {
		f.value, err = ask(ctx)
		return err
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.flight == f {
		e.err, e.flight = f.err, nil
		if f.err == nil {
			e.value, e.known = f.value, true
		}
	}
	close(f.done)
}
