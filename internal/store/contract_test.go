//go:build unix

package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/store"
)

// TestPlaces has all places keep the same contract.
func TestPlaces(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]func(*testing.T) store.Settings{
		"directory": func(t *testing.T) store.Settings { return inDirectory(t.TempDir() + "/store") },
		"server":    func(t *testing.T) store.Settings { return startRedis(t).settings() },
		"socket":    func(t *testing.T) store.Settings { return at("unix://" + startRedis(t).socket()) },
		"password": func(t *testing.T) store.Settings {
			n := startRedis(t)
			n.say(t, "ACL", "SETUSER", "fleet", "on", ">p%40ss:/?", "~apitoken:*", "+get", "+set", "+del", "+eval", "+pexpire", "+select")
			return at("redis://fleet:p%2540ss%3A%2F%3F@" + n.address() + "/3")
		},
		"TLS": func(t *testing.T) store.Settings { _, s := startTLS(t); return s },
		"cluster": func(t *testing.T) store.Settings {
			return clusterSettings(startCluster(t))
		},
		"one node of a cluster": func(t *testing.T) store.Settings { return startCluster(t)[2].settings() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			contract(t, settings(t))
		})
	}
}

func inDirectory(path string) store.Settings {
	return store.Settings{Directory: path, Key: storeKey('k')}
}

func contract(t *testing.T, settings store.Settings) {
	t.Helper()
	t.Run("keeps", func(t *testing.T) { t.Parallel(); keeps(t, settings) })
	t.Run("tells apart", func(t *testing.T) { t.Parallel(); tellsApart(t, settings) })
	t.Run("expires", func(t *testing.T) { t.Parallel(); expires(t, settings) })
	t.Run("locks", func(t *testing.T) { t.Parallel(); locks(t, settings) })
	t.Run("is interrupted", func(t *testing.T) { t.Parallel(); isInterrupted(t, settings) })
}

// keeps puts, replaces and drops contents of many digests, which in a cluster are on all nodes.
func keeps(t *testing.T, settings store.Settings) {
	t.Helper()
	one, other := open(t, settings), open(t, settings)
	for n := byte(10); n < 40; n++ {
		holds(t, one, n, "")
		put(one, n, fmt.Sprint("first ", n), time.Hour)
	}
	for n := byte(10); n < 40; n++ {
		holds(t, other, n, fmt.Sprint("first ", n))
		put(other, n, strings.Repeat("x", int(n)*1000), time.Hour)
		holds(t, one, n, strings.Repeat("x", int(n)*1000))
		one.Drop(t.Context(), digest(n), purpose)
		holds(t, other, n, "")
		one.Drop(t.Context(), digest(n), purpose)
	}
	put(one, 9, "", time.Hour)
	holds(t, one, 9, "")
	put(one, 8, "content", time.Hour)
	put(one, 8, strings.Repeat("x", 4<<20), time.Hour) // none that is too large is kept
	holds(t, one, 8, "content")
	works(t, one)
	works(t, other)
}

func tellsApart(t *testing.T, settings store.Settings) {
	t.Helper()
	s := open(t, settings)
	put(s, 1, "content", time.Hour)
	holds(t, s, 1, "content")
	holds(t, s, 2, "")
	if other := s.Get(t.Context(), digest(1), "refresh token"); !other.IsEmpty() {
		t.Error("another purpose finds the content")
	}
	settings.Key = storeKey('o')
	another := open(t, settings)
	holds(t, another, 1, "")
	another.Drop(t.Context(), digest(1), purpose)
	holds(t, s, 1, "content")
	works(t, s)
	works(t, another)
}

// expires has a content end, and puts one that has ended before.
func expires(t *testing.T, settings store.Settings) {
	t.Helper()
	s := open(t, settings)
	put(s, 3, "content", time.Hour)
	put(s, 3, "content", -time.Hour)
	holds(t, s, 3, "")
	put(s, 4, "content", 1500*time.Millisecond)
	holds(t, s, 4, "content")
	eventually(t, "it has expired", func() bool { return get(s, 4) == "" })
	put(s, 5, "content", 200*365*24*time.Hour)
	holds(t, s, 5, "content")
	works(t, s)
}

// locks has many stores add up a number, which comes out wrong if two have the lock at once.
func locks(t *testing.T, settings store.Settings) {
	t.Helper()
	const stores, turns = 12, 3
	var holders atomic.Int32
	var all sync.WaitGroup
	sum := 0 // the race detector sees if the lock does not guard it
	for range stores {
		s := open(t, settings)
		all.Go(func() {
			for range turns {
				unlock := s.Lock(t.Context(), digest(5), purpose)
				if holders.Add(1) != 1 {
					t.Error("two have the lock")
				}
				sum++
				holders.Add(-1)
				unlock()
			}
			works(t, s)
		})
	}
	all.Wait()
	if sum != stores*turns {
		t.Errorf("the sum is %d", sum)
	}
}

// isInterrupted ends waits for a lock, which another digest does not wait for.
func isInterrupted(t *testing.T, settings store.Settings) {
	t.Helper()
	holder, waiter := open(t, settings), open(t, settings)
	unlock := holder.Lock(t.Context(), digest(6), purpose)
	waiter.Lock(t.Context(), digest(7), purpose)()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	within(t, atOnce, func() { waiter.Lock(ctx, digest(6), purpose)() })
	if ctx.Err() == nil {
		t.Error("two have the lock")
	}
	within(t, atOnce, func() { waiter.Lock(ctx, digest(6), purpose)() })
	waiter.Put(ctx, digest(6), purpose, said.NewSecret("content"), time.Now().Add(time.Hour))
	unlock()
	within(t, atOnce, func() { waiter.Lock(t.Context(), digest(6), purpose)() })
	works(t, holder)
	works(t, waiter)
}
