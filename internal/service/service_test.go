package service_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

func TestAll(t *testing.T) {
	var names []string
	for _, s := range service.All() {
		names = append(names, s.Name)
		if s.Title == "" {
			t.Errorf("%s has no title", s.Name)
		}
	}
	want := slices.Sorted(slices.Values(append(sandbox.Services(), "custom")))
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("beside custom, each service has a row in the sandbox, and each row is a service, in order: %s", diff)
	}
}

// The sandbox's row and the service were written apart, and say the same: what the
// vendor's URL is, and which headers its API expects.
func TestVendors(t *testing.T) {
	for _, row := range sandbox.Vendors() {
		x := exchange(t, row.Name, client(), nil)
		want := row.Origin + row.Path
		if row.Origin == "" {
			want = "" // oauth2 is no one vendor's
		}
		if x.Request.URL != want {
			t.Errorf("%s: the URL is %q, want %q", row.Name, x.Request.URL, want)
		}
		said := find(t, row.Name).Set["token_url"].GetMarkdownDescription()
		if row.Staging != "" && !strings.Contains(said, row.Staging+row.Path) {
			t.Errorf("%s: %q does not name %s", row.Name, said, row.Staging)
		}
		sent, used := map[string]string{}, map[string]string{}
		for name, value := range x.Headers {
			sent[name] = value.Reveal()
		}
		for name, value := range row.Use {
			used[name] = strings.ReplaceAll(value, "TOKEN", "{token}")
		}
		if diff := cmp.Diff(used, sent); diff != "" {
			t.Errorf("%s: %s", row.Name, diff)
		}
		if diff := cmp.Diff([]string{"fake secret/1"}, reveal(x.Secrets)); diff != "" {
			t.Errorf("%s: %s", row.Name, diff)
		}
	}
}

// Where a vendor's own table of errors says more than the engine does, there is
// advice for each status in it.
func TestAdvice(t *testing.T) {
	for name, statuses := range map[string][]int{
		"custom":  {400, 401, 403, 404, 405, 406, 415},
		"emporix": {400, 401, 403},
		"emtech":  {400, 401, 403, 415},
		"epgl":    {400, 401, 429, 500},
	} {
		advice := find(t, name).Advice
		if diff := cmp.Diff(statuses, slices.Sorted(maps.Keys(advice))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		for status, text := range advice {
			if text == "" {
				t.Errorf("%s: the advice for %d is empty", name, status)
			}
		}
	}
}

func TestVariable(t *testing.T) {
	cases := []struct{ service, attribute, want string }{
		{"emporix", "client_id", "EMPORIX_CLIENT_ID"},
		{"emporix", "client_secret", "EMPORIX_CLIENT_SECRET"},
		{"emporix", "token_url", "EMPORIX_TOKEN_URL"},
		{"emtech", "client_id", "EMTECH_CLIENT_ID"},
		{"emtech", "client_secret", "EMTECH_CLIENT_SECRET"},
		{"emtech", "token_url", "EMTECH_TOKEN_URL"},
		{"epgl", "client_id", "EPGL_CLIENT_ID"},
		{"epgl", "client_secret", "EPGL_CLIENT_SECRET"},
		{"epgl", "token_url", "EPGL_TOKEN_URL"},
		{"oauth2", "client_id", "OAUTH2_CLIENT_ID"},
		{"oauth2", "client_secret", "OAUTH2_CLIENT_SECRET"},
		{"oauth2", "token_url", "OAUTH2_TOKEN_URL"},
	}
	for _, c := range cases {
		if got := find(t, c.service).Variable(c.attribute); got != c.want {
			t.Errorf("%s, %s: got %s, want %s", c.service, c.attribute, got, c.want)
		}
	}
}

// What a token of a service has beside that of all services.
func TestInputsAndOutputs(t *testing.T) {
	own := map[string]struct{ inputs, outputs []string }{
		"custom":  {nil, []string{"outputs"}},
		"emporix": {[]string{"scopes"}, []string{"scope", "session_idle_time", "tenant"}},
		"oauth2": {
			[]string{"audience", "params", "resources", "scopes"},
			[]string{"id_token", "issued_token_type", "outputs", "refresh_token", "scope"},
		},
	}
	for _, s := range service.All() {
		want := own[s.Name]
		if diff := cmp.Diff(want.inputs, slices.Sorted(maps.Keys(s.Inputs))); diff != "" {
			t.Errorf("%s: %s", s.Name, diff)
		}
		if diff := cmp.Diff(want.outputs, slices.Sorted(maps.Keys(s.Outputs))); diff != "" {
			t.Errorf("%s: %s", s.Name, diff)
		}
	}
}

// What a credential set has; which of it a set must have, tests of the provider tell.
func TestSetAttributes(t *testing.T) {
	client := []string{"allow_http", "client_id", "client_secret", "token_url"}
	own := map[string][]string{
		"custom":  {"default_ttl", "headers", "request", "response", "revoke"},
		"emporix": append(slices.Clone(client), "scopes"),
		"oauth2": append(slices.Clone(client),
			"actor_token", "actor_token_type", "assertion", "assertion_audience", "audience", "basic_encoding",
			"client_assertion", "client_auth", "client_certificate_pem", "client_key_passphrase", "client_key_pem", "default_ttl", "grant", "headers",
			"issuer", "key_id", "outputs", "params", "password", "private_key_passphrase", "private_key_pem", "refresh_token", "request_headers",
			"requested_token_type", "resources", "revocation_url", "scopes", "signing_algorithm", "subject_token",
			"subject_token_type", "username"),
	}
	for _, s := range service.All() {
		want, has := own[s.Name]
		if !has {
			want = client
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(maps.Keys(s.Set))); diff != "" {
			t.Errorf("%s: %s", s.Name, diff)
		}
	}
}

// What allow_http says of a set holds for all that the set sends.
func TestAllowHTTP(t *testing.T) {
	for _, s := range service.All() {
		for _, allowed := range []bool{false, true} {
			flag := attributes{"allow_http": types.BoolValue(allowed)}
			set := client().and(flag)
			if s.Name == "custom" {
				set = attributes{"request": group(t, flag), "revoke": group(t, flag)}
			}
			x := exchange(t, s.Name, set, attributes{service.RevokeInput: types.BoolValue(true)})
			if x.Request.AllowHTTP != allowed || x.Revoke != nil && x.Revoke.AllowHTTP != allowed {
				t.Errorf("%s: http:// is allowed: %t", s.Name, !allowed)
			}
		}
	}
}
