package memnet

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

const address = "auth.example.com:443"

// dialled returns both ends of a connection to address.
func dialled(t *testing.T, n *Network) (near, far net.Conn) {
	t.Helper()
	listener := n.Listen(address)
	accepted := make(chan net.Conn, 1)
	go func() {
		conn, _ := listener.Accept()
		accepted <- conn
	}()
	near, err := n.Dial(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	far = <-accepted
	t.Cleanup(func() { _, _, _ = near.Close(), far.Close(), listener.Close() })
	return near, far
}

func TestConnection(t *testing.T) {
	t.Parallel()
	endings := map[string]struct {
		end  func(far net.Conn)
		want func(error) bool
	}{
		"closed":   {func(far net.Conn) { _ = far.Close() }, func(err error) bool { return err == nil }},
		"reset":    {reset, func(err error) bool { return errors.Is(err, syscall.ECONNRESET) }},
		"too late": {func(net.Conn) {}, isTimeout},
	}
	for name, ending := range endings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				near, far := dialled(t, &Network{})
				if _, err := io.WriteString(far, "hello"); err != nil {
					t.Fatal(err)
				}
				ending.end(far)
				_ = near.SetReadDeadline(time.Now().Add(time.Second))
				if got, err := io.ReadAll(near); string(got) != "hello" || !ending.want(err) {
					t.Errorf("got %q, %v", got, err)
				}
			})
		})
	}
}

func reset(conn net.Conn) {
	if lingering, ok := conn.(interface{ SetLinger(seconds int) error }); ok {
		_ = lingering.SetLinger(0)
	}
	_ = conn.Close()
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout() && errors.Is(err, os.ErrDeadlineExceeded)
}

func TestWriteToWhoHasGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		near, far := dialled(t, &Network{})
		_ = far.Close()
		if _, err := near.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("got %v", err)
		}
	})
}

func TestBreaks(t *testing.T) {
	t.Parallel()
	isDNS := func(err error) bool {
		var dns *net.DNSError
		return errors.As(err, &dns) && dns.Name == "auth.example.com"
	}
	breaks := map[string]struct {
		how  Break
		took time.Duration
		want func(error) bool
	}{
		"nothing there": {nil, 0, isDNS},
		"unknown":       {Unknown(address), 0, isDNS},
		"unresolved":    {Unresolved(address), 0, isDNS},
		"refused":       {Refused, 0, func(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }},
		"dropped":       {Dropped, time.Minute, func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }},
	}
	for name, c := range breaks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := &Network{}
				n.Break(address, c.how)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				began := time.Now()
				_, err := n.Dial(ctx, "tcp", address)
				if took := time.Since(began); !c.want(err) || took != c.took || n.Dialled(address) != 1 {
					t.Errorf("after %s and %d times: %v", took, n.Dialled(address), err)
				}
			})
		})
	}
}

// A closed listener refuses.
func TestClosedListener(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := &Network{}
		listener := n.Listen(address)
		_, _ = listener.Close(), listener.Close()
		if _, err := n.Dial(t.Context(), "tcp", address); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("got %v", err)
		}
		if _, err := listener.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("got %v", err)
		}
	})
}

// Data arrives after the latency, in order, and its end last.
func TestLatency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		near, far := dialled(t, &Network{Latency: time.Second})
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("to dial took %s", took)
		}
		for _, word := range []string{"one ", "two"} {
			if _, err := io.WriteString(far, word); err != nil {
				t.Fatal(err)
			}
		}
		_ = far.Close()
		if _, err := io.WriteString(far, "three"); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("a write after the end: %v", err)
		}
		got, err := io.ReadAll(near)
		if took := time.Since(began); string(got) != "one two" || err != nil || took != 3*time.Second {
			t.Errorf("%q after %s: %v", got, took, err)
		}
	})
}
