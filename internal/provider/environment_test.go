package provider_test

import (
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// inEnvironment returns a box whose sets come from the environment.
func inEnvironment(t *testing.T) *box {
	t.Helper()
	noEnvironment(t)
	b := newBox(t)
	for _, s := range requesting() {
		b.setEnvironment(t, s)
	}
	return b
}

// The environment has the set of a service that the provider block does not name.
func TestEnvironment(t *testing.T) {
	inEnvironment(t)
	forEach(t, func(t *testing.T, s service.Service, k kind) {
		t.Helper()
		if !s.Environment {
			t.Skip("takes no set from the environment")
		}
		p := configured(t, nil)
		p.token(k, s.Name, nil)
		p.token(k, s.Name, object{"credentials": "default"})
		_, diags := p.ask(t.Context(), k, s.Name, object{"credentials": "shop"})
		checkSays(t, onlyError(t, diags).Detail, []string{`no credential set "shop" for ` + s.Name, `"default"`})
	})
}

// An error says that the set is from the environment. A variable that is empty is
// reported as missing.
func TestEnvironmentInErrors(t *testing.T) {
	b := inEnvironment(t)
	forEach(t, func(t *testing.T, s service.Service, k kind) {
		t.Helper()
		if !s.Environment {
			t.Skip("takes no set from the environment")
		}
		b.OrderAlways(s.Name, sandbox.Status(401))
		_, diags := configured(t, nil).ask(t.Context(), k, s.Name, nil)
		checkSays(t, onlyError(t, diags).Detail, []string{`credential set "default" (from the environment)`})
		for _, empty := range []string{"", " \n"} {
			t.Setenv(s.Variable("client_secret"), empty)
			_, diags = configured(t, nil).ask(t.Context(), k, s.Name, nil)
			checkSays(t, onlyError(t, diags).Detail, []string{s.Variable("client_secret") + ", which is missing or empty"})
		}
	})
}

// The environment is not read for a service that the provider block names.
func TestBlockBeforeEnvironment(t *testing.T) {
	b := inEnvironment(t)
	t.Setenv("EMTECH_CLIENT_ID", "fake-unknown-client")
	p := configured(t, object{"emtech": object{"shop": b.emtechClient("fake-shop")}, "epgl": object{}})
	if got := subject(t, p.token(dataSource, "emtech", nil)); got != "fake-shop" {
		t.Errorf("the token is of %s", got)
	}
	_, diags := p.ask(t.Context(), dataSource, "emtech", object{"credentials": "default"})
	onlyError(t, diags)
	_, diags = p.ask(t.Context(), dataSource, "epgl", nil)
	onlyError(t, diags)
	p.token(dataSource, "oauth2", nil)
}

// A URL from the environment is checked as one in the provider block.
func TestEnvironmentURL(t *testing.T) {
	for name, url := range map[string]string{"http:// off this machine": "http://auth.example.com/token", "none": "not a url", "a tab within": "https://auth.example.com/\ttoken"} {
		t.Run(name, func(t *testing.T) {
			noEnvironment(t)
			b := newBox(t)
			forEach(t, func(t *testing.T, s service.Service, k kind) {
				t.Helper()
				if !s.Environment {
					t.Skip("takes no set from the environment")
				}
				b.setEnvironment(t, s)
				t.Setenv(s.Variable("token_url"), url)
				_, diags := configured(t, nil).ask(t.Context(), k, s.Name, nil)
				got := onlyError(t, diags)
				if got.Summary != "Environment variable cannot be used" {
					t.Errorf("the summary is %q", got.Summary)
				}
				checkSays(t, got.Detail, []string{"environment variable " + s.Variable("token_url") + " cannot be used"})
				if strings.Contains(got.Detail, "set allow_http = true") || strings.Contains(got.Detail, "(…)") {
					t.Errorf("an environment cannot do this: %s", got.Detail)
				}
				checkNoSecret(t, b, s.Name, say(diags))
			})
		})
	}
}

// The lifetime is null if the vendor does not state it.
func TestUnknownLifetime(t *testing.T) {
	noEnvironment(t)
	for _, name := range []string{"emporix", "oauth2"} { // their tokens are no JWTs
		for _, k := range kinds() {
			t.Run(name+"/"+string(k), func(t *testing.T) {
				b := newBox(t)
				b.OrderAlways(name, sandbox.Lifetime(0))
				p := configured(t, b.sets(name))
				got, diags := p.ask(t.Context(), k, name, object{"min_remaining": "20m"})
				warned(t, diags, "Lifetime is not known")
				for attribute, null := range map[string]bool{"expires_in": true, "expires_at": true, "issued_at": false, "access_token": false} {
					if got[attribute].IsNull() != null {
						t.Errorf("%s is %s", attribute, got[attribute])
					}
				}
			})
		}
	}
}
