package proxy

import (
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
)

// handshakes are servers that cannot be trusted, or do not speak TLS. They report whether they
// have read a request.
func handshakes(t *testing.T) map[string]func(net.Conn) bool {
	t.Helper()
	accepts := func(host string, from, until time.Duration) func(net.Conn) bool {
		certificate, _ := memnet.Certify(t, host, from, until)
		config := identity{certificate: certificate}.config("http/1.1")
		return func(conn net.Conn) bool {
			n, _ := tls.Server(conn, config).Read(make([]byte, 1))
			return n > 0
		}
	}
	says := func(text string) func(net.Conn) bool {
		return func(conn net.Conn) bool {
			_, _ = conn.Read(make([]byte, 1<<12))
			_, _ = conn.Write([]byte(text)) // who has gone hears nothing
			return false
		}
	}
	return map[string]func(net.Conn) bool{
		"alert":               says("\x15\x03\x03\x00\x02\x02\x28"),
		"closes":              says(""),
		"half a record":       says("\x16\x03\x03\x40"),
		"plain HTTP":          says(header1(200, full()) + complete),
		"garbage":             says("fake\r\n"),
		"unknown authority":   accepts("localhost", -time.Hour, time.Hour),
		"another host":        accepts("other.example.com", -time.Hour, time.Hour),
		"expired certificate": accepts("localhost", -2*time.Hour, -time.Hour),
	}
}

// TestHandshakeFaults sends each kind of request to a server that is not the API. It gets none.
func TestHandshakeFaults(t *testing.T) {
	leavesNothing(t, func(t *testing.T) {
		i := newIdentity()
		for name, shake := range handshakes(t) {
			for _, k := range kinds() {
				t.Run(name+"/"+k.name, func(t *testing.T) {
					t.Parallel()
					meets(t, i, shake, k)
				})
			}
		}
	})
}

// meets sends a request of a kind to a server that is not the API.
func meets(t *testing.T, i identity, shake func(net.Conn) bool, k kind) {
	t.Helper()
	var isRead atomic.Bool
	address := serveConns(t, func(conn net.Conn) {
		if shake(conn) {
			isRead.Store(true)
		}
	})
	o := openWith(t, "https://"+address, i.sender(t))
	c := o.send(t, k, "/id-1")
	if got := c.receive(t); got != own {
		t.Errorf("the client has %s, want %s", got, own)
	}
	if isRead.Load() {
		t.Error("the server has a request")
	}
	c.checkSecrets(t, o)
}

// serveConns calls a function for each connection to the address that it returns.
func serveConns(t *testing.T, serve func(net.Conn)) (address string) {
	t.Helper()
	l := listen(t)
	var running sync.WaitGroup
	running.Go(func() {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			running.Go(func() {
				defer conn.Close() //nolint:errcheck // nobody reads it
				serve(conn)
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		running.Wait()
	})
	return l.Addr().String()
}
