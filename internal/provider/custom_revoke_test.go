package provider_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

const (
	custom = "apitoken_custom"
	// awkwardToken and awkwardSession change in every encoding.
	awkwardToken   = `fake-to/k+e n"&=<x>`
	awkwardSession = `fake-se/ss?i&on`
)

// leaver is an endpoint that gives a token and is asked to end it.
type leaver struct {
	url    string
	status int // of the answer to a revocation

	mu    sync.Mutex
	ended []string
}

// newLeaver keeps what it is asked as "method target | header | body".
func newLeaver(t *testing.T, status int) *leaver {
	t.Helper()
	l := &leaver{status: status}
	web := newWeb(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		if r.RequestURI == "/token" {
			_, _ = fmt.Fprintf(w, `{"token":%s,"session":%s}`, quotedJSON(awkwardToken), quotedJSON(awkwardSession))
			return
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.ended = append(l.ended, strings.TrimRight(fmt.Sprintf("%s %s %s %s", r.Method, r.RequestURI, r.Header.Get("X-Token"), body), " "))
		w.WriteHeader(l.status)
		_, _ = io.WriteString(w, `{"message":"cannot end `+strings.ReplaceAll(awkwardToken, `"`, `\"`)+`"}`)
	}))
	l.url = web.URL
	return l
}

