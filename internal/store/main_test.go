package store_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/store"
)

func TestMain(m *testing.M) {
	os.Exit(clitest.Main(m, map[string]func() error{holdCommand: hold}))
}

// holdCommand has a process take the lock of a directory, say so, and keep it.
const (
	holdCommand  = "hold-lock"
	holdVariable = "HOLD_DIRECTORY"
)

func hold() error {
	s := store.New(store.Settings{Directory: os.Getenv(holdVariable), Key: storeKey('k')}, time.Now)
	locked(context.Background(), s, 1)
	fmt.Println("held")
	time.Sleep(patience)
	return nil
}

const (
	purpose  = "access token"
	patience = 30 * time.Second // bounds each wait for something that comes
	atOnce   = 2 * time.Second  // for something that takes no time on an idle machine
)

// storeKey returns a key of a store.
func storeKey(letter byte) said.Secret {
	return said.NewSecret(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{letter}, 32)))
}

func digest(n byte) [32]byte { return [32]byte{n, 'd'} }

// open returns a store that the end of the test closes.
func open(t *testing.T, settings store.Settings) *store.Store {
	t.Helper()
	s := store.New(settings, time.Now)
	t.Cleanup(s.Close)
	return s
}

func put(s *store.Store, n byte, content string, lasting time.Duration) {
	_ = s.Put(context.Background(), digest(n), purpose, said.NewSecret(content), time.Now().Add(lasting))
}

func get(s *store.Store, n byte) string {
	content, _ := s.Get(context.Background(), digest(n), purpose)
	return content.Reveal()
}

// holds fails the test if the store does not have a content; empty: none.
func holds(t *testing.T, s *store.Store, n byte, want string) {
	t.Helper()
	if got := get(s, n); got != want {
		t.Errorf("digest %d: %q, want %q", n, got, want)
	}
}

// works fails the test if the store has failed.
func works(t *testing.T, s *store.Store) {
	t.Helper()
	if failed := s.Failure(); failed != nil {
		t.Errorf("it failed: %v, %s, %s", failed, failed.Path, failed.Reason)
	}
}

// fails fails the test unless the store has failed with a problem, and says so once.
func fails(t *testing.T, s *store.Store, want store.Problem) {
	t.Helper()
	_ = failure(t, s, want) // the problem says enough
}

// failure is fails, and returns what the store says.
func failure(t *testing.T, s *store.Store, want store.Problem) *store.Error {
	t.Helper()
	failed := s.Failure()
	if failed == nil || failed.Problem != want {
		t.Fatalf("it failed with %v, want problem %d", failed, want)
	}
	if again := s.Failure(); again != nil {
		t.Errorf("it says twice that it failed: %v", again)
	}
	return failed
}

// exercise calls all that a store can do, none of which may find anything.
func exercise(t *testing.T, s *store.Store) {
	t.Helper()
	holds(t, s, 1, "")
	unlock := locked(t.Context(), s, 1)
	put(s, 1, "content", time.Hour)
	_ = s.Drop(t.Context(), digest(1), purpose)
	unlock()
	holds(t, s, 1, "")
}

// within fails the test if a call takes longer.
func within(t *testing.T, longest time.Duration, call func()) {
	t.Helper()
	start := time.Now()
	call()
	if took := time.Since(start); took > longest {
		t.Errorf("it took %v, want at most %v", took, longest)
	}
}

// locked takes a lock, if the store can be used.
func locked(ctx context.Context, s *store.Store, n byte) (unlock func()) {
	unlock, _ = s.Lock(ctx, digest(n), purpose)
	return unlock
}
