package provider_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
)

const (
	asideAddress = "aside.example.com:443"
	asideURL     = "https://aside.example.com"
)

// aside is a request beside the one for the token, with faults of its own.
type aside struct {
	*bubble
	*sandbox.Flaky
	auth *authServer
	// set is a credential set that makes the request.
	set object
}

// newAside serves the endpoint of the request, which responds as well does if it has no
// fault, and an authorization server that issues the token.
func (l *bubble) newAside(well http.HandlerFunc) *aside {
	l.t.Helper()
	s := &aside{bubble: l, Flaky: sandbox.NewFlaky(well), auth: &authServer{web: &httptest.Server{URL: "http://localhost:81"}}}
	l.network.Serve(l.t, "localhost:81", s.auth.handler())
	s.certify(-time.Hour, true)
	return s
}

// certify gives the endpoint a certificate that is good from then on for two hours.
func (s *aside) certify(from time.Duration, trusted bool) {
	s.t.Helper()
	var certificate tls.Certificate
	certificate, s.transport["ca_certificates_pem"] = memnet.Certify(s.t, "aside.example.com", from, from+2*time.Hour)
	if !trusted {
		delete(s.transport, "ca_certificates_pem")
	}
	s.network.ServeTLS(s.t, asideAddress, certificate, s.Flaky)
}

// faultAside is a fault of a request aside.
type faultAside struct {
	name  string
	bring func(s *aside)
	outcome
}

func ordered(faults ...sandbox.Fault) func(s *aside) {
	return func(s *aside) { s.Flaky.Order(faults...) }
}

func alwaysAside(f sandbox.Fault) func(s *aside) {
	return func(s *aside) { s.Flaky.OrderAlways(f) }
}

func brokenAside(how memnet.Break) func(s *aside) {
	return func(s *aside) { s.network.Break(asideAddress, how) }
}

// commonAside are faults that every request to one place may have.
func commonAside() []faultAside {
	return []faultAside{
		{"cut, once", ordered(sandbox.Cut()), better(2, time.Second/2, time.Second)},
		{"reset in the body, once", ordered(sandbox.CutBody()), better(2, time.Second/2, time.Second)},
		{"503 with seconds, once", ordered(sandbox.RetryAfterSeconds(503, 5)), well(2, 5*time.Second)},
		{"500 and 429, and then well", ordered(sandbox.Status(500), sandbox.RetryAfterSeconds(429, 2)), better(3, 2500*time.Millisecond, 3*time.Second)},
		{"slow", ordered(sandbox.Slow(7 * time.Second)), well(1, 7*time.Second)},
		{"a slow body", ordered(sandbox.Trickle(7 * time.Second)), well(1, 7*time.Second)},
		{"gzip", ordered(sandbox.Gzip()), well(1, 0)},
		{"a byte order mark", ordered(jsonAs("utf-8", marked)), well(1, 0)},
		{"interim responses", ordered(sandbox.Interim(100, 103, 103)), well(1, 0)},
		{"too long a wait", alwaysAside(sandbox.RetryAfterSeconds(429, 3600)), atOnce(toldToWait, "HTTP 429", "2000-01-01T01:00:00Z")},
		{"oversized", alwaysAside(sandbox.Announced(1 << 21)), atOnce(noToken, "larger than 1 MiB")},
		{"redirect to another host", alwaysAside(sandbox.Redirect(307, elsewhere)), atOnce(redirected, "HTTP 307", elsewhere)},
		{
			"unknown authority", func(s *aside) { s.certify(-time.Hour, false) },
			atOnce(unreachable, "transport.ca_certificates_pem").notAsked(),
		},
		{
			"expired certificate", func(s *aside) { s.certify(-3*time.Hour, true) },
			atOnce(unreachable, "has expired", "clock of this machine").notAsked(),
		},
	}
}

// stubborn are faults that stay, for requests with all attempts.
func stubborn() []faultAside {
	return []faultAside{
		{"hang", alwaysAside(sandbox.Hang()), inTheEnd(unreachable, "did not answer in time").afterTimeouts()},
		{"cut", alwaysAside(sandbox.Cut()), inTheEnd(unreachable, "closed the connection")},
		{"no such host", brokenAside(memnet.Unknown(asideAddress)), inTheEnd(unreachable, "cannot be looked up", "Check {url}").notAsked()},
		{"connection refused", brokenAside(memnet.Refused), inTheEnd(unreachable, "refused", "Check {url}").notAsked()},
	}
}

