//go:build unix

package fronts_test

import (
	"crypto/rand"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

const (
	// secret is that of all clients. It is made up.
	secret = "fake-secret-of-the-client-behind-a-front"
	// underscored is a header that the endpoint wants at paths that begin with it.
	underscored = "x_api_key"
)

// endpoint is a token endpoint that counts its requests by the last part of
// their path, which is the name of a row.
type endpoint struct {
	plain, secure *httptest.Server
	// holding says that a request has come to /hold/, and is answered once
	// release is closed.
	holding, release chan struct{}

	mu          sync.Mutex
	requests    map[string]int
	connections map[string]bool
	tokens      []string
}

func newEndpoint(t *testing.T, k *keyring) *endpoint {
	t.Helper()
	e := &endpoint{
		requests: map[string]int{}, connections: map[string]bool{},
		holding: make(chan struct{}, 16), release: make(chan struct{}),
	}
	certificate := clitest.Must(tls.X509KeyPair([]byte(k.server.Certificate), []byte(k.server.Key)))(t)
	e.plain, e.secure = httptest.NewServer(e), httptest.NewUnstartedServer(e)
	e.secure.EnableHTTP2, e.secure.TLS = true, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	e.secure.StartTLS()
	t.Cleanup(func() {
		for _, s := range []*httptest.Server{e.plain, e.secure} {
			s.CloseClientConnections()
			s.Close()
		}
	})
	return e
}

// ServeHTTP implements http.Handler.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // who has gone is counted all the same
	e.mu.Lock()
	e.requests[path.Base(r.URL.Path)]++
	e.connections[r.RemoteAddr] = true
	e.mu.Unlock()
	_, password, _ := r.BasicAuth()
	switch {
	case strings.HasPrefix(r.URL.Path, "/slow/"):
		<-r.Context().Done()
	case strings.HasPrefix(r.URL.Path, "/hold/"):
		e.holding <- struct{}{}
		<-e.release
		e.give(w)
	case strings.HasPrefix(r.URL.Path, "/garbage/"):
		raw(w, "fake-banner of something that is not HTTP\r\n")
	case strings.HasPrefix(r.URL.Path, "/cut-"):
		raw(w, "HTTP/1.1 "+r.URL.Path[len("/cut-"):][:3]+" Cut\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"error\":\"invalid_client\",")
	case password != secret:
		answer(w, http.StatusUnauthorized, `{"error":"invalid_client"}`)
	case strings.HasPrefix(r.URL.Path, "/"+underscored+"/") && r.Header.Get(underscored) == "":
		answer(w, http.StatusUnauthorized, `{"error":"invalid_request","error_description":"there is no header `+underscored+`"}`)
	default:
		e.give(w)
	}
}

// give answers with a new token.
func (e *endpoint) give(w http.ResponseWriter) {
	token := "fake-token-" + rand.Text()
	e.mu.Lock()
	e.tokens = append(e.tokens, token)
	e.mu.Unlock()
	answer(w, http.StatusOK, `{"access_token":"`+token+`","token_type":"Bearer","expires_in":3600}`)
}

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body) // who has gone needs none
}

// raw says something over the connection, and closes it.
func raw(w http.ResponseWriter, text string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_, _ = io.WriteString(conn, text) // who has gone hears nothing
	_ = conn.Close()
}

// asked returns how many requests with that name have come.
func (e *endpoint) asked(name string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.requests[name]
}

// issued returns all tokens.
func (e *endpoint) issued() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]string(nil), e.tokens...)
}
