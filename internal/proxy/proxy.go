package proxy

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

const (
	// loopback is where a proxy listens: nobody on the network reaches it.
	loopback = "127.0.0.1"
	// lastTime is how long Close lets requests finish.
	lastTime = 5 * time.Second
	// grace is how long net/http may take to return when a request has been ended. Over HTTP/2,
	// it may wait for a lock that is never released.
	grace = time.Second
	// headerTime is how long a client may take for the header of a request. Every user of
	// the machine can connect.
	headerTime = 10 * time.Second
)

// refusedMethods are for another kind of proxy, or make a server repeat the request, with its
// token.
var refusedMethods = []string{http.MethodConnect, http.MethodTrace, "TRACK"}

// Tokens gives the tokens for the requests. A *token.Supply is one.
type Tokens interface {
	// Use returns a token that is fresh now, and what to call after its last use.
	Use(ctx context.Context) (t *token.Token, done func(), err error)
	// Refuse says that the API has refused a token, and reports whether it may accept another.
	Refuse(t *token.Token) bool
}

// Settings say what a proxy does. Each field must be set, except Port.
type Settings struct {
	Port    int                // where to listen; 0: on any free port
	Tokens  Tokens             // for the requests
	Sender  http.RoundTripper  // sends the requests to the API
	Random  io.Reader          // gives the key
	Explain func(error) Answer // words the errors: *RefusedError, *UpstreamError, and those of Tokens
	// Log receives the method of each request, and the response: of one of the API, the status only.
	Log func(ctx context.Context, method string, a Answer)
}

// Answer is a response of the proxy's own. Nothing in it is foreign text or a secret.
type Answer struct {
	Status      int
	Title, Text string
}

// Proxy is a reverse proxy that listens. It is safe for concurrent use.
type Proxy struct {
	upstream *url.URL // the API: scheme, host and path
	settings Settings
	address  string // host and port where it listens
	key      key
	forward  *httputil.ReverseProxy
	server   *http.Server
	cancel   context.CancelFunc // ends all requests
	requests sync.WaitGroup     // those under way

	mu      sync.Mutex // guards the fields below
	closing bool
	unused  map[net.Conn]struct{} // the connections that have had no request
	// upgraded are the connections that may speak another protocol, of which net/http and
	// httputil lose sight.
	upgraded map[net.Conn]struct{}
}

// connKey is the key of a net.Conn in the context of its requests.
type connKey struct{}

// Open starts a proxy to the API at upstream, which is a scheme, a host and a path. ctx has the
// values for its requests, such as a logger. The caller ends it with Close or Abort. Its error
// is that of listening.
func Open(ctx context.Context, upstream *url.URL, settings Settings) (*Proxy, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp4", net.JoinHostPort(loopback, strconv.Itoa(settings.Port)))
	if err != nil {
		return nil, err
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	p := &Proxy{
		upstream: upstream, settings: settings, address: listener.Addr().String(), key: newKey(settings.Random), cancel: cancel,
		unused: map[net.Conn]struct{}{}, upgraded: map[net.Conn]struct{}{},
	}
	p.forward = p.newForward()
	p.server = &http.Server{
		Handler:           p,
		ReadHeaderTimeout: headerTime,
		BaseContext:       func(net.Listener) context.Context { return running },
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, conn)
		},
		ConnState:                    p.noteUnused,
		ErrorLog:                     log.New(io.Discard, "", 0), // net/http quotes what clients and servers send
		DisableGeneralOptionsHandler: true,
	}
	go func() { _ = p.server.Serve(listener) }() // it returns when the server is closed
	return p, nil
}

// URL returns where the proxy listens, with the path of the API as it was written.
func (p *Proxy) URL() string { return "http://" + p.address + p.upstream.EscapedPath() }

// Key returns what a request must have in a header.
func (p *Proxy) Key() said.Secret { return p.key.secret }

