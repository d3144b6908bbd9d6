package proxy

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// kind is a kind of request.
type kind struct {
	name, method             string
	size                     int // of the body, in bytes
	chunks, upgrades, expect bool
}

func kinds() []kind {
	return []kind{
		{name: "GET", method: http.MethodGet},
		{name: "POST", method: http.MethodPost, size: 1000},
		{name: "POST in chunks", method: http.MethodPost, size: 1000, chunks: true},
		{name: "large POST", method: http.MethodPost, size: mostReplayed + 1},
		{name: "DELETE with a body", method: http.MethodDelete, size: 1000},
		{name: "upgrade", method: http.MethodGet, upgrades: true},
		{name: "POST that waits", method: http.MethodPost, size: 1000, expect: true},
	}
}

// mayRepeat reports whether a request may be sent twice (RFC 9110, section 9.2.2). For DELETE
// that would be allowed, too, but Go does not.
func (k kind) mayRepeat() bool { return k.method == http.MethodGet }

// isLarge reports whether a request cannot be sent again.
func (k kind) isLarge() bool { return k.size > mostReplayed }

// content is the beginning of all bodies.
func content(size int) string { return strings.Repeat("0123456789abcdef", size/16+1)[:size] }

// head is the header of a request.
func (k kind) head(o *opened, path string) string {
	lines := []string{
		k.method + " " + path + " HTTP/1.1", "Host: " + o.address, "Authorization: Bearer " + o.Key().Reveal(),
		fmt.Sprintf("X-Size: %d", k.size),
	}
	switch {
	case k.upgrades:
		lines = append(lines, "Connection: Upgrade", "Upgrade: websocket")
	case k.chunks:
		lines = append(lines, "Transfer-Encoding: chunked")
	case k.size > 0:
		lines = append(lines, fmt.Sprintf("Content-Length: %d", k.size))
	}
	if k.expect {
		lines = append(lines, "Expect: 100-continue")
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n"
}

// body is the body of a request, as it is on the wire.
func (k kind) body() string {
	if !k.chunks {
		return content(k.size)
	}
	var wire strings.Builder
	for rest := content(k.size); rest != ""; {
		n := min(len(rest), 400)
		fmt.Fprintf(&wire, "%x\r\n%s\r\n", n, rest[:n])
		rest = rest[n:]
	}
	return wire.String() + "0\r\n\r\n"
}

// result is what a client has, a set of bits.
type result int

const (
	whole  result = 1 << iota // the API's own response
	own                       // an answer of the proxy
	broken                    // no response, or one that is visibly not complete
	server                    // an answer of net/http to what is no request
)

func (r result) String() string {
	var names []string
	for i, name := range []string{"the API's response", "the proxy's answer", "a broken connection", "net/http's answer"} {
		if r&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, " or ")
}

// client is a client of the proxy that reads and writes bytes.
type client struct {
	net.Conn

	kind     kind
	sendBody func()       // sends the body, once
	received bytes.Buffer // everything
	reader   *bufio.Reader
	status   int // of the last response
}

// connect connects to the proxy for a request of a kind.
func (o *opened) connect(t *testing.T, k kind) *client {
	t.Helper()
	c := &client{Conn: o.dial(t), kind: k}
	c.reader = bufio.NewReader(io.TeeReader(c.Conn, &c.received))
	c.sendBody = sync.OnceFunc(func() { c.write(k.body()) })
	return c
}

// send sends a request.
func (o *opened) send(t *testing.T, k kind, path string) *client {
	t.Helper()
	c := o.connect(t, k)
	c.again(o, path)
	return c
}

// again sends one more request, while the response is read.
func (c *client) again(o *opened, path string) {
	head := c.kind.head(o, path)
	switch {
	case c.kind.expect:
		c.sendBody = sync.OnceFunc(func() { go c.write(c.kind.body()) })
		c.write(head)
	default:
		go c.write(head + c.kind.body())
	}
}

// write writes a text. If that fails, the proxy has closed the connection.
func (c *client) write(text string) { _, _ = io.WriteString(c, text) }

// reset ends the connection by a TCP reset.
func (c *client) reset() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

// receive reads a response, and fails the test if it looks complete and is not.
func (c *client) receive(t *testing.T) result {
	t.Helper()
	for {
		resp, err := http.ReadResponse(c.reader, &http.Request{Method: c.kind.method}) //nolint:bodyclose // the connection is closed
		switch {
		case err != nil:
			return broken
		case resp.StatusCode == http.StatusContinue && c.kind.expect:
			c.sendBody()
		case resp.StatusCode >= 200 || resp.StatusCode == http.StatusSwitchingProtocols:
			c.status = resp.StatusCode
			return c.judge(t, resp)
		}
	}
}

// judge reads the body of a response.
func (c *client) judge(t *testing.T, resp *http.Response) result {
	t.Helper()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return broken
	}
	switch [2]bool{resp.Header.Get("X-Api") != "", resp.Header.Get("Proxy-Status") != ""} {
	case [2]bool{true, false}:
		if resp.StatusCode == http.StatusSwitchingProtocols {
			return c.converse()
		}
		if string(body) == complete {
			return whole
		}
	case [2]bool{false, true}:
		return own
	case [2]bool{false, false}:
		if resp.StatusCode >= 400 && resp.Close { // net/http answers without the proxy
			return server
		}
	}
	t.Errorf("HTTP %d looks complete and is not, with %d bytes and the header %v", resp.StatusCode, len(body), resp.Header)
	return 0
}

// converse sends a line over an upgraded connection, and reads the answer.
func (c *client) converse() result {
	c.write("ping\n")
	if line, err := c.reader.ReadString('\n'); err != nil || line != "pong\n" {
		return broken
	}
	return whole
}

// checkSecrets fails the test if anything that the client has received is secret.
func (c *client) checkSecrets(t *testing.T, o *opened) {
	t.Helper()
	for what, secret := range map[string]string{"the key": o.Key().Reveal(), "a token": "token-", "a header of the token": "tenant-a"} {
		if strings.Contains(c.received.String(), secret) {
			t.Errorf("the client has received %s", what)
		}
	}
}
