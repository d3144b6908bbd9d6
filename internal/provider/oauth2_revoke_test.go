package provider_test

import (
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/apitoken/terraform-provider-apitoken/internal/provider"
)

func revoking() object { return object{"revoke_on_close": true} }

func checkRevoked(t *testing.T, a *authServer, want ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), a.revoked()); diff != "" {
		t.Errorf("revoked: %s", diff)
	}
}

func TestRevokeOnClose(t *testing.T) {
	noEnvironment(t)
	a := newAuthServer(t)
	p := configured(t, a.block(object{"client_auth": "client_secret_post"}))
	o := p.opened("oauth2", revoking())
	checkRevoked(t, a)
	p.closed(o)
	checkRevoked(t, a, "fake-token-1")
	a.mu.Lock()
	got := a.requestsFor("/revoke")[0].form
	a.mu.Unlock()
	want := url.Values{"token": {"fake-token-1"}, "token_type_hint": {"access_token"}, "client_id": {"fake-id"}, "client_secret": {longSecret}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	p.closed(o) // a second time there is nothing to do
	checkRevoked(t, a, "fake-token-1")
	if again := p.opened("oauth2", revoking()).token(t); again != "fake-token-2" {
		t.Errorf("after it was revoked, got %s", again)
	}
}

// A token that two openings share is revoked when the last of them closes.
func TestRevokeWithTheLastOpening(t *testing.T) {
	noEnvironment(t)
	for name, order := range map[string][2]int{"in their order": {0, 1}, "the other way round": {1, 0}} {
		t.Run(name, func(t *testing.T) {
			a := newAuthServer(t)
			p := configured(t, a.block(nil))
			both := []opening{p.opened("oauth2", revoking()), p.opened("oauth2", revoking())}
			if both[0].token(t) != both[1].token(t) || len(a.asked()) != 1 {
				t.Fatal("they do not share")
			}
			p.closed(both[order[0]])
			p.closed(both[order[0]])
			checkRevoked(t, a)
			p.closed(both[order[1]])
			checkRevoked(t, a, "fake-token-1")
		})
	}
}

// Openings with revoke_on_close share no token with those without.
func TestRevokeApart(t *testing.T) {
	noEnvironment(t)
	a := newAuthServer(t)
	p := configured(t, a.block(nil))
	read := p.token(dataSource, "oauth2", nil)
	kept, alsoKept := p.opened("oauth2", nil), p.opened("oauth2", object{"revoke_on_close": false})
	first := p.opened("oauth2", revoking())
	other := p.opened("oauth2", revoking().and(object{"scopes": []string{"a"}}))
	if kept.token(t) != read || alsoKept.token(t) != read {
		t.Error("those who do not revoke do not share")
	}
	if first.token(t) != "fake-token-2" || other.token(t) != "fake-token-3" {
		t.Errorf("got %s and %s", first.token(t), other.token(t))
	}
	p.closed(kept)
	p.closed(alsoKept)
	checkRevoked(t, a)
	p.closed(other)
	checkRevoked(t, a, "fake-token-3")
	p.closed(first)
	checkRevoked(t, a, "fake-token-3", "fake-token-2")
	if p.token(dataSource, "oauth2", nil) != read {
		t.Error("the data source has another token than before")
	}
}

func TestRevokeConcurrently(t *testing.T) {
	noEnvironment(t)
	noLeak(t)
	a := newAuthServer(t)
	p := configured(t, a.block(nil))
	openings := make([]opening, 8)
	each := func(do func(i int)) {
		var all sync.WaitGroup
		for i := range openings {
			all.Go(func() { do(i) })
		}
		all.Wait()
	}
	each(func(i int) { openings[i] = p.opened("oauth2", revoking()) })
	checkRevoked(t, a)
	each(func(i int) { p.closed(openings[i]) })
	checkRevoked(t, a, "fake-token-1")
	if n := len(a.asked()); n != 1 {
		t.Errorf("it was asked %d times", n)
	}
}

// A failed revocation is one warning, which has neither the token nor a secret.
func TestRevocationFails(t *testing.T) {
	noEnvironment(t)
	cases := []struct {
		name     string
		status   int
		requests int
		says     []string
	}{
		{"400", http.StatusBadRequest, 1, []string{"HTTP 400 Bad Request", "(sensitive)"}},
		{"401", http.StatusUnauthorized, 1, []string{"HTTP 401 Unauthorized"}},
		{"404", http.StatusNotFound, 1, []string{"HTTP 404 Not Found"}},
		{"503", http.StatusServiceUnavailable, 3, []string{"HTTP 503 Service Unavailable"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := newAuthServer(t)
			a.refuse = c.status
			p := configured(t, a.block(nil))
			o := p.opened("oauth2", revoking())
			diags := p.close(o)
			checkWarning(t, diags, append(c.says, "revocation endpoint at ")...)
			if n := len(a.revoked()); n != c.requests {
				t.Errorf("it was asked %d times", n)
			}
			p.closed(o) // it is not tried again, nor told again
		})
	}
	t.Run("no connection", func(t *testing.T) {
		a := newAuthServer(t)
		p := configured(t, a.block(nil))
		o := p.opened("oauth2", revoking())
		a.web.Close()
		checkWarning(t, p.close(o), "revocation endpoint at ")
	})
	t.Run("no assertion any more", func(t *testing.T) {
		a := newAuthServer(t)
		t.Setenv("FAKE_ASSERTION", "fake-assertion")
		p := configured(t, a.block(object{"client_auth": "private_key_jwt", "client_secret": nil, "client_assertion": object{"env": "FAKE_ASSERTION"}}))
		o := p.opened("oauth2", revoking())
		t.Setenv("FAKE_ASSERTION", "")
		checkWarning(t, p.close(o), "FAKE_ASSERTION is not set")
	})
}

func checkWarning(t *testing.T, diags []*tfprotov6.Diagnostic, says ...string) {
	t.Helper()
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning {
		t.Fatalf("got %d diagnostics, want one warning:\n%s", len(diags), say(diags))
	}
	if diags[0].Summary != "Token not revoked" {
		t.Errorf("the summary is %q", diags[0].Summary)
	}
	checkSays(t, diags[0].Detail, append(says, "Service oauth2", `credential set "the-set"`, "stays valid until it expires"))
	checkNot(t, say(diags), fakeTokens()...)
}

// No token is requested if it could not be revoked.
func TestRevokeWithoutEndpoint(t *testing.T) {
	noEnvironment(t)
	a := newAuthServer(t)
	far := map[string]any{"revocation_endpoint": "http://auth.example.com/revoke"}
	cases := []struct {
		name     string
		set      object
		metadata map[string]any
		says     string
	}{
		{"token_url alone", object{"revocation_url": nil}, nil, "no revocation endpoint is known"},
		{"issuer without one", object{"revocation_url": nil, "token_url": nil, "issuer": a.web.URL}, nil, "no revocation endpoint is known"},
		{"issuer with a bad one", object{"revocation_url": nil, "issuer": a.web.URL}, far, "plain http:// would send the credentials to auth.example.com"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a.mu.Lock()
			a.metadata = c.metadata
			a.mu.Unlock()
			p := configured(t, a.block(c.set))
			_, diags := p.ask(t.Context(), ephemeralResource, "oauth2", revoking())
			got := onlyError(t, diags)
			if want := `AttributeName("revoke_on_close")`; got.Attribute.String() != want {
				t.Errorf("it is at %s, want %s", got.Attribute, want)
			}
			if got.Summary != "Token cannot be revoked" {
				t.Errorf("the summary is %q", got.Summary)
			}
			checkSays(t, got.Detail, []string{"Service oauth2", `credential set "the-set"`, c.says, "revocation_url"})
			if n := len(a.asked()); n != 0 {
				t.Errorf("it was asked %d times", n)
			}
		})
	}
	a.metadata = nil
	p := configured(t, a.block(object{"revocation_url": nil}))
	p.closed(p.opened("oauth2", nil)) // those who do not revoke need no endpoint
}

