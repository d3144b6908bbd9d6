package proxy

import (
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
)

// keptFaults are those of a connection that has had one request before. A request that has no
// response then is sent again if it may be. The first answer is that to the request before.
func keptFaults() []fault {
	kept := func(name string, want result, first, second wire.Answer) fault {
		return fault{name: name, want: want, answers: []wire.Answer{wire.Then(readBody, first), second, well}}
	}
	ok := answered(http.StatusOK)
	timedOut := wire.Raw(header1(http.StatusRequestTimeout, full(), "Connection: close") + complete)
	return []fault{
		kept("closes with the next request", whole, ok, wire.Close),
		kept("resets with the next request", whole, ok, wire.Reset),
		kept("closes after the next body", whole, ok, wire.Then(readBody, wire.Close)),
		kept("ends without the end of TLS", whole, ok, wire.Then(readBody, wire.Cut)),
		kept("garbage with the next request", own, ok, wire.Then(readBody, wire.Raw("fake\r\n\r\n"))),
		kept("half a body with the next request", broken, ok, wire.Then(readBody, wire.Raw(header1(200, full())+complete[1:]), wire.Close)),
		kept("closes while it is idle", whole, wire.Then(ok, wire.Close), well),
		kept("times out while it is idle", whole, wire.Then(ok, timedOut, wire.Close), well),
	}
}

// TestKeptFaults sends each kind of request over a connection to the API that has been used.
func TestKeptFaults(t *testing.T) {
	leavesNothing(t, func(t *testing.T) {
		i := newIdentity()
		for _, f := range keptFaults() {
			for _, k := range kinds() {
				for _, protocol := range []string{"http", "https"} {
					t.Run(strings.Join([]string{f.name, protocol, k.name}, "/"), func(t *testing.T) {
						t.Parallel()
						f.onKept(t, i, protocol, k)
					})
				}
			}
		}
	})
}

// onKept sends a request of a kind after another one.
func (f fault) onKept(t *testing.T, i identity, protocol string, k kind) {
	t.Helper()
	const path = "/id-2"
	o, a := openRaw(t, i, protocol, f.answers...)
	before := o.send(t, kind{method: http.MethodGet}, "/id-1")
	if got := before.receive(t); got != whole {
		t.Errorf("the client has %s before", got)
	}
	c := o.send(t, k, path)
	want := f.want
	if !k.mayRepeat() || k.upgrades { // an upgrade has a connection of its own
		want |= own
	}
	if got := c.receive(t); got&want == 0 {
		t.Errorf("the client has %s (HTTP %d), want %s", got, c.status, want)
	}
	if count := a.count(path); !k.mayRepeat() && count > 1 {
		t.Errorf("the API has %d requests", count)
	}
	c.checkSecrets(t, o)
}
