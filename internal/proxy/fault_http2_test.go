package proxy

import (
	"strings"
	"testing"

	"golang.org/x/net/http2"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
)

// begun2 are the header of a response and a part of its body.
func begun2(fields ...string) wire.Answer {
	return wire.Then(readBody, wire.Headers(200, false, append([]string{"x-api", "1"}, fields...)...), wire.Data(false, complete[:1000]))
}

// unprocessed are faults after which the API has not processed the request, and says so. A
// large request may have been read too far.
func unprocessed() []fault {
	refused, enhance, none := wire.RST(http2.ErrCodeRefusedStream), wire.RST(http2.ErrCodeEnhanceYourCalm), wire.GoAway(wire.None, http2.ErrCodeNo, "fake words")
	return []fault{
		{name: "goes away", want: whole, excused: 1, answers: []wire.Answer{none, well}},
		{name: "goes away after the body", want: whole, excused: 1, answers: []wire.Answer{wire.Then(readBody, none), well}},
		{name: "goes away, and closes", want: whole, excused: 1, answers: []wire.Answer{wire.Then(readBody, none, wire.Close), well}},
		{name: "refuses the stream", want: whole, excused: 1, answers: []wire.Answer{refused, well}},
		{name: "refuses the stream after the body", want: whole, excused: 1, answers: []wire.Answer{wire.Then(readBody, refused), well}},
		{name: "refuses the token, then the stream", want: whole, excused: 2, answers: []wire.Answer{refuses, refused, well}},
		{name: "refuses the stream, then the token", want: whole, excused: 2, answers: []wire.Answer{refused, refuses, well}},
		{name: "refuses the token, then goes away", want: whole, excused: 2, answers: []wire.Answer{refuses, none, well}},
		// Go takes this for the same, though RFC 9113 does not: https://github.com/golang/go/issues/47635.
		{name: "protocol error", want: whole, excused: 1, answers: []wire.Answer{wire.Then(readBody, wire.RST(http2.ErrCodeProtocol)), well}},
		{name: "is not calm", want: own, answers: []wire.Answer{enhance, well}},
	}
}

// faults2 are faults over HTTP/2 before a response.
func faults2() []fault {
	rst := func(code http2.ErrCode) wire.Answer { return wire.Then(readBody, wire.RST(code)) }
	goAway := func(last func(uint32) uint32, code http2.ErrCode) wire.Answer {
		return wire.Then(readBody, wire.GoAway(last, code, "fake words"))
	}
	closes := func(name string, answers ...wire.Answer) fault { return fault{name: name, want: own, answers: answers} }
	push := wire.Frames(func(f *http2.Framer, r *wire.Request) error {
		return f.WritePushPromise(http2.PushPromiseParam{StreamID: r.Stream, PromiseID: 2, EndHeaders: true})
	})
	garbage := func(r *wire.Request) { _, _ = r.Write([]byte(strings.Repeat("\xff", 1000))) }
	return []fault{
		closes("goes away with this stream, and closes", wire.Then(goAway(wire.This, http2.ErrCodeNo), wire.Close), well),
		closes("goes away with all streams, and closes", wire.Then(goAway(wire.All, http2.ErrCodeNo), wire.Close), well),
		closes("goes away with an error", wire.Then(goAway(wire.This, http2.ErrCodeInternal), wire.Close), well),
		closes("internal error", rst(http2.ErrCodeInternal), well),
		closes("cancels", rst(http2.ErrCodeCancel), well),
		closes("ends the stream without an error", rst(http2.ErrCodeNo), well),
		closes("requires HTTP/1.1", rst(http2.ErrCodeHTTP11Required), well),
		closes("closes", wire.Then(readBody, wire.Close), well),
		closes("resets", wire.Then(readBody, wire.Reset), well),
		closes("ends without the end of TLS", wire.Then(readBody, wire.Cut), well),
		closes("garbage", wire.Then(readBody, garbage), well),
		closes("promises", wire.Then(readBody, push), well),
		closes("flood of headers", wire.Then(readBody, wire.Flood), well),
		{name: "a status of 0", want: own, answers: []wire.Answer{wire.Then(readBody, wire.Headers(0, true, "x-api", "1")), well}},
		closes("hints, and closes", wire.Then(readBody, wire.Headers(103, false), wire.Headers(102, false), wire.Close), well),
		closes("data before a header", wire.Then(readBody, wire.Data(true, complete)), well),
		closes("a switch, and closes", wire.Then(readBody, wire.Headers(101, false), wire.Close), well),
		closes("a switch, and ends", wire.Then(readBody, wire.Headers(101, true)), well),
	}
}

