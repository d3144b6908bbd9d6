package proxy

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"slices"
	"strings"
	"sync"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// copySize is the size in bytes of what is copied at once.
const copySize = 32 << 10

// forwarded are the headers that httputil.ReverseProxy leaves out, as those of clients whom it
// does not trust. Here they are what a direct request would have.
var forwarded = []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"}

func (p *Proxy) newForward() *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite:        p.rewrite,
		Transport:      &authorizer{p.settings.Tokens, p.settings.Sender, p.key},
		ModifyResponse: p.localize,
		ErrorHandler:   p.fail,
		ErrorLog:       log.New(io.Discard, "", 0),
		BufferPool:     &buffers{},
	}
}

// rewrite makes a request one to the API, and leaves everything else as it is.
func (p *Proxy) rewrite(r *httputil.ProxyRequest) {
	r.Out.URL.Scheme, r.Out.URL.Host, r.Out.URL.User = p.upstream.Scheme, p.upstream.Host, nil
	r.Out.Host = p.upstream.Host
	r.Out.URL.RawQuery = r.In.URL.RawQuery // even where net/url does not understand it
	r.Out.Trailer = r.In.Trailer           // the same map, which has its values when the body ends
	for _, name := range forwarded {
		if values := r.In.Header[name]; values != nil {
			r.Out.Header[name] = values
		}
	}
}

// fail answers a request that got no response. If nobody waits for one, or the proxy ends, the
// connection ends without a response: net/http would send an empty success.
func (p *Proxy) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		panic(http.ErrAbortHandler)
	}
	p.answer(w, r, err)
}

// unsafeUpgrades are what the names of protocols begin with that are another version of HTTP,
// or TLS: requests in it would reach the API without any check.
var unsafeUpgrades = []string{"http", "h2", "h3", "tls", "ssl"}

// dropUnsafeUpgrade removes an upgrade to one of unsafeUpgrades.
func dropUnsafeUpgrade(header http.Header) {
	for protocol := range strings.SplitSeq(strings.ToLower(strings.Join(header["Upgrade"], ",")), ",") {
		protocol = strings.TrimSpace(protocol)
		if slices.ContainsFunc(unsafeUpgrades, func(begin string) bool { return strings.HasPrefix(protocol, begin) }) {
			header.Del("Upgrade")
			header.Del("Http2-Settings") // RFC 7540, section 3.2.1
		}
	}
}

// authorizer sends requests with a token.
type authorizer struct {
	tokens Tokens
	sender http.RoundTripper
	key    key
}

// RoundTrip implements http.RoundTripper. A request whose token the API refuses is sent once
// more with a new one, if its body can be.
func (a *authorizer) RoundTrip(req *http.Request) (*http.Response, error) {
	var first *token.Token
	body := newReplay(req, func() { a.checkTrailer(req.Trailer, first) })
	first, err := a.use(req)
	if err != nil {
		return nil, err
	}
	resp, err := a.send(req, first, body)
	if err != nil || resp.StatusCode != http.StatusUnauthorized || !a.tokens.Refuse(first) || !body.isWhole() {
		return resp, err
	}
	second, err := a.use(req)
	if err == nil && second.AccessToken.Equal(first.AccessToken) {
		return resp, nil
	}
	_ = resp.Body.Close() // without reading it, which may take as long as the API likes
	if err != nil {
		return nil, err
	}
	again := *req
	again.Header = req.Header.Clone() // net/http may still read the first one
	return a.send(&again, second, body)
}

// checkTrailer removes from a trailer what it could add to the header for a server that reads
// both as one: the key, and what decides about rights and hosts (RFC 9110, section 6.5.1).
func (a *authorizer) checkTrailer(trailer http.Header, t *token.Token) {
	a.key.take(trailer)
	for _, name := range []string{"Authorization", "Cookie", "Host"} {
		trailer.Del(name)
	}
	for name := range t.Headers {
		trailer.Del(name)
	}
}

// use returns a token until the request is over.
func (a *authorizer) use(req *http.Request) (*token.Token, error) {
	t, done, err := a.tokens.Use(req.Context())
	if using, ok := req.Context().Value(usesKey{}).(*uses); ok && err == nil {
		using.done = append(using.done, done)
	}
	return t, err
}

// send sends a request with a token.
func (a *authorizer) send(req *http.Request, t *token.Token, body *replay) (*http.Response, error) {
	for name, value := range t.Headers {
		req.Header.Set(name, value.Reveal())
	}
	if body != nil {
		req.GetBody = body.again
		var err error
		if req.Body, err = body.again(); err != nil {
			return nil, err
		}
	}
	resp, err := a.sender.RoundTrip(req)
	if err != nil && body.failure() != nil {
		return nil, &RefusedError{Reason: ReasonBody}
	}
	if errors.Is(err, errNotWhole) { // net/http wanted to send it again
		err = transport.ErrSentOnce
	}
	if err != nil {
		return nil, &UpstreamError{err}
	}
	return resp, nil
}

// buffers are those that bodies are copied with.
type buffers struct{ pool sync.Pool }

// Get implements httputil.BufferPool.
func (b *buffers) Get() []byte {
	if buffer, ok := b.pool.Get().(*[copySize]byte); ok {
		return buffer[:]
	}
	return make([]byte, copySize)
}

// Put implements httputil.BufferPool.
func (b *buffers) Put(buffer []byte) { b.pool.Put((*[copySize]byte)(buffer)) }
