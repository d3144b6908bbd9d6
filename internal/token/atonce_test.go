package token

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// crowd is a server that takes a second for each request, fails each third, and knows
// how many were there at once.
type crowd struct {
	mu                  sync.Mutex
	now, most, requests int
}

func (c *crowd) answer(*http.Request) (*http.Response, error) {
	c.mu.Lock()
	c.now++
	c.requests++
	c.most = max(c.most, c.now)
	fails := c.requests%3 == 0
	c.mu.Unlock()
	time.Sleep(time.Second)
	c.mu.Lock()
	c.now--
	c.mu.Unlock()
	if fails {
		return tokentest.Response(http.StatusServiceUnavailable, nil, "{}"), nil
	}
	return tokentest.Response(http.StatusOK, nil, goodAnswer), nil
}

// There are no more requests at once than there are slots, and each gets its turn,
// whatever becomes of the others.
func TestRequestsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		through, err := transport.New(transport.DefaultSettings(), transport.Machine{Now: time.Now, Getenv: testRuntime().Getenv, MostRequests: 3})
		if err != nil {
			t.Fatal(err)
		}
		client := &Client{transport: through, settings: transport.DefaultSettings(), runtime: testRuntime()}
		var server crowd
		through.Client(nil).Transport = tokentest.RoundTripper(server.answer)
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
		for range 3 { // all have been given back
			if err := through.Acquire(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if server.most != 3 {
			t.Errorf("%d requests at once", server.most)
		}
	})
}