func TestRevocationEndpointOfTheIssuer(t *testing.T) {
	noEnvironment(t)
	a := newAuthServer(t)
	a.metadata = map[string]any{"revocation_endpoint": a.web.URL + "/revoke"}
	p := configured(t, a.block(object{"revocation_url": nil, "token_url": nil, "issuer": a.web.URL}))
	p.closed(p.opened("oauth2", revoking()))
	checkRevoked(t, a, "fake-token-1")
	p.token(dataSource, "oauth2", nil)
	if n := len(a.requestsFor("/.well-known/oauth-authorization-server")); n != 1 {
		t.Errorf("the issuer was asked %d times", n)
	}
}

// Only what can be revoked, or listens, has a Close, and nothing has a Renew.
func TestCloseIsOfTheRevocable(t *testing.T) {
	with, ok := provider.New("test")().(frameworkprovider.ProviderWithEphemeralResources)
	if !ok {
		t.Fatal("the provider has no ephemeral resources")
	}
	for _, build := range with.EphemeralResources(t.Context()) {
		r := build()
		var named ephemeral.MetadataResponse
		r.Metadata(t.Context(), ephemeral.MetadataRequest{ProviderTypeName: "apitoken"}, &named)
		if _, closes := r.(ephemeral.EphemeralResourceWithClose); closes != slices.Contains([]string{"apitoken_custom", "apitoken_oauth2", "apitoken_proxy"}, named.TypeName) {
			t.Errorf("%s has a Close: %v", named.TypeName, closes)
		}
		if _, renews := r.(ephemeral.EphemeralResourceWithRenew); renews {
			t.Errorf("%s has a Renew", named.TypeName)
		}
	}
}

// Terraform closes every ephemeral resource. Without a token to revoke, nothing
// happens.
func TestCloseOfNothing(t *testing.T) {
	noEnvironment(t)
	for _, s := range requesting() {
		t.Run(s.Name, func(t *testing.T) {
			b := newBox(t)
			p := configured(t, b.sets(s.Name))
			p.closed(p.opened(s.Name, nil))
			p.closed(opening{service: s.Name})
			if got := b.Requests(s.Name); got != 1 {
				t.Errorf("it was asked %d times", got)
			}
		})
	}
}
