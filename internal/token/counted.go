package token

import (
	"crypto/tls"
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

// countedConn is a connection that counts the bytes that are written to it.
type countedConn struct {
	net.Conn
	written atomic.Int64
}

// Write implements net.Conn.
func (c *countedConn) Write(from []byte) (int, error) {
	n, err := c.Conn.Write(from)
	c.written.Add(int64(n))
	return n, err
}
