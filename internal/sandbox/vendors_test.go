package sandbox

import (
	"net/http"
	"net/url"
	"testing"
)

// Emporix grants only the scopes of the client.
func TestEmporixScopes(t *testing.T) {
	s, web := start(t)
	cases := []struct {
		scope  string
		status int
	}{
		{"category.category_read", http.StatusOK},
		{"category.category_eat", http.StatusBadRequest},
		{"category.category_read x", http.StatusBadRequest},
		{"category.category_read,category.category_manage", http.StatusBadRequest},
		{"category.category_read  category.category_manage", http.StatusBadRequest},
	}
	for _, c := range cases {
		a := proper(t, s, "emporix", s.Client("emporix")).plus("scope=" + url.QueryEscape(c.scope))
		got := mustSend(t, web, a)
		if got.status != c.status {
			t.Errorf("%q: got %d %s", c.scope, got.status, got.body)
		}
		if want := `{"ErrorCode":"invalid_scope","Error":"The scope is not assigned to the client."}`; c.status != http.StatusOK && got.body != want {
			t.Errorf("%q: got %s", c.scope, got.body)
		}
	}
}

func TestScopeAnswered(t *testing.T) {
	cases := []struct{ service, scope, want string }{
		{"emporix", "category.category_read", "scope=category.category_read tenant=yourtenant"},
		{
			"emporix", "category.category_unpublish category.category_manage",
			"scope=category.category_unpublish category.category_manage tenant=yourtenant",
		},
		{"oauth2", "read write", "read write"},
	}
	for _, c := range cases {
		s, web := start(t)
		a := proper(t, s, c.service, s.Client(c.service)).plus(url.Values{"scope": {c.scope}}.Encode())
		if got := mustSend(t, web, a).object(t)["scope"]; got != c.want {
			t.Errorf("%s %q: got %q, want %q", c.service, c.scope, got, c.want)
		}
	}
}

// A client's credentials are accepted only in its encoding.
func TestBasicEncodings(t *testing.T) {
	s, web := start(t)
	raw, form := s.Clients("oauth2")[0], s.Clients("oauth2")[1]
	cases := []struct {
		name     string
		client   Client
		encoding string
		status   int
	}{
		{"raw as raw", raw, Raw, http.StatusOK},
		{"raw as form", raw, Form, http.StatusUnauthorized},
		{"form as form", form, Form, http.StatusOK},
		{"form as raw", form, Raw, http.StatusBadRequest},
		{"form as raw, plus only", Client{ID: form.ID, Secret: "a+b"}, Raw, http.StatusUnauthorized},
		{"unknown client, no escape", Client{ID: "%zz", Secret: "x"}, Raw, http.StatusBadRequest},
	}
	for _, c := range cases {
		a := proper(t, s, "oauth2", raw)
		a.basic(c.client, c.encoding)
		if got := mustSend(t, web, a); got.status != c.status {
			t.Errorf("%s: got %d %s", c.name, got.status, got.body)
		}
	}
}

// Credentials in the body are refused, with Basic and without it.
func TestBasicAndBody(t *testing.T) {
	s, web := start(t)
	c := s.Client("oauth2")
	body := url.Values{"client_id": {c.ID}, "client_secret": {c.Secret}}.Encode()
	beside := proper(t, s, "oauth2", c).plus(body)
	instead := proper(t, s, "oauth2", c).plus(body)
	instead.header.Del("Authorization")
	moved := proper(t, s, "emporix", s.Client("emporix"))
	moved.body = "grant_type=client_credentials"
	moved.basic(s.Client("emporix"), Raw)
	for name, a := range map[string]ask{"beside": beside, "instead": instead, "Basic in the place of the body": moved} {
		if got := mustSend(t, web, a); got.status != http.StatusBadRequest {
			t.Errorf("%s: got %d %s", name, got.status, got.body)
		}
	}
}
