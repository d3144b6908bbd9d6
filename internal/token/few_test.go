package token

import (
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// few is a server whose connections serve few requests.
type few struct {
	// atOnce is how many requests a connection allows at once, and inAll how many it serves; 0: any number.
	atOnce uint32
	inAll  int
	// hidden says that the server does not say so.
	hidden bool

	mu sync.Mutex
	// open counts the requests of each connection that are not answered, and asked all of each set.
	open  map[*wire.Conn]uint32
	asked map[string]int
}

// start says on a new connection what it allows.
func (f *few) start(c *wire.Conn) {
	if f.atOnce == 0 || f.hidden {
		c.Settings()
		return
	}
	c.Settings(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: f.atOnce})
}

// answer is a wire.Answer that takes a second.
func (f *few) answer(r *wire.Request) {
	form, _ := url.ParseQuery(string(r.Body()))
	open := f.begin(r.Conn, form.Get("client_id"))
	defer f.end(r.Conn)
	switch {
	case f.inAll > 0 && r.OnConn > f.inAll:
		return
	case f.atOnce > 0 && open > f.atOnce:
		wire.RST(http2.ErrCodeRefusedStream)(r)
		return
	case r.OnConn == f.inAll:
		wire.GoAway(wire.This, http2.ErrCodeNo, "")(r)
	}
	time.Sleep(time.Second)
	wire.JSON2(http.StatusOK, goodAnswer)(r)
}

func (f *few) begin(on *wire.Conn, set string) (open uint32) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked[set]++
	f.open[on]++
	return f.open[on]
}

func (f *few) end(on *wire.Conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open[on]--
}

// However few requests a connection serves, all sets that ask at once get their
// tokens: the second attempt of each shares its connection with no other.
func TestConnectionsServeFew(t *testing.T) {
	t.Parallel()
	const attempts = 2
	type row struct {
		few *few
		// known says that a connection has been used before.
		known bool
	}
	tokentest.EachInBubble(t, map[string]row{
		"one in all":                    {&few{inAll: 1}, false},
		"three in all":                  {&few{inAll: 3}, false},
		"one at once":                   {&few{atOnce: 1}, false},
		"one at once, hidden":           {&few{atOnce: 1, hidden: true}, true},
		"one at once, known":            {&few{atOnce: 1}, true},
		"two at once, known":            {&few{atOnce: 2}, true},
		"one at once and in all, known": {&few{atOnce: 1, inAll: 1}, true},
	}, func(t *testing.T, tc row) {
		t.Cleanup(func() { time.Sleep(time.Minute) }) // until all know that it has ended
		f := tc.few
		f.open, f.asked = map[*wire.Conn]uint32{}, map[string]int{}
		server := &wire.Server{Open: f.start, Answers: []wire.Answer{f.answer}}
		client, network := onWire(t, server, "h2", attempts-1)
		network.Latency = 10 * time.Millisecond
		client.transport.Client(nil).Timeout = time.Hour // nothing may wait for it
		if tc.known {
			ask(t, client, "first")
		}
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() { ask(t, client, strconv.Itoa(i)) })
		}
		all.Wait()
		for set, n := range f.asked {
			if n > attempts {
				t.Errorf("set %s asked %d times", set, n)
			}
		}
	})
}

// ask gets a token for a set.
func ask(t *testing.T, client *Client, set string) {
	t.Helper()
	x := testExchange("https://" + wireHost + "/token")
	x.Credentials, x.Request.Auth = set, ClientSecretPost{ID: set, Secret: said.NewSecret(testSecret)}
	if _, err := do(t, client, x); err != nil {
		t.Errorf("set %s: %v", set, err)
	}
}
