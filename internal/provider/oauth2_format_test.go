package provider_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
)

// jsonServer is an authorization server that accepts JSON for tokens and a form for their
// revocation, and keeps what is sent.
type jsonServer struct {
	url string

	mu      sync.Mutex
	asked   []map[string]any
	revoked []string
}

func newJSONServer(t *testing.T) *jsonServer {
	t.Helper()
	s := &jsonServer{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth/token", s.token)
	mux.HandleFunc("POST /oauth/revoke", s.revoke)
	s.url = newWeb(t, mux).URL
	return s
}

func (s *jsonServer) token(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sent map[string]any
	body, err := io.ReadAll(r.Body)
	if kinds := r.Header.Values("Content-Type"); err != nil || !slices.Equal(kinds, []string{"application/json"}) || json.Unmarshal(body, &sent) != nil {
		w.WriteHeader(http.StatusUnsupportedMediaType)
		return
	}
	s.asked = append(s.asked, sent)
	writeJSON(w, map[string]any{"access_token": "fake-token", "token_type": "Bearer", "expires_in": 86400})
}

func (s *jsonServer) revoke(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		w.WriteHeader(http.StatusUnsupportedMediaType)
		return
	}
	s.revoked = append(s.revoked, r.PostFormValue("token"))
}

// request_format = "json" sends each parameter, and the client, as a member of an object.
func TestRequestFormatJSON(t *testing.T) {
	noEnvironment(t)
	k := newKeys(t)
	plain := object{
		"request_format": "json", "audience": "https://api.example.com/", "scopes": []any{"write:a", "read:a"}, "params": object{"organization": "o", "empty": ""},
	}
	want := map[string]any{
		"grant_type": "client_credentials", "audience": "https://api.example.com/", "scope": "read:a write:a", "organization": "o", "empty": "", "client_id": "fake-id",
	}
	for name, tc := range map[string]struct {
		set  object
		more map[string]any
	}{
		"client_secret_post": {object{"client_auth": "client_secret_post", "client_secret": longSecret}, map[string]any{"client_secret": longSecret}},
		"resources":          {object{"client_auth": "none", "resources": []any{"urn:a", "urn:b"}}, map[string]any{"resource": []any{"urn:a", "urn:b"}}},
		"one resource":       {object{"client_auth": "none", "resources": []any{"urn:a"}}, map[string]any{"resource": "urn:a"}},
		"private_key_jwt": {
			object{"client_auth": "private_key_jwt", "private_key_pem": k.ec},
			map[string]any{"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newJSONServer(t)
			set := plain.and(object{"client_id": "fake-id", "token_url": s.url + "/oauth/token", "revocation_url": s.url + "/oauth/revoke"}).and(tc.set)
			p := configured(t, oauth2Block(set))
			p.closed(p.opened("oauth2", revoking()))
			s.mu.Lock()
			defer s.mu.Unlock()
			if len(s.asked) != 1 || !slices.Equal(s.revoked, []string{"fake-token"}) {
				t.Fatalf("%d requests, revoked %q", len(s.asked), s.revoked)
			}
			got := s.asked[0]
			if assertion, ok := got["client_assertion"].(string); ok {
				if _, claims, err := answer.DecodeJWT(assertion); err != nil || claims["sub"] != "fake-id" {
					t.Errorf("the client assertion has %v, error %v", claims, err)
				}
				delete(got, "client_assertion")
			}
			all := object{}.and(want).and(tc.more)
			if diff := cmp.Diff(map[string]any(all), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An endpoint that wants JSON and gets a form refuses it, and the error says what to set.
func TestRequestFormatIsAdvised(t *testing.T) {
	noEnvironment(t)
	s := newJSONServer(t)
	set := object{"token_url": s.url + "/oauth/token", "client_id": "fake-id", "client_secret": longSecret}
	_, diags := configured(t, oauth2Block(set)).ask(t.Context(), dataSource, "oauth2", nil)
	checkSays(t, onlyError(t, diags).Detail, []string{`set request_format = "json"`})
}
