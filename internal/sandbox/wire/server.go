// Package wire is a server that sends and receives HTTP/1.1 and HTTP/2 as raw bytes and
// frames. It can do what a server of net/http cannot, and it counts the requests and
// connections that really arrive.
package wire

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"

	"golang.org/x/net/http2"
)

// Answer answers one request. It is called when the headers have arrived. The connection
// stays open after it.
type Answer func(*Request)

// Server is a server at one address. Its fields are set before Start.
type Server struct {
	TLS     *tls.Config // nil: the server has no TLS. NextProtos decides whether HTTP/2 is offered
	Open    func(*Conn) // if not nil, called for each connection before its first request
	Chunks  bool        // clients may send bodies without a length over HTTP/1.1
	Answers []Answer    // answer one request each, in order. The last one also answers all that follow

	mu       sync.Mutex
	conns    []*Conn  // the connections, in order
	requests int      // counts the requests on all of them
	faults   []string // the violations of the protocol by clients
}

// Conn is a connection to the server.
type Conn struct {
	net.Conn

	Number int // counts the connections of the server from 1

	server   *Server
	raw      net.Conn      // the connection below TLS
	requests int           // counts the requests on this connection. The server's mu guards it
	read     *bufio.Reader // reads what the client sends
	h2       *frames       // the connection's state over HTTP/2; nil over HTTP/1.1
}

// Request is a request that has arrived.
type Request struct {
	*Conn

	Number, OnConn int         // count the requests of the server and those of the connection from 1
	Method, Path   string      // what the request asks for
	Header         http.Header // has the header fields, without the pseudo-header fields of HTTP/2
	Stream         uint32      // the stream of the request; 0 over HTTP/1.1

	body func() []byte
}

// Body waits for the body, and returns it.
func (r *Request) Body() []byte { return r.body() }

// Start serves until the test ends, and fails it if a client violated the protocol.
func (s *Server) Start(t *testing.T, l net.Listener) {
	t.Helper()
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { s.serve(s.opened(conn)) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		for _, c := range s.all() {
			_ = c.raw.Close()
		}
		running.Wait()
		for _, fault := range s.Faults() {
			t.Error("the client: ", fault)
		}
	})
}

// Requests returns how many requests have arrived.
func (s *Server) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// Connections returns how many connections were opened.
func (s *Server) Connections() int { return len(s.all()) }

// Faults returns the violations of the protocol by clients.
func (s *Server) Faults() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults
}

func (s *Server) all() []*Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns
}

// blame records a violation of the protocol by a client.
func (s *Server) blame(format string, values ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, fmt.Sprintf(format, values...))
}

func (s *Server) opened(conn net.Conn) *Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &Conn{Conn: conn, raw: conn, Number: len(s.conns) + 1, server: s}
	s.conns = append(s.conns, c)
	return c
}

// serve serves one connection until it is closed.
func (s *Server) serve(c *Conn) {
	defer func() { _ = c.Close() }()
	if s.TLS != nil {
		encrypted := tls.Server(c.Conn, s.TLS)
		if encrypted.HandshakeContext(context.Background()) != nil {
			return
		}
		c.Conn = encrypted
		if encrypted.ConnectionState().NegotiatedProtocol == http2.NextProtoTLS {
			c.h2 = newFrames(c.Conn)
		}
	}
	c.read = bufio.NewReader(c.Conn)
	if c.h2 != nil {
		c.serve2()
	} else {
		c.serve1()
	}
}

// arrived counts a request, and returns its answer.
func (c *Conn) arrived(r *Request) Answer {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	c.requests++
	r.Conn, r.Number, r.OnConn = c, s.requests, c.requests
	return s.Answers[min(s.requests, len(s.Answers))-1]
}

// Reset ends the connection by a TCP reset.
func (c *Conn) Reset() {
	if lingering, ok := c.raw.(interface{ SetLinger(seconds int) error }); ok {
		_ = lingering.SetLinger(0)
	}
	_ = c.raw.Close()
}
