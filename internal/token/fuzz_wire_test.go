package token

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/http2"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
)

// FuzzHTTP2 answers with any frames in any order. Whatever comes of it, an attempt is
// at most one request, and ends.
func FuzzHTTP2(f *testing.F) {
	f.Add([]byte{0}, []byte{})
	f.Add([]byte{1, 200, 0, 2, 1, 30}, []byte(goodAnswer))
	f.Add([]byte{5, 0, 7, 9}, []byte(""))
	f.Add([]byte{6, 0, 0, 9}, []byte("calm"))
	f.Add([]byte{1, 200, 0, 2, 0, 5, 5, 8, 0}, []byte(goodAnswer))
	f.Add([]byte{3, 3, 0, 3, 4, 0, 8, 1}, []byte("x"))
	f.Fuzz(func(t *testing.T, script, text []byte) {
		if len(script) > 64 || len(text) > 1<<12 {
			t.Skip()
		}
		synctest.Test(t, func(t *testing.T) {
			server := &wire.Server{Answers: []wire.Answer{func(r *wire.Request) { play(r, script, text) }}}
			client, _ := onWire(t, server, "h2", 1)
			once(t, client, server)
		})
	})
}

// play writes the frames of a script: each step is a kind and two values.
func play(r *wire.Request, script, text []byte) {
	for ; len(script) > 2; script = script[3:] {
		a, b, flags := uint32(script[1]), uint32(script[2]), http2.Flags(script[2])
		streams := [...]uint32{r.Stream, 0, r.Stream + 2, 2}
		stream := streams[b%4]
		steps := [...]wire.Answer{
			wire.ReadBody,
			wire.Headers(int(100+a*2), b%2 == 1, "content-type", "application/json"),
			wire.Data(a%2 == 1, string(text[:min(len(text), int(b)*16)])),
			wire.Setting(http2.SettingID(a%8), b*b*b),
			wire.Frames(func(f *http2.Framer, _ *wire.Request) error { return f.WriteWindowUpdate(stream, 1+a) }),
			wire.RST(http2.ErrCode(a % 16)),
			wire.GoAway(func(uint32) uint32 { return stream }, http2.ErrCode(a%16), string(text)),
			wire.Frames(func(f *http2.Framer, _ *wire.Request) error {
				return f.WriteRawFrame(http2.FrameType(a%12), flags, stream, text)
			}),
			func(*wire.Request) { time.Sleep(time.Duration(a) * 100 * time.Millisecond) },
			wire.Close,
			wire.Reset,
			wire.Raw(string(text)),
		}
		steps[int(script[0])%len(steps)](r)
	}
}

// FuzzHTTP1 is FuzzHTTP2 for bytes that stand where an answer over HTTP/1.1 does.
func FuzzHTTP1(f *testing.F) {
	for _, seed := range []string{
		"", "HTTP/1.1 ", "HTTP/1.1 200 OK\r\n\r\n", wire.JSON1(http.StatusOK, goodAnswer), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{",
		"HTTP/1.1 100 Continue\r\n\r\n" + wire.JSON1(http.StatusServiceUnavailable, "{}"), "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n", "\x15\x03\x03\x00\x02\x02\x28",
		wire.JSON1(http.StatusRequestTimeout, "", "Connection: close"), wire.JSON1(http.StatusTemporaryRedirect, "", "Location: /token"),
	} {
		f.Add(seed, seed, true)
		f.Add(wire.JSON1(http.StatusOK, goodAnswer), seed, false)
	}
	f.Fuzz(func(t *testing.T, first, second string, closing bool) {
		if len(first)+len(second) > 1<<12 {
			t.Skip()
		}
		synctest.Test(t, func(t *testing.T) {
			answer := wire.Then(wire.ReadBody, wire.Raw(first))
			if closing {
				answer = wire.Then(answer, wire.Close)
			}
			server := &wire.Server{Answers: []wire.Answer{answer, wire.Then(wire.ReadBody, wire.Raw(second), wire.Close)}}
			client, _ := onWire(t, server, "http/1.1", 1)
			once(t, client, server)
		})
	})
}

// once makes two calls of at most two attempts each, with requests that net/http
// thinks it may repeat. They end with a token or an error of ours.
func once(t *testing.T, client *Client, server *wire.Server) {
	t.Helper()
	client.transport.Client(nil).CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	x := testExchange("https://" + wireHost + "/token")
	x.Request.Headers = map[string]said.Secret{"Idempotency-Key": said.NewSecret("1")}
	for call := range 2 {
		began := time.Now()
		_, err := do(t, client, x)
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("the error is a %T", err)
		}
		if most := 2 * (call + 1); server.Requests() > most || server.Connections() > most*5 {
			t.Errorf("%d requests on %d connections: %v", server.Requests(), server.Connections(), err)
		}
		if took := time.Since(began); took > 2*(client.settings.Timeout+time.Second)+time.Second {
			t.Errorf("it took %s", took)
		}
	}
}