// bodyFaults2 are faults over HTTP/2 in a response, and what is none.
func bodyFaults2() []fault {
	cut := func(name string, answers ...wire.Answer) fault {
		return fault{name: name, want: broken, answers: []wire.Answer{wire.Then(answers...)}}
	}
	rst := wire.RST
	size := []string{"content-length", "3000"}
	return []fault{
		cut("resets the stream in the body", begun2(), rst(http2.ErrCodeInternal)),
		cut("cancels in the body", begun2(size...), rst(http2.ErrCodeCancel)),
		cut("refuses the stream in the body", begun2(), rst(http2.ErrCodeRefusedStream)),
		cut("ends the stream in the body without an error", begun2(), rst(http2.ErrCodeNo)),
		cut("protocol error in the body", begun2(), rst(http2.ErrCodeProtocol)),
		cut("goes away and closes in the body", begun2(), wire.GoAway(wire.This, http2.ErrCodeNo, ""), wire.Close),
		cut("goes away without this stream in the body", begun2(), wire.GoAway(wire.None, http2.ErrCodeNo, ""), wire.Close),
		cut("closes in the body", begun2(), wire.Close),
		cut("resets in the body", begun2(), wire.Reset),
		cut("ends before its length", begun2(size...), wire.Data(true, "")),
		cut("trailers without an end", begun2(), wire.Headers(200, false, "x-sum", "1"), wire.Close),
		cut("cut after the last byte", begun2(), wire.Data(false, complete[1000:]), wire.Close),
		{name: "well", want: whole, answers: []wire.Answer{well}},
		{name: "more than its length", want: whole | broken, answers: []wire.Answer{wire.Then(begun2(size...), wire.Data(true, continued()+"more"))}},
		{name: "no length", want: whole, answers: []wire.Answer{wire.Then(begun2(), wire.Data(true, continued()))}},
		{name: "goes away with this stream", want: whole, answers: []wire.Answer{wire.Then(wire.GoAway(wire.This, http2.ErrCodeNo, ""), well)}},
		{name: "goes away with all streams", want: whole, answers: []wire.Answer{wire.Then(wire.GoAway(wire.All, http2.ErrCodeNo, ""), well)}},
		{name: "hints", want: whole, answers: []wire.Answer{wire.Then(readBody, wire.Headers(103, false), wire.Headers(102, false), answered(200))}},
		{name: "answers before the body", want: whole, answers: []wire.Answer{answered(403)}},
		{name: "answers before the body, and ends the stream", want: whole, answers: []wire.Answer{wire.Then(answered(403), rst(http2.ErrCodeNo))}},
		{name: "refuses the token", want: whole, excused: 1, answers: []wire.Answer{refuses, well}},
		{name: "refuses the token before the body", want: whole, excused: 1, answers: []wire.Answer{answered(401), well}},
		{name: "refuses the token for ever", want: whole, excused: 1, answers: []wire.Answer{refuses}},
	}
}

// continued is what follows in the body after begun2.
func continued() string { return complete[1000:] }

// TestHTTP2Faults sends each kind of request to an API with each fault.
func TestHTTP2Faults(t *testing.T) {
	leavesNothing(t, func(t *testing.T) {
		i := newIdentity()
		for _, f := range unprocessed() {
			for _, k := range kinds() {
				f := f
				if k.isLarge() {
					f.want |= own
				}
				f.run(t, i, "h2", k)
			}
		}
		for _, f := range append(faults2(), bodyFaults2()...) {
			for _, k := range kinds() {
				f.run(t, i, "h2", k)
			}
		}
	})
}
