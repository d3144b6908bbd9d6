package provider_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Tokens are revoked from the outside in, when nobody needs them any more.
func TestRevokeWithAnotherSet(t *testing.T) {
	noEnvironment(t)
	h := newHub(t)
	p := configured(t, object{"custom": object{
		"login": h.login(object{"revoke": object{"url": h.url + "/end-session", "form": object{"s": "{token}"}}}),
		"api":   h.api(nil, object{"revoke": object{"url": h.url + "/end", "headers": object{"X-Session": "{login}"}, "form": object{"t": "{token}"}}}),
	}})
	for _, name := range []string{"api", "login"} { // the session outlives the opening of its own
		p.closed(p.opened("custom", object{"credentials": name, "revoke_on_close": true}))
	}
	h.want(t, "POST /login", "POST /token fake-ses/1", "POST /end fake-ses/1 t=fake-token", "POST /end-session s=fake-ses%2F1",
		"POST /login", "POST /end-session s=fake-ses%2F2")
}

// A session that two need is ended with the last of them.
func TestRevokeSharedSession(t *testing.T) {
	noEnvironment(t)
	h := newHub(t)
	p := configured(t, h.bothRevoked())
	session := p.opened("custom", object{"credentials": "login", "revoke_on_close": true})
	api := p.opened("custom", object{"credentials": "api", "revoke_on_close": true})
	p.closed(session)
	p.closed(api)
	h.want(t, "POST /login", "POST /token fake-ses/1", "POST /end fake-ses/1", "POST /end-session s=fake-ses%2F1")
}

// bothRevoked is a block of a session and of a set that needs it, both of which are revoked.
func (h *hub) bothRevoked() object {
	return object{"custom": object{
		"login": h.login(object{"revoke": object{"url": h.url + "/end-session", "form": object{"s": "{token}"}}}),
		"api":   h.api(nil, object{"revoke": object{"url": h.url + "/end", "headers": object{"X-Session": "{login}"}}}),
	}}
}

// A revocation of the session that fails is a warning about the set of the session.
func TestRevokeSessionFails(t *testing.T) {
	noEnvironment(t)
	h := newHub(t)
	h.refuse = "/end-session"
	p := configured(t, h.bothRevoked())
	diags := p.close(p.opened("custom", object{"credentials": "api", "revoke_on_close": true}))
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning {
		t.Fatal(say(diags))
	}
	checkSays(t, diags[0].Detail, []string{`Service custom, credential set "login", revocation endpoint`, "this session is not known"})
}

// A token that is too short is revoked, and if only its session cannot be, the error says so.
func TestShortTokenWhoseSessionStays(t *testing.T) {
	noEnvironment(t)
	h := newHub(t)
	h.refuse = "/end-session"
	p := configured(t, h.bothRevoked())
	_, diags := p.ask(t.Context(), ephemeralResource, "custom", object{"credentials": "api", "revoke_on_close": true, "min_remaining": "2h"})
	got := onlyError(t, diags)
	checkSays(t, got.Detail, []string{
		`Service custom, credential set "api", token endpoint`, "min_remaining asks for 2h0m0s",
		`The token of service custom, credential set "login", which this one needed, was not revoked and stays valid until it expires. ` +
			`Service custom, credential set "login", revocation endpoint at`,
	})
	if strings.Contains(got.Detail, "The token was not revoked") {
		t.Errorf("the detail is %s", got.Detail)
	}
	h.want(t, "POST /login", "POST /token fake-ses/1", "POST /end fake-ses/1", "POST /end-session s=fake-ses%2F1")
}

// Where the API gets the token of another set too, and that ends first, an error says so.
func TestSessionLimitsToken(t *testing.T) {
	noEnvironment(t)
	web := newWeb(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/login" {
			_, _ = io.WriteString(w, `{"session":"fake-session","expires_in":60}`)
			return
		}
		_, _ = io.WriteString(w, `{"token":"fake-token","expires_in":3600}`)
	}))
	h := &hub{url: web.URL}
	for name, c := range map[string]struct {
		headers object
		says    []string
	}{
		"the API gets both":     {object{"A": "{token}", "B": "{login}"}, []string{"a new token is valid for 1m0s", `when the token of its source login ends (service custom, credential set "login"), which the API gets too`, `see to it that the tokens of credential set "login" live longer`}},
		"the API gets only one": {object{"A": "{token}"}, []string{"a new token is valid for 1h0m0s", "ask the vendor for tokens that live longer"}},
	} {
		t.Run(name, func(t *testing.T) {
			login := object{"response": object{"token": "session", "expires_in": "expires_in"}}
			p := configured(t, object{"custom": object{"login": h.login(login), "api": h.api(nil, object{"headers": c.headers})}})
			_, diags := p.ask(t.Context(), dataSource, "custom", object{"credentials": "api", "min_remaining": "2h"})
			got := onlyError(t, diags)
			checkSays(t, got.Detail, c.says)
			if strings.Contains(got.Detail, "its source login") != (len(c.headers) > 1) {
				t.Errorf("the detail is %s", got.Detail)
			}
		})
	}
}
