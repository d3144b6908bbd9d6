package token

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/http2"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
)

// wireHost is where the servers of these tests are.
const wireHost = "auth.example.com"

// wireFault is what a server does to each request, instead of a good answer.
type wireFault struct {
	answer wire.Answer
	// final says that there is no second attempt.
	final bool
}

func http1Faults() map[string]wireFault {
	raw := func(text string) wire.Answer { return wire.Then(wire.ReadBody, wire.Raw(text), wire.Close) }
	return map[string]wireFault{
		"closed after the headers":        {answer: wire.Close},
		"closed after the request":        {answer: wire.Then(wire.ReadBody, wire.Close)},
		"reset after the headers":         {answer: wire.Reset},
		"reset after the request":         {answer: wire.Then(wire.ReadBody, wire.Reset)},
		"closed in the status line":       {answer: raw("HTTP/1.")},
		"closed in the headers":           {answer: raw("HTTP/1.1 200 OK\r\nContent-Ty")},
		"closed in the body":              {answer: raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")},
		"reset in the body":               {answer: wire.Then(wire.ReadBody, wire.Raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), wire.Reset)},
		"an unfinished chunk":             {answer: raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{")},
		"a length that is not a number":   {answer: raw("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}"), final: true},
		"two lengths":                     {answer: raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), final: true},
		"100 and closed":                  {answer: raw("HTTP/1.1 100 Continue\r\n\r\n")},
		"1xx without end":                 {answer: raw(strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 100))},
		"101":                             {answer: raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"), final: true},
		"no response":                     {answer: wire.Nothing},
		"the headers of HTTP/2":           {answer: raw("\x00\x00\x12\x04\x00\x00\x00\x00\x00"), final: true},
		"headers over 1 MiB":              {answer: raw("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20+1) + "\r\n\r\n"), final: true},
		"503, and the connection is kept": {answer: wire.Then(wire.ReadBody, wire.Raw(wire.JSON1(503, "{}")))},
		"503, and Connection: close":      {answer: wire.Then(wire.ReadBody, wire.Raw(wire.JSON1(503, "{}", "Connection: close")), wire.Close)},
		"503 before the body":             {answer: wire.Then(wire.Raw(wire.JSON1(503, "{}")), wire.Close)},
		"a status that HTTP lacks":        {answer: raw("HTTP/1.1 009 x\r\nContent-Length: 4\r\n\r\nhush"), final: true},
		"401":                             {answer: wire.Then(wire.ReadBody, wire.Raw(wire.JSON1(401, "{}"))), final: true},
		"408, and closed":                 {answer: raw(wire.JSON1(408, "", "Connection: close")), final: true},
		"421":                             {answer: raw(wire.JSON1(421, "")), final: true},
		"425":                             {answer: raw(wire.JSON1(425, "")), final: true},
	}
}

func http2Faults() map[string]wireFault {
	const half, whole = `{"access_`, `{"access_token":"t"}`
	ok := wire.Headers(200, false, "content-type", "application/json")
	faults := map[string]wireFault{
		"GOAWAY of none, NO_ERROR":          {answer: wire.GoAway(wire.None, http2.ErrCodeNo, "")},
		"GOAWAY of none, ENHANCE_YOUR_CALM": {answer: wire.GoAway(wire.None, http2.ErrCodeEnhanceYourCalm, "too_many_pings")},
		"GOAWAY of none, and closed":        {answer: wire.Then(wire.GoAway(wire.None, http2.ErrCodeNo, ""), wire.Close)},
		"GOAWAY of this, and closed":        {answer: wire.Then(wire.GoAway(wire.This, http2.ErrCodeNo, ""), wire.Close)},
		"GOAWAY of this, ENHANCE_YOUR_CALM": {answer: wire.Then(wire.GoAway(wire.This, http2.ErrCodeEnhanceYourCalm, ""), wire.Close)},
		"GOAWAY of all, and no response":    {answer: wire.GoAway(wire.All, http2.ErrCodeNo, "")},
		"GOAWAY in the body":                {answer: wire.Then(wire.ReadBody, ok, wire.Data(false, half), wire.GoAway(wire.None, http2.ErrCodeInternal, ""), wire.Close)},
		"GOAWAY that says more, then less": {answer: wire.Then(
			wire.GoAway(wire.All, http2.ErrCodeNo, ""), wire.GoAway(wire.None, http2.ErrCodeNo, ""), wire.Close)},
		"closed after the headers":   {answer: wire.Close},
		"closed after the request":   {answer: wire.Then(wire.ReadBody, wire.Close)},
		"reset after the headers":    {answer: wire.Reset},
		"reset in the body":          {answer: wire.Then(wire.ReadBody, ok, wire.Data(false, half), wire.Reset)},
		"no response":                {answer: wire.Nothing},
		"no response to half a body": {answer: wire.Then(wire.ReadBody, ok, wire.Data(false, half))},
		"another length":             {answer: wire.Then(wire.ReadBody, wire.Headers(200, false, "content-length", "5"), wire.Data(true, whole)), final: true},
		"less than its length":       {answer: wire.Then(wire.ReadBody, wire.Headers(200, false, "content-length", "500"), wire.Data(true, half))},
		"headers over 1 MiB":         {answer: wire.Then(wire.ReadBody, wire.Headers(200, true, "x", strings.Repeat("x", 2*1<<20))), final: true},
		"headers without end":        {answer: wire.Flood, final: true},
		"headers without a status": {answer: wire.Frames(func(f *http2.Framer, r *wire.Request) error {
			return f.WriteRawFrame(http2.FrameHeaders, 5, r.Stream, nil)
		}), final: true},
		"data before the headers": {answer: wire.Data(true, whole), final: true},
		"data on stream 0": {answer: wire.Frames(func(f *http2.Framer, _ *wire.Request) error {
			return f.WriteRawFrame(http2.FrameData, 1, 0, []byte("x"))
		}), final: true},
		"a stream that nobody has opened": {answer: wire.Frames(func(f *http2.Framer, r *wire.Request) error { return f.WriteRSTStream(r.Stream+100, http2.ErrCodeNo) })},
		"a pushed promise": {answer: wire.Frames(func(f *http2.Framer, r *wire.Request) error {
			return f.WritePushPromise(http2.PushPromiseParam{StreamID: r.Stream, PromiseID: 2, EndHeaders: true})
		}), final: true},
		"settings that are not allowed": {answer: wire.Setting(http2.SettingInitialWindowSize, 1<<31), final: true},
		"an unfinished frame":           {answer: func(r *wire.Request) { wire.Raw("\x00\x00\x12\x01")(r); wire.Close(r) }},
		"HTTP/1.1 in its frames":        {answer: wire.Then(wire.ReadBody, wire.Raw("HTTP/1.1 400 Bad Request\r\n\r\n"), wire.Close), final: true},
		"1xx without end": {answer: func(r *wire.Request) {
			for range 1000 {
				wire.Headers(103, false)(r)
			}
		}},
		"503":                           {answer: wire.JSON2(503, "{}")},
		"503 before the body, NO_ERROR": {answer: wire.Then(wire.Headers(503, true), wire.RST(http2.ErrCodeNo))},
		"a status that HTTP lacks":      {answer: wire.JSON2(9, "hush"), final: true},
		"401":                           {answer: wire.JSON2(401, "{}"), final: true},
		"421":                           {answer: wire.JSON2(421, ""), final: true},
	}
	for code := http2.ErrCodeNo; code <= http2.ErrCodeHTTP11Required; code++ {
		faults["reset, "+code.String()] = wireFault{answer: wire.RST(code)}
		faults["reset after the request, "+code.String()] = wireFault{answer: wire.Then(wire.ReadBody, wire.RST(code))}
		faults["reset after the headers, "+code.String()] = wireFault{answer: wire.Then(wire.ReadBody, ok, wire.RST(code))}
		faults["reset in the body, "+code.String()] = wireFault{answer: wire.Then(wire.ReadBody, ok, wire.Data(false, half), wire.RST(code))}
	}
	return faults
}

// shapes are requests that net/http thinks differently of: whether it may send
// them twice.
func shapes() map[string]func(*Exchange) {
	return map[string]func(*Exchange){
		"POST": func(*Exchange) {},
		"GET": func(x *Exchange) {
			x.Request.Method, x.Request.Form, x.Request.Auth = http.MethodGet, nil, nil
		},
		"empty POST": func(x *Exchange) { x.Request.Form, x.Request.Auth = nil, nil },
		"POST with an Idempotency-Key": func(x *Exchange) {
			x.Request.Headers = map[string]said.Secret{"Idempotency-Key": said.NewSecret("1")}
		},
	}
}

// One attempt is one request, whatever the server does to it: on a new connection
// and on a kept one, over HTTP/1.1 and HTTP/2.
func TestOneAttemptIsOneRequest(t *testing.T) {
	t.Parallel()
	for protocol, faults := range map[string]map[string]wireFault{"http/1.1": http1Faults(), "h2": http2Faults()} {
		good := wire.JSON2(http.StatusOK, goodAnswer)
		if protocol != http2.NextProtoTLS {
			good = wire.Then(wire.ReadBody, wire.Raw(wire.JSON1(http.StatusOK, goodAnswer)))
		}
		for name, fault := range faults {
			for shape, alter := range shapes() {
				for _, retries := range []int{0, 1} {
					t.Run(fmt.Sprintf("%s/%s/%s/%d retries", protocol, name, shape, retries), func(t *testing.T) {
						t.Parallel()
						synctest.Test(t, func(t *testing.T) {
							faulty(t, protocol, fault, retries, alter, nil)
						})
						synctest.Test(t, func(t *testing.T) {
							faulty(t, protocol, fault, retries, alter, good)
						})
					})
				}
			}
		}
	}
}

// faulty counts the requests of one call. Where there is a good answer, another
// call comes before it, which leaves its connection.
func faulty(t *testing.T, protocol string, fault wireFault, retries int, alter func(*Exchange), good wire.Answer) {
	t.Helper()
	server := &wire.Server{Answers: []wire.Answer{fault.answer}}
	client, _ := onWire(t, server, protocol, retries)
	x := testExchange("https://" + wireHost + "/token")
	alter(x)
	before := 0
	if good != nil {
		server.Answers = []wire.Answer{good, fault.answer}
		if _, err := do(t, client, x); err != nil {
			t.Fatal(err)
		}
		before = 1
	}
	_, err := do(t, client, x)
	if _, ok := errors.AsType[*Error](err); !ok {
		t.Errorf("error: %v", err)
	}
	want := 1 + retries
	if fault.final {
		want = 1
	}
	if got := server.Requests() - before; got != want {
		t.Errorf("%d requests, want %d: %v", got, want, err)
	}
	if most := before + 1 + retries; server.Connections() > most {
		t.Errorf("%d connections, want at most %d", server.Connections(), most)
	}
}

// onWire returns a client on a network with the server, which trusts it.
func onWire(t *testing.T, server *wire.Server, protocol string, retries int) (*Client, *memnet.Network) {
	t.Helper()
	certificate, trusted := memnet.Certify(t, wireHost, -time.Hour, time.Hour)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{protocol}, MinVersion: tls.VersionTLS12}
	network := &memnet.Network{}
	server.Start(t, network.Listen(wireHost+":443"))
	runtime, transport := testRuntime(), quickTransport()
	runtime.Dial = network.Dial
	transport.CACertificatesPEM, transport.MaxRetries = trusted, retries
	client := clientWith(t, transport, runtime)
	return client, network
}
