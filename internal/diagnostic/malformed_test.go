package diagnostic

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"golang.org/x/net/http2"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// brokenAnswers are answers that break a rule of HTTP, by what is said of them. hush
// is what is not repeated.
func brokenAnswers() map[string]map[string]string {
	const (
		line, status, length = "a line of its header cannot be read", "does not begin with an HTTP status", "two lengths"
		coding, chunks, long = "Transfer-Encoding", "chunks", "headers are larger"
	)
	head := func(lines ...string) string {
		return "HTTP/1.1 401 Unauthorized\r\n" + strings.Join(lines, "\r\n") + "\r\n\r\n{}"
	}
	return map[string]map[string]string{
		line: {
			"no colon":               head("hush=utf-8"),
			"an equals sign":         head("Content-Disposition = hush"),
			"a name alone":           head("hush"),
			"no name":                head(": hush"),
			"a second line":          head("  hush", "X: y"),
			"a NUL":                  head("X: hu\x00sh"),
			"a name that is no name": head("hu(sh: x"),
		},
		status: {
			"a banner":               "hush-hush\r\n\r\n",
			"a body alone":           "{\"access_token\":\"hush\"}\r\n\r\n",
			"a page alone":           "<html>\r\n<body>hush</body>\r\n",
			"a header alone":         "Status: 200 hush\r\n\r\n{}",
			"a status that is words": "HTTP/1.1 hush OK\r\n\r\n",
			"a version of words":     "HTTP/hush 200 OK\r\n\r\n",
			"a status of 0":          "HTTP/1.1 000 hush\r\n\r\n",
		},
		length: {
			"two":          head("Content-Length: 2", "Content-Length: 3"),
			"not a number": head("Content-Length: hush"),
			"less than 0":  head("Content-Length: -1"),
			"nothing":      head("Content-Length:"),
		},
		coding: {
			"another": head("Transfer-Encoding: hush"),
			"two":     head("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
		},
		chunks:      {"a length that is not a number": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhush\r\n{}\r\n0\r\n\r\n"},
		long:        {"a line": head("X: " + strings.Repeat("hush", 1<<20))},
		"it is TLS": {"an alert": "\x15\x03\x01\x00\x02\x02\x46\r\n"},
	}
}

// An answer that breaks the rules of HTTP is an answer: it is asked for once.
func TestBrokenAnswers(t *testing.T) {
	t.Parallel()
	for says, answers := range brokenAnswers() {
		for name, raw := range answers {
			t.Run(says+"/"+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					wantBroken(t, "http/1.1", says, wire.Then(wire.ReadBody, wire.Raw(raw), wire.Close))
				})
			})
		}
	}
}

// An answer that ends too early is none, wherever it ends; but within a line break
// of the headers, it looks like one of the servers that write two of its first half.
func TestAnswerThatEndsAnywhere(t *testing.T) {
	t.Parallel()
	whole := wire.JSON1(http.StatusOK, goodAnswer, "Date: Sat, 01 Jan 2000 00:00:00 GMT", "X-Request-Id: 1", "Cache-Control: no-store", "Server: x")
	for at := range len(whole) - len(goodAnswer) {
		if strings.HasSuffix(whole[:at], "\r") {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			server := &wire.Server{Answers: []wire.Answer{wire.Then(wire.ReadBody, wire.Raw(whole[:at]), wire.Close)}}
			client := onWire(t, server, "http/1.1", 1)
			_, err := do(t, client, testExchange("https://"+wireHost+"/token"))
			e, ok := errors.AsType[*told](err)
			if !ok || e.Kind != token.KindUnreachable || server.Requests() != 2 || at > 0 && !strings.Contains(e.Problem, "closed the connection") {
				t.Errorf("after %q, %d requests: %v", whole[:at], server.Requests(), err)
			}
		})
	}
}

