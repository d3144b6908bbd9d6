package service_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

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
	if diff := cmp.Diff([]string{"custom", "emporix", "emtech", "epgl", "oauth2"}, names); diff != "" {
		t.Error(diff)
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
	for name, want := range map[string]struct{ inputs, outputs []string }{
		"custom":  {nil, []string{"outputs"}},
		"emporix": {[]string{"scopes"}, []string{"scope", "session_idle_time", "tenant"}},
		"emtech":  {},
		"epgl":    {},
		"oauth2": {
			[]string{"audience", "params", "resources", "scopes"},
			[]string{"id_token", "issued_token_type", "outputs", "refresh_token", "scope"},
		},
	} {
		s := find(t, name)
		if diff := cmp.Diff(want.inputs, slices.Sorted(maps.Keys(s.Inputs))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(want.outputs, slices.Sorted(maps.Keys(s.Outputs))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// What a credential set has; which of it a set must have, tests of the provider tell.
func TestSetAttributes(t *testing.T) {
	client := []string{"allow_http", "client_id", "client_secret", "token_url"}
	cases := map[string][]string{
		"emporix": {"scopes"},
		"emtech":  nil,
		"epgl":    nil,
		"oauth2": {
			"actor_token", "actor_token_type", "assertion", "assertion_audience", "audience", "basic_encoding",
			"client_assertion", "client_auth", "client_certificate_pem", "client_key_passphrase", "client_key_pem", "default_ttl", "grant", "headers",
			"issuer", "key_id", "outputs", "params", "password", "private_key_passphrase", "private_key_pem", "refresh_token", "request_headers",
			"requested_token_type", "resources", "revocation_url", "scopes", "signing_algorithm", "subject_token",
			"subject_token_type", "username",
		},
	}
	own := []string{"default_ttl", "headers", "request", "response", "revoke"}
	if diff := cmp.Diff(own, slices.Sorted(maps.Keys(find(t, "custom").Set))); diff != "" {
		t.Errorf("custom: %s", diff)
	}
	if want := len(service.All()) - 1; len(cases) != want {
		t.Errorf("%d services beside custom have cases, not %d", len(cases), want)
	}
	for name, more := range cases {
		want := slices.Sorted(slices.Values(append(slices.Clone(client), more...)))
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(find(t, name).Set))); diff != "" {
			t.Errorf("%s: %s", name, diff)
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
