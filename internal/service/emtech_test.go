package service_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

func TestEmtech(t *testing.T) {
	checkExchanges(t, "emtech", []exchangeCase{
		{
			"client id and secret", client(), nil,
			token.Exchange{
				Request: token.Request{
					URL:         "https://api.emtech.com/integration/v1/auth/token",
					ContentType: token.ContentTypeJSON,
					Body:        said.NewSecret(`{"clientId":"fake-id","clientSecret":"fake secret/1"}`),
				},
				Response: token.Response{Token: "accessToken", ExpiresIn: "expiryMS", ExpiresInUnit: time.Millisecond},
				Headers:  map[string]said.Secret{"x-sandbox-app-auth": said.NewSecret("Bearer {token}")},
			},
		},
	})
	checkAdvice(t, "emtech", http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnsupportedMediaType)
}