func gitHubFaults() []faultAside {
	return []faultAside{
		{"401", alwaysAside(sandbox.Status(401)), atOnce(refused, "HTTP 401", "request token is not accepted")},
		{"403", alwaysAside(sandbox.Status(403)), atOnce(refused, "HTTP 403", "id-token: write")},
		{"500", alwaysAside(sandbox.Status(500)), inTheEnd(refused, "HTTP 500", "failing or busy")},
		{"HTML", alwaysAside(sandbox.HTML(200)), atOnce(noToken, "an HTML page")},
		{"no token", alwaysAside(sandbox.EmptyObject()), atOnce(noToken, `there is nothing at "value"`)},
	}
}

// discovering is a set whose endpoints come from the issuer's metadata.
func (l *bubble) discovering() *aside {
	l.t.Helper()
	var s *aside
	s = l.newAside(func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, map[string]any{"issuer": asideURL, "token_endpoint": s.auth.web.URL + "/token"})
	})
	s.set = object{"client_id": "fake-id", "client_secret": longSecret, "issuer": asideURL}
	return s
}

// sourcing is a set that sends a token of GitHub Actions.
func (l *bubble) sourcing() *aside {
	l.t.Helper()
	s := l.newAside(func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, map[string]any{"value": "fake-identity-token"})
	})
	s.set = s.auth.sourcedSet("assertion", object{"github_actions": object{}})
	s.environment["ACTIONS_ID_TOKEN_REQUEST_URL"] = asideURL + "/token?api-version=2.0"
	s.environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "fake-request-token"
	return s
}

// Faults of the requests for an issuer's metadata and for a token of GitHub Actions:
// there is a token, or one error that names the endpoint that failed.
func TestFaultsAside(t *testing.T) {
	t.Parallel()
	schema := newPlugin(t).schema
	requests := []struct {
		endpoint, urlName string
		begin             func(l *bubble) *aside
		faults            []faultAside
	}{
		{"issuer", "issuer", (*bubble).discovering, discoveryFaults()},
		{"GitHub Actions' token service", "ACTIONS_ID_TOKEN_REQUEST_URL", (*bubble).sourcing, slices.Concat(commonAside(), stubborn(), gitHubFaults())},
	}
	for _, r := range requests {
		for _, f := range r.faults {
			for _, k := range kinds() {
				t.Run(r.endpoint+"/"+f.name+"/"+string(k), func(t *testing.T) {
					t.Parallel()
					inBubble(t, schema, func(l *bubble) { f.run(r.begin(l), k, r.endpoint, r.urlName) })
				})
			}
		}
	}
}

func (f faultAside) run(s *aside, k kind, endpoint, urlName string) {
	s.t.Helper()
	f.bring(s)
	p := s.plugin(object{"oauth2": object{"the-set": s.set}, "transport": s.transport})
	began := time.Now()
	got, diags := p.ask(s.t.Context(), k, "oauth2", nil)
	f.checkWait(s.t, time.Since(began))
	fewer := 0
	if endpoint == "issuer" && f.summary == "" {
		fewer = 1 // the metadata of one place ends the request at the other
	}
	f.checkRequests(s, fewer)
	asked := len(s.auth.asked())
	if f.summary == "" {
		if len(diags) > 0 || asked != 1 || text(s.t, got["access_token"]) != "fake-token-1" {
			s.t.Errorf("the token endpoint was asked %d times: %s", asked, say(diags))
		}
		return
	}
	failed := onlyError(s.t, diags)
	if failed.Summary != f.summary || asked != 0 {
		s.t.Errorf("the summary is %q, want %q; the token endpoint was asked %d times", failed.Summary, f.summary, asked)
	}
	f.checkDetail(s, failed, endpoint, urlName)
}

// checkRequests checks the number of requests, of which fewer may be missing.
func (f faultAside) checkRequests(s *aside, fewer int) {
	s.t.Helper()
	if n := s.Requests(); n > f.requests || n < f.requests-fewer {
		s.t.Errorf("it was asked %d times, want %d", n, f.requests)
	}
	if s.network.Dialled(elsewhereAddress) != 0 {
		s.t.Error("somebody else was asked")
	}
}

