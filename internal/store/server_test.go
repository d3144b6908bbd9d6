//go:build unix

package store_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/store"
)

const oneCall = 3500 * time.Millisecond // the bound of a call, and a little more

// TestServersThatRefuse has a server refuse what a store wants of it.
func TestServersThatRefuse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		settings func(*testing.T) store.Settings
		reason   string
	}{
		"a renamed command":      {withLogin("", "--rename-command", "EVAL", "MADE-UP"), store.ReasonNoCommand},
		"no password":            {func(t *testing.T) store.Settings { return startRedis(t, "--requirepass", "made-up").settings() }, "NOAUTH"},
		"a wrong password":       {withLogin(":wrong@", "--requirepass", "made-up"), "WRONGPASS"},
		"an unknown user":        {withLogin("nobody:wrong@"), "WRONGPASS"},
		"a user without rights":  {withUser("fleet", "~apitoken:*", "+ping"), "NOPERM"},
		"a user of other keys":   {withUser("fleet", "~other:*", "+@all"), "NOPERM"},
		"a user who cannot lock": {withUser("fleet", "~apitoken:*", "+get", "+set", "+del"), "NOPERM"},
		"no memory":              {withLogin("", "--maxmemory", "1", "--maxmemory-policy", "noeviction"), "OOM"},
		"a replica":              {replica, "READONLY"},
		"a lost replica":         {withLogin("", "--replicaof", "127.0.0.1 1", "--replica-serve-stale-data", "no"), "MASTERDOWN"},
		"no replicas":            {withLogin("", "--min-replicas-to-write", "1"), "NOREPLICAS"},
		"no such database":       {func(t *testing.T) store.Settings { return at("redis://" + startRedis(t).address() + "/99") }, store.ReasonNoDatabase},
		"a database of a node":   {func(t *testing.T) store.Settings { return at("redis://" + startClusterNode(t).address() + "/1") }, store.ReasonNoDatabase},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, test.settings(t))
			within(t, oneCall, func() { exercise(t, s) })
			if failed := failure(t, s, store.ProblemRefused); failed.Reason != test.reason {
				t.Errorf("the reason is %q, want %q", failed.Reason, test.reason)
			}
			exercise(t, s)
			works(t, s)
		})
	}
}

// withLogin returns the settings of a store on a server that is started with arguments.
func withLogin(login string, args ...string) func(*testing.T) store.Settings {
	return func(t *testing.T) store.Settings {
		t.Helper()
		return at("redis://" + login + startRedis(t, args...).address())
	}
}

func withUser(name string, rules ...any) func(*testing.T) store.Settings {
	return func(t *testing.T) store.Settings {
		t.Helper()
		n := startRedis(t)
		n.say(t, "ACL", append([]any{"SETUSER", name, "on", ">made-up"}, rules...)...)
		return at("redis://" + name + ":made-up@" + n.address())
	}
}

func replica(t *testing.T) store.Settings {
	t.Helper()
	n := startRedis(t, "--replicaof", "127.0.0.1 "+startRedis(t).port)
	eventually(t, "the replica follows", func() bool { return strings.Contains(n.say(t, "INFO", "replication"), "master_link_status:up") })
	return n.settings()
}

// TestReader has a user who may only read find what others keep.
func TestReader(t *testing.T) {
	t.Parallel()
	n := startRedis(t)
	n.say(t, "ACL", "SETUSER", "reader", "on", ">made-up", "~apitoken:*", "+get")
	writer, reader := open(t, n.settings()), open(t, at("redis://reader:made-up@"+n.address()))
	put(writer, 1, "content", time.Hour)
	holds(t, reader, 1, "content")
	works(t, reader)
	put(reader, 1, "other", time.Hour)
	fails(t, reader, store.ProblemRefused)
	holds(t, reader, 1, "content")
}

