// Package sandbox is a server that acts as the token endpoint and the API of
// every vendor, written from the vendors' public documents. It is stricter than
// the vendors are: what a document does not name, it refuses.
//
// A Server is an [http.Handler]; serve it with httptest or an [http.Server] on
// loopback. Its secrets and tokens are made up and open nothing but itself.
package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// The ways a client of oauth2 writes its id and secret into the Basic header.
const (
	Raw  = "raw"  // as they are
	Form = "form" // form-escaped first, as RFC 6749 section 2.3.1 wants
)

// Client is a set of credentials that a service knows.
type Client struct {
	ID     string
	Secret string
	// Encoding is Raw (also when empty) or Form. Only oauth2 knows Form.
	Encoding string
}

// madeUp returns the client of a service with a single one. Its secret looks
// different in every encoding.
func madeUp(service string) Client {
	return Client{ID: "sandbox-" + service, Secret: "fake " + service + "+secret/100%:=ü"}
}

// Server acts as every service. Its methods may be called at any time, also
// while it serves. Make one with New.
type Server struct {
	now       func() time.Time
	signer    jose.Signer
	endpoints []*endpoint
	closing   sync.Once
	closed    chan struct{}

	mu     sync.Mutex
	tokens []string
}

// endpoint is one service and what happened to it.
type endpoint struct {
	service
	resource []byte // the body of the protected resource
	requests atomic.Int64
	opened   atomic.Int64

	orders

	mu   sync.RWMutex
	live map[string]time.Time // token -> end of its life
}

// New returns a server with one client per service (oauth2 has two, one for
// each encoding) and tokens that live as long as the vendor documents.
func New() *Server {
	s := &Server{now: time.Now, signer: newSigner(), closed: make(chan struct{})}
	for _, v := range all() {
		s.endpoints = append(s.endpoints, &endpoint{
			service:  v,
			resource: fmt.Appendf(nil, `{"service":%q,"opened":true}`, v.name),
			live:     map[string]time.Time{},
		})
	}
	return s
}

// Close releases the handlers that hang or write without end. Call it before
// the Close of the HTTP server, which waits for them. It may be called again.
func (s *Server) Close() {
	s.closing.Do(func() { close(s.closed) })
}

// ServeHTTP answers the token endpoint and the protected resource of every service.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, e := range s.endpoints {
		switch r.URL.Path {
		case e.tokenPath:
			s.serveToken(w, r, e)
			return
		case e.resourcePath:
			e.serveResource(w, r, s.now())
			return
		}
	}
	http.NotFound(w, r)
}

// Client returns the first client of the service.
func (s *Server) Client(service string) Client {
	return s.Clients(service)[0]
}

// Clients returns every client of the service; of oauth2, the Raw one is first
// and the Form one second.
func (s *Server) Clients(service string) []Client {
	e := s.endpoint(service)
	e.mu.RLock()
	defer e.mu.RUnlock()
	return slices.Clone(e.clients)
}

// AddClient gives the service another client. One with the same ID is replaced.
// It panics on an Encoding that the service does not know.
func (s *Server) AddClient(service string, c Client) {
	e := s.endpoint(service)
	known := c.Encoding == "" || c.Encoding == Raw || (c.Encoding == Form && service == oauth2)
	if !known {
		panic(fmt.Sprintf("sandbox: %s knows no encoding %q", service, c.Encoding))
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.clients = slices.DeleteFunc(e.clients, func(old Client) bool { return old.ID == c.ID })
	e.clients = append(e.clients, c)
}

// SetLifetime sets the life of the tokens that the service issues from now on.
// Services that answer in seconds leave out the rest of a second.
func (s *Server) SetLifetime(service string, d time.Duration) {
	e := s.endpoint(service)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lifetime = d
}

// Order makes each token request take the next of the faults, first in, first
// out; afterwards the endpoint works again.
func (s *Server) Order(service string, faults ...Fault) { s.endpoint(service).Order(faults...) }

// OrderAlways makes every token request take the fault until Heal. Faults of
// Order come first.
func (s *Server) OrderAlways(service string, f Fault) { s.endpoint(service).OrderAlways(f) }

// Heal drops every fault ordered for the service.
func (s *Server) Heal(service string) { s.endpoint(service).heal() }

// Requests returns how many token requests the service received, refused and
// faulty ones included.
func (s *Server) Requests(service string) int {
	return int(s.endpoint(service).requests.Load())
}

// Opened returns how many times the protected resource of the service was opened.
func (s *Server) Opened(service string) int {
	return int(s.endpoint(service).opened.Load())
}

// Tokens returns every token issued, in that order, those of faulty answers included.
func (s *Server) Tokens() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.tokens)
}

// endpoint panics if there is no such service, so that a typo in a test does not
// pass unnoticed.
func (s *Server) endpoint(service string) *endpoint {
	for _, e := range s.endpoints {
		if e.name == service {
			return e
		}
	}
	panic(fmt.Sprintf("sandbox: no service %q", service))
}

func (e *endpoint) serveResource(w http.ResponseWriter, r *http.Request, now time.Time) {
	if !slices.Contains(e.resourceMethods, r.Method) {
		e.notAllowed(e.resourceMethods...).write(w)
		return
	}
	if !e.opens(r.Header.Values(e.header), now) {
		e.refuse(refusal{http.StatusUnauthorized, codeInvalidToken, "Invalid or expired token."}).write(w)
		return
	}
	e.opened.Add(1)
	answer{status: http.StatusOK, body: e.resource}.write(w)
}

func (e *endpoint) opens(values []string, now time.Time) bool {
	if len(values) != 1 {
		return false
	}
	token, ok := strings.CutPrefix(values[0], e.prefix)
	if !ok {
		return false
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	end, issued := e.live[token]
	return issued && now.Before(end)
}
