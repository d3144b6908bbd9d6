package proxy

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// oddity is what a client may send, or should not.
type oddity struct {
	name  string
	want  []result // of one response after the other
	count int      // of the API's requests; -1: at most one
	send  func(p *play)
	only  func(kind) bool // the kinds of request that it is one of; nil: all
}

// one is what a client has after one request.
func one(r result) []result { return []result{r} }

func isPlain(k kind) bool   { return !k.upgrades && !k.expect }
func isChunked(k kind) bool { return k.chunks }
func isSized(k kind) bool   { return k.size > 0 && !k.chunks && !k.expect }
func isWaiting(k kind) bool { return k.expect }

// slowly sends a text byte by byte, as far as it is a header.
func (p *play) slowly(text string) {
	head, body, _ := strings.Cut(text, "\r\n\r\n")
	for _, letter := range head + "\r\n\r\n" {
		p.write(string(letter))
	}
	p.write(body)
}

// changed sends the request with one text in place of another in its header.
func changed(from, to string) func(p *play) {
	return func(p *play) { go p.write(strings.Replace(p.head(), from, to, 1) + p.kind.body()) }
}

// oddRequests are requests that pass, or whose rest does not.
func oddRequests() []oddity {
	again := func(p *play, path string) string { return p.kind.head(p.proxy, path) + p.kind.body() }
	return []oddity{
		{"slow header", one(whole), 1, func(p *play) { p.slowly(p.head() + p.kind.body()) }, func(k kind) bool { return !k.expect }},
		{"slow body", one(whole), 1, func(p *play) { p.slowly(p.head()); p.inPieces(p.kind.body()) }, isPlain},
		{"pipelined", []result{whole, whole, whole}, 1, func(p *play) { go p.write(again(p, "/id-1") + again(p, "/id-2") + again(p, "/id-3")) }, isPlain},
		{"something behind the request", []result{whole, server | broken}, 1, func(p *play) { go p.write(again(p, "/id-1") + "fake\r\n\r\n") }, isPlain},
		{"a request without a key behind it", []result{whole, own}, 1, func(p *play) {
			go p.write(again(p, "/id-1") + "GET /id-1 HTTP/1.1\r\nHost: " + p.proxy.address + "\r\n\r\n")
		}, isPlain},
		{"HTTP/1.0", one(whole), 1, changed("HTTP/1.1", "HTTP/1.0"), func(k kind) bool { return !k.chunks && !k.expect }},
		{"HTTP/1.0 that is kept", one(whole), 1, changed("HTTP/1.1\r\n", "HTTP/1.0\r\nConnection: keep-alive\r\n"), isSized},
		{"HTTP/1.2", one(whole | server), -1, changed("HTTP/1.1", "HTTP/1.2"), isPlain},
		{"HTTP/3.0", one(server | own | broken), 0, changed("HTTP/1.1", "HTTP/3.0"), nil},
		{"without a key", one(own), 0, changed("Bearer ", "Bearer x"), func(k kind) bool { return !k.expect && !k.isLarge() }},
		{"connection that closes", one(whole), 1, changed("\r\n\r\n", "\r\nConnection: close\r\n\r\n"), isPlain},
		{"empty lines before it", one(server | whole | broken), -1, func(p *play) { go p.write("\r\n\r\n" + again(p, "/id-1")) }, isPlain},
		{"waits, and sends at once", one(whole), 1, func(p *play) { go p.write(again(p, "/id-1")) }, isWaiting},
		{"waits, and sends", one(whole), 1, func(p *play) { p.write(p.head()) }, isWaiting},
		{"expects what nobody does", one(server), 0, changed("100-continue", "200-ok"), isWaiting},
	}
}

// inPieces sends a text in small pieces, unless it is large.
func (p *play) inPieces(text string) {
	const size = 50
	for ; len(text) > size && len(text) < mostReplayed; text = text[size:] {
		p.write(text[:size])
	}
	go p.write(text)
}

// badRequests are requests that break the rules of HTTP.
func badRequests() []oddity {
	bad := func(name, body string) oddity {
		return oddity{name, one(server | own | broken), -1, func(p *play) { p.write(p.head() + body) }, isChunked}
	}
	chunk := fmt.Sprintf("%x\r\n%s\r\n", 400, content(400))
	return []oddity{
		bad("size of a chunk that is no number", chunk+"zz\r\n"),
		bad("negative size of a chunk", chunk+"-1\r\n"),
		bad("huge size of a chunk", chunk+"fffffffffffffffff\r\n"),
		bad("chunk that is longer than its size", "10\r\n"+content(40)+"\r\n0\r\n\r\n"),
		bad("chunk without an end", "10\r\n"+content(16)+"0\r\n\r\n"),
		bad("long extension of a chunk", "10;"+strings.Repeat("x", 1<<14)+"\r\n"+content(16)+"\r\n0\r\n\r\n"),
		bad("trailer without a colon", chunk+"0\r\nfake\r\n\r\n"),
		{"two lengths", one(server | broken), 0, changed("Content-Length", "Content-Length: 1\r\nContent-Length"), isSized},
		{"length that is no number", one(server | broken), 0, changed("Content-Length: ", "Content-Length: x"), isSized},
		{"negative length", one(server | broken), 0, changed("Content-Length: ", "Content-Length: -"), isSized},
		{"huge length", one(server | broken), 0, changed("Content-Length: ", "Content-Length: 99999999999999999999"), isSized},
		{"unknown encoding", one(server | broken), 0, changed("chunked", "fake"), isChunked},
		{"line without a colon", one(server | broken), 0, changed("X-Size:", "X-Size"), nil},
		{"header that is too large", one(server | broken), 0, changed("X-Size:", "X-Huge: "+strings.Repeat("x", http.DefaultMaxHeaderBytes+1<<13)+"\r\nX-Size:"), isPlain},
		{"garbage", one(server | broken), 0, func(p *play) { p.write("\x16\x03\x01\x02\x00\x01\r\n\r\n") }, nil},
	}
}

// TestOddRequests sends each kind of request in each odd way. The API has what the client has
// meant, or nothing that looks complete.
func TestOddRequests(t *testing.T) {
	leavesNothing(t, func(t *testing.T) {
		for _, c := range append(oddRequests(), badRequests()...) {
			for _, k := range kinds() {
				if c.only != nil && !c.only(k) {
					continue
				}
				t.Run(c.name+"/"+k.name, func(t *testing.T) {
					t.Parallel()
					c.run(t, k)
				})
			}
		}
	})
}

// run sends a request of a kind.
func (c oddity) run(t *testing.T, k kind) {
	t.Helper()
	o, a := openGood(t)
	p := &play{o.connect(t, k), o}
	c.send(p)
	for i, want := range c.want {
		if got := p.receive(t); got&want == 0 {
			t.Errorf("response %d is %s (HTTP %d), want %s", i+1, got, p.status, want)
		}
	}
	_ = p.Close()
	p.check(t, a, c.count != 0)
	if arrived, _ := a.count("/id-1"); c.count >= 0 && arrived != c.count {
		t.Errorf("the API has %d requests, want %d", arrived, c.count)
	}
}
