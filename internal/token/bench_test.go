package token

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// benchClient returns a client, and a token endpoint on loopback that counts its requests.
func benchClient(b *testing.B) (client *Client, url string, requests *tokentest.Counter) {
	b.Helper()
	requests = &tokentest.Counter{}
	answer := tokentest.AnswerWith(http.StatusOK, "application/json", goodAnswer)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add()
		answer(w, r)
	}))
	b.Cleanup(server.Close)
	return clientWith(b, transport.DefaultSettings(), testRuntime()), server.URL, requests
}

// BenchmarkHit is a token that somebody else has asked for already.
func BenchmarkHit(b *testing.B) {
	client, url, requests := benchClient(b)
	cache := NewCache(client)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := cache.Token(b.Context(), testExchange(url), 0); err != nil {
			b.Fatal(err)
		}
	}
	tokentest.WantCount(b, requests.Get(), 1)
}

// BenchmarkHitInParallel is the same for many who want it at once.
func BenchmarkHitInParallel(b *testing.B) {
	client, url, requests := benchClient(b)
	cache := NewCache(client)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := cache.Token(b.Context(), testExchange(url), 0); err != nil {
				b.Error(err)
			}
		}
	})
	tokentest.WantCount(b, requests.Get(), 1)
}

// BenchmarkSupply is a token for one more request through a proxy, of many at once.
func BenchmarkSupply(b *testing.B) {
	client, url, requests := benchClient(b)
	supply := NewCache(client).Supply(b.Context(), testExchange(url), 0)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			_, done, err := supply.Use(b.Context())
			if err != nil {
				b.Error(err)
				return
			}
			done()
		}
	})
	if err := supply.Close(b.Context()); err != nil {
		b.Fatal(err)
	}
	tokentest.WantCount(b, requests.Get(), 1)
}

// BenchmarkMiss is a token that has to be asked for.
func BenchmarkMiss(b *testing.B) {
	client, url, requests := benchClient(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := NewCache(client).Token(b.Context(), testExchange(url), 0); err != nil {
			b.Fatal(err)
		}
	}
	tokentest.WantCount(b, requests.Get(), b.N)
}

// BenchmarkOpenings are 1,000 concurrent openings of one token that has to be
// asked for, as in a walk that has just begun.
func BenchmarkOpenings(b *testing.B) {
	client, url, requests := benchClient(b)
	b.ReportAllocs()
	for b.Loop() {
		open(b, NewCache(client), url, 1000)
	}
	tokentest.WantCount(b, requests.Get(), b.N)
}

// open gets a token count times at once.
func open(b *testing.B, cache *Cache, url string, count int) {
	b.Helper()
	var openings sync.WaitGroup
	for range count {
		openings.Go(func() {
			if _, err := cache.Token(b.Context(), testExchange(url), 0); err != nil {
				b.Error(err)
			}
		})
	}
	openings.Wait()
}
