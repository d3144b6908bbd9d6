package wire

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// serve1 reads requests over HTTP/1.1.
func (c *Conn) serve1() {
	if c.server.Open != nil {
		c.server.Open(c)
	}
	for {
		parsed, err := http.ReadRequest(c.read)
		if err != nil {
			return
		}
		if len(parsed.TransferEncoding) > 0 && !c.server.Chunks {
			c.server.blame("a body without a length: %v", parsed.TransferEncoding)
		}
		r := &Request{Method: parsed.Method, Path: parsed.URL.Path, Header: parsed.Header}
		r.body = sync.OnceValue(func() []byte {
			body, _ := io.ReadAll(parsed.Body)
			return body
		})
		c.arrived(r)(r)
		_ = r.Body() // the next request comes after it
	}
}

// Raw sends bytes as they are.
func Raw(text string) Answer {
	return func(r *Request) { _, _ = io.WriteString(r.Conn.Conn, text) }
}

// JSON1 is an answer over HTTP/1.1, with more header lines.
func JSON1(status int, body string, header ...string) string {
	var more strings.Builder
	for _, line := range header {
		more.WriteString(line + "\r\n")
	}
	return fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n%s",
		status, http.StatusText(status), len(body), more.String(), body)
}

// Then does one thing after the other.
func Then(all ...Answer) Answer {
	return func(r *Request) {
		for _, next := range all {
			next(r)
		}
	}
}

// ReadBody waits until the whole body has arrived.
func ReadBody(r *Request) { _ = r.Body() }

// Close closes the connection.
func Close(r *Request) { _ = r.Close() }

// Reset ends the connection by a TCP reset.
func Reset(r *Request) { r.Reset() }

// Cut closes the connection below TLS, without the alert that ends TLS.
func Cut(r *Request) { _ = r.raw.Close() }

// Nothing does nothing: the client waits.
func Nothing(*Request) {}
