package service

import (
	"net/http"
	"strings"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

const emporixTokenURL = "https://api.emporix.io/oauth/token"

// emporix is the Emporix OAuth service: client credentials in a form.
func emporix() Service {
	return Service{
		Name:   "emporix",
		Title:  "the Emporix OAuth service",
		Set:    merged(clientAttributes(emporixTokenURL, "https://api-stage.emporix.io/oauth/token"), setScopes()),
		Inputs: inputScopes(),
		Outputs: map[string]datasource.Attribute{
			"scope":  Output("The granted scopes, in one string as in the response. To request scopes, set `scopes`."),
			"tenant": Output("The tenant that the token is for, from `tenant=NAME` in the granted scope; null if that names none."),
			"session_idle_time": datasource.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "The session idle time in seconds, as in the response. The provider itself does not use it.",
			},
		},
		Needed:      clientCredentials(),
		Environment: true,
		Advice: map[int]string{
			http.StatusBadRequest: "Check client_id, and that every scope is one that the Emporix Developer Portal has assigned to it: " +
				"without scopes the token has all of them.",
			http.StatusUnauthorized: "Copy client_id and client_secret again from the Emporix Developer Portal, and check that token_url is " +
				"the environment they were made in (api.emporix.io or api-stage.emporix.io).",
			http.StatusForbidden: "Check in the Emporix Developer Portal which scopes the credentials have.",
		},
		response: func(values) token.Response {
			return token.Response{
				Token:     answer.MustPath("access_token"),
				TokenType: answer.MustPath("token_type"),
				ExpiresIn: answer.MustPath("expires_in"),
				Fields: map[string]answer.Path{
					"scope":             answer.MustPath("scope"),
					"tenant":            answer.MustPath(emporixTenant),
					"session_idle_time": answer.MustPath("session_idle_time"),
				},
			}
		},
		exchange: func(v values, x *token.Exchange) {
			x.Request = token.Request{
				URL:       v.text("token_url", emporixTokenURL),
				AllowHTTP: v.flag("allow_http"),
				Form: token.NewForm(map[string]string{
					"grant_type": "client_credentials",
					"scope":      strings.Join(v.texts("scopes"), " "),
				}),
				Auth: token.ClientSecretPost{ID: v.text("client_id", ""), Secret: v.secret("client_secret")},
			}
		},
	}
}

// emporixTenant finds NAME in a scope such as "scope=a b tenant=NAME", or in a list
// of scopes.
const emporixTenant = "split(replace(join(' ', [scope][]), 'scope=', '', `1`), ' ')[?starts_with(@, 'tenant=')]" +
	" | [0] && replace([0], 'tenant=', '')"
