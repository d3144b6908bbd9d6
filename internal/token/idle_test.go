package token

import (
	"crypto/tls"
	"net/http"
	"testing"
	"testing/synctest"

	"golang.org/x/net/http2"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
)

// A kept connection that ends while nobody uses it costs nothing: the next request
// is sent once, on another one.
func TestIdleConnectionEnds(t *testing.T) {
	t.Parallel()
	frames := func(write func(*http2.Framer) error) wire.Answer {
		return wire.Frames(func(f *http2.Framer, _ *wire.Request) error { return write(f) })
	}
	none := func(*wire.Request) {}
	http1 := map[string]wire.Answer{
		"closed":           wire.Close,
		"reset":            wire.Reset,
		"408":              wire.Raw(wire.JSON1(http.StatusRequestTimeout, "", "Connection: close")),
		"408, and closed":  wire.Then(wire.Raw(wire.JSON1(http.StatusRequestTimeout, "", "Connection: close")), wire.Close),
		"another response": wire.Raw(wire.JSON1(http.StatusOK, `{"access_token":"fake-of-somebody-else"}`)),
		"bytes":            wire.Raw("\x00hush"),
		"a TLS alert":      closeTLS,
	}
	http2s := map[string]wire.Answer{
		"closed":                      wire.Close,
		"reset":                       wire.Reset,
		"GOAWAY":                      wire.GoAway(wire.This, http2.ErrCodeNo, ""),
		"GOAWAY of all":               wire.GoAway(wire.All, http2.ErrCodeNo, ""),
		"GOAWAY, and closed":          wire.Then(wire.GoAway(wire.This, http2.ErrCodeNo, ""), wire.Close),
		"GOAWAY, ENHANCE_YOUR_CALM":   wire.GoAway(wire.This, http2.ErrCodeEnhanceYourCalm, "too_many_pings"),
		"a reset of what has ended":   wire.RST(http2.ErrCodeNo),
		"data of what has ended":      wire.Data(false, "hush"),
		"other settings":              wire.Setting(http2.SettingMaxFrameSize, 1<<20),
		"a ping":                      frames(func(f *http2.Framer) error { return f.WritePing(false, [8]byte{1}) }),
		"a frame that nobody knows":   frames(func(f *http2.Framer) error { return f.WriteRawFrame(0xbb, 0, 0, []byte("hush")) }),
		"a frame larger than allowed": frames(func(f *http2.Framer) error { return f.WriteRawFrame(http2.FramePing, 0, 0, make([]byte, 1<<20)) }),
	}
	for protocol, endings := range map[string]map[string]wire.Answer{"http/1.1": http1, "h2": http2s} {
		good := wire.Then(wire.ReadBody, wire.Raw(wire.JSON1(http.StatusOK, goodAnswer)))
		if protocol == "h2" {
			good = wire.JSON2(http.StatusOK, goodAnswer)
		}
		endings["nothing"] = none
		for name, ending := range endings {
			for shape, alter := range shapes() {
				t.Run(protocol+"/"+name+"/"+shape, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) { callTwice(t, protocol, alter, wire.Then(good, ending), good) })
				})
			}
		}
	}
}

// callTwice makes two calls that must succeed, and each be one request.
func callTwice(t *testing.T, protocol string, alter func(*Exchange), answers ...wire.Answer) {
	t.Helper()
	server := &wire.Server{Answers: answers}
	client, _ := onWire(t, server, protocol, 0)
	x := testExchange("https://" + wireHost + "/token")
	alter(x)
	for range 2 {
		got, err := do(t, client, x)
		if err != nil || got.AccessToken.Reveal() != "tok-1" {
			t.Errorf("error: %v", err)
		}
		synctest.Wait() // until the client knows
	}
	if server.Requests() != 2 || server.Connections() > 2 {
		t.Errorf("%d requests on %d connections", server.Requests(), server.Connections())
	}
}

// closeTLS says that the TLS connection ends, and leaves that below it open.
func closeTLS(r *wire.Request) {
	if encrypted, ok := r.Conn.Conn.(*tls.Conn); ok {
		_ = encrypted.CloseWrite()
	}
}
