package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// authServer is an authorization server that issues fake-token-1, fake-token-2 … and
// keeps the requests.
type authServer struct {
	web *httptest.Server

	mu       sync.Mutex
	requests []authRequest
	// answer is what a token answer has beside the token, and header is its header.
	answer map[string]any
	header map[string]string
	// metadata is what the server says of itself beside its issuer and token endpoint.
	metadata map[string]any
	// refuse is the status of the revocation endpoint's answers; 0: success.
	refuse int
}

// authRequest is one request and the path that it was for.
type authRequest struct {
	path   string
	form   url.Values
	header http.Header
}

func newAuthServer(t *testing.T) *authServer {
	t.Helper()
	a := &authServer{}
	a.web = newWeb(t, a.handler())
	return a
}

func (a *authServer) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", a.token)
	mux.HandleFunc("POST /revoke", a.revoke)
	mux.HandleFunc("GET /.well-known/oauth-authorization-server", a.describe)
	return mux
}

// keep keeps the request, and returns how many there have been for its path.
func (a *authServer) keep(r *http.Request) int {
	_ = r.ParseForm()
	a.requests = append(a.requests, authRequest{r.URL.Path, r.PostForm, r.Header})
	return len(a.requestsFor(r.URL.Path))
}

func (a *authServer) requestsFor(path string) []authRequest {
	return slices.DeleteFunc(slices.Clone(a.requests), func(r authRequest) bool { return r.path != path })
}

func (a *authServer) token(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	answer := map[string]any{"access_token": fmt.Sprintf("fake-token-%d", a.keep(r)), "token_type": "Bearer", "expires_in": 3600}
	maps.Copy(answer, a.answer)
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	writeJSON(w, answer)
}

// revoke revokes a token, or refuses with a response that has the token and the
// credentials.
func (a *authServer) revoke(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keep(r)
	if a.refuse == 0 {
		return
	}
	w.WriteHeader(a.refuse)
	writeJSON(w, map[string]any{
		"error":             "unsupported_token_type",
		"error_description": "cannot revoke " + r.PostForm.Get("token") + " for " + r.Header.Get("Authorization"),
	})
}

func (a *authServer) describe(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keep(r)
	metadata := map[string]any{"issuer": a.web.URL, "token_endpoint": a.web.URL + "/token"}
	maps.Copy(metadata, a.metadata)
	writeJSON(w, metadata)
}

func writeJSON(w http.ResponseWriter, fields map[string]any) {
	body, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	_, _ = w.Write(body)
}

// asked returns the requests to the token endpoint.
func (a *authServer) asked() []authRequest {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.requestsFor("/token")
}

// revoked returns the tokens that the revocation endpoint was given.
func (a *authServer) revoked() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	tokens := []string{}
	for _, r := range a.requestsFor("/revoke") {
		tokens = append(tokens, r.form.Get("token"))
	}
	return tokens
}

// set is a credential set of the server's, whose tokens can be revoked.
func (a *authServer) set() object {
	return object{
		"client_id": "fake-id", "client_secret": longSecret,
		"token_url": a.web.URL + "/token", "revocation_url": a.web.URL + "/revoke",
	}
}

// block is a provider block with that set, and more in it.
func (a *authServer) block(more object) object {
	return object{"oauth2": object{"the-set": a.set().and(more)}, "transport": hurried()}
}

// opening is an opened ephemeral resource: its attributes, and what closes it.
type opening struct {
	service    string
	attributes map[string]tftypes.Value
	private    []byte
}

// opening opens an ephemeral resource.
func (p *plugin) opening(ctx context.Context, service string, inputs object) (opening, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	name := "apitoken_" + service
	schema := p.schema.EphemeralResourceSchemas[name]
	got, err := p.server.OpenEphemeralResource(ctx,
		&tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: p.dynamic(schema, inputs)})
	if err != nil {
		p.t.Fatal(err)
	}
	return opening{service, p.attributes(schema, got.Result), got.Private}, got.Diagnostics
}

// opened opens an ephemeral resource, which must succeed.
func (p *plugin) opened(service string, inputs object) opening {
	p.t.Helper()
	o, diags := p.opening(p.t.Context(), service, inputs)
	for _, diag := range diags {
		if diag.Severity == tfprotov6.DiagnosticSeverityError {
			p.t.Fatal(say(diags))
		}
	}
	return o
}

func (p *plugin) close(o opening) []*tfprotov6.Diagnostic {
	p.t.Helper()
	got, err := p.server.CloseEphemeralResource(context.WithoutCancel(p.t.Context()),
		&tfprotov6.CloseEphemeralResourceRequest{TypeName: "apitoken_" + o.service, Private: o.private})
	if err != nil {
		p.t.Fatal(err)
	}
	return got.Diagnostics
}

// closed closes an ephemeral resource, which must succeed.
func (p *plugin) closed(o opening) {
	p.t.Helper()
	if diags := p.close(o); len(diags) > 0 {
		p.t.Error(say(diags))
	}
}

func (o opening) token(t *testing.T) string {
	t.Helper()
	return text(t, o.attributes["access_token"])
}

func fakeTokens() []clitest.Needle {
	return []clitest.Needle{{Name: "a token", Value: "fake-token-"}, {Name: "the secret", Value: longSecret}}
}

// basic returns the user name and the password of HTTP Basic.
func (r authRequest) basic() (username, password string, ok bool) {
	return (&http.Request{Header: r.header}).BasicAuth()
}
