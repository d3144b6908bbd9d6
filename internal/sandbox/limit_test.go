package sandbox

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

func TestLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		endpoint := NewFlaky(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
		endpoint.OrderAlways(Limit(2, time.Minute))
		for i, c := range []struct {
			after  time.Duration
			status int
			wait   string
		}{
			{0, 204, ""},
			{time.Second, 204, ""},
			{500 * time.Millisecond, 429, "59"}, // it is rounded up
			{58 * time.Second, 429, "1"},
			{500 * time.Millisecond, 204, ""},
			{time.Hour, 204, ""},
			{0, 204, ""},
			{0, 429, "60"},
		} {
			time.Sleep(c.after)
			got := httptest.NewRecorder()
			endpoint.ServeHTTP(got, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody))
			if got.Code != c.status || got.Header().Get("Retry-After") != c.wait {
				t.Errorf("request %d got %d, Retry-After %q, want %d, %q", i, got.Code, got.Header().Get("Retry-After"), c.status, c.wait)
			}
		}
	})
}
