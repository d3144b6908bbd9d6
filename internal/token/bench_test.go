package token

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
)

func benchCache(b *testing.B) (*Cache, string) {
	b.Helper()
	server := httptest.NewServer(answerWith(http.StatusOK, "application/json", goodAnswer))
	b.Cleanup(server.Close)
	client, err := NewClient(DefaultTransport(), testRuntime())
	if err != nil {
		b.Fatal(err)
	}
	return NewCache(client), server.URL
}

// A token that somebody else has asked for already.
func BenchmarkShared(b *testing.B) {
	cache, url := benchCache(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := cache.Token(context.Background(), testExchange(url), 0); err != nil {
			b.Fatal(err)
		}
	}
}

// A token that has to be asked for, on loopback.
func BenchmarkAsked(b *testing.B) {
	cache, url := benchCache(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := cache.client.Do(context.Background(), testExchange(url)); err != nil {
			b.Fatal(err)
		}
	}
}

// Many callers of one token at once.
func BenchmarkSharedConcurrently(b *testing.B) {
	cache, url := benchCache(b)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := cache.Token(context.Background(), testExchange(url), 0); err != nil {
				b.Error(err)
			}
		}
	})
}