// HTTP/2 has the same rules. What the server has reset is no answer, and
// TestOneAttemptIsOneRequest has it.
func TestBrokenAnswersOfHTTP2(t *testing.T) {
	t.Parallel()
	const line, parts, status = "a line of its header cannot be read", "frames of HTTP/2", "does not begin with an HTTP status"
	type row struct {
		says   string
		answer wire.Answer
	}
	tokentest.EachInBubble(t, map[string]row{
		"a name":          {line, wire.Headers(401, true, "hu sh", "x")},
		"a value":         {line, wire.Headers(401, true, "x", "hu\x00sh")},
		"a line break":    {line, wire.Headers(401, true, "x", "y\r\nhush: z")},
		"a pseudo-header": {line, wire.Headers(401, true, ":hush", "x")},
		"another status":  {line, wire.Headers(401, true, ":status", "200")},
		"no status": {status, wire.Frames(func(f *http2.Framer, r *wire.Request) error {
			return f.WriteRawFrame(http2.FrameHeaders, 5, r.Stream, nil)
		})},
		"no headers": {parts, wire.Data(true, "hush")},
		"a header that cannot be unpacked": {"cannot be unpacked", wire.Frames(func(f *http2.Framer, r *wire.Request) error {
			return f.WriteRawFrame(http2.FrameHeaders, 5, r.Stream, []byte("\xff\xff\xff\xff\xff"))
		})},
		"a header of no table": {"cannot be unpacked", wire.Frames(func(f *http2.Framer, r *wire.Request) error {
			return f.WriteRawFrame(http2.FrameHeaders, 5, r.Stream, []byte{0xfe})
		})},
		"settings that are not allowed": {parts, wire.Setting(http2.SettingMaxFrameSize, 1)},
		"settings of a wrong length": {parts, wire.Frames(func(f *http2.Framer, _ *wire.Request) error {
			return f.WriteRawFrame(http2.FrameSettings, 0, 0, []byte("hush"))
		})},
		"HTTP/1.1":          {parts, wire.Then(wire.Raw("HTTP/1.1 400 hush\r\n\r\n"), wire.Close)},
		"zeros":             {parts, wire.Raw(strings.Repeat("\x00", 100))},
		"a frame of 16 MiB": {parts, wire.Raw("\xff\xff\xff\x00\x00\x00\x00\x00\x01hush")},
		"a promise": {parts, wire.Frames(func(f *http2.Framer, r *wire.Request) error {
			return f.WritePushPromise(http2.PushPromiseParam{StreamID: r.Stream, PromiseID: 2, EndHeaders: true})
		})},
		"data on no stream": {parts, wire.Frames(func(f *http2.Framer, _ *wire.Request) error {
			return f.WriteRawFrame(http2.FrameData, 1, 0, []byte("x"))
		})},
		"an unknown stream": {parts, wire.Frames(func(f *http2.Framer, r *wire.Request) error {
			return f.WriteRawFrame(http2.FrameData, 1, r.Stream+2, []byte("x"))
		})},
		"padding": {parts, wire.Then(wire.Headers(200, false), wire.Frames(func(f *http2.Framer, r *wire.Request) error {
			return f.WriteRawFrame(http2.FrameData, http2.FlagDataPadded, r.Stream, []byte("\x09x"))
		}))},
		"a status at the end":  {parts, wire.Then(wire.Headers(200, false), wire.Headers(200, true))},
		"headers too large":    {"larger than this provider accepts", wire.Headers(200, true, "x", strings.Repeat("hush", 1<<20))},
		"headers without end":  {"larger than this provider accepts", wire.Flood},
		"more than its length": {"longer than its length", wire.Then(wire.Headers(200, false, "content-length", "5"), wire.Data(true, "hush-hush"))},
	}, func(t *testing.T, tc row) {
		wantBroken(t, "h2", tc.says, wire.Then(wire.ReadBody, tc.answer))
	})
}

