package proxy

import (
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
)

// fault is what an API does, and what the client may have then.
type fault struct {
	name    string
	want    result
	excused int // how often the API says that it has not processed a request
	answers []wire.Answer
	early   bool            // it answers before it has the body
	only    func(kind) bool // the kinds of request that it is a fault of; nil: all
}

// early makes an answer come before the body, so that a client with a body may have anything.
func early(name string, want result, answers ...wire.Answer) fault {
	return fault{name: name, want: want, answers: answers, early: true}
}

// after makes an answer come after the body.
func after(name string, want result, text string, last wire.Answer) fault {
	return fault{name: name, want: want, answers: []wire.Answer{wire.Then(readBody, wire.Raw(text), last)}}
}

// expected is what a client may have after a request of a kind.
func (f fault) expected(k kind) result {
	if f.early && k.size > 0 {
		return f.want | own | broken
	}
	return f.want
}

// isUpgrade reports whether a request is an upgrade.
func isUpgrade(k kind) bool { return k.upgrades }

// isSmall reports whether a request can be sent again.
func isSmall(k kind) bool { return !k.isLarge() }

// connectionFaults are those without a complete header.
func connectionFaults() []fault {
	return []fault{
		early("closes after the header", own, wire.Close),
		early("resets after the header", own, wire.Reset),
		after("closes after the body", own, "", wire.Close),
		after("resets after the body", own, "", wire.Reset),
		after("garbage", own, "\x00\x01 fake \xff\r\n\r\n", wire.Close),
		after("a page without a header", own, "<html></html>\r\n\r\n", wire.Close),
		after("half a status line", own, "HTTP/1.1 20", wire.Close),
		after("half a header", own, "HTTP/1.1 200 OK\r\nX-Api: 1\r\nX-Ha", wire.Close),
		after("no end of the header", own, "HTTP/1.1 200 OK\r\nX-Api: 1\r\n", wire.Close),
		after("half a header, and a reset", own, "HTTP/1.1 200 OK\r\nX-Api: 1\r\nX-Ha", wire.Reset),
		after("a line without a colon", own, header1(200, "fake", full())+complete, wire.Nothing),
		after("a status of four digits", own, strings.Replace(header1(200, full()), "200", "2000", 1)+complete, wire.Nothing),
		after("a status of 99", own, strings.Replace(header1(200, full()), "200", "099", 1)+complete, wire.Nothing),
		after("two lengths", own, header1(200, full(), "Content-Length: 10")+complete, wire.Nothing),
		after("a negative length", own, header1(200, "Content-Length: -1")+complete, wire.Nothing),
		after("a length that is no number", own, header1(200, "Content-Length: fake")+complete, wire.Nothing),
		after("unknown transfer encoding", own, header1(200, "Transfer-Encoding: fake")+complete, wire.Close),
		after("huge header", own, header1(200, "X-Huge: "+strings.Repeat("x", 2<<20), full())+complete, wire.Nothing),
		after("many headers", own, header1(200, strings.Repeat("X-Huge: x\r\n", 1<<17)+full())+complete, wire.Nothing),
		after("continue, and closes", own, "HTTP/1.1 100 Continue\r\n\r\n", wire.Close),
		after("hints, and closes", own, strings.Repeat(hint, 3), wire.Close),
		after("a flood of hints, and closes", own, strings.Repeat(hint, 1000), wire.Close),
		after("half a hint", own, hint[:30], wire.Close),
	}
}

const hint = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"

// bodyFaults are those in or after the body of a response.
func bodyFaults() []fault {
	const chunked, trailers = "Transfer-Encoding: chunked", "Trailer: X-Sum"
	half := complete[:len(complete)/2]
	chunk := "5dc\r\n" + half + "\r\n" // 1500 bytes
	all := "bb8\r\n" + complete + "\r\n"
	return []fault{
		after("no body", broken, header1(200, full()), wire.Close),
		after("half a body", broken, header1(200, full())+half, wire.Close),
		after("all but one byte", broken, header1(200, full())+complete[1:], wire.Close),
		after("half a body, and a reset", broken|own, header1(200, full())+half, wire.Reset),
		after("half a body without a length, and a reset", broken|own, header1(200)+half, wire.Reset),
		after("half a body of 404", broken, header1(404, full())+half, wire.Close),
		after("half a chunk", broken, header1(200, chunked)+chunk[:900], wire.Close),
		after("half a size of a chunk", broken, header1(200, chunked)+chunk+"5d", wire.Close),
		after("no last chunk", broken, header1(200, chunked)+all, wire.Close),
		after("half a last chunk", broken, header1(200, chunked)+all+"0\r\n", wire.Close),
		after("bad size of a chunk", broken, header1(200, chunked)+chunk+"zz\r\n", wire.Nothing),
		after("negative size of a chunk", broken, header1(200, chunked)+chunk+"-1\r\n", wire.Nothing),
		after("huge size of a chunk", broken, header1(200, chunked)+chunk+"fffffffffffffffff\r\n", wire.Nothing),
		after("chunk without an end", broken, header1(200, chunked)+"5dc\r\n"+half+half, wire.Nothing),
		after("chunks, and a reset", broken|own, header1(200, chunked)+chunk, wire.Reset),
		after("half a trailer", broken, header1(200, chunked, trailers)+all+"0\r\nX-Su", wire.Close),
		after("no end of the trailers", broken, header1(200, chunked, trailers)+all+"0\r\nX-Sum: 1\r\n", wire.Close),
		after("a trailer without a colon", broken, header1(200, chunked, trailers)+all+"0\r\nfake\r\n\r\n", wire.Nothing),
		after("hints, and half a body", broken, hint+header1(200, full())+half, wire.Close),
	}
}

