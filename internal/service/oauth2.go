package service

import (
	"maps"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// The values of client_auth and basic_encoding.
const (
	authBasic    = "client_secret_basic"
	authPost     = "client_secret_post"
	encodingForm = "form"
	encodingRaw  = "raw"
)

// oauth2 is any OAuth 2.0 token endpoint (RFC 6749, section 4.4).
func oauth2() Service {
	return Service{
		Name:   "oauth2",
		Title:  "an OAuth 2.0 or OpenID Connect token endpoint",
		Set:    oauth2Set(),
		Needed: []string{"client_id", "client_secret", "token_url"},
		Inputs: inputScopes(),
		Outputs: map[string]datasource.Attribute{
			"scope": scopeOutput(),
		},
		exchange: func(v values) token.Exchange {
			scope := strings.Join(v.texts("scopes"), " ")
			return token.Exchange{
				Request: token.Request{
					URL:       v.text("token_url", ""),
					AllowHTTP: v.flag("allow_http"),
					Form:      token.NewForm(map[string]string{"grant_type": "client_credentials", "scope": scope}),
					Auth:      oauth2Auth(v),
				},
				Response: token.Response{
					Token:     "access_token",
					TokenType: "token_type",
					ExpiresIn: "expires_in",
					Outputs:   map[string]token.Path{"scope": "scope"},
					// An answer without scope grants what was asked for (RFC 6749, section 5.1).
					OutputDefaults: grantedScope(scope),
				},
				Headers: bearer(),
				Advice: map[int]string{
					http.StatusUnauthorized: "Check client_id and client_secret of the set, that token_url belongs to them, and with the vendor " +
						"whether it wants client_auth = \"client_secret_basic\" or \"client_secret_post\".",
				},
			}
		},
	}
}

func oauth2Set() map[string]provider.Attribute {
	attributes := map[string]provider.Attribute{
		"client_auth": provider.StringAttribute{
			Optional: true,
			MarkdownDescription: "How the client authenticates: `client_secret_basic` (HTTP Basic) or `client_secret_post` " +
				"(in the body). Default: `client_secret_basic`.",
			Validators: []validator.String{stringvalidator.OneOf(authBasic, authPost)},
		},
		"basic_encoding": provider.StringAttribute{
			Optional: true,
			MarkdownDescription: "What HTTP Basic carries: `form`, the id and the secret form-encoded first, as " +
				"[RFC 6749, section 2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1) wants it, or `raw`, both as they are. " +
				"Default: `form`.",
			Validators: []validator.String{stringvalidator.OneOf(encodingForm, encodingRaw)},
		},
	}
	maps.Copy(attributes, setScopes())
	return clientAttributes(provider.StringAttribute{
		Optional:            true,
		MarkdownDescription: "The token endpoint. A set must have one.",
		Validators:          []validator.String{EndpointURL()},
	}, attributes)
}

func oauth2Auth(v values) token.ClientAuth {
	id, secret := v.text("client_id", ""), v.secret("client_secret")
	if v.text("client_auth", authBasic) == authPost {
		return token.ClientSecretPost{ID: id, Secret: secret}
	}
	return token.ClientSecretBasic{ID: id, Secret: secret, Raw: v.text("basic_encoding", encodingForm) == encodingRaw}
}

func grantedScope(asked string) map[string]string {
	if asked == "" {
		return nil
	}
	return map[string]string{"scope": asked}
}
