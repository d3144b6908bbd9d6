package memnet

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"google.golang.org/grpc/test/bufconn"
)

// buffer is how many bytes a connection holds before writes block.
const buffer = 16 << 10

// named is an address as it is written in URLs.
type named string

// Network implements net.Addr.
func (named) Network() string { return "tcp" }

// String returns host and port.
func (n named) String() string { return string(n) }

// listener accepts the connections that are dialled.
type listener struct {
	address named
	dialled chan net.Conn
	closing sync.Once
	closed  chan struct{}
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.dialled:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *listener) Close() error {
	l.closing.Do(func() { close(l.closed) })
	return nil
}

// Addr implements net.Listener.
func (l *listener) Addr() net.Addr { return l.address }

func (l *listener) dial(ctx context.Context, latency time.Duration) (net.Conn, error) {
	near, far, err := pair(l.address)
	if err != nil {
		return nil, err
	}
	near, far = apart(near, far, latency)
	select {
	case <-time.After(2 * latency):
	case <-ctx.Done():
		_, _ = near.Close(), far.Close()
		return nil, ctx.Err()
	}
	select {
	case l.dialled <- far:
		return near, nil
	case <-l.closed:
		return nil, Refused(ctx)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// end is one end of a connection.
type end struct {
	net.Conn
	remote named
	hasty  bool                      // makes Close reset the connection
	reset  *atomic.Bool              // the connection was reset; both ends share it
	until  atomic.Pointer[time.Time] // the deadline of reads, if it is neither nil nor zero
}

// pair returns the two ends of a connection to an address.
func pair(address named) (near, far net.Conn, err error) {
	between := bufconn.Listen(buffer)
	accepted := make(chan net.Conn, 1)
	go func() {
		conn, _ := between.Accept() // its error is that of Dial
		accepted <- conn
	}()
	dialled, err := between.Dial()
	if err != nil {
		return nil, nil, err
	}
	reset := new(atomic.Bool)
	return &end{Conn: dialled, remote: address, reset: reset}, &end{Conn: <-accepted, remote: "client:1", reset: reset}, nil
}

// Read reads, and fails after a reset as a TCP connection does.
func (e *end) Read(into []byte) (int, error) {
	n, err := e.Conn.Read(into)
	for timedOut(err) && !e.isLate() {
		// This deadline was replaced while it ended.
		if err = e.Conn.SetReadDeadline(e.deadline()); err == nil {
			n, err = e.Conn.Read(into)
		}
	}
	switch {
	case errors.Is(err, io.EOF) && e.reset.Load():
		err = &net.OpError{Op: "read", Net: "tcp", Addr: e.remote, Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	case timedOut(err):
		// As with TCP, this error is temporary: crypto/tls goes on reading after it.
		err = &net.OpError{Op: "read", Net: "tcp", Addr: e.remote, Err: os.ErrDeadlineExceeded}
	}
	return n, err
}

func timedOut(err error) bool {
	var late net.Error
	return errors.As(err, &late) && late.Timeout()
}

// SetReadDeadline implements net.Conn.
func (e *end) SetReadDeadline(until time.Time) error {
	e.until.Store(&until)
	return e.Conn.SetReadDeadline(until)
}

// SetDeadline implements net.Conn.
func (e *end) SetDeadline(until time.Time) error {
	e.until.Store(&until)
	return e.Conn.SetDeadline(until)
}

func (e *end) deadline() time.Time {
	if until := e.until.Load(); until != nil {
		return *until
	}
	return time.Time{}
}

// isLate reports whether the deadline of reads is over.
func (e *end) isLate() bool {
	until := e.deadline()
	return !until.IsZero() && !time.Now().Before(until)
}

// Write writes, and fails after the other end has closed as a TCP connection does.
func (e *end) Write(from []byte) (int, error) {
	n, err := e.Conn.Write(from)
	if errors.Is(err, io.ErrClosedPipe) {
		err = &net.OpError{Op: "write", Net: "tcp", Addr: e.remote, Err: os.NewSyscallError("write", syscall.EPIPE)}
	}
	return n, err
}

// SetLinger is like that of net.TCPConn: 0 makes Close reset the connection.
func (e *end) SetLinger(seconds int) error {
	e.hasty = seconds == 0
	return nil
}

// Close closes this end.
func (e *end) Close() error {
	if e.hasty {
		e.reset.Store(true)
	}
	return e.Conn.Close()
}

// RemoteAddr returns the other end's address.
func (e *end) RemoteAddr() net.Addr { return e.remote }
