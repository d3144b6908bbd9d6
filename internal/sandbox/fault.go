package sandbox

import (
	"bytes"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

type faultKind int

const (
	kindNone faultKind = iota
	kindStatus
	kindHTML
	kindEmptyObject
	kindCut
	kindCutBody
	kindHang
	kindOversized
	kindEndless
	kindRedirect
	kindLineBreak
	kindEchoSecret
	kindLifetimeOnce
	kindSkewed
	kindServed
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
	kind     faultKind
	status   int
	header   string // the name of one more header, if any
	value    string
	lifetime time.Duration
	skew     time.Duration
	// serve answers instead of good, or changes its answer.
	serve func(w http.ResponseWriter, r *http.Request, good http.HandlerFunc)
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
func Status(code int) Fault { return Fault{kind: kindStatus, status: code} }

// RetryAfterSeconds is Status with a Retry-After of n seconds.
func RetryAfterSeconds(code, n int) Fault {
	return RetryAfter(code, strconv.Itoa(n))
}

// RetryAfter is Status with a Retry-After as it is written.
func RetryAfter(code int, value string) Fault {
	return Fault{kind: kindStatus, status: code, header: "Retry-After", value: value}
}

// RetryAfterDate is Status with a Retry-After that names the time, to the second.
func RetryAfterDate(code int, t time.Time) Fault {
	return RetryAfter(code, t.UTC().Format(http.TimeFormat))
}

// HTML answers with the status and a page of HTML, like a proxy.
func HTML(code int) Fault { return Fault{kind: kindHTML, status: code} }

// EmptyObject answers 200 with {}: success without a token.
func EmptyObject() Fault { return Fault{kind: kindEmptyObject} }

// Cut closes the connection before any answer.
func Cut() Fault { return Fault{kind: kindCut} }

// CutBody sends the headers and half of the body, then resets the connection.
func CutBody() Fault { return Fault{kind: kindCutBody} }

// Hang does not answer until the client leaves or Server.Close is called.
func Hang() Fault { return Fault{kind: kindHang} }

// Oversized answers with a token and just over 1 MiB of valid JSON.
func Oversized() Fault { return Fault{kind: kindOversized} }

// Endless answers with a body that does not end until the client leaves or Server.Close is
// called.
func Endless() Fault { return Fault{kind: kindEndless} }

// Redirect answers with the status and a Location of url.
func Redirect(code int, url string) Fault {
	return Fault{kind: kindRedirect, status: code, header: "Location", value: url}
}

// LineBreakToken answers with a token that has line breaks.
func LineBreakToken() Fault { return Fault{kind: kindLineBreak} }

// EchoSecret answers 400 with a message that repeats the secret of the request as it is,
// URL-escaped, in base64, and in the base64 of HTTP Basic.
func EchoSecret() Fault { return Fault{kind: kindEchoSecret} }

// Lifetime answers with a token of the lifetime d. Services that answer in seconds cut
// fractions off.
func Lifetime(d time.Duration) Fault { return Fault{kind: kindLifetimeOnce, lifetime: d} }

// Skewed answers with a token of a vendor whose clock is ahead by d.
func Skewed(d time.Duration) Fault { return Fault{kind: kindSkewed, skew: d} }

// spoil carries out a fault that does not depend on the request, and reports
// whether f is one.
func (f Fault) spoil(w http.ResponseWriter, r *http.Request, refuse func(refusal) answer, closed <-chan struct{}) bool {
	switch f.kind {
	case kindStatus:
		f.onto(refuse(refusal{status: f.status})).write(w)
	case kindRedirect:
		f.onto(answer{status: f.status}).write(w)
	case kindHTML:
		page := answer{status: f.status, body: []byte("<!DOCTYPE html>\n<html><body><h1>Be right back</h1></body></html>\n")}
		page.with("Content-Type", "text/html; charset=utf-8").write(w)
	case kindEmptyObject:
		answer{status: http.StatusOK, body: []byte("{}")}.write(w)
	case kindCut:
		panic(http.ErrAbortHandler) // net/http then closes without an answer
	case kindHang:
		waitForever(r, closed)
	case kindEndless:
		writeForever(w, r, closed)
	default:
		return false
	}
	return true
}

// onto adds the fault's header to an answer.
func (f Fault) onto(a answer) answer {
	if f.header == "" {
		return a
	}
	return a.with(f.header, f.value)
}

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
	whole := a.body
	a.body = whole[:len(whole)/2]
	a.with("Content-Length", strconv.Itoa(len(whole))).write(w)
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
