// Package sandbox is a server that acts as the token endpoint and the API of every vendor,
// written from the vendors' public documents. It is stricter than the vendors: it
// refuses everything that a document does not name.
//
// A Server is an [http.Handler]; serve it with httptest or an [http.Server] on loopback.
// Its secrets and tokens are made up, and open only the sandbox.
package sandbox

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Server acts as every service. It is safe for concurrent use. Make one with New.
type Server struct {
	now       func() time.Time
	signer    jose.Signer
	key       func() *rsa.PrivateKey // for signed requests
	endpoints []*endpoint
	closing   sync.Once
	closed    chan struct{}

	selfSigned atomic.Int64

	mu     sync.Mutex
	tokens []string
}

// endpoint is one row, with its state.
type endpoint struct {
	Row

	orders

	requests, opened atomic.Int64

	mu              sync.RWMutex
	clients         []Client
	issued, revoked []string
	live            map[string]life // by token
}

// life is what is known of an issued token.
type life struct {
	end   time.Time
	inner string // the token of the row After that its request had
	ended bool   // revoked, or used up
}

// New returns a server of all rows, with their clients and lifetimes.
func New() *Server {
	s := &Server{now: time.Now, signer: newSigner(), key: sync.OnceValue(newKey), closed: make(chan struct{})}
	for _, row := range AllRows() {
		s.endpoints = append(s.endpoints, &endpoint{Row: row, clients: row.Clients, live: map[string]life{}})
	}
	return s
}

const rsaBits = 2048

// newKey returns the key for signed requests.
func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, rsaBits)
	if err != nil {
		panic(err)
	}
	return key
}

// PrivateKeyPEM returns the key that signed requests must be signed with.
func (s *Server) PrivateKeyPEM() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(s.key())}))
}

// Close ends the handlers that hang or write without end. Call it before the Close of the
// HTTP server, which waits for them. It may be called again.
func (s *Server) Close() { s.closing.Do(func() { close(s.closed) }) }

// ServeHTTP serves the token endpoint and the protected resource of every row, all
// paths below a row's Base, and SelfSignedPath.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == SelfSignedPath {
		s.serveSelfSigned(w, r)
		return
	}
	for _, e := range s.endpoints {
		switch path := r.URL.Path; {
		case e.Base == "" && path == e.Path, e.Base != "" && strings.HasPrefix(path, e.Base+"/"):
			s.serveToken(w, r, e)
			return
		case path == e.Resource:
			e.serveResource(w, r, s.now())
			return
		}
	}
	http.NotFound(w, r)
}

// Client returns the first client of the service.
func (s *Server) Client(service string) Client { return s.Clients(service)[0] }

// Clients returns every client of the service; of oauth2, the Raw one is first
// and the Form one second.
func (s *Server) Clients(service string) []Client {
	e := s.endpoint(service)
	return copied(&e.mu, &e.clients)
}

// copied returns a copy of a list that others may change.
func copied[T any](mu *sync.RWMutex, list *[]T) []T {
	mu.RLock()
	defer mu.RUnlock()
	return slices.Clone(*list)
}

// AddClient gives the service another client, or replaces the one with the same ID. It
// panics if the service does not have the Encoding.
func (s *Server) AddClient(service string, c Client) {
	e := s.endpoint(service)
	if c.Encoding != "" && c.Encoding != Raw && (c.Encoding != Form || e.Basic == "") {
		panic(fmt.Sprintf("sandbox: %s knows no encoding %q", service, c.Encoding))
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.clients = slices.DeleteFunc(slices.Clone(e.clients), func(old Client) bool { return old.ID == c.ID })
	e.clients = append(e.clients, c)
}

// Order gives each of the next token requests one of the faults, in order. Afterwards the
// endpoint works again.
func (s *Server) Order(service string, faults ...Fault) { s.endpoint(service).Order(faults...) }

// OrderAlways gives every token request the fault until Heal. Faults of Order come first.
func (s *Server) OrderAlways(service string, f Fault) { s.endpoint(service).OrderAlways(f) }

// Heal drops all faults of the service.
func (s *Server) Heal(service string) { s.endpoint(service).heal() }

// Requests returns how many token requests the service received, also refused and faulty
// ones.
func (s *Server) Requests(service string) int { return int(s.endpoint(service).requests.Load()) }

// Opened returns how often the protected resource of the service was opened.
func (s *Server) Opened(service string) int { return int(s.endpoint(service).opened.Load()) }

// Tokens returns all issued tokens, in order, also those of faulty answers.
func (s *Server) Tokens() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.tokens)
}

// Issued returns the tokens that the service has issued.
func (s *Server) Issued(service string) []string {
	e := s.endpoint(service)
	return copied(&e.mu, &e.issued)
}

// Revoked returns the tokens of the service that have been revoked.
func (s *Server) Revoked(service string) []string {
	e := s.endpoint(service)
	return copied(&e.mu, &e.revoked)
}

// Headers returns the headers that the API of the service expects with an issued token.
func (s *Server) Headers(service, token string) map[string]string {
	return s.endpoint(service).headers(token)
}

// Opens reports whether the headers open the API of the service.
func (s *Server) Opens(service string, header http.Header) bool {
	return s.endpoint(service).opens(header, s.now())
}

// endpoint returns the endpoint of a service. It panics if there is none, so that a test
// with a typo fails.
func (s *Server) endpoint(service string) *endpoint {
	i := slices.IndexFunc(s.endpoints, func(e *endpoint) bool { return e.Name == service })
	if i < 0 {
		panic(fmt.Sprintf("sandbox: no service %q", service))
	}
	return s.endpoints[i]
}

func (e *endpoint) serveResource(w http.ResponseWriter, r *http.Request, now time.Time) {
	if !slices.Contains(e.ResourceMethods, r.Method) {
		e.refuse(refusal{status: http.StatusMethodNotAllowed}).with("Allow", strings.Join(e.ResourceMethods, ", ")).write(w)
		return
	}
	if !e.opens(r.Header, now) {
		e.refuse(refusal{http.StatusUnauthorized, codeInvalidToken, "Invalid or expired token."}).write(w)
		return
	}
	e.opened.Add(1)
	answer{status: http.StatusOK, body: fmt.Appendf(nil, `{"service":%q,"opened":true}`, e.Name)}.write(w)
}
