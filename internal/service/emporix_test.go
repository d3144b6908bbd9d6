package service_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

func emporixCases() []exchangeCase {
	makes := func(form map[string]string) token.Exchange {
		return token.Exchange{
			Request: token.Request{
				URL:  "https://api.emporix.io/oauth/token",
				Form: token.NewForm(form),
				Auth: token.ClientSecretPost{ID: "fake-id", Secret: said.NewSecret("fake secret/1")},
			},
			Response: token.Response{Token: answer.MustPath("access_token"), TokenType: answer.MustPath("token_type"), ExpiresIn: answer.MustPath("expires_in")},
			Headers:  bearer(),
		}
	}
	all := makes(map[string]string{"grant_type": "client_credentials"})
	return []exchangeCase{
		{"client id and secret", client().and(attributes{"scopes": types.SetNull(types.StringType)}), nil, all},
		{
			"scopes of the set, sorted", client().and(attributes{"scopes": scopes("b.read", "a.read")}),
			attributes{"scopes": types.SetNull(types.StringType)},
			makes(map[string]string{"grant_type": "client_credentials", "scope": "a.read b.read"}),
		},
		{
			"scopes as input replace the set's", client().and(attributes{"scopes": scopes("b.read", "a.read")}),
			attributes{"scopes": scopes("c.read")},
			makes(map[string]string{"grant_type": "client_credentials", "scope": "c.read"}),
		},
		{
			"no scopes as input replace the set's too", client().and(attributes{"scopes": scopes("a.read")}),
			attributes{"scopes": scopes()},
			all,
		},
		{
			"inputs that are none of the service's", client(),
			attributes{"client_id": types.StringValue("other"), "credentials": types.StringValue("x")},
			all,
		},
	}
}

func TestEmporix(t *testing.T) {
	checkExchanges(t, "emporix", emporixCases())
}

func TestEmporixTenant(t *testing.T) {
	cases := []struct {
		name  string
		scope any
		want  string // "" where there is no tenant
	}{
		{"with scope=", "scope=a.read b.read tenant=shop", "shop"},
		{"without scope=", "a.read tenant=shop", "shop"},
		{"tenant first", "tenant=shop a.read", "shop"},
		{"tenant first behind scope=", "scope=tenant=shop a.read", "shop"},
		{"tenant alone", "tenant=shop", "shop"},
		{"tenant in the middle", "scope=a.read tenant=shop b.read", "shop"},
		{"more spaces", "scope=a.read  tenant=shop ", "shop"},
		{"a tenant with an equals sign", "tenant=a=b", "a=b"},
		{"a scope that ends in tenant", "scope=a.tenant=x tenant=shop", "shop"},
		{"two tenants", "tenant=one tenant=two", "one"},
		{"tenant missing", "scope=a.read b.read", ""},
		{"a scope that begins alike", "tenants=shop", ""},
		{"empty", "", ""},
		{"a list", []string{"scope=a.read", "tenant=shop"}, "shop"},
		{"a list without a tenant", []string{"a.read"}, ""},
		{"a number", 7, ""},
		{"null", nil, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := outputs(t, "emporix", map[string]any{"scope": c.scope, "session_idle_time": 120}, nil)
			if got["tenant"] != c.want {
				t.Errorf("got the tenant %q, want %q", got["tenant"], c.want)
			}
			if _, has := got["tenant"]; has != (c.want != "") {
				t.Errorf("there is a tenant: %v", has)
			}
			if scope, ok := c.scope.(string); ok && got["scope"] != scope {
				t.Errorf("got the scope %q", got["scope"])
			}
			if got["session_idle_time"] != "120" {
				t.Errorf("got session_idle_time %q", got["session_idle_time"])
			}
		})
	}
}

func TestEmporixWithoutScope(t *testing.T) {
	if got := outputs(t, "emporix", nil, nil); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

// The form of one exchange does not change the next one.
func TestExchangesAreTheirOwn(t *testing.T) {
	first := exchange(t, "emporix", client(), attributes{"scopes": scopes("a.read")})
	second := exchange(t, "emporix", client(), nil)
	if _, ok := first.Request.Form["scope"]; !ok {
		t.Error("the first exchange has lost its scope")
	}
	if _, ok := second.Request.Form["scope"]; ok {
		t.Error("the second exchange has the first one's scope")
	}
}
