package token

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"golang.org/x/net/http2"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// staleConn is a connection whose server closes it while the next request is
// written: the client does not know yet.
type staleConn struct {
	net.Conn

	// stale says that the server has closed the connection. Reads wait until the
	// client has written.
	stale   atomic.Bool
	written chan struct{}
	// lost says that writes go nowhere, without an error.
	lost bool
}

func (c *staleConn) Write(from []byte) (int, error) {
	if !c.stale.Load() {
		return c.Conn.Write(from)
	}
	defer func() {
		select {
		case c.written <- struct{}{}:
		default:
		}
	}()
	if c.lost {
		return len(from), nil
	}
	return 0, &net.OpError{Op: "write", Net: "tcp", Err: io.ErrClosedPipe}
}

func (c *staleConn) Read(into []byte) (int, error) {
	n, err := c.Conn.Read(into)
	if err != nil && c.stale.Load() {
		<-c.written
	}
	return n, err
}

// A kept connection may be closed just before it is used. A request that has
// certainly not left is sent on another connection, even if there are no retries;
// one that may have left is not.
func TestStaleConnection(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		lost    bool
		retries int
		good    bool
	}{
		"nothing was written":             {false, 0, true},
		"it may have arrived":             {true, 0, false},
		"it may have arrived, and retry":  {true, 1, true},
		"nothing was written, with retry": {false, 1, true},
	} {
		for shape, alter := range shapes() {
			t.Run(name+"/"+shape, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					stale(t, tc.lost, tc.retries, tc.good, alter)
				})
			})
		}
	}
}

func stale(t *testing.T, lost bool, retries int, good bool, alter func(*Exchange)) {
	t.Helper()
	var first *staleConn
	ok := wire.Then(wire.ReadBody, wire.Raw(wire.JSON1(http.StatusOK, goodAnswer)))
	server := &wire.Server{Answers: []wire.Answer{
		wire.Then(ok, func(*wire.Request) { first.stale.Store(true) }, wire.Close), ok,
	}}
	client, network := onWire(t, server, "http/1.1", retries)
	server.TLS = nil // crypto/tls writes when it closes
	runtime := testRuntime()
	runtime.Dial = func(ctx context.Context, family, address string) (net.Conn, error) {
		conn, err := network.Dial(ctx, family, strings.Replace(address, ":80", ":443", 1))
		if err != nil || first != nil {
			return conn, err
		}
		first = &staleConn{Conn: conn, written: make(chan struct{}, 1), lost: lost}
		return first, nil
	}
	client = clientWith(t, client.settings, runtime)
	x := testExchange("http://" + wireHost + "/token")
	alter(x)
	x.Request.AllowHTTP = true
	if _, err := do(t, client, x); err != nil {
		t.Fatal(err)
	}
	synctest.Wait() // until the server has closed
	_, err := do(t, client, x)
	if (err == nil) != good {
		t.Errorf("error: %v", err)
	}
	want := 1
	if good {
		want = 2
	}
	tokentest.WantCount(t, server.Requests(), want)
}

// A connection that no longer allows any request is left: the next request is sent
// once, on another one.
func TestNoStreamAllowed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		good := wire.JSON2(http.StatusOK, goodAnswer)
		server := &wire.Server{Answers: []wire.Answer{wire.Then(wire.Setting(http2.SettingMaxConcurrentStreams, 0), good), good}}
		client, _ := onWire(t, server, "h2", 0)
		x := testExchange("https://" + wireHost + "/token")
		for range 3 {
			if _, err := do(t, client, x); err != nil {
				t.Error(err)
			}
		}
		if server.Requests() != 3 || server.Connections() != 2 {
			t.Errorf("%d requests on %d connections", server.Requests(), server.Connections())
		}
	})
}

// A body can be sent again where a redirect within the host asks for it, and each
// address is asked once.
func TestRedirectsOnTheWire(t *testing.T) {
	t.Parallel()
	for _, protocol := range []string{"http/1.1", "h2"} {
		t.Run(protocol, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				redirect := wire.Then(wire.ReadBody, wire.Raw("HTTP/1.1 307 Temporary Redirect\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"))
				good := wire.Raw(wire.JSON1(http.StatusOK, goodAnswer))
				if protocol == "h2" {
					redirect = wire.Then(wire.ReadBody, wire.Headers(http.StatusTemporaryRedirect, true, "location", "/other"))
					good = wire.JSON2(http.StatusOK, goodAnswer)
				}
				var body, path string
				check := func(r *wire.Request) { body, path = string(r.Body()), r.Path }
				server := &wire.Server{Answers: []wire.Answer{redirect, wire.Then(check, good)}}
				client, _ := onWire(t, server, protocol, 0)
				x := testExchange("https://" + wireHost + "/token")
				x.Request.Form.set("audience", said.NewSecret("fake-audience"))
				if _, err := do(t, client, x); err != nil {
					t.Error(err)
				}
				if path != "/other" || !strings.Contains(body, "fake-audience") || server.Requests() != 2 || server.Connections() != 1 {
					t.Errorf("%d requests on %d connections, the last to %s with %d bytes", server.Requests(), server.Connections(), path, len(body))
				}
			})
		})
	}
}