// oddities are what an API may do.
func oddities() []fault {
	all := "bb8\r\n" + complete + "\r\n0\r\n"
	switching := header1(101, "Connection: Upgrade", "Upgrade: fake")
	slow := func(r *wire.Request) {
		readBody(r)
		for _, letter := range header1(200, full()) {
			wire.Raw(string(letter))(r)
		}
		wire.Raw(complete)(r)
	}
	return []fault{
		{name: "well", want: whole, answers: []wire.Answer{well}},
		{name: "slow header", want: whole, answers: []wire.Answer{slow}},
		{name: "answers before the body", want: whole, answers: []wire.Answer{answered(http.StatusForbidden)}},
		early("answers before the body, and closes", whole, wire.Then(answered(http.StatusForbidden), wire.Close)),
		early("answers before the body, and resets", whole|own|broken, wire.Then(answered(http.StatusForbidden), wire.Reset)),
		after("no length", whole, header1(200)+complete, wire.Close),
		after("the same length twice", whole, header1(200, full(), full())+complete, wire.Nothing),
		after("length and chunks", whole, header1(200, "Content-Length: 10", "Transfer-Encoding: chunked")+all+"\r\n", wire.Nothing),
		after("trailers", whole, header1(200, "Transfer-Encoding: chunked", "Trailer: X-Sum")+all+"X-Sum: 1\r\n\r\n", wire.Nothing),
		after("more than its length", whole, header1(200, full())+complete+"more", wire.Nothing),
		after("a second response", whole, header1(200, full())+complete+header1(404, "Content-Length: 0"), wire.Close),
		after("HTTP/1.0", whole, strings.Replace(header1(200)+complete, "HTTP/1.1", "HTTP/1.0", 1), wire.Close),
		after("hints", whole, strings.Repeat(hint, 3)+header1(200, full())+complete, wire.Nothing),
		after("a flood of hints", whole, strings.Repeat(hint, 1000)+header1(200, full())+complete, wire.Nothing),
		after("a switch that nobody has asked for", own, switching+"fake", wire.Nothing),
		after("a switch without a protocol", own, header1(101), wire.Nothing),
		{name: "a switch, and closes", want: broken, only: isUpgrade, answers: []wire.Answer{wire.Then(wire.Raw(strings.Replace(switching, "fake", "websocket", 1)), wire.Close)}},
		{name: "a switch, and resets", want: broken | own, only: isUpgrade, answers: []wire.Answer{wire.Then(wire.Raw(strings.Replace(switching, "fake", "websocket", 1)), wire.Reset)}},
	}
}

func faults1() []fault {
	return append(append(connectionFaults(), bodyFaults()...), oddities()...)
}

// TestUpstreamFaults sends each kind of request to an API with each fault.
func TestUpstreamFaults(t *testing.T) {
	leavesNothing(t, func(t *testing.T) {
		i := newIdentity()
		for _, f := range faults1() {
			for _, k := range kinds() {
				f.run(t, i, "http", k)
				if k.chunks {
					f.run(t, i, "https", k)
				}
			}
		}
	})
}

// run sends a request of a kind in a test of its own.
func (f fault) run(t *testing.T, i identity, protocol string, k kind) {
	if f.only != nil && !f.only(k) || protocol == "h2" && k.upgrades { // HTTP/2 has no upgrades
		return
	}
	t.Run(strings.Join([]string{f.name, protocol, k.name}, "/"), func(t *testing.T) {
		t.Parallel()
		const path = "/id-1"
		o, a := openRaw(t, i, protocol, f.answers...)
		c := o.send(t, k, path)
		if got, want := c.receive(t), f.expected(k); got&want == 0 {
			t.Errorf("the client has %s (HTTP %d), want %s", got, c.status, want)
		}
		if count := a.count(path); !k.mayRepeat() && count > 1+f.excused {
			t.Errorf("the API has %d requests, and has excused %d", count, f.excused)
		}
		c.checkSecrets(t, o)
	})
}
