package provider

import "testing"

// A call after a stop is cancelled from its beginning.
func TestStoppedServer(t *testing.T) {
	s := serve(New("test")())
	if got, err := s.StopProvider(t.Context(), nil); err != nil || got == nil {
		t.Fatalf("got %v, %v", got, err)
	}
	for range 100 {
		ctx, cancel := s.bound(t.Context())
		if ctx.Err() == nil {
			t.Error("it goes on")
		}
		cancel()
	}
}
