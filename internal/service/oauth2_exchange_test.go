package service_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

func oauth2Fields() map[string]answer.Path {
	return map[string]answer.Path{
		"scope": answer.MustPath("scope"), "refresh_token": answer.MustPath("refresh_token"), "id_token": answer.MustPath("id_token"), "issued_token_type": answer.MustPath("issued_token_type"),
	}
}

// A set with all attributes fills all fields of the exchange.
func TestOAuth2Whole(t *testing.T) {
	set := attributes{
		"token_url": types.StringValue("http://auth.example.com/token"), "allow_http": types.BoolValue(true),
		"issuer": types.StringValue(oauth2Issuer), "revocation_url": types.StringValue("http://auth.example.com/revoke"),
		"client_id": types.StringValue("fake-id"), "client_secret": types.StringValue("fake secret/1"),
		"client_auth": types.StringValue("client_secret_post"), "scopes": scopes("b", "a"),
		"request_headers": textMap("x-fake-tenant", "fake tenant"),
		"headers":         textMap("x-token", "{token}", "x-tenant", "{tenant}"),
		"outputs":         textMap("tenant", "data.tenant", "request", "header:X-Request-Id"),
		"default_ttl":     types.StringValue("10m"),
	}
	auth := token.ClientSecretPost{ID: "fake-id", Secret: said.NewSecret("fake secret/1")}
	want := &token.Exchange{
		Service: "oauth2", Credentials: "shop", Issuer: oauth2Issuer,
		Request: token.Request{
			URL: "http://auth.example.com/token", AllowHTTP: true,
			Headers: map[string]said.Secret{"x-fake-tenant": said.NewSecret("fake tenant")},
			Form:    token.NewForm(map[string]string{"grant_type": "client_credentials", "scope": "a b"}),
			Sources: map[string]source.Source{}, Auth: auth,
		},
		Response: token.Response{
			Token: answer.MustPath("access_token"), TokenType: answer.MustPath("token_type"), ExpiresIn: answer.MustPath(oauth2Lifetime), ExpiresAt: answer.MustPath(oauth2Expiry), Fields: oauth2Fields(),
			FieldDefaults: map[string]string{"scope": "a b"},
			Outputs:       map[string]answer.Path{"tenant": answer.MustPath("data.tenant"), "request": answer.MustPath("header:X-Request-Id")},
		},
		Headers:    map[string]said.Secret{"x-token": said.NewSecret("{token}"), "x-tenant": said.NewSecret("{tenant}")},
		DefaultTTL: 10 * time.Minute,
		Revoke: &token.Request{
			URL: "http://auth.example.com/revoke", AllowHTTP: true, Auth: auth,
			Headers: map[string]said.Secret{"x-fake-tenant": said.NewSecret("fake tenant")},
			Form:    token.NewForm(map[string]string{"token": "{token}", "token_type_hint": "access_token"}),
		},
	}
	got := exchange(t, "oauth2", set, revoking())
	secrets := reveal(got.Secrets)
	got.Secrets = nil
	if diff := cmp.Diff(want, got, byText()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"fake secret/1", "fake tenant"}, secrets); diff != "" {
		t.Error(diff)
	}
}

// A minimal set sends only defaults.
func TestOAuth2Least(t *testing.T) {
	got := exchange(t, "oauth2", attributes{"issuer": types.StringValue(oauth2Issuer), "client_auth": types.StringValue("none")}, nil)
	want := &token.Exchange{
		Service: "oauth2", Credentials: "shop", Issuer: oauth2Issuer,
		Request: token.Request{
			Headers: map[string]said.Secret{}, Form: token.NewForm(map[string]string{"grant_type": "client_credentials"}),
			Sources: map[string]source.Source{}, Auth: token.ClientID{},
		},
		Response: token.Response{
			Token: answer.MustPath("access_token"), TokenType: answer.MustPath("token_type"), ExpiresIn: answer.MustPath(oauth2Lifetime), ExpiresAt: answer.MustPath(oauth2Expiry), Fields: oauth2Fields(), Outputs: map[string]answer.Path{},
		},
		Headers: bearer(),
	}
	if secrets := reveal(got.Secrets); len(secrets) > 0 {
		t.Errorf("it has %d secrets", len(secrets))
	}
	got.Secrets = nil
	if diff := cmp.Diff(want, got, byText()); diff != "" {
		t.Error(diff)
	}
}

// request_format decides on the body of the token request alone: RFC 7009 has forms.
func TestOAuth2RequestFormat(t *testing.T) {
	for format, want := range map[string]bool{"": false, "form": false, "json": true} {
		set := plainSet().and(texts("client_id", "fake-id", "client_secret", "fake", "revocation_url", "https://auth.example.com/revoke"))
		if format != "" {
			set = set.and(texts("request_format", format))
		}
		x := exchange(t, "oauth2", set, revoking())
		if x.Request.AsJSON != want || x.Revoke.AsJSON {
			t.Errorf("%q: the request is JSON: %t, the revocation: %t", format, x.Request.AsJSON, x.Revoke.AsJSON)
		}
	}
}

// A token is revoked only with revoke_on_close, and if the service supports it.
func TestRevokeInput(t *testing.T) {
	set := plainSet().and(texts("client_id", "fake-id", "client_secret", "fake", "revocation_url", "https://auth.example.com/revoke"))
	cases := []struct {
		name    string
		service string
		inputs  attributes
		revokes bool
	}{
		{"true", "oauth2", revoking(), true},
		{"false", "oauth2", attributes{"revoke_on_close": types.BoolValue(false)}, false},
		{"null", "oauth2", attributes{"revoke_on_close": types.BoolNull()}, false},
		{"not there", "oauth2", nil, false},
		{"another service", "epgl", revoking(), false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := exchange(t, c.service, set, c.inputs).Revoke != nil; got != c.revokes {
				t.Errorf("it revokes: %v", got)
			}
		})
	}
}

// A response without scope grants the requested one, also that of params.
func TestOAuth2ScopeOfParams(t *testing.T) {
	cases := []struct {
		name string
		set  attributes
		want map[string]string
	}{
		{"params alone", attributes{"params": textMap("scope", "x y")}, map[string]string{"scope": "x y"}},
		{"params over scopes", attributes{"scopes": scopes("a"), "params": textMap("scope", "x")}, map[string]string{"scope": "x"}},
		{"params without scope", attributes{"scopes": scopes("a"), "params": textMap("p", "x")}, map[string]string{"scope": "a"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := exchange(t, "oauth2", client().and(plainSet()).and(c.set), nil).Response.FieldDefaults
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// reveal returns the secrets of a book, sorted.
func reveal(book said.Book) []string {
	var found []string
	for _, entry := range book {
		if !entry.Public {
			found = append(found, entry.Value.Reveal())
		}
	}
	slices.Sort(found)
	return found
}
