package token

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestSlots(t *testing.T) {
	t.Parallel()
	for limit, want := range map[uint64]int{0: 2, 16: 2, 20: 2, 40: 8, 256: 80, 1024: 336, math.MaxUint64: 1 << 16} {
		if got := cap(newSlots(limit)); got != want {
			t.Errorf("%d files: %d slots, want %d", limit, got, want)
		}
	}
}

// There are no more requests at once than there are slots, and each gets its turn,
// whatever becomes of the others.
func TestRequestsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newTestClient(t, DefaultTransport())
		client.slots = make(slots, 3)
		var mu sync.Mutex
		now, most, requests := 0, 0, 0
		client.http.Transport = roundTripper(func(*http.Request) (*http.Response, error) {
			mu.Lock()
			now++
			requests++
			most = max(most, now)
			n := requests
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			now--
			mu.Unlock()
			if n%3 == 0 {
				return response(http.StatusServiceUnavailable, nil, "{}"), nil
			}
			return response(http.StatusOK, nil, goodAnswer), nil
		})
		cache := NewCache(client)
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if i%5 == 0 {
					time.AfterFunc(1500*time.Millisecond, cancel)
				}
				x := testExchange("https://auth.example.com")
				x.Credentials = fmt.Sprint("set-", i)
				if _, err := cache.Token(ctx, x, 0); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		synctest.Wait()
		if most != 3 || len(client.slots) != 0 {
			t.Errorf("%d requests at once, %d slots taken in the end", most, len(client.slots))
		}
	})
}
