package provider_test

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/provider"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

const (
	plainAddress  = "localhost:80"
	secureAddress = "auth.example.com:443"
	// plainElsewhere is an endpoint that takes allow_http.
	plainElsewhere = "http://plain.example.com"
)

// bubble is a network in memory with a sandbox on it, in a bubble of
// testing/synctest: its clock is false, and the bubble fails the test where a
// goroutine is left when all is over.
type bubble struct {
	*box
	t           *testing.T
	schema      *tfprotov6.GetProviderSchemaResponse
	network     *memnet.Network
	environment map[string]string
	transport   object
	log         logBuffer
}

// logBuffer keeps what the engine logs.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (b *logBuffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(line)
}

// String returns all of it.
func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// inBubble runs a test in a bubble whose sandbox is at plainAddress.
func inBubble(t *testing.T, schema *tfprotov6.GetProviderSchemaResponse, test func(l *bubble)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &bubble{
			box: &box{Server: sandbox.New(), web: &httptest.Server{URL: "http://localhost"}},
			t:   t, schema: schema, network: &memnet.Network{}, environment: map[string]string{}, transport: object{},
		}
		l.network.Serve(t, plainAddress, l.box)
		test(l)
		// What is left of a connection ends with the timeout of its attempt.
		time.Sleep(time.Hour)
	})
}

// secure moves the sandbox to secureAddress, with a certificate of that name
// and time, and returns by what it is trusted.
func (l *bubble) secure(name string, from, until time.Duration) (trusted string) {
	l.t.Helper()
	certificate, trusted := memnet.Certify(l.t, name, from, until)
	l.network.ServeTLS(l.t, secureAddress, certificate, l.box)
	l.web.URL = "https://auth.example.com"
	return trusted
}

// plugin returns the provider, on the bubble's network.
func (l *bubble) plugin(block object) *plugin {
	l.t.Helper()
	p := &plugin{t: l.t, schema: l.schema, server: provider.NewTestServer(func(r *token.Runtime) {
		r.Dial = l.network.Dial
		r.Getenv = func(name string) string { return l.environment[name] }
		r.Log = slog.New(slog.NewTextHandler(&l.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})}
	if diags := p.configure(block); len(diags) > 0 {
		l.t.Fatalf("configure: %s", say(diags))
	}
	return p
}

// block is a provider block with the set of a service, and the bubble's transport.
func (l *bubble) block(name string) object {
	set := l.set(name)
	request, ok := set["request"].(object)
	if !ok {
		request = set
	}
	if l.web.URL == plainElsewhere {
		request["allow_http"] = true
	}
	return object{name: object{"the-set": set}, "transport": l.transport}
}

// outcome is what becomes of a token request, and what it took.
type outcome struct {
	// requests is how often the endpoint was asked.
	requests int
	// wait and most are between what the whole took; most 0: it took exactly wait.
	wait, most time.Duration
	// summary and says are of the error; no summary: there is a token.
	summary string
	says    []string
}

// fault is something that goes wrong on the way to a token.
type fault struct {
	name  string
	bring func(l *bubble, name string)
	outcome
}

// run asks for a token of the service, and checks what comes of it.
func (f fault) run(l *bubble, s service.Service, k kind) {
	l.t.Helper()
	f.bring(l, s.Name)
	p := l.plugin(l.block(s.Name))
	began := time.Now()
	got, diags := p.ask(l.t.Context(), k, s.Name, nil)
	f.checkWait(l.t, time.Since(began))
	if n := l.Requests(s.Name); n != f.requests {
		l.t.Errorf("it was asked %d times, want %d", n, f.requests)
	}
	checkNoSecret(l.t, l.box, s.Name, l.log.String())
	checkNot(l.t, l.log.String()+say(diags), clitest.Needle{Name: "the proxy's password", Value: "fake-proxy-secret"})
	if l.network.Dialled(elsewhereAddress) != 0 {
		l.t.Error("somebody else was asked")
	}
	if f.summary != "" {
		checkFailure(l.t, l.box, s, diags, f.summary, f.says)
		return
	}
	if len(diags) > 1 || len(diags) == 1 && diags[0].Summary != "Token has expired" {
		l.t.Fatalf("there is no token: %s", say(diags))
	}
	if issued := l.Tokens(); text(l.t, got["access_token"]) != issued[len(issued)-1] {
		l.t.Error("the token is not the one that was issued last")
	}
}

func (o outcome) checkWait(t *testing.T, took time.Duration) {
	t.Helper()
	if most := max(o.wait, o.most); took < o.wait || took > most {
		t.Errorf("it took %s, want %s to %s", took, o.wait, most)
	}
}

// checkFailure checks that there is one error, which names the service, the set
// and the host, and tells no secret.
func checkFailure(t *testing.T, b *box, s service.Service, diags []*tfprotov6.Diagnostic, summary string, says []string) {
	t.Helper()
	failed := onlyError(t, diags)
	if failed.Summary != summary {
		t.Errorf("the summary is %q, want %q", failed.Summary, summary)
	}
	_, host, _ := strings.Cut(b.web.URL, "://")
	urlName := map[bool]string{false: "token_url", true: "request.url"}[s.Name == "custom"]
	for _, want := range append([]string{"Service " + s.Name, `credential set "the-set"`, host}, says...) {
		checkSays(t, failed.Detail, []string{strings.ReplaceAll(want, "{url}", urlName)})
	}
	checkNoSecret(t, b, s.Name, say(diags))
}
