package proxy

import (
	"net/http"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
)

// TestFaultsAfterRefusal sends each kind of request to an API that refuses the token, and then
// has each fault. A request that cannot be sent again gets the refusal.
func TestFaultsAfterRefusal(t *testing.T) {
	leavesNothing(t, func(t *testing.T) {
		i := newIdentity()
		for _, f := range faults1() {
			f.name, f.excused = "refuses, and "+f.name, f.excused+1
			f.answers = append([]wire.Answer{refuses}, f.answers...)
			for _, k := range kinds() {
				if k.method == http.MethodDelete || k.expect {
					continue // they differ in nothing here, and the test takes long
				}
				f := f
				if k.isLarge() {
					f.want, f.early = whole, false
				}
				f.run(t, i, "http", k)
			}
		}
	})
}

// refusalFaults are those of a refusal itself. Its body does not matter if there is another
// token.
func refusalFaults() []fault {
	const status = http.StatusUnauthorized
	half := complete[:len(complete)/2]
	says := func(name, text string, last wire.Answer) fault {
		return fault{name: name, want: whole, excused: 1, answers: []wire.Answer{wire.Then(readBody, wire.Raw(text), last), well}}
	}
	withoutBody := says("without a body", header1(status, "Content-Length: 0"), wire.Nothing)
	large := says("more than is read", header1(status, "Content-Length: 1000000")+content(1000000), wire.Nothing)
	withoutBody.only, large.only = isSmall, isSmall // the client would have that
	longer := says("more than its length", header1(status, full())+complete+"more", wire.Nothing)
	longer.want |= own // net/http may take the rest for the next response
	return []fault{
		withoutBody, large, longer,
		says("cut before the body", header1(status, full()), wire.Close),
		says("cut in the body", header1(status, full())+half, wire.Close),
		says("without a length", header1(status)+complete, wire.Close),
		says("half a chunk", header1(status, "Transfer-Encoding: chunked")+"5dc\r\n"+half[1:], wire.Close),
		says("bad chunk", header1(status, "Transfer-Encoding: chunked")+"zz\r\n", wire.Nothing),
		says("hints before it", hint+hint+header1(status, full())+complete, wire.Nothing),
		{name: "before the body", want: whole, excused: 1, answers: []wire.Answer{answered(status), well}},
		early("before the body, and closes", whole, wire.Then(answered(status), wire.Close), well),
		early("before the body, and resets", whole|own|broken, wire.Then(answered(status), wire.Reset), well),
		{name: "for ever", want: whole, excused: 1, answers: []wire.Answer{refuses}},
	}
}

// TestRefusalFaults sends each kind of request to an API whose refusal has a fault.
func TestRefusalFaults(t *testing.T) {
	leavesNothing(t, func(t *testing.T) {
		i := newIdentity()
		for _, f := range refusalFaults() {
			f.name, f.excused = "refuses, "+f.name, 1
			for _, k := range kinds() {
				if k.method == http.MethodDelete || k.expect {
					continue // they differ in nothing here, and the test takes long
				}
				f := f
				if k.isLarge() { // the refusal goes to the client
					f.want |= broken
				}
				f.run(t, i, "http", k)
				if k.chunks {
					f.run(t, i, "https", k)
				}
			}
		}
	})
}
