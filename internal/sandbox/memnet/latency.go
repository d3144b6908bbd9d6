package memnet

import (
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// distant is an end of a connection whose writes arrive after a time. It waits with timers
// and not in goroutines, which would keep a bubble of testing/synctest from ending.
type distant struct {
	net.Conn

	latency    time.Duration
	delivering chan struct{} // a lock. While a goroutine waits for a sync.Mutex, the clock of a bubble stands still

	mu       sync.Mutex // guards the fields below
	onTheWay [][]byte   // the data that has not arrived yet; nil is the end of the connection
	closed   bool
}

// apart returns the two ends of a connection with a latency each way.
func apart(near, far net.Conn, latency time.Duration) (nearEnd, farEnd net.Conn) {
	if latency == 0 {
		return near, far
	}
	room := func() chan struct{} { return make(chan struct{}, 1) }
	return &distant{Conn: near, latency: latency, delivering: room()}, &distant{Conn: far, latency: latency, delivering: room()}
}

// deliver delivers the first data on the way, which is due.
func (d *distant) deliver() {
	d.delivering <- struct{}{}
	defer func() { <-d.delivering }()
	d.mu.Lock()
	first := d.onTheWay[0]
	d.onTheWay = d.onTheWay[1:]
	d.mu.Unlock()
	if first == nil {
		_ = d.Conn.Close()
		return
	}
	_, _ = d.Conn.Write(first) // if it fails, the other end is closed
}

// send puts data on the way. d is locked.
func (d *distant) send(data []byte) {
	d.onTheWay = append(d.onTheWay, data)
	time.AfterFunc(d.latency, d.deliver)
}

// Read implements net.Conn.
func (d *distant) Read(into []byte) (int, error) {
	n, err := d.Conn.Read(into)
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil && d.closed {
		err = net.ErrClosed
	}
	return n, err
}

// Write sends a copy of from.
func (d *distant) Write(from []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return 0, &net.OpError{Op: "write", Net: "tcp", Addr: d.RemoteAddr(), Err: os.NewSyscallError("write", syscall.EPIPE)}
	}
	if len(from) > 0 {
		d.send(append([]byte(nil), from...))
	}
	return len(from), nil
}

// Close ends reads here at once, and at the other end after all data has arrived.
func (d *distant) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.closed {
		d.closed = true
		d.send(nil)
	}
	return d.SetReadDeadline(time.Unix(1, 0))
}
