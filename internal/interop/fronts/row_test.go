//go:build unix

package fronts_test

import (
	"fmt"
	"maps"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// The summaries of errors.
const (
	refused     = "Token request refused"
	tooLong     = "Token endpoint asks for a longer wait"
	unreachable = "Token endpoint cannot be reached"
	redirected  = "Token endpoint redirects elsewhere"
	noToken     = "No token in the response"
)

// htmlPage is what is said of a refusal that is one.
const htmlPage = "The response is an HTML page"

// anyNumber is for what the front end's timing decides.
const anyNumber = -1

// row is how token requests go at a place of a front end.
type row struct {
	// name is the last part of the path, by which requests are counted.
	name string
	// at is a port and the beginning of the path.
	at string
	// set and transport are attributes beside the usual ones.
	set, transport object
	// times is how many sets ask, one after the other, or together; 0: one.
	times    int
	together bool
	// pause is how long a connection is idle between two requests: the row holds
	// however long that is, but is about what happens then.
	pause time.Duration
	// asked and seen are how many requests are to reach the endpoint, and how many
	// the front end is to have in its log.
	asked, seen int
	// summary is that of the last set's error; empty: all sets get their tokens.
	summary string
	// says and never are what the error must say, and must not.
	says, never []string
}

// check runs rows. When all have ended it stops the front end, and compares its
// log with them.
func (f *front) check(t *testing.T, rows []row) {
	t.Helper()
	var ran []row // less than all with -run
	t.Cleanup(func() { f.compare(t, ran) })
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			ran = append(ran, r)
			t.Parallel()
			f.run(t, r)
		})
	}
}

func (f *front) compare(t *testing.T, rows []row) {
	t.Helper()
	seen := f.finish(t)
	for _, r := range rows {
		if n := f.endpoint.asked(r.name); n != r.asked && r.asked != anyNumber {
			t.Errorf("%s: %d requests reached the endpoint, want %d", r.name, n, r.asked)
		}
		if n := seen[r.name]; n != r.seen && r.seen != anyNumber {
			t.Errorf("%s: %s has %d requests in its log, want %d", r.name, f.kind.name, n, r.seen)
		}
	}
	t.Logf("the endpoint was reached by %d connections", len(f.endpoint.connections))
}

// run asks for the tokens of a row.
func (f *front) run(t *testing.T, r row) {
	t.Helper()
	p := newPlugin(t, f.block(r))
	tokens, diags := r.ask(t, p)
	f.checkSecrecy(t, p, diags)
	if r.summary == "" {
		f.checkTokens(t, tokens, diags)
		return
	}
	last := diags[len(diags)-1]
	if len(last) != 1 || last[0].Summary != r.summary {
		t.Fatalf("got %q, want one error %q:\n%s", tokens[len(tokens)-1], r.summary, say(last))
	}
	for _, want := range append(r.says, "localhost:") {
		if !strings.Contains(last[0].Detail, want) {
			t.Errorf("it does not say %q:\n%s", want, last[0].Detail)
		}
	}
	for _, word := range r.never {
		if strings.Contains(last[0].Detail, word) {
			t.Errorf("it says %q:\n%s", word, last[0].Detail)
		}
	}
}

// block is the provider block of a row.
func (f *front) block(r row) object {
	sets := object{}
	for i := range max(r.times, 1) {
		set := object{"client_id": fmt.Sprintf("client-%d", i), "client_secret": secret, "token_url": f.url(r.at + r.name)}
		maps.Copy(set, r.set)
		sets[setName(i)] = set
	}
	// Waits are real, so they are short.
	transport := object{"ca_certificates_pem": f.keys.authority.Certificate, "max_retries": 2, "retry_max_wait": "10ms", "timeout": "10s"}
	maps.Copy(transport, r.transport)
	return object{"oauth2": sets, "transport": transport}
}

func setName(i int) string { return fmt.Sprintf("set-%d", i) }

// url is that of a place: port:/path or, without TLS, http+port:/path. The ports
// "endpoint" and "nobody" are not the front end's.
func (f *front) url(at string) string {
	port, path, _ := strings.Cut(at, ":")
	scheme := "https"
	if plain, ok := strings.CutPrefix(port, "http+"); ok {
		scheme, port = "http", plain
	}
	number := f.Port[port]
	switch {
	case port == "endpoint" && scheme == "https":
		_, number, _ = net.SplitHostPort(f.Secure)
	case port == "endpoint":
		_, number, _ = net.SplitHostPort(f.Endpoint)
	case port == "nobody":
		_, number, _ = net.SplitHostPort(f.Nobody)
	}
	return scheme + "://localhost:" + number + path
}

// ask asks with each set of the row.
func (r row) ask(t *testing.T, p *plugin) (tokens []string, diags [][]*tfprotov6.Diagnostic) {
	t.Helper()
	n := max(r.times, 1)
	tokens, diags = make([]string, n), make([][]*tfprotov6.Diagnostic, n)
	var all sync.WaitGroup
	for i := range n {
		ask := func() { tokens[i], diags[i] = p.ask(t, setName(i)) }
		if r.together {
			all.Go(ask)
		} else {
			ask()
			time.Sleep(r.pause)
		}
	}
	all.Wait()
	return tokens, diags
}

// checkTokens checks that each set has a token.
func (f *front) checkTokens(t *testing.T, tokens []string, diags [][]*tfprotov6.Diagnostic) {
	t.Helper()
	issued := strings.Join(f.endpoint.issued(), "\n") + "\n"
	for i, token := range tokens {
		if token == "" || !strings.Contains(issued, token+"\n") {
			t.Errorf("%s has no token: %s", setName(i), say(diags[i]))
		}
	}
}

// checkSecrecy looks for secrets and tokens in all that is said.
func (f *front) checkSecrecy(t *testing.T, p *plugin, diags [][]*tfprotov6.Diagnostic) {
	t.Helper()
	needles := []clitest.Needle{{Name: "secret", Value: secret}, {Name: "proxy's password", Value: proxyPassword}, {Name: "wrong password", Value: wrongPassword}}
	for i, token := range f.endpoint.issued() {
		needles = append(needles, clitest.Needle{Name: fmt.Sprint("token ", i), Value: token})
	}
	said := p.log.String()
	for _, d := range diags {
		said += say(d)
	}
	if !strings.Contains(said, "asking the token endpoint") {
		t.Error("the log has too little to search in")
	}
	findings := clitest.Must(clitest.SearchBytes("what is said", []byte(said), needles...))(t)
	for _, finding := range findings {
		t.Error(finding)
	}
}