func quotedJSON(text string) string { return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"` }

// set is a set of custom that has its tokens ended by a request.
func (l *leaver) set(path string, revoke object) object {
	set := object{
		"request":  object{"url": l.url + "/token"},
		"response": object{"token": "token", "outputs": object{"session": "session", "missing": "missing"}},
	}
	if revoke != nil {
		set["revoke"] = object{"url": l.url + path}.and(revoke)
	}
	return set
}

func closed(t *testing.T, set object) []*tfprotov6.Diagnostic {
	t.Helper()
	p := configured(t, object{"custom": object{"shop": set}})
	return p.close(p.opened("custom", object{"revoke_on_close": true}))
}

// The token, and outputs, go wherever the vendor wants them, each written as it
// must be there.
func TestRevoke(t *testing.T) {
	noEnvironment(t)
	cases := []struct {
		name, path string
		revoke     object
		want       string
	}{
		{"header", "/logout", object{"headers": object{"X-Token": "T {token}"}}, "POST /logout T " + awkwardToken},
		{"path", "/tokens/{token}/", object{"method": "DELETE"}, `DELETE /tokens/fake-to%2Fk+e%20n%22&=%3Cx%3E/`},
		{"output in the path", "/sessions/{session}", object{"method": "DELETE"}, `DELETE /sessions/fake-se%2Fss%3Fi&on`},
		{"query", "/logout", object{"query": object{"t": "{token}"}}, `POST /logout?t=fake-to%2Fk%2Be+n%22%26%3D%3Cx%3E`},
		{"query in the URL", "/logout?t={token}", nil, `POST /logout?t=fake-to%2Fk%2Be+n%22%26%3D%3Cx%3E`},
		{"form", "/logout", object{"form": object{"t": "{token}"}}, `POST /logout  t=fake-to%2Fk%2Be+n%22%26%3D%3Cx%3E`},
		{
			"json", "/logout",
			object{"json": `{"t":"{token}","s":"{session}"}`},
			`POST /logout  {"t":"fake-to/k+e n\"\u0026=\u003cx\u003e","s":"fake-se/ss?i\u0026on"}`,
		},
		{
			"json of another type", "/logout",
			object{"method": "PATCH", "json": `{"t":"{token}"}`, "content_type": "application/vnd.api+json"},
			`PATCH /logout  {"t":"fake-to/k+e n\"\u0026=\u003cx\u003e"}`,
		},
		{"body", "/logout", object{"method": "PUT", "body": "<t>{token}</t>"}, "PUT /logout  <t>" + awkwardToken + "</t>"},
		{"body of a type", "/logout", object{"body": "{token}", "content_type": "text/plain"}, "POST /logout  " + awkwardToken},
		{"two", "/sessions/{session}", object{"headers": object{"X-Token": "{token}"}}, "POST /sessions/fake-se%2Fss%3Fi&on " + awkwardToken},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := newLeaver(t, http.StatusNoContent)
			if c.revoke == nil {
				c.revoke = object{}
			}
			if diags := closed(t, l.set(c.path, c.revoke)); len(diags) > 0 {
				t.Error(say(diags))
			}
			if diff := cmp.Diff([]string{c.want}, l.ended); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A revocation that fails is a warning, which tells neither token nor output.
func TestRevokeFails(t *testing.T) {
	noEnvironment(t)
	l := newLeaver(t, http.StatusForbidden)
	diags := closed(t, l.set("/logout", object{"headers": object{"X-Token": "{token}"}, "form": object{"s": "{session}"}}))
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning {
		t.Fatalf("got %s", say(diags))
	}
	checkSays(t, diags[0].Detail, []string{"revocation endpoint", "HTTP 403", "Sent: POST " + l.url + "/logout", "stays valid"})
	checkNot(t, say(diags), clitest.Needle{Name: "the token", Value: awkwardToken}, clitest.Needle{Name: "the session", Value: awkwardSession})
}

// A revocation that needs an output which the answer does not have is an error
// when the token comes.
func TestRevokeOutputMissing(t *testing.T) {
	noEnvironment(t)
	l := newLeaver(t, http.StatusNoContent)
	set := l.set("/logout", object{"form": object{"t": "{token}", "m": "{missing}"}})
	_, diags := configured(t, object{"custom": object{"shop": set}}).open(t.Context(), custom, object{"revoke_on_close": true})
	got := onlyError(t, diags)
	if got.Attribute.String() != `AttributeName("revoke_on_close")` || len(l.ended) > 0 {
		t.Errorf("it is at %s, and %v", got.Attribute, l.ended)
	}
	checkSays(t, got.Detail, []string{"has no output missing", "stays valid until it expires"})
}

// A user name or password may be the token.
func TestRevokeBasic(t *testing.T) {
	noEnvironment(t)
	for _, c := range []struct{ username, password, want string }{
		{"{token}", "", awkwardToken + ":"},
		{"user", "{token}", "user:" + awkwardToken},
		{"{session}", "{token}", awkwardSession + ":" + awkwardToken},
	} {
		t.Run(c.username, func(t *testing.T) {
			var sent string
			web := newWeb(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				username, password, ok := r.BasicAuth()
				if ok {
					sent = username + ":" + password
				}
				w.Header().Set("Content-Type", "application/json")
				_, _ = fmt.Fprintf(w, `{"token":%s,"session":%s}`, quotedJSON(awkwardToken), quotedJSON(awkwardSession))
			}))
			set := object{
				"request":  object{"url": web.URL},
				"response": object{"token": "token", "outputs": object{"session": "session"}},
				"revoke":   object{"url": web.URL, "basic_auth": object{"username": c.username, "password": c.password}},
			}
			if diags := closed(t, set); len(diags) > 0 {
				t.Error(say(diags))
			}
			if sent != c.want {
				t.Errorf("it was sent as %q", sent)
			}
		})
	}
}

// A missing revoke is reported before a token is requested.
func TestRevokeMissing(t *testing.T) {
	noEnvironment(t)
	l := newLeaver(t, http.StatusNoContent)
	p := configured(t, object{"custom": object{"shop": l.set("", nil)}})
	_, diags := p.open(t.Context(), custom, object{"revoke_on_close": true})
	got := onlyError(t, diags)
	if got.Attribute.String() != `AttributeName("revoke_on_close")` {
		t.Errorf("it is at %s", got.Attribute)
	}
	checkSays(t, got.Detail, []string{"Set revoke in the credential set"})
}

// A token is not revoked without revoke_on_close.
func TestRevokeNotAskedFor(t *testing.T) {
	noEnvironment(t)
	l := newLeaver(t, http.StatusNoContent)
	p := configured(t, object{"custom": object{"shop": l.set("/logout", object{"form": object{"t": "{token}"}})}})
	p.closed(p.opened("custom", nil))
	if len(l.ended) > 0 {
		t.Error(l.ended)
	}
}

// The sets of the guide that have a revocation end their tokens.
func TestCookbookRevokes(t *testing.T) {
	noEnvironment(t)
	all := clitest.Sets(t)
	tried := 0
	for _, row := range sandbox.Cookbook() {
		if row.Revocation == nil {
			continue
		}
		tried++
		t.Run(row.Name, func(t *testing.T) {
			k := newKitchen(t, all)
			p := configured(t, k.sets(t, row, nil))
			opened := p.opened(all[row.Name].Service, object{"credentials": row.Name, "revoke_on_close": true})
			if diags := p.close(opened); len(diags) > 0 {
				t.Error(say(diags))
			}
			if diff := cmp.Diff(k.Issued(row.Name), k.Revoked(row.Name)); diff != "" || len(k.Revoked(row.Name)) != 1 {
				t.Errorf("revoked %v %s", k.Revoked(row.Name), diff)
			}
		})
	}
	if tried == 0 {
		t.Error("no row has a revocation")
	}
}
