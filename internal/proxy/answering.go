package proxy

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// answering is the response to a request with a body.
type answering struct {
	http.ResponseWriter

	body *watched
}

// WriteHeader implements http.ResponseWriter.
//
// The response is never 101 Switching Protocols: httputil.ReverseProxy writes that only to
// connections it has taken over. Over HTTP/2, net/http gives it any 101 as an informational
// response, and a client would take it for the end.
//
// If the API has answered before the end of the request, this is the last request of its
// connection: after a response in full duplex, net/http may read the rest of the body and the
// next request at once, and ends the process (golang/go#46866).
func (a answering) WriteHeader(status int) {
	if status == http.StatusSwitchingProtocols {
		return
	}
	if status >= http.StatusOK && !a.body.ended.Load() {
		a.Header().Set("Connection", "close")
	}
	a.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (a answering) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// watched is the body of a request.
type watched struct {
	from   io.Reader
	ended  atomic.Bool // it has been read to its end
	waits  atomic.Bool // the client sends it once somebody reads it (100 Continue), which nobody has
	closed atomic.Bool // the API gets no more of it

	reading sync.Mutex // held while it is read
}

// watch watches the body of a request.
func watch(r *http.Request) *watched {
	w := &watched{from: r.Body}
	w.waits.Store(r.Header["Expect"] != nil)
	if r.Body == http.NoBody {
		w.ended.Store(true)
	} else {
		r.Body = w
	}
	return w
}

// Read implements io.Reader.
func (w *watched) Read(into []byte) (int, error) {
	w.reading.Lock()
	defer w.reading.Unlock()
	if w.closed.Load() {
		return 0, http.ErrBodyReadAfterClose
	}
	w.waits.Store(false)
	n, err := w.from.Read(into)
	if errors.Is(err, io.EOF) {
		w.ended.Store(true)
	}
	return n, err
}

// Close implements io.Closer. net/http itself closes the body of a request.
func (w *watched) Close() error {
	w.closed.Store(true)
	return nil
}

// drain reads the rest of a body after its response: a client that still writes would get a
// reset, and might lose the response. As net/http does, it reads 256 KiB at most.
func (w *watched) drain(to http.ResponseWriter) {
	const most, longest = 256 << 10, time.Second
	if w.ended.Load() || w.waits.Load() {
		return
	}
	w.closed.Store(true)
	control := http.NewResponseController(to)
	if control.Flush() != nil || control.SetReadDeadline(time.Now().Add(longest)) != nil {
		return // the client has left
	}
	w.reading.Lock() // until the API's side has ended its read
	defer w.reading.Unlock()
	_, _ = io.CopyN(io.Discard, w.from, most)
}
