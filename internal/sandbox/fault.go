package sandbox

import (
	"bytes"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// oversize is one byte more than the largest answer that a client should accept.
const oversize = 1<<20 + 1

// Fault is something that goes wrong with one token request. The zero value is
// no fault: it lets a request through before the next fault.
//
// Faults that change the answer with a token (CutBody, Oversized, LineBreakToken, EchoSecret
// and Lifetime) need a request that the service accepts; others are refused as usual.
// All other faults replace any answer.
type Fault struct {
	serve          func(w http.ResponseWriter, r *http.Request, from source) // nil: the endpoint answers
	lifetime       *time.Duration                                            // of the token
	skew           time.Duration                                             // how far the endpoint's clock is ahead
	breaks, echoes bool                                                      // the token has line breaks; the answer repeats the secret
}

// source is what a fault makes its answer of.
type source struct {
	good   func() answer // answers without the fault
	refuse func(refusal) answer
	closed <-chan struct{} // closed when the server is
}

// answer writes the answer to a request.
func (f Fault) answer(w http.ResponseWriter, r *http.Request, from source) {
	if f.serve == nil {
		from.good().write(w)
		return
	}
	f.serve(w, r, from)
}

// always is a fault with the same answer to every request.
func always(a answer) Fault {
	return Fault{serve: func(w http.ResponseWriter, _ *http.Request, _ source) { a.write(w) }}
}

// spoiled is a fault that changes how the answer with a token is written.
func spoiled(write func(w http.ResponseWriter, a answer)) Fault {
	return Fault{serve: func(w http.ResponseWriter, _ *http.Request, from source) {
		if a := from.good(); a.status == http.StatusOK {
			write(w, a)
		} else {
			a.write(w)
		}
	}}
}

// orders are the faults that wait for their requests.
type orders struct {
	mu     sync.Mutex
	faults []Fault
	always Fault
}

// Order gives each of the next requests one of the faults, in order. Afterwards the
// endpoint works again.
func (o *orders) Order(faults ...Fault) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.faults = append(o.faults, faults...)
}

// OrderAlways gives every request the fault. Faults of Order come first.
func (o *orders) OrderAlways(f Fault) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.always = f
}

func (o *orders) heal() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.faults, o.always = nil, Fault{}
}

func (o *orders) next() Fault {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.faults) == 0 {
		return o.always
	}
	f := o.faults[0]
	o.faults = o.faults[1:]
	return f
}

// Status answers with the status and the vendor's body for it.
func Status(code int) Fault {
	return Fault{serve: func(w http.ResponseWriter, _ *http.Request, from source) { from.refuse(refusal{status: code}).write(w) }}
}

// RetryAfterSeconds is Status with a Retry-After of n seconds.
func RetryAfterSeconds(code, n int) Fault { return RetryAfter(code, strconv.Itoa(n)) }

// RetryAfter is Status with a Retry-After as it is written.
func RetryAfter(code int, value string) Fault {
	return Fault{serve: func(w http.ResponseWriter, _ *http.Request, from source) {
		from.refuse(refusal{status: code}).with("Retry-After", value).write(w)
	}}
}

// RetryAfterDate is Status with a Retry-After that names the time, to the second.
func RetryAfterDate(code int, t time.Time) Fault {
	return RetryAfter(code, t.UTC().Format(http.TimeFormat))
}

// HTML answers with the status and a page of HTML, like a proxy.
func HTML(code int) Fault {
	page := answer{status: code, body: []byte("<!DOCTYPE html>\n<html><body><h1>Be right back</h1></body></html>\n")}
	return always(page.with("Content-Type", "text/html; charset=utf-8"))
}

// EmptyObject answers 200 with {}: success without a token.
func EmptyObject() Fault { return always(answer{status: http.StatusOK, body: []byte("{}")}) }

// Cut closes the connection before any answer.
func Cut() Fault {
	return Fault{serve: func(http.ResponseWriter, *http.Request, source) { panic(http.ErrAbortHandler) }}
}

// CutBody sends the headers and half of the body, then resets the connection.
func CutBody() Fault { return spoiled(writeHalf) }

// Hang does not answer until the client leaves or Server.Close is called.
func Hang() Fault {
	return Fault{serve: func(_ http.ResponseWriter, r *http.Request, from source) { waitForever(r, from.closed) }}
}

// Oversized answers with a token and just over 1 MiB of valid JSON.
func Oversized() Fault {
	return spoiled(func(w http.ResponseWriter, a answer) { pad(a).write(w) })
}

// Endless answers with a body that does not end until the client leaves or Server.Close is
// called.
func Endless() Fault {
	return Fault{serve: func(w http.ResponseWriter, r *http.Request, from source) { writeForever(w, r, from.closed) }}
}

// Redirect answers with the status and a Location of url.
func Redirect(code int, url string) Fault { return always(answer{status: code}.with("Location", url)) }

// LineBreakToken answers with a token that has line breaks.
func LineBreakToken() Fault { return Fault{breaks: true} }

// EchoSecret answers 400 with a message that repeats the secret of the request as it is,
// URL-escaped, in base64, and in the base64 of HTTP Basic.
func EchoSecret() Fault { return Fault{echoes: true} }

// Lifetime answers with a token of the lifetime d. Services that answer in seconds cut
// fractions off.
func Lifetime(d time.Duration) Fault { return Fault{lifetime: &d} }

// Skewed answers with a token of a vendor whose clock is ahead by d.
func Skewed(d time.Duration) Fault { return Fault{skew: d} }

func waitForever(r *http.Request, closed <-chan struct{}) {
	select {
	case <-r.Context().Done():
	case <-closed:
	}
	panic(http.ErrAbortHandler) // a return would answer 200
}

func writeForever(w http.ResponseWriter, r *http.Request, closed <-chan struct{}) {
	out := http.NewResponseController(w)
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-done:
		case <-closed:
			// A write to a client that does not read blocks until a deadline.
			_ = out.SetWriteDeadline(time.Now())
		}
	}()
	w.Header().Set("Content-Type", typeJSON)
	_, err := w.Write([]byte(`{"padding":"`))
	chunk := bytes.Repeat([]byte("x"), 32<<10)
	for err == nil && r.Context().Err() == nil {
		_, err = w.Write(chunk)
	}
	panic(http.ErrAbortHandler)
}

// pad puts padding before the token, so that a client that cuts the body off has no token.
func pad(a answer) answer {
	const open, shut = `{"padding":"`, `",`
	body := append(make([]byte, 0, oversize), open...)
	body = append(body, bytes.Repeat([]byte("x"), oversize-len(open)-len(shut)-len(a.body)+1)...)
	body = append(body, shut...)
	a.body = append(body, a.body[1:]...)
	return a
}

func writeHalf(w http.ResponseWriter, a answer) {
	a.with("Content-Length", strconv.Itoa(len(a.body))).head(w)
	_, _ = w.Write(a.body[:len(a.body)/2])
	out := http.NewResponseController(w)
	_ = out.Flush() // if it fails, the connection is broken as intended
	conn, _, err := out.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	reset(conn)
}

func reset(conn net.Conn) {
	if t, ok := conn.(interface{ NetConn() net.Conn }); ok { // TLS
		conn = t.NetConn()
	}
	if t, ok := conn.(interface{ SetLinger(seconds int) error }); ok { // TCP
		_ = t.SetLinger(0) // Close then sends a reset
	}
	_ = conn.Close()
}
