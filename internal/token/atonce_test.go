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
		busy := &busyServer{}
		through.Client(nil).Transport = busy
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
		if busy.most != 3 {
			t.Errorf("%d requests at once", busy.most)
		}
	})
}

// busyServer takes a second for each request, and cannot serve every third.
type busyServer struct {
	mu                  sync.Mutex
	now, most, requests int
}

// RoundTrip implements http.RoundTripper.
func (s *busyServer) RoundTrip(*http.Request) (*http.Response, error) {
	n := s.begin()
	time.Sleep(time.Second)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now--
	if n%3 == 0 {
		return tokentest.Response(http.StatusServiceUnavailable, nil, "{}"), nil
	}
	return tokentest.Response(http.StatusOK, nil, goodAnswer), nil
}

// begin returns the number of the request.
func (s *busyServer) begin() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now++
	s.requests++
	s.most = max(s.most, s.now)
	return s.requests
}
