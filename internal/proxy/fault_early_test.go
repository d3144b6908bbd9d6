package proxy

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// An API may answer before it has read the request's body, as gateways do that refuse it. The
// rest of the body is not read as the next request, and whoever still reads it for the API does
// not meet whoever reads that (golang/go#46866).
func TestEarlyResponses(t *testing.T) {
	t.Parallel()
	for _, clients := range []int{1, 10} {
		for _, http2 := range []bool{false, true} {
			for _, chunked := range []bool{false, true} {
				t.Run(fmt.Sprintf("%d clients, HTTP/2 %v, chunked %v", clients, http2, chunked), func(t *testing.T) {
					t.Parallel()
					o := openSecure(t, http2, func(w http.ResponseWriter, r *http.Request) {
						if r.Method == http.MethodPost {
							w.WriteHeader(http.StatusForbidden)
						}
					})
					var all sync.WaitGroup
					for range clients {
						all.Go(func() { o.alternate(t, chunked) })
					}
					all.Wait()
				})
			}
		}
	}
}

// alternate sends requests with a body that is not read, and some without, on a connection that
// is kept as long as the responses allow it.
func (o *opened) alternate(t *testing.T, chunked bool) {
	t.Helper()
	var conn net.Conn
	var in *bufio.Reader
	for i := range 200 {
		if conn == nil {
			conn = clitest.Must(net.Dial("tcp", o.address))(t)
			in = bufio.NewReader(conn)
		}
		req, want := o.request(t, http.MethodGet, "/", nil), http.StatusOK
		if i%2 == 0 {
			req, want = o.request(t, http.MethodPost, "/", bytes.NewReader(make([]byte, 1+i*i*5))), http.StatusForbidden
		}
		if chunked && req.Body != nil {
			req.ContentLength = -1
		}
		if err := req.Write(conn); err != nil {
			t.Errorf("%d: %v", i, err)
		}
		resp, err := http.ReadResponse(in, req)
		if err != nil || resp.StatusCode != want {
			t.Errorf("%d: %s: %v, %v", i, req.Method, resp, err)
			return
		}
		_, err = io.Copy(io.Discard, resp.Body)
		if err != nil {
			t.Errorf("%d: %v", i, err)
		}
		if resp.Close {
			conn.Close()
			conn = nil
		}
	}
}
