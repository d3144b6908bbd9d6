package interop_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// inspector is the client that introspects at both servers.
const inspector = "inspector"

// patience bounds each wait for a server.
const patience = 30 * time.Second

// event is what a server tells of itself, or of a request that it has answered.
type event struct {
	Event  string         // ready, token, revocation, introspection, discovery
	Client string         // who asked
	Status int            // of the answer
	Form   map[string]any // what was asked
	Answer map[string]any // of the token endpoint

	URL     string // of the server that is ready
	Mutual  string // that asks for client certificates
	Refresh string // a refresh token made beforehand
}

func (e *event) form(name string) string {
	value, _ := e.Form[name].(string)
	return value
}

func (e *event) answer(name string) string {
	value, _ := e.Answer[name].(string)
	return value
}

// server is an authorization server in a process of its own.
type server struct {
	event         // the one that said it was ready
	introspection string
	secret        string // the inspector's
	http          *http.Client

	mu     sync.Mutex
	events []event
}

// start starts a server. The end of the test closes its stdin, and it ends.
func start(t *testing.T, k *keyring, introspection string, config map[string]any, command ...string) *server {
	t.Helper()
	s := &server{secret: random(), http: clientOf(t, k)}
	registered, _ := config["clients"].([]map[string]any)
	config["clients"] = append(registered, inspectorClient(s.secret))
	config["certificate"], config["key"], config["ca"] = k.server.Certificate, k.server.Key, k.authority.Certificate
	line := clitest.Must(json.Marshal(config))(t)
	s.begin(t, line, command)
	s.introspection = s.URL + introspection
	return s
}

// begin runs the server until the end of the test, and waits until it is ready.
func (s *server) begin(t *testing.T, config []byte, command []string) {
	t.Helper()
	ready := s.run(t, append(config, '\n'), command)
	select {
	case s.event = <-ready:
	case <-time.After(patience):
	}
	if s.URL == "" {
		t.Fatalf("%v did not start", command)
	}
}

func inspectorClient(secret string) map[string]any {
	return map[string]any{
		"client_id": inspector, "client_secret": secret, "token_endpoint_auth_method": "client_secret_basic",
		"grant_types": []string{"client_credentials"}, "response_types": []string{}, "redirect_uris": []string{},
	}
}

func clientOf(t *testing.T, k *keyring) *http.Client {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AddCert(k.authority.Leaf)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: patience}
}

func (s *server) run(t *testing.T, config []byte, command []string) <-chan event {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), command[0], command[1:]...) //nolint:gosec // it runs what the tests name
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdin := clitest.Must(cmd.StdinPipe())(t)
	stdout := clitest.Must(cmd.StdoutPipe())(t)
	clitest.OK(t, cmd.Start())
	ready, ended := make(chan event, 1), make(chan struct{})
	go s.listen(bufio.NewScanner(stdout), ready, ended)
	t.Cleanup(func() {
		closed := stdin.Close()
		timer := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
		defer timer.Stop()
		<-ended
		if err := cmd.Wait(); err != nil || closed != nil {
			t.Errorf("%v: %v, %v", command, err, closed)
		}
		if t.Failed() {
			t.Logf("%v said:\n%s", command, stderr.String())
		}
	})
	clitest.Must(stdin.Write(config))(t)
	return ready
}

// listen keeps what the server says until it has ended.
func (s *server) listen(lines *bufio.Scanner, ready chan<- event, ended chan<- struct{}) {
	defer close(ended)
	defer close(ready)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return
		}
		if e.Event == "ready" {
			ready <- e
			continue
		}
		s.mu.Lock()
		s.events = append(s.events, e)
		s.mu.Unlock()
	}
}

// said returns what the server has said of a client up to now: answers may come
// sooner than what it says of them, so it waits for its word on a last request.
func (s *server) said(t *testing.T, kind, client string) []event {
	t.Helper()
	marker := random()
	s.about(t, marker)
	events := s.until(t, func(e event) bool { return e.Event == "introspection" && e.form("token") == marker })
	return slices.DeleteFunc(events, func(e event) bool { return e.Event != kind || client != "" && e.Client != client })
}

// until returns all that the server has said, as soon as the marker is part of it.
func (s *server) until(t *testing.T, isMarker func(event) bool) []event {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		s.mu.Lock()
		events := slices.Clone(s.events)
		s.mu.Unlock()
		if slices.ContainsFunc(events, isMarker) {
			return events
		}
		if time.Now().After(deadline) {
			t.Fatal("the server does not say what it does")
		}
	}
}

// introspect asks the server about a token (RFC 7662).
func (s *server) introspect(ctx context.Context, token string) (map[string]any, error) {
	body := strings.NewReader(url.Values{"token": {token}}.Encode())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.introspection, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(inspector, s.secret)
	resp, err := s.http.Do(req)
	if err != nil {
		return nil, err
	}
	answer := map[string]any{}
	err = json.NewDecoder(resp.Body).Decode(&answer)
	return answer, errors.Join(err, resp.Body.Close())
}

// about is introspect for a test.
func (s *server) about(t *testing.T, token string) map[string]any {
	t.Helper()
	answer := clitest.Must(s.introspect(t.Context(), token))(t)
	if _, ok := answer["active"].(bool); !ok {
		t.Fatalf("introspection says %v", answer)
	}
	return answer
}

func (s *server) isActive(t *testing.T, token string) bool {
	t.Helper()
	return isActive(s.about(t, token))
}

func isActive(answer map[string]any) bool {
	active, _ := answer["active"].(bool)
	return active
}
