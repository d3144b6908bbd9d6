package proxy

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/http2"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// complete is the body of each response of an API that is whole.
var complete = content(3000)

// rawAPI is an API that sends bytes or frames.
type rawAPI struct {
	*wire.Server

	mu      sync.Mutex
	arrived map[string]int // the requests that have arrived, by path
}

// identity is a certificate for 127.0.0.1, and the PEM to trust it.
type identity struct {
	certificate tls.Certificate
	trusted     string
}

func newIdentity() identity {
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	return identity{server.TLS.Certificates[0], pemOf(server.Certificate().Raw)}
}

// config is the TLS of a server that speaks a protocol.
func (i identity) config(protocol string) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{i.certificate}, NextProtos: []string{protocol}, MinVersion: tls.VersionTLS12}
}

// sender returns what sends requests to an API that has the certificate.
func (i identity) sender(t *testing.T) *transport.Upstream {
	t.Helper()
	settings := transport.DefaultSettings()
	settings.CACertificatesPEM = i.trusted
	through, err := transport.New(settings, transport.Machine{Getenv: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	return through.Upstream(nil)
}

// listen listens on loopback.
func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// openRaw starts an API that gives the answers, and opens a proxy to it. The protocol is http,
// https or h2.
func openRaw(t *testing.T, i identity, protocol string, answers ...wire.Answer) (*opened, *rawAPI) {
	t.Helper()
	a := &rawAPI{Server: &wire.Server{Chunks: true}, arrived: map[string]int{}}
	scheme := "https"
	switch protocol {
	case "http":
		scheme = "http"
	case "https":
		a.TLS = i.config("http/1.1")
	default:
		a.TLS = i.config("h2")
		a.Open = widen
	}
	for _, answer := range answers {
		a.Answers = append(a.Answers, func(r *wire.Request) {
			a.mu.Lock()
			a.arrived[r.Path]++
			a.mu.Unlock()
			answer(r)
		})
	}
	l := listen(t)
	a.Start(t, l)
	return openWith(t, scheme+"://"+l.Addr().String(), i.sender(t)), a
}

// widen lets a client of HTTP/2 send a large body at once.
func widen(c *wire.Conn) {
	const window = 1 << 22
	c.Settings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: window})
	c.Write2(func(f *http2.Framer) error { return f.WriteWindowUpdate(0, window) })
}

// count returns how many requests for a path have arrived.
func (a *rawAPI) count(path string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.arrived[path]
}

// header1 is the header of a response over HTTP/1.1.
func header1(status int, lines ...string) string {
	return fmt.Sprintf("HTTP/1.1 %d %s\r\nX-Api: 1\r\n%s\r\n", status, http.StatusText(status), strings.Join(append(lines, ""), "\r\n"))
}

// full is the line with the length of a whole response.
func full() string { return "Content-Length: " + strconv.Itoa(len(complete)) }

// answered is a whole response, at once.
func answered(status int) wire.Answer {
	return func(r *wire.Request) {
		if r.Stream == 0 {
			wire.Raw(header1(status, full()) + complete)(r)
			return
		}
		wire.Then(wire.Headers(status, false, "x-api", "1", "content-length", strconv.Itoa(len(complete))), wire.Data(true, complete))(r)
	}
}

// well answers as an API does, if the request is what the client has sent.
func well(r *wire.Request) {
	if r.Header.Get("Upgrade") != "" {
		wire.Raw(header1(http.StatusSwitchingProtocols, "Connection: Upgrade", "Upgrade: websocket"))(r)
		line := make([]byte, len("ping\n"))
		_, _ = io.ReadFull(r.Conn.Conn, line)
		wire.Then(wire.Raw("pong\n"), wire.Close)(r)
		return
	}
	readBody(r)
	status := http.StatusOK
	if size, err := strconv.Atoi(r.Header.Get("X-Size")); err != nil || string(r.Body()) != content(size) {
		status = http.StatusBadRequest
	}
	answered(status)(r)
}

// readBody waits until the whole body has arrived, and lets a client send it that waits.
func readBody(r *wire.Request) {
	switch {
	case r.Header.Get("Expect") == "":
	case r.Stream == 0:
		wire.Raw("HTTP/1.1 100 Continue\r\n\r\n")(r)
	default:
		wire.Headers(http.StatusContinue, false)(r)
	}
	wire.ReadBody(r)
}

// refuses refuses the token of a request.
func refuses(r *wire.Request) { wire.Then(readBody, answered(http.StatusUnauthorized))(r) }
