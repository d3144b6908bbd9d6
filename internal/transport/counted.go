package transport

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync/atomic"
)

// below returns the connection that counts below TLS, and whether HTTP/2 is spoken on it.
func below(conn net.Conn) (counted *countedConn, isHTTP2 bool) {
	for {
		encrypted, ok := conn.(*tls.Conn)
		if !ok {
			break
		}
		isHTTP2 = isHTTP2 || encrypted.ConnectionState().NegotiatedProtocol == "h2"
		conn = encrypted.NetConn()
	}
	counted, _ = conn.(*countedConn)
	return counted, isHTTP2
}

// countedConn is a connection that counts the bytes that are written to it, and
// remembers whether the other side has ended it.
type countedConn struct {
	net.Conn
	written atomic.Int64
	ended   atomic.Bool
}

// Read implements net.Conn.
func (c *countedConn) Read(into []byte) (int, error) {
	n, err := c.Conn.Read(into)
	if errors.Is(err, io.EOF) {
		c.ended.Store(true)
	}
	return n, err
}

// Write implements net.Conn.
func (c *countedConn) Write(from []byte) (int, error) {
	n, err := c.Conn.Write(from)
	c.written.Add(int64(n))
	return n, err
}

// hasEnded reports whether the server has ended the connection, or may have: an end
// that came together with the answer looks the same. It closes the connection. What
// TLS has read to its end says so again.
func (s *sending) hasEnded() bool {
	if s.conn == nil {
		return true // it cannot be told
	}
	_ = s.conn.Close()
	if s.conn.ended.Load() {
		return true
	}
	_, err := s.over.Read(make([]byte, 1))
	return errors.Is(err, io.EOF)
}
