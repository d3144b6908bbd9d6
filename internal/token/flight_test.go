package token

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// For a caller who has gone nothing is asked.
func TestSharedAfterTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var asked tokentest.Counter
		ask := func(context.Context) (int, error) { asked.Add(); return 1, nil }
		_, err := newFlights[int]().value(ctx, key{}, func(int) bool { return true }, ask)
		synctest.Wait()
		if !errors.Is(err, context.Canceled) || asked.Get() != 0 {
			t.Errorf("error %v, asked %d times", err, asked.Get())
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
		_, err := newFlights[int]().value(ctx, key{}, func(int) bool { return true }, ask)
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		<-ended // else every goroutine waits, which fails the test
	})
}

// A value may be renewed for one caller while another takes the one that is there.
func TestSharedWhileRenewed(t *testing.T) {
	t.Parallel()
	s := newFlights[int]()
	var asked tokentest.Counter
	ask := func(ctx context.Context) (int, error) {
		asked.Add()
		return asked.Get(), ctx.Err()
	}
	var wg sync.WaitGroup
	for i := range 16 {
		usable := func(int) bool { return i%2 == 0 }
		wg.Go(func() {
			for range 200 {
				if got, err := s.value(t.Context(), key{}, usable, ask); err != nil || got < 1 || got > asked.Get() {
					t.Errorf("got %d, error %v", got, err)
				}
			}
		})
	}
	wg.Wait()
}

// A panic of what is asked for reaches all callers that wait, and leaves the rest
// as it is: the process lives on, and nothing stays locked.
func TestSharedPanics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newFlights[int]()
		fine := func(context.Context) (int, error) { return 1, nil }
		usable := func(int) bool { return true }
		asking := func(context.Context) (int, error) { time.Sleep(time.Second); panic("fake-secret") }
		looking := func(int) bool { panic("fake-secret") }
		panicked := func(k key, usable func(int) bool, ask func(context.Context) (int, error)) (got string) {
			defer func() {
				if err, ok := recover().(error); ok {
					got = err.Error()
				}
			}()
			_, err := s.value(t.Context(), k, usable, func(ctx context.Context) (int, error) { return ask(ctx) })
			return fmt.Sprint(err)
		}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if got := panicked(key{1}, usable, asking); got != "a panic with string" {
					t.Errorf("got %q", got)
				}
			})
		}
		wg.Wait()
		for range 2 { // the second time there is a value to look at
			panicked(key{2}, looking, fine)
		}
		if got, err := s.value(t.Context(), key{2}, usable, fine); got != 1 || err != nil {
			t.Errorf("got %d, error %v", got, err)
		}
	})
}
