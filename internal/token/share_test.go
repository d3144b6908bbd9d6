package token

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// For a caller who has gone nothing is asked.
func TestSharedAfterTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var asked counter
		ask := func(context.Context) (int, error) { asked.add(); return 1, nil }
		_, err := newShared[int]().get(ctx, key{}, func(int) bool { return true }, ask)
		synctest.Wait()
		if !errors.Is(err, context.Canceled) || asked.get() != 0 {
			t.Errorf("error %v, asked %d times", err, asked.get())
		}
	})
}

// When the last caller has gone, so does what is asked for.
func TestSharedAbandoned(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		ask := func(ctx context.Context) (int, error) {
			<-ctx.Done()
			close(ended)
			return 0, ctx.Err()
		}
		time.AfterFunc(time.Second, cancel)
		_, err := newShared[int]().get(ctx, key{}, func(int) bool { return true }, ask)
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		<-ended // else every goroutine waits, which fails the test
	})
}

// A value may be renewed for one caller while another takes the one that is there.
func TestSharedWhileRenewed(t *testing.T) {
	t.Parallel()
	s := newShared[int]()
	var asked counter
	ask := func(ctx context.Context) (int, error) {
		asked.add()
		return asked.get(), ctx.Err()
	}
	var wg sync.WaitGroup
	for i := range 16 {
		usable := func(int) bool { return i%2 == 0 }
		wg.Go(func() {
			for range 200 {
				if got, err := s.get(t.Context(), key{}, usable, ask); err != nil || got < 1 || got > asked.get() {
					t.Errorf("got %d, error %v", got, err)
				}
			}
		})
	}
	wg.Wait()
}
