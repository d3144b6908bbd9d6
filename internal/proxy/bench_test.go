package proxy

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// way is a way to an API.
type way struct{ url, key string }

// constant is a token that does not end.
type constant struct{ *token.Token }

func (c constant) Use(context.Context) (*token.Token, func(), error) { return c.Token, func() {}, nil }

func (constant) Refuse(*token.Token) bool { return false }

// direct starts an API, and returns the way without a proxy.
func direct(b *testing.B) way {
	b.Helper()
	body := strings.Repeat("a", 1024)
	server := api(b, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
		if r.URL.Path == "/stream" {
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}
	})
	return way{server.URL, strings.Repeat("k", 2*keySize)}
}

// through returns the way through the proxy.
func through(b *testing.B) way {
	b.Helper()
	o := openTo(b, direct(b).url)
	bearer := said.NewSecret("Bearer " + strings.Repeat("t", 1000))
	o.settings.Tokens = constant{&token.Token{AccessToken: bearer, Headers: map[string]said.Secret{"Authorization": bearer}}}
	o.forward = o.newForward()
	return way{"http://" + o.address, o.Key().Reveal()}
}

// alone returns the way through httputil.ReverseProxy alone, with the same transport.
func alone(b *testing.B) way {
	b.Helper()
	straight := direct(b)
	at, err := url.Parse(straight.url)
	if err != nil {
		b.Fatal(err)
	}
	sender := openTo(b, straight.url).sender
	server := httptest.NewServer(&httputil.ReverseProxy{Transport: sender, Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(at) }})
	b.Cleanup(server.Close)
	return way{server.URL, straight.key}
}

// BenchmarkProxy is a request through the proxy. Client and API are in this process, for the
// other ways too, so what the proxy costs is the difference.
func BenchmarkProxy(b *testing.B) { benchmark(b, through(b)) }

// BenchmarkReverseProxy is a request through httputil.ReverseProxy alone.
func BenchmarkReverseProxy(b *testing.B) { benchmark(b, alone(b)) }

// BenchmarkDirect is a request to the API itself.
func BenchmarkDirect(b *testing.B) { benchmark(b, direct(b)) }

// benchmark sends one request after the other, with the headers that providers send.
func benchmark(b *testing.B, to way) {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, to.url+"/v1/things/1", http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	req.Header = http.Header{
		"Authorization": {"Bearer " + to.key}, "Accept": {"application/json"}, "User-Agent": {"terraform-provider-example/1.2.3"},
	}
	b.ReportAllocs()
	for b.Loop() {
		resp, err := client.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		_, err = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			b.Fatal(resp.Status, err)
		}
	}
}

// BenchmarkStreams is the memory of 1,000 responses that are open at the same time. The API is
// in this process, for all ways.
func BenchmarkStreams(b *testing.B) {
	for _, to := range []struct {
		name string
		open func(*testing.B) way
	}{{"proxy", through}, {"reverse-proxy", alone}, {"direct", direct}} {
		b.Run(to.name, func(b *testing.B) {
			const count = 1000
			at := to.open(b)
			var heap, stack float64
			for b.Loop() {
				heapBefore, stackBefore := live()
				end := streams(b, at, count)
				heapNow, stackNow := live()
				end()
				heap, stack = (heapNow-heapBefore)/count, (stackNow-stackBefore)/count
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(heap, "heap-B/stream")
			b.ReportMetric(stack, "stack-B/stream")
		})
	}
}

// live returns how much memory is in use, in bytes.
func live() (heap, stack float64) {
	runtime.GC()
	runtime.GC() // what sync.Pool keeps is gone after the second one
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	return float64(now.HeapAlloc), float64(now.StackInuse)
}

// streams opens responses that have no end, and returns what ends them. The client takes hardly
// any memory.
func streams(b *testing.B, to way, count int) (end func()) {
	b.Helper()
	var open []net.Conn
	_, host, _ := strings.Cut(to.url, "//")
	for range count {
		conn, err := new(net.Dialer).DialContext(b.Context(), "tcp", host)
		if err != nil {
			b.Fatal(err)
		}
		open = append(open, conn)
		_, err = fmt.Fprintf(conn, "GET /stream HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", host, to.key)
		if err != nil {
			b.Fatal(err)
		}
		if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "200") {
			b.Fatal(line, err)
		}
	}
	return func() {
		for _, conn := range open {
			_ = conn.Close()
		}
	}
}
