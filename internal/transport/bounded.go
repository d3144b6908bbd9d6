package transport

import (
	"context"
	"net/http"
	"time"
)

// grace is how long net/http may take to return when the time of a request is over.
const grace = time.Second

// bounded returns when the time of a request is over, or the run is interrupted.
// net/http does not always: over HTTP/2, a server that does not read, or one that
// sends a window that overflows, makes it wait for a lock that is never released.
type bounded struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	sent := &sending{}
	ctx := context.WithValue(req.Context(), sendingKey{}, sent)
	type outcome struct {
		resp *http.Response
		err  error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		o.err = Caught(func() (err error) {
			o.resp, err = b.next.RoundTrip(req.WithContext(ctx)) //nolint:bodyclose // the caller closes it
			return err
		})
		done <- o
	}()
	select {
	case o := <-done:
		return o.resp, o.err
	case <-ctx.Done():
	}
	waiting := time.NewTimer(grace)
	defer waiting.Stop()
	select {
	case o := <-done:
		return o.resp, o.err
	case <-waiting.C:
		// The goroutine may stay for as long as the process lives, which is short.
		sent.abandon()
		return nil, context.Cause(ctx)
	}
}
