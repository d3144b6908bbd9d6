package sandbox

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Flaky is any endpoint with faults. Faults that change a token have no effect.
type Flaky struct {
	orders

	well     http.Handler
	requests atomic.Int64
}

// NewFlaky returns an endpoint that answers as well does, except for its faults.
func NewFlaky(well http.Handler) *Flaky { return &Flaky{well: well} }

// Requests returns how many requests came.
func (f *Flaky) Requests() int { return int(f.requests.Load()) }

// ServeHTTP implements http.Handler.
func (f *Flaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.requests.Add(1)
	fault := f.next()
	body, err := io.ReadAll(r.Body) // as in serveToken
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	fault.answer(w, r, source{
		good:   func() answer { return record(f.well, r) },
		refuse: func(why refusal) answer { return answer{status: why.status} },
	})
}

// record returns the answer of a handler.
func record(from http.Handler, r *http.Request) answer {
	recorder := httptest.NewRecorder()
	from.ServeHTTP(recorder, r)
	a := answer{status: recorder.Code, body: recorder.Body.Bytes(), header: map[string]string{}}
	for name := range recorder.Header() {
		a.header[name] = recorder.Header().Get(name)
	}
	return a
}

// pause waits, and closes the connection if the client leaves.
func pause(r *http.Request, d time.Duration) {
	select {
	case <-time.After(d):
	case <-r.Context().Done():
		panic(http.ErrAbortHandler)
	}
}

// Slow waits before it answers.
func Slow(d time.Duration) Fault {
	return Fault{serve: func(w http.ResponseWriter, r *http.Request, from source) {
		pause(r, d)
		from.good().write(w)
	}}
}

// Trickle sends the headers at once, and the body in ten pieces over d.
func Trickle(d time.Duration) Fault {
	return Fault{serve: func(w http.ResponseWriter, r *http.Request, from source) {
		const pieces = 10
		a := from.good()
		out := http.NewResponseController(w)
		a.with("Content-Length", strconv.Itoa(len(a.body))).head(w)
		for i := range pieces {
			_ = out.Flush() // if it fails, the client has left
			pause(r, d/pieces)
			_, _ = w.Write(a.body[i*len(a.body)/pieces : (i+1)*len(a.body)/pieces])
		}
	}}
}

// Interim sends each of these statuses, from 100 to 199, before the answer.
func Interim(statuses ...int) Fault {
	return Fault{serve: func(w http.ResponseWriter, _ *http.Request, from source) {
		for _, status := range statuses {
			w.WriteHeader(status)
		}
		from.good().write(w)
	}}
}

// InterimForever sends 103 until the client leaves.
func InterimForever() Fault {
	return Bytes(func(out io.Writer) {
		interim := "HTTP/1.1 103 Early Hints\r\nLink: </" + strings.Repeat("x", 64<<10) + ">; rel=preload\r\n\r\n"
		for err := error(nil); err == nil; {
			_, err = io.WriteString(out, interim)
		}
	})
}

// Bytes sends the bytes of write instead of an answer, and closes the connection.
func Bytes(write func(io.Writer)) Fault {
	return Fault{serve: func(w http.ResponseWriter, _ *http.Request, _ source) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		write(conn)
		_ = conn.Close()
	}}
}

// Announced announces a body of n bytes, and does not send it.
func Announced(n int) Fault {
	return Fault{serve: func(w http.ResponseWriter, r *http.Request, _ source) {
		w.Header().Set("Content-Length", strconv.Itoa(n))
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush() // if it fails, the client has left
		waitForever(r, nil)
	}}
}

// Body changes the body of the good answer, and adds a header.
func Body(name, value string, body func([]byte) []byte) Fault {
	return Fault{serve: func(w http.ResponseWriter, _ *http.Request, from source) {
		a := from.good()
		a.body = body(a.body)
		a.with(name, value).write(w)
	}}
}

// Gzip answers with a gzipped body.
func Gzip() Fault { return Body("Content-Encoding", "gzip", zipped) }

// GzipBomb answers with a small body that unpacks to just over 1 MiB.
func GzipBomb() Fault {
	packed := zipped(make([]byte, oversize))
	return Body("Content-Encoding", "gzip", func([]byte) []byte { return packed })
}

func zipped(body []byte) []byte {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	_, _ = zip.Write(body) // a buffer takes everything
	_ = zip.Close()
	return out.Bytes()
}
