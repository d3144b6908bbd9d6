package service_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// exchangeCase is a credential set with inputs, and what the two make.
type exchangeCase struct {
	name, service string
	set, inputs   attributes
	want          token.Exchange
}

func bearer() map[string]string { return map[string]string{"Authorization": "Bearer {token}"} }

func jsonCases() []exchangeCase {
	return []exchangeCase{
		{
			"emtech", "emtech", client(), nil,
			token.Exchange{
				Request: token.Request{
					URL:         "https://api.emtech.com/integration/v1/auth/token",
					ContentType: token.ContentTypeJSON,
					Body:        token.NewSecret(`{"clientId":"fake-id","clientSecret":"fake secret/1"}`),
				},
				Response: token.Response{Token: "accessToken", ExpiresIn: "expiryMS", ExpiresInUnit: time.Millisecond},
				Headers:  map[string]string{"x-sandbox-app-auth": "Bearer {token}"},
			},
		},
		{
			"epgl", "epgl", client(), nil,
			token.Exchange{
				Request: token.Request{
					URL:         "https://api.epgl.ae/api/v1/auth/authenticate",
					ContentType: token.ContentTypeJSON,
					Body:        token.NewSecret(`{"clientId":"fake-id","clientSecret":"fake secret/1"}`),
				},
				Response: token.Response{Token: "accessToken", TokenType: "tokenType", ExpiresIn: "expiresIn"},
				Headers:  bearer(),
			},
		},
		{
			"epgl, another URL", "epgl",
			client().and(attributes{
				"token_url": types.StringValue("http://epgl.example.com/token"), "allow_http": types.BoolValue(true),
			}),
			nil,
			token.Exchange{
				Request: token.Request{
					URL: "http://epgl.example.com/token", AllowHTTP: true,
					ContentType: token.ContentTypeJSON,
					Body:        token.NewSecret(`{"clientId":"fake-id","clientSecret":"fake secret/1"}`),
				},
				Response: token.Response{Token: "accessToken", TokenType: "tokenType", ExpiresIn: "expiresIn"},
				Headers:  bearer(),
			},
		},
	}
}

func emporixCases() []exchangeCase {
	makes := func(form map[string]string) token.Exchange {
		return token.Exchange{
			Request: token.Request{
				URL:  "https://api.emporix.io/oauth/token",
				Form: token.NewForm(form),
				Auth: token.ClientSecretPost{ID: "fake-id", Secret: token.NewSecret("fake secret/1")},
			},
			Response: token.Response{Token: "access_token", TokenType: "token_type", ExpiresIn: "expires_in"},
			Headers:  bearer(),
		}
	}
	all := makes(map[string]string{"grant_type": "client_credentials"})
	return []exchangeCase{
		{"emporix", "emporix", client().and(attributes{"scopes": types.SetNull(types.StringType)}), nil, all},
		{
			"emporix, scopes of the set, sorted", "emporix", client().and(attributes{"scopes": scopes("b.read", "a.read")}),
			attributes{"scopes": types.SetNull(types.StringType)},
			makes(map[string]string{"grant_type": "client_credentials", "scope": "a.read b.read"}),
		},
		{
			"emporix, scopes as input replace the set's", "emporix", client().and(attributes{"scopes": scopes("b.read", "a.read")}),
			attributes{"scopes": scopes("c.read")},
			makes(map[string]string{"grant_type": "client_credentials", "scope": "c.read"}),
		},
		{
			"emporix, no scopes as input replace the set's too", "emporix", client().and(attributes{"scopes": scopes("a.read")}),
			attributes{"scopes": scopes()},
			all,
		},
		{
			"emporix, inputs that are none of the service's", "emporix", client(),
			attributes{"client_id": types.StringValue("other"), "credentials": types.StringValue("x")},
			all,
		},
	}
}

func oauth2Cases() []exchangeCase {
	url := attributes{"token_url": types.StringValue("https://auth.example.com/token")}
	id, secret := "fake-id", token.NewSecret("fake secret/1")
	makes := func(form map[string]string, auth token.ClientAuth) token.Exchange {
		x := token.Exchange{
			Request:  token.Request{URL: "https://auth.example.com/token", Form: token.NewForm(form), Auth: auth},
			Response: token.Response{Token: "access_token", TokenType: "token_type", ExpiresIn: "expires_in"},
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
		{"oauth2", "oauth2", set(nil), nil, makes(grant, basic)},
		{"oauth2, form", "oauth2", set(attributes{"basic_encoding": text("form")}), nil, makes(grant, basic)},
		{"oauth2, raw", "oauth2", set(attributes{"basic_encoding": text("raw")}), nil, makes(grant, raw)},
		{"oauth2, basic", "oauth2", set(attributes{"client_auth": text("client_secret_basic")}), nil, makes(grant, basic)},
		{"oauth2, post", "oauth2", set(attributes{"client_auth": text("client_secret_post")}), nil, makes(grant, post)},
		{"oauth2, scopes", "oauth2", set(attributes{"scopes": scopes("write", "read")}), nil, makes(scoped, basic)},
		{
			"oauth2, scopes as input", "oauth2", set(attributes{"scopes": scopes("x")}),
			attributes{"scopes": scopes("write", "read")},
			makes(scoped, basic),
		},
	}
}

func TestExchange(t *testing.T) {
	cases := append(append(jsonCases(), emporixCases()...), oauth2Cases()...)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.want.Service, c.want.Credentials = c.service, "shop"
			c.want.Secrets = []token.Secret{token.NewSecret("fake secret/1")}
			got := exchange(t, c.service, c.set, c.inputs)
			// What Outputs find and what Advice says have tests of their own.
			diff := cmp.Diff(&c.want, got, cmpopts.IgnoreFields(token.Exchange{}, "Advice", "Revoke"),
				cmpopts.IgnoreFields(token.Response{}, "Fields", "Outputs"), cmpopts.EquateEmpty())
			if diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Every status in a vendor's own table of errors has advice of its own.
func TestAdvice(t *testing.T) {
	cases := map[string][]int{
		"emporix": {http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden},
		"emtech": {
			http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnsupportedMediaType,
		},
		"epgl": {
			http.StatusBadRequest, http.StatusUnauthorized, http.StatusTooManyRequests, http.StatusInternalServerError,
		},
	}
	for name, statuses := range cases {
		x := exchange(t, name, client(), nil)
		for _, status := range statuses {
			if x.Advice[status] == "" {
				t.Errorf("%s has no advice for %d", name, status)
			}
		}
	}
}

// What one exchange puts into its form must not reach the next one.
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