func wantBroken(t *testing.T, protocol, says string, answer wire.Answer) {
	t.Helper()
	server := &wire.Server{Answers: []wire.Answer{answer}}
	client := onWire(t, server, protocol, 4)
	_, err := do(t, client, testExchange("https://"+wireHost+"/token"))
	e := wantError(t, err, token.KindAnswer)
	if server.Requests() != 1 {
		t.Errorf("%d requests: %v", server.Requests(), err)
	}
	if !strings.Contains(e.Problem, "breaks the rules of HTTP: ") || !strings.Contains(e.Problem, says) || e.Advice == "" {
		t.Errorf("error: %v", err)
	}
	if strings.Contains(strings.ToLower(err.Error()), "hush") {
		t.Errorf("it repeats the server: %v", err)
	}
}

// A short status with a line break is not cut, though net/http says the same of both.
func TestShortStatus(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"HTTP/1.1 20 OK", "HTTP/1.1 1", "HTTP/1.1 0 hush", "HTTP/1.1 02", "HTTP/1.1 ", "HTTP/1.1", "H", "HTTP/1.1 200 OK\r\nDate"} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				wantBroken(t, "http/1.1", "", wire.Then(wire.ReadBody, wire.Raw(line+"\r\nContent-Length: 2\r\n\r\n{}")))
			})
		})
	}
}

// A body that ends within the end of its last chunk is cut.
func TestBodyCutAtItsEnd(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"0\r\n", "0\r\n\r"} {
		synctest.Test(t, func(t *testing.T) {
			cut := "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n" + end
			server := &wire.Server{Answers: []wire.Answer{wire.Then(wire.ReadBody, wire.Raw(cut), wire.Close)}}
			client := onWire(t, server, "http/1.1", 1)
			_, err := do(t, client, testExchange("https://"+wireHost+"/token"))
			e := wantError(t, err, token.KindUnreachable)
			if server.Requests() != 2 || !strings.Contains(e.Problem, "it closed the connection before the response was complete") || e.Status != http.StatusOK {
				t.Errorf("%d requests: %v", server.Requests(), err)
			}
		})
	}
}

// A proxy that breaks the rules has not seen the credentials, and is what to correct.
func TestBrokenAnswerOfAProxy(t *testing.T) {
	t.Parallel()
	for answer, says := range map[string][2]string{
		"hush-hush\r\n\r\n":                 {"it does not begin with an HTTP status", "Check the scheme, the host and the port in transport.proxy_url"},
		"SSH-2.0-hush\r\n":                  {"it does not begin with an HTTP status", "the port in transport.proxy_url"},
		"HTTP/1.1 200OK\r\n\r\n":            {"it does not begin with an HTTP status", "the port in transport.proxy_url"},
		"\x15\x03\x01\x00\x02\x02\x28":      {"it is TLS", "Write https:// instead of http:// in transport.proxy_url"},
		"HTTP/1.1 200 OK\r\nhush=1\r\n\r\n": {"a line of its header", "transport.proxy_url"},
	} {
		synctest.Test(t, func(t *testing.T) {
			server := &wire.Server{Answers: []wire.Answer{wire.Then(wire.Raw(answer), wire.Close)}} // to each CONNECT
			_, err := do(t, behindProxy(t, server, quickTransport(), ""), testExchange("https://"+wireHost+"/token"))
			e := wantError(t, err, token.KindUnreachable)
			if server.Requests() != 3 || !strings.Contains(e.Problem, "the proxy proxy.example.com:3128 cannot be used: its response breaks the rules of HTTP: "+says[0]) ||
				!strings.Contains(e.Advice, says[1]) || strings.Contains(err.Error(), "token_url") || strings.Contains(err.Error(), "hush") {
				t.Errorf("%q: %d requests: %v", answer, server.Requests(), err)
			}
		})
	}
}

// behindProxy returns a client whose requests go through a server as their proxy,
// which has a user, such as "name:password@".
func behindProxy(t *testing.T, server *wire.Server, settings transport.Settings, user string) *token.Client {
	t.Helper()
	network := &memnet.Network{}
	server.Start(t, network.Listen("proxy.example.com:3128"))
	settings.ProxyURL = said.NewSecret("http://" + user + "proxy.example.com:3128")
	return clientOn(t, network, settings)
}
