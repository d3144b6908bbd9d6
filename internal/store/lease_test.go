//go:build unix

package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/store"
)

// lockKey returns the key of the only lock that the server has.
func (n *node) lockKey(t *testing.T) string {
	t.Helper()
	reply, err := n.try("KEYS", "apitoken:*:lock")
	keys := clitest.Must(redis.Strings(reply, err))(t)
	if len(keys) != 1 {
		t.Fatalf("there are %d locks", len(keys))
	}
	return keys[0]
}

// TestDeadHolder takes a lock as a process that is then killed.
func TestDeadHolder(t *testing.T) {
	t.Parallel()
	n := startRedis(t)
	s := open(t, n.settings())
	unlock := s.Lock(t.Context(), digest(1), purpose)
	key := n.lockKey(t)
	unlock()
	start := time.Now()
	n.say(t, "SET", key, "another owner", "PX", 300)
	within(t, atOnce, func() { unlock = s.Lock(t.Context(), digest(1), purpose) })
	if time.Since(start) < 250*time.Millisecond {
		t.Error("two have the lock")
	}
	n.say(t, "SET", key, "another owner") // as if the lease had ended meanwhile
	unlock()
	if owner := n.say(t, "GET", key); owner != "another owner" {
		t.Errorf("the lock of another owner was ended: %s", owner)
	}
	works(t, s)
}

// TestLease holds a lock longer than its lease.
func TestLease(t *testing.T) {
	t.Parallel()
	n := startRedis(t)
	s, waiter := open(t, n.settings()), open(t, n.settings())
	const lease = 400 * time.Millisecond
	store.SetLease(s, lease)
	unlock := s.Lock(t.Context(), digest(1), purpose)
	ctx, cancel := context.WithTimeout(t.Context(), 4*lease)
	defer cancel()
	waiter.Lock(ctx, digest(1), purpose)()
	if ctx.Err() == nil {
		t.Error("two have the lock")
	}
	unlock()
	n.mustNotLock(t)
	works(t, s)
	works(t, waiter)
}

// mustNotLock waits until the server has no lock.
func (n *node) mustNotLock(t *testing.T) {
	t.Helper()
	start := time.Now()
	eventually(t, "the lock ends", func() bool { return n.keys(t) == "0" })
	if took := time.Since(start); took > atOnce {
		t.Errorf("the lock ended after %v", took)
	}
}

// TestLostAnswer has a server take a lock and lose the answer: the connection ends, or the
// caller gives up.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	n := startRedis(t)
	s := open(t, n.settings())
	holds(t, s, 1, "")
	n.say(t, "CLIENT", "PAUSE", 500, "WRITE")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	within(t, atOnce, func() { s.Lock(ctx, digest(1), purpose)() })
	time.Sleep(600 * time.Millisecond)
	n.mustNotLock(t)
	works(t, s)
}
