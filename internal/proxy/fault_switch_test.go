package proxy

import (
	"io"
	"runtime/debug"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
)

// TestUnaskedSwitch checks that an API which switches to a protocol that nobody has asked for
// loses its connection, also before the garbage collector finds it.
func TestUnaskedSwitch(t *testing.T) { //nolint:paralleltest // it turns the garbage collector off
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for _, k := range kinds() {
		for name, text := range map[string]string{
			"another protocol": header1(101, "Connection: Upgrade", "Upgrade: fake"),
			"no protocol":      header1(101),
		} {
			t.Run(name+"/"+k.name, func(t *testing.T) {
				ended := make(chan struct{})
				o, _ := openRaw(t, identity{}, "http", wire.Then(readBody, wire.Raw(text), func(r *wire.Request) {
					untilEnd(r)
					close(ended)
				}))
				c := o.send(t, k, "/id-1")
				if got := c.receive(t); got != own {
					t.Errorf("the client has %s, want %s", got, own)
				}
				waitUntil(t, func() bool {
					select {
					case <-ended:
						return true
					default:
						return false
					}
				})
			})
		}
	}
}

// untilEnd waits until the proxy has closed the connection.
func untilEnd(r *wire.Request) { _, _ = io.Copy(io.Discard, r.Conn.Conn) }
