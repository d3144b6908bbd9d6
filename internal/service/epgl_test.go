package service_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

func TestEPGL(t *testing.T) {
	checkExchanges(t, "epgl", []exchangeCase{
		{
			"client id and secret", client(), nil,
			token.Exchange{
				Request: token.Request{
					URL:         "https://api.epgl.ae/api/v1/auth/authenticate",
					ContentType: token.ContentTypeJSON,
					Body:        said.NewSecret(`{"clientId":"fake-id","clientSecret":"fake secret/1"}`),
				},
				Response: token.Response{Token: "accessToken", TokenType: "tokenType", ExpiresIn: "expiresIn"},
				Headers:  bearer(),
			},
		},
		{
			"another URL",
			client().and(attributes{
				"token_url": types.StringValue("http://epgl.example.com/token"), "allow_http": types.BoolValue(true),
			}),
			nil,
			token.Exchange{
				Request: token.Request{
					URL: "http://epgl.example.com/token", AllowHTTP: true,
					ContentType: token.ContentTypeJSON,
					Body:        said.NewSecret(`{"clientId":"fake-id","clientSecret":"fake secret/1"}`),
				},
				Response: token.Response{Token: "accessToken", TokenType: "tokenType", ExpiresIn: "expiresIn"},
				Headers:  bearer(),
			},
		},
	})
	checkAdvice(t, "epgl", http.StatusBadRequest, http.StatusUnauthorized, http.StatusTooManyRequests, http.StatusInternalServerError)
}
