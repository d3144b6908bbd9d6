package proxy

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
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
	const requests = 200
	for i := 0; i < requests && !t.Failed(); {
		conn := clitest.Must(new(net.Dialer).DialContext(t.Context(), "tcp", o.address))(t)
		in := bufio.NewReader(conn)
		for isLast := false; i < requests && !isLast; i++ {
			req, want := o.request(t, http.MethodGet, "/", nil), http.StatusOK
			if i%2 == 0 {
				req, want = o.request(t, http.MethodPost, "/", bytes.NewReader(make([]byte, 1+i*i*5))), http.StatusForbidden
			}
			if chunked && req.Body != nil {
				req.ContentLength = -1
			}
			isLast = exchange(t, req, conn, in, want)
		}
		clitest.OK(t, conn.Close())
	}
}

// exchange sends a request and reads its response, and reports whether it is the last one of the
// connection.
func exchange(t *testing.T, req *http.Request, conn net.Conn, in *bufio.Reader, want int) (isLast bool) {
	t.Helper()
	if err := req.Write(conn); err != nil {
		t.Errorf("%s: %v", req.Method, err)
		return true
	}
	resp, err := http.ReadResponse(in, req)
	if err != nil {
		t.Errorf("%s: %v", req.Method, err)
		return true
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil || resp.StatusCode != want {
		t.Errorf("%s: HTTP %d, %v", req.Method, resp.StatusCode, err)
	}
	return resp.Close
}

// sender is an http.RoundTripper.
type sender func(*http.Request) (*http.Response, error)

func (s sender) RoundTrip(req *http.Request) (*http.Response, error) { return s(req) }

// net/http wants to send a request again whose connection the API has closed (GOAWAY). A large
// body cannot be, and then the API has closed the connection before it answered.
func TestLargeBodyIsNotSentAgain(t *testing.T) {
	t.Parallel()
	a := &authorizer{tokens: &shelf{number: 1}, sender: sender(func(req *http.Request) (*http.Response, error) {
		_, err := io.CopyN(io.Discard, req.Body, mostReplayed+1)
		clitest.OK(t, err)
		again, err := req.GetBody()
		if err == nil {
			t.Error("it is sent again")
			_ = again.Close()
		}
		return nil, err
	})}
	req := clitest.Must(http.NewRequestWithContext(t.Context(), http.MethodPost, "http://api.example.com/", bytes.NewReader(make([]byte, 2*mostReplayed))))(t)
	if _, err := a.RoundTrip(req); !errors.Is(err, transport.ErrSentOnce) { //nolint:bodyclose // there is no response
		t.Errorf("the error is %v", errors.Unwrap(err))
	}
}