// ServeHTTP sends a request on, if it may be.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if refused := p.refusal(r); refused != nil {
		p.answer(w, r, refused)
		return
	}
	dropUnsafeUpgrade(r.Header)
	if !p.begin(r) {
		p.answer(w, r, p.refused(ReasonClosing))
		return
	}
	defer p.end(r)
	using := &uses{}
	defer using.end()
	w.Header()["Content-Type"], w.Header()["Date"] = nil, nil // or net/http adds them if the API has sent none
	isCut := true
	defer func() {
		if isCut { // httputil.ReverseProxy panics
			resetOld(r)
		}
	}()
	_ = http.NewResponseController(w).EnableFullDuplex() // or a response waits for the end of the request's body
	r = r.WithContext(context.WithValue(r.Context(), usesKey{}, using))
	body := watch(r)
	p.forward.ServeHTTP(answering{w, body}, r)
	isCut = false
	body.drain(w)
}

// resetOld ends the connection of a client of HTTP/1.0 by a reset, for a response that is cut:
// it takes any other end for that of the response.
func resetOld(r *http.Request) {
	if conn, ok := r.Context().Value(connKey{}).(*net.TCPConn); ok && !r.ProtoAtLeast(1, 1) {
		_ = conn.SetLinger(0)
	}
}

// refusal returns why a request is not sent on, or nil. It takes the key out of the request.
func (p *Proxy) refusal(r *http.Request) error {
	switch {
	case !p.isOwnHost(r.Host):
		return p.refused(ReasonHost)
	case !p.key.take(r.Header):
		return p.refused(ReasonKey)
	case slices.Contains(refusedMethods, strings.ToUpper(r.Method)):
		return p.refused(ReasonMethod)
	case !isWithin(p.upstream.EscapedPath(), r.URL.EscapedPath()):
		return &RefusedError{Reason: ReasonPath, Address: p.address, Path: said.NewForeign(r.URL.Path)}
	}
	return nil
}

func (p *Proxy) refused(reason Reason) error {
	return &RefusedError{Reason: reason, Address: p.address}
}

// isOwnHost reports whether a request is for this proxy. A web page that has its name point to
// loopback (DNS rebinding) cannot change the header Host.
func (p *Proxy) isOwnHost(host string) bool {
	_, port, _ := net.SplitHostPort(p.address)
	for _, name := range []string{loopback, "localhost"} {
		if strings.EqualFold(host, name+":"+port) || port == "80" && strings.EqualFold(host, name) {
			return true
		}
	}
	return false
}

// begin reports whether one more request may begin. Then end must follow.
func (p *Proxy) begin(r *http.Request) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closing {
		return false
	}
	p.requests.Add(1)
	if conn, ok := r.Context().Value(connKey{}).(net.Conn); ok && r.Header["Upgrade"] != nil {
		p.upgraded[conn] = struct{}{}
	}
	return true
}

// end ends what begin has begun.
func (p *Proxy) end(r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if conn, ok := r.Context().Value(connKey{}).(net.Conn); ok {
		delete(p.upgraded, conn)
	}
	p.requests.Done()
}

// noteUnused notes which connections have had no request. It is http.Server.ConnState.
func (p *Proxy) noteUnused(conn net.Conn, state http.ConnState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if state == http.StateNew {
		p.unused[conn] = struct{}{}
	} else {
		delete(p.unused, conn)
	}
}

// finish lets no further request begin. It closes unused connections, for which Shutdown would
// wait: clients open some that they do not need.
func (p *Proxy) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closing = true
	for conn := range p.unused {
		_ = conn.Close()
	}
}

// Close stops listening, lets requests under way finish for five seconds, and ends the rest.
func (p *Proxy) Close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lastTime)
	defer cancel()
	p.finish()
	_ = p.server.Shutdown(ctx) // its error is that of ctx
	finished := make(chan struct{})
	go func() {
		p.requests.Wait() // Shutdown does not wait for upgraded connections
		close(finished)
	}()
	wait(finished, ctx.Done())
	p.Abort()
	ended, stop := context.WithTimeout(context.Background(), grace)
	defer stop()
	wait(finished, ended.Done())
}

// wait waits for one of two channels to be closed.
func wait(one, other <-chan struct{}) {
	select {
	case <-one:
	case <-other:
	}
}

// Abort stops listening, and ends the requests under way.
func (p *Proxy) Abort() {
	p.finish()
	p.cancel()
	_ = p.server.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.upgraded {
		_ = conn.Close()
	}
}

// uses are what to call when a request no longer uses its tokens.
type uses struct{ done []func() }

// usesKey is the key of a *uses in the context of a request.
type usesKey struct{}

func (u *uses) end() {
	for _, done := range u.done {
		done()
	}
}