// TestUntrustedServers has a client and a server disagree about TLS.
func TestUntrustedServers(t *testing.T) {
	t.Parallel()
	n, settings := startTLS(t)
	unknown, other := settings, settings
	unknown.Roots = nil
	other.URL = at(strings.Replace(settings.URL.Reveal(), "127.0.0.1", "localhost", 1)).URL
	plain := at(strings.Replace(settings.URL.Reveal(), "rediss:", "redis:", 1))
	for name, test := range map[string]struct {
		settings store.Settings
		want     store.Problem
	}{
		"an authority that is unknown":   {unknown, store.ProblemServer},
		"a certificate for another host": {other, store.ProblemServer},
		"TLS where there is none":        {at("rediss://" + n.address()), store.ProblemSilent}, // it waits for the end of a line
		"TLS that nobody asked for":      {plain, store.ProblemServer},
		"nobody there":                   {at("redis://127.0.0.1:1"), store.ProblemServer},
		"no such host":                   {at("redis://nowhere.invalid"), store.ProblemServer},
		"no such socket":                 {at("unix:///nowhere/redis.sock"), store.ProblemServer},
		"no node":                        {at("redis://127.0.0.1:1?addr=127.0.0.1:2"), store.ProblemServer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, test.settings)
			within(t, oneCall, func() { exercise(t, s) })
			failed := failure(t, s, test.want)
			if hasCause := failed.Cause != nil; hasCause != (test.want == store.ProblemServer) || strings.Contains(failed.Error(), "127.0.0.1") {
				t.Errorf("the error is %v, with cause: %t", failed, hasCause)
			}
		})
	}
}

// TestRestart restarts a server between calls, when connections to it are idle.
func TestRestart(t *testing.T) {
	t.Parallel()
	n := startRedis(t, "--appendonly", "yes", "--appendfsync", "always")
	s := open(t, n.settings())
	put(s, 1, "content", time.Hour)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() { holds(t, s, 1, "content") })
	}
	all.Wait()
	n.kill(t)
	n.start(t)
	eventually(t, "it has loaded", func() bool { return strings.Contains(n.say(t, "INFO", "persistence"), "loading:0") })
	holds(t, s, 1, "content")
	works(t, s)
	n.say(t, "CLIENT", "KILL", "TYPE", "normal")
	holds(t, s, 1, "content")
	works(t, s)
}

// TestServerGoesAway has a server end for good while a store holds a lock. It is asked once.
func TestServerGoesAway(t *testing.T) {
	t.Parallel()
	n := startRedis(t)
	s := open(t, n.settings())
	put(s, 1, "content", time.Hour)
	unlock := locked(t.Context(), s, 1)
	n.kill(t)
	within(t, oneCall, func() { holds(t, s, 1, "") })
	within(t, atOnce, unlock)
	fails(t, s, store.ProblemServer)
	n.start(t)
	put(s, 1, "content", time.Hour)
	if keys := n.keys(t); keys != "0" {
		t.Errorf("it was asked again, and has %s keys", keys)
	}
}

// TestServerHangs has a server hang while a store holds a lock, and another waits for it.
func TestServerHangs(t *testing.T) {
	t.Parallel()
	n := startRedis(t)
	s, waiter := open(t, n.settings()), open(t, n.settings())
	unlock := locked(t.Context(), s, 1)
	var waiting sync.WaitGroup
	waiting.Go(func() { locked(t.Context(), waiter, 1)() })
	thaw := n.freeze(t)
	defer thaw()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	within(t, atOnce, func() { _, _ = s.Get(ctx, digest(1), purpose) })
	works(t, s)
	within(t, oneCall, func() { put(s, 1, "content", time.Hour) })
	within(t, atOnce, unlock)
	within(t, atOnce, func() { exercise(t, s) })
	fails(t, s, store.ProblemSilent)
	within(t, oneCall, waiting.Wait)
	fails(t, waiter, store.ProblemSilent)
}
