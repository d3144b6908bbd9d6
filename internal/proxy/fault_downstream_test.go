package proxy

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// goodAPI is an API that notes which requests have arrived, and which of them as a whole.
type goodAPI struct {
	mu             sync.Mutex
	arrived, ended map[string]int // by path
	wrong          []string       // the requests that looked complete and were not
}

// note notes a request when it arrives, and returns what notes its end.
func (a *goodAPI) note(path string) (ended func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.arrived[path]++
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.ended[path]++
	}
}

// ServeHTTP implements http.Handler.
func (a *goodAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ended := a.note(r.URL.Path)
	defer ended()
	w.Header().Set("X-Api", "1")
	switch {
	case r.Header.Get("Upgrade") != "":
		a.switchTo(w)
		return
	case r.URL.Path == "/endless":
		for _, err := io.WriteString(w, complete); err == nil; _, err = io.WriteString(w, complete) {
			continue
		}
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if size, err := strconv.Atoi(r.Header.Get("X-Size")); err != nil || string(body) != content(size) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.wrong = append(a.wrong, fmt.Sprintf("%s with %d bytes", r.URL.Path, len(body)))
	}
	_, _ = io.WriteString(w, complete)
}

// switchTo answers lines over an upgraded connection.
func (a *goodAPI) switchTo(w http.ResponseWriter) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close() //nolint:errcheck // nobody reads it
	_, _ = io.WriteString(conn, header1(http.StatusSwitchingProtocols, "Connection: Upgrade", "Upgrade: websocket"))
	for _, err = buffered.ReadString('\n'); err == nil; _, err = buffered.ReadString('\n') {
		_, _ = io.WriteString(conn, "pong\n")
	}
}

// count returns how many requests for a path have arrived, and how many of them have ended.
func (a *goodAPI) count(path string) (arrived, ended int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.arrived[path], a.ended[path]
}

// openGood opens a proxy to an API that does nothing wrong.
func openGood(t *testing.T) (*opened, *goodAPI) {
	t.Helper()
	a := &goodAPI{arrived: map[string]int{}, ended: map[string]int{}}
	through, err := transport.New(transport.DefaultSettings(), transport.Machine{Getenv: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	return openWith(t, api(t, a.ServeHTTP).URL, through.Upstream(nil)), a
}

// play is a client that does something wrong.
type play struct {
	*client

	proxy *opened
}

// head is the header of the request, as it should be.
func (p *play) head() string { return p.kind.head(p.proxy, "/id-1") }

// leaving are the ways to leave.
func leaving() map[string]func(*client) {
	return map[string]func(*client){
		"closes": func(c *client) { _ = c.Close() },
		"resets": (*client).reset,
		"closes for writing": func(c *client) {
			if tcp, ok := c.Conn.(*net.TCPConn); ok {
				_ = tcp.CloseWrite()
			}
		},
	}
}

// TestLeaving leaves in each place of each kind of request. The API has each at most once, and
// none that looks complete and is not.
func TestLeaving(t *testing.T) {
	half := func(text string) string { return text[:len(text)/2] }
	leavesNothing(t, func(t *testing.T) {
		for place, c := range map[string]struct {
			send    func(p *play)
			arrives bool // the API may have the request
		}{
			"before the request":  {func(*play) {}, false},
			"in the request line": {func(p *play) { p.write(p.head()[:6]) }, false},
			"in the header":       {func(p *play) { p.write(half(p.head())) }, false},
			"before its end":      {func(p *play) { p.write(strings.TrimSuffix(p.head(), "\r\n")) }, false},
			"after the header":    {func(p *play) { p.write(p.head()) }, true},
			"in the body":         {func(p *play) { p.write(p.head() + half(p.kind.body())) }, true},
			"before the last byte": {func(p *play) {
				text := p.head() + p.kind.body()
				p.write(text[:len(text)-1])
			}, true},
			"after the request": {func(p *play) { p.write(p.head() + p.kind.body()) }, true},
		} {
			for how, leave := range leaving() {
				for _, k := range kinds() {
					t.Run(strings.Join([]string{how, place, k.name}, "/"), func(t *testing.T) {
						t.Parallel()
						o, a := openGood(t)
						p := &play{o.connect(t, k), o}
						c.send(p)
						leave(p.client)
						p.receive(t)
						_ = p.Close()
						p.check(t, a, c.arrives)
					})
				}
			}
		}
	})
}

// check checks what the API has, once the proxy is closed.
func (p *play) check(t *testing.T, a *goodAPI, arrives bool) {
	t.Helper()
	p.proxy.Close(t.Context())
	arrived, _ := a.count("/id-1")
	if most := map[bool]int{true: 1, false: 0}[arrives]; arrived > most {
		t.Errorf("the API has %d requests, want %d at most", arrived, most)
	}
	waitUntil(t, func() bool {
		arrived, ended := a.count("/id-1")
		return arrived == ended
	})
	if len(a.wrong) > 0 {
		t.Errorf("a request looked complete and was not: %v", a.wrong)
	}
	p.checkSecrets(t, p.proxy)
}
