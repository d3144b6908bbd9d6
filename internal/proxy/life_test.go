package proxy

import (
	"context"
	"encoding/pem"
	"net"
	"net/http"
	"testing"
	"time"
)

func pemOf(certificate []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}))
}

// TestClose lets a request finish, and leaves nothing behind.
func TestClose(t *testing.T) { // alone, as others might listen on its port
	arrived, finish := make(chan struct{}), make(chan struct{})
	o := openTo(t, api(t, func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-finish
		w.WriteHeader(http.StatusTeapot)
	}).URL)
	status := make(chan int, 1)
	req := o.request(t, http.MethodGet, "/", nil)
	go func() {
		resp, err := plainClient.Do(req)
		if err != nil {
			status <- 0
			return
		}
		_ = resp.Body.Close()
		status <- resp.StatusCode
	}()
	<-arrived
	closed := make(chan struct{})
	go func() {
		o.Close(context.Background())
		close(closed)
	}()
	waitUntil(t, func() bool { return !listens(o.address) })
	close(finish)
	if got := <-status; got != http.StatusTeapot {
		t.Errorf("HTTP %d, want the API's response", got)
	}
	<-closed
}

// TestCloseUnused does not wait for a connection without a request.
func TestCloseUnused(t *testing.T) {
	t.Parallel()
	o := openTo(t, "http://127.0.0.1:1")
	o.dial(t)
	waitUntil(t, func() bool {
		o.mu.Lock()
		defer o.mu.Unlock()
		return len(o.unused) == 1
	})
	ctx, cancel := context.WithCancel(context.Background())
	o.Close(ctx)
	if ctx.Err() != nil {
		t.Error("the close has taken all of its time")
	}
	cancel()
}

// TestAbort ends a request at once, and without a response that looks like one of the API.
func TestAbort(t *testing.T) { // alone, as others might listen on its port
	arrived, ended := make(chan struct{}), make(chan struct{})
	o := openTo(t, api(t, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		close(ended)
	}).URL)
	failed := make(chan error, 1)
	req := o.request(t, http.MethodGet, "/", nil)
	go func() {
		resp, err := plainClient.Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		failed <- err
	}()
	<-arrived
	o.Abort()
	if err := <-failed; err == nil {
		t.Error("there is a response")
	}
	<-ended
	if listens(o.address) {
		t.Error("the proxy still listens")
	}
}

func listens(address string) bool {
	conn, err := new(net.Dialer).DialContext(context.Background(), "tcp", address)
	if err == nil {
		_ = conn.Close()
	}
	return err == nil
}

// waitUntil waits until something is true.
func waitUntil(t *testing.T, isTrue func() bool) {
	t.Helper()
	for range 1000 {
		if isTrue() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("it does not become true")
}
