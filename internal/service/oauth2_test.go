package service_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

func oauth2Cases() []exchangeCase {
	url := attributes{"token_url": types.StringValue("https://auth.example.com/token")}
	id, secret := "fake-id", said.NewSecret("fake secret/1")
	makes := func(form map[string]string, auth token.ClientAuth) token.Exchange {
		x := token.Exchange{
			Request:  token.Request{URL: "https://auth.example.com/token", Form: token.NewForm(form), Auth: auth},
			Response: token.Response{Token: answer.MustPath("access_token"), TokenType: answer.MustPath("token_type"), ExpiresIn: answer.MustPath(oauth2Lifetime), ExpiresAt: answer.MustPath(oauth2Expiry)},
			Headers:  bearer(),
		}
		if form["scope"] != "" {
			x.Response.FieldDefaults = map[string]string{"scope": form["scope"]}
		}
		return x
	}
	grant := map[string]string{"grant_type": "client_credentials"}
	scoped := map[string]string{"grant_type": "client_credentials", "scope": "read write"}
	basic, raw := token.ClientSecretBasic{ID: id, Secret: secret}, token.ClientSecretBasic{ID: id, Secret: secret, Raw: true}
	post := token.ClientSecretPost{ID: id, Secret: secret}
	set := func(more attributes) attributes { return client().and(url).and(more) }
	text := types.StringValue
	return []exchangeCase{
		{"client id and secret", set(nil), nil, makes(grant, basic)},
		{"form", set(attributes{"basic_encoding": text("form")}), nil, makes(grant, basic)},
		{"raw", set(attributes{"basic_encoding": text("raw")}), nil, makes(grant, raw)},
		{"basic", set(attributes{"client_auth": text("client_secret_basic")}), nil, makes(grant, basic)},
		{"post", set(attributes{"client_auth": text("client_secret_post")}), nil, makes(grant, post)},
		{"scopes", set(attributes{"scopes": scopes("write", "read")}), nil, makes(scoped, basic)},
		{
			"scopes as input", set(attributes{"scopes": scopes("x")}),
			attributes{"scopes": scopes("write", "read")},
			makes(scoped, basic),
		},
	}
}

func TestOAuth2(t *testing.T) { checkExchanges(t, "oauth2", oauth2Cases()) }

// A response without scope grants the requested one (RFC 6749, section 5.1).
func TestOAuth2Scope(t *testing.T) {
	asked := attributes{"scopes": scopes("write", "read")}
	cases := []struct {
		name   string
		answer map[string]any
		inputs attributes
		want   map[string]string
	}{
		{"answered", map[string]any{"scope": "read"}, asked, map[string]string{"scope": "read"}},
		{"not answered", nil, asked, map[string]string{"scope": "read write"}},
		{"null", map[string]any{"scope": nil}, asked, map[string]string{"scope": "read write"}},
		{"answered, none asked", map[string]any{"scope": "all"}, nil, map[string]string{"scope": "all"}},
		{"neither", nil, nil, map[string]string{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, outputs(t, "oauth2", c.answer, c.inputs)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
