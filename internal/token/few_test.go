package token

import (
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/http2"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
)

// few is a server whose connections serve few requests.
type few struct {
	// atOnce is how many requests a connection allows at once, and inAll how many it serves; 0: any number.
	atOnce, inAll int
	// hidden says that the server does not say so.
	hidden bool

	mu sync.Mutex
	// open and served count the requests by connection, and asked those by set.
	open, served map[int]int
	asked        map[string]int
}

// start says on a new connection what it allows.
func (f *few) start(c *wire.Conn) {
	if f.atOnce == 0 || f.hidden {
		c.Settings()
		return
	}
	c.Settings(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: uint32(f.atOnce)})
}

// answer is a wire.Answer that takes a second.
func (f *few) answer(r *wire.Request) {
	open, served := f.begin(r)
	defer f.end(r)
	form, err := url.ParseQuery(string(r.Body()))
	f.mu.Lock()
	f.asked[form.Get("client_id")]++
	f.mu.Unlock()
	switch {
	case err != nil, f.inAll > 0 && served > f.inAll:
		return
	case f.atOnce > 0 && open > f.atOnce:
		wire.RST(http2.ErrCodeRefusedStream)(r)
		return
	case served == f.inAll:
		wire.GoAway(wire.This, http2.ErrCodeNo, "")(r)
	}
	time.Sleep(time.Second)
	wire.JSON2(http.StatusOK, goodAnswer)(r)
}

func (f *few) begin(r *wire.Request) (open, served int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open[r.Conn.Number]++
	f.served[r.Conn.Number]++
	return f.open[r.Conn.Number], f.served[r.Conn.Number]
}

func (f *few) end(r *wire.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open[r.Conn.Number]--
}

// However few requests a connection serves, all sets that ask at once get their
// tokens: the second attempt of each shares its connection with no other.
func TestConnectionsServeFew(t *testing.T) {
	t.Parallel()
	const attempts = 2
	for name, tc := range map[string]struct {
		few *few
		// known says that a connection has been used before.
		known bool
	}{
		"one in all":                    {&few{inAll: 1}, false},
		"three in all":                  {&few{inAll: 3}, false},
		"one at once":                   {&few{atOnce: 1}, false},
		"one at once, hidden":           {&few{atOnce: 1, hidden: true}, true},
		"one at once, known":            {&few{atOnce: 1}, true},
		"two at once, known":            {&few{atOnce: 2}, true},
		"one at once and in all, known": {&few{atOnce: 1, inAll: 1}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := tc.few
				f.open, f.served, f.asked = map[int]int{}, map[int]int{}, map[string]int{}
				server := &wire.Server{Open: f.start, Answers: []wire.Answer{f.answer}}
				client, _ := onWire(t, server, "h2", attempts-1)
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
		})
	}
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
