package token

import (
	"context"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// Over HTTP/2, a server can take back an answer that it has begun. The status has come all the same.
func TestStreamReset(t *testing.T) {
	t.Parallel()
	for status, tc := range map[int]struct {
		kind     Kind
		requests int
	}{
		http.StatusUnauthorized:       {KindRefused, 1},
		http.StatusServiceUnavailable: {KindRefused, 3},
		http.StatusOK:                 {KindUnreachable, 3},
	} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			tokentest.NoLeak(t)
			var count tokentest.Counter
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				count.Add()
				if r.ProtoMajor != 2 {
					t.Errorf("it came by %s", r.Proto)
				}
				w.WriteHeader(status)
				_, _ = io.WriteString(w, `{"error":`)
				_ = http.NewResponseController(w).Flush()
				panic(http.ErrAbortHandler)
			}))
			server.EnableHTTP2 = true
			server.StartTLS()
			t.Cleanup(server.Close)
			settings := quickTransport()
			settings.CACertificatesPEM = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
			client := clientWith(t, settings, testRuntime())
			_, err := do(t, client, testExchange(server.URL))
			if e := wantError(t, err, tc.kind); e.Status != status || count.Get() != tc.requests {
				t.Errorf("%d requests, want %d: %v", count.Get(), tc.requests, err)
			}
		})
	}
}

// An interrupt in the middle of a refusal is an interrupt.
func TestInterruptedRefusal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := answeredBy(t, transport.DefaultSettings(), tokentest.RoundTripper(func(req *http.Request) (*http.Response, error) {
			resp := tokentest.Response(http.StatusUnauthorized, nil, "")
			resp.Body = io.NopCloser(readerFunc(func([]byte) (int, error) {
				<-req.Context().Done()
				return 0, req.Context().Err()
			}))
			return resp, nil
		}))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Second, cancel)
		_, err := client.Do(ctx, testExchange("https://auth.example.com"))
		_ = wantError(t, err, KindCancelled)
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(into []byte) (int, error) { return f(into) }