// checkDetail checks that a message names the set and the endpoint that failed, and has
// no secret.
func (f faultAside) checkDetail(s *aside, d *tfprotov6.Diagnostic, endpoint, urlName string) {
	s.t.Helper()
	for _, want := range append([]string{`credential set "the-set"`, endpoint + " at aside.example.com"}, f.says...) {
		checkSays(s.t, d.Detail, []string{strings.ReplaceAll(want, "{url}", urlName)})
	}
	if urlName != "issuer" && strings.Contains(d.Detail, "token_url") {
		s.t.Errorf("it speaks of the token endpoint:\n%s", d.Detail)
	}
	needles := append(fakeTokens(), clitest.Needle{Name: "GitHub's token", Value: "fake-request-token"},
		clitest.Needle{Name: "the identity", Value: "fake-identity-token"})
	checkNot(s.t, d.Summary+d.Detail+s.log.String(), needles...)
}

// revocationTime is how long a revocation may take in all.
const revocationTime = 8 * time.Second

func revocationFaults() []faultAside {
	const notRevoked = "Token not revoked"
	stays := func(requests int, says ...string) outcome {
		return outcome{requests: requests, wait: revocationTime, summary: notRevoked, says: says}
	}
	faults := []faultAside{
		{"400", alwaysAside(sandbox.Status(400)), atOnce(notRevoked, "HTTP 400")},
		{"401", alwaysAside(sandbox.Status(401)), atOnce(notRevoked, "HTTP 401")},
		{"hang", alwaysAside(sandbox.Hang()), stays(1, "did not answer in time")},
		{"too slow", alwaysAside(sandbox.Slow(9 * time.Second)), stays(1, "did not answer in time")},
		{"503 with more seconds than there are", alwaysAside(sandbox.RetryAfterSeconds(503, 20)), atOnce(notRevoked, "HTTP 503")},
		{
			"503 with seconds, of which there are enough for two waits", alwaysAside(sandbox.RetryAfterSeconds(503, 3)),
			outcome{requests: 3, wait: 6 * time.Second, summary: notRevoked, says: []string{"HTTP 503"}},
		},
		{"connection dropped", brokenAside(memnet.Dropped), stays(0, "did not answer in time")},
	}
	for _, f := range commonAside() {
		if f.summary != "" {
			f.summary = notRevoked
		}
		faults = append(faults, f)
	}
	return faults
}

// Faults of a revocation: the token is revoked, or one warning says why not, within the time for it.
func TestFaultsOfRevocation(t *testing.T) {
	t.Parallel()
	schema := newPlugin(t).schema
	for _, f := range revocationFaults() {
		for _, service := range []string{"oauth2", "custom"} {
			t.Run(f.name+"/"+service, func(t *testing.T) {
				t.Parallel()
				inBubble(t, schema, func(l *bubble) { f.revoke(l.revoking(), service) })
			})
		}
	}
}

func (l *bubble) revoking() *aside {
	l.t.Helper()
	var s *aside
	s = l.newAside(func(w http.ResponseWriter, r *http.Request) {
		s.auth.revoke(w, r)
		writeJSON(w, map[string]any{"revoked": true})
	})
	return s
}

// revokedTokens are the tokens that the revocation endpoint was given.
func (s *aside) revokedTokens() []string {
	tokens := []string{}
	s.auth.mu.Lock()
	defer s.auth.mu.Unlock()
	for _, r := range s.auth.requestsFor("/") {
		tokens = append(tokens, r.form.Get("token"))
	}
	return tokens
}

func (s *aside) revocable(service string) object {
	if service == "oauth2" {
		return s.auth.set().and(object{"revocation_url": asideURL + "/"})
	}
	return object{
		"request":  object{"url": s.auth.web.URL + "/token", "form": object{"secret": longSecret}},
		"response": object{"token": "access_token"},
		"revoke":   object{"url": asideURL + "/", "form": object{"token": "{token}"}},
	}
}

func (f faultAside) revoke(s *aside, service string) {
	s.t.Helper()
	f.bring(s)
	p := s.plugin(object{service: object{"the-set": s.revocable(service)}, "transport": s.transport})
	o := p.opened(service, revoking())
	began := time.Now()
	diags := p.close(o)
	f.checkWait(s.t, time.Since(began))
	f.checkRequests(s, 0)
	p.closed(o) // it is not tried again
	if f.summary == "" {
		if tokens := slices.Compact(s.revokedTokens()); len(diags) > 0 || !slices.Equal(tokens, []string{"fake-token-1"}) {
			s.t.Errorf("%d tokens were revoked: %s", len(tokens), say(diags))
		}
		return
	}
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning || diags[0].Summary != f.summary {
		s.t.Fatalf("want one warning: %s", say(diags))
	}
	f.checkDetail(s, diags[0], "revocation endpoint", map[string]string{"oauth2": "revocation_url", "custom": "revoke.url"}[service])
}
