package proxy

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
)

// stall is an API that stops in the middle.
type stall struct {
	name, protocol string
	before         []wire.Answer // what it answers before it stops
	reads          bool          // it has read the body then
}

func stalls() []stall {
	text := func(name, text string) stall {
		return stall{name, "http", []wire.Answer{wire.Then(readBody, wire.Raw(text))}, true}
	}
	status := http.StatusUnauthorized
	return []stall{
		text("no response", ""),
		text("half a status line", "HTTP/1.1 20"),
		text("half a header", header1(200)[:20]),
		text("continue", "HTTP/1.1 100 Continue\r\n\r\n"),
		text("hint", hint),
		text("no body", header1(200, full())),
		text("half a body", header1(200, full())+complete[1:]),
		text("half a chunk", header1(200, "Transfer-Encoding: chunked")+"5dc\r\nhalf"),
		text("half a trailer", header1(200, "Transfer-Encoding: chunked")+"0\r\nX-Su"),
		text("refusal without its body", header1(status, full())),
		text("half a refusal", header1(status, full())+complete[1:]),
		{"no response after a refusal", "http", []wire.Answer{refuses, readBody}, true},
		{"no response over TLS", "https", []wire.Answer{readBody}, true},
		{"no response over HTTP/2", "h2", []wire.Answer{readBody}, true},
		{"no body over HTTP/2", "h2", []wire.Answer{wire.Then(readBody, wire.Headers(200, false, "x-api", "1"))}, true},
		{"half a body over HTTP/2", "h2", []wire.Answer{begun2()}, true},
		{"half a refusal over HTTP/2", "h2", []wire.Answer{wire.Then(readBody, wire.Headers(status, false), wire.Data(false, "half"))}, true},
		{"reads no body", "http", []wire.Answer{wire.Nothing}, false},
		{"reads no body over HTTP/2", "h2", []wire.Answer{wire.Nothing}, false},
	}
}

// TestStalls checks that the request to an API which stops ends when its client leaves, or the
// proxy ends. No response looks complete.
func TestStalls(t *testing.T) {
	leavesNothing(t, func(t *testing.T) {
		i := newIdentity()
		for n, s := range stalls() {
			for m, k := range kinds() {
				if s.protocol == "h2" && k.upgrades || k.expect && !s.reads || k.isLarge() && len(s.before) > 1 {
					continue
				}
				leave := ends()[(n+m)%len(ends())]
				t.Run(s.name+"/"+k.name, func(t *testing.T) {
					t.Parallel()
					s.run(t, i, k, leave)
				})
			}
		}
	})
}

// ends are the ways in which a request may end that has no response.
func ends() []func(*opened, *client) {
	return []func(*opened, *client){
		func(_ *opened, c *client) { _ = c.Close() },
		func(_ *opened, c *client) { c.reset() },
		func(o *opened, _ *client) { o.Abort() },
	}
}

// run sends a request, and leaves when the API has stopped.
func (s stall) run(t *testing.T, i identity, k kind, leave func(*opened, *client)) {
	t.Helper()
	stopped := make(chan struct{})
	answers := append([]wire.Answer{}, s.before...)
	last := len(answers) - 1
	stops := sync.OnceFunc(func() { close(stopped) })
	answers[last] = wire.Then(answers[last], func(r *wire.Request) {
		stops()
		if r.Stream == 0 {
			untilEnd(r)
		}
	})
	o, a := openRaw(t, i, s.protocol, answers...)
	c := o.send(t, k, "/id-1")
	result := make(chan result, 1)
	go func() { result <- c.receive(t) }()
	select {
	case <-stopped:
		leave(o, c)
	case got := <-result:
		t.Fatalf("the client has %s (HTTP %d) before it leaves", got, c.status)
	}
	if got := <-result; got != broken {
		t.Errorf("the client has %s, want %s", got, broken)
	}
	waitUntil(t, func() bool {
		o.tokens.mu.Lock()
		defer o.tokens.mu.Unlock()
		return o.tokens.held == 0
	})
	most := len(answers)
	if strings.Contains(s.name, "refusal") {
		most = 2 // nobody waits for the body of the first one
	}
	if count := a.count("/id-1"); count > most {
		t.Errorf("the API has %d requests", count)
	}
	c.checkSecrets(t, o)
}
