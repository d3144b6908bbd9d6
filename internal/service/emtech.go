package service

import (
	"net/http"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

const emtechTokenURL = "https://api.emtech.com/integration/v1/auth/token"

// emtech is the Emtech Beyond Sandbox: credentials in JSON, a lifetime in
// milliseconds, and a header for its API.
func emtech() Service {
	return Service{
		Name:        "emtech",
		Title:       "Emtech Beyond Sandbox",
		Set:         clientAttributes(emtechTokenURL, ""),
		Needed:      clientCredentials(),
		Environment: true,
		// The vendor's table "Troubleshooting: Common Error Codes".
		Advice: map[int]string{
			http.StatusBadRequest: "Emtech answers 400 when clientId or clientSecret is missing from the request. Check client_id and " +
				"client_secret of the set.",
			http.StatusUnauthorized: "Emtech answers 401 when the clientSecret is incorrect. Copy client_id and client_secret again from the " +
				"App Details page.",
			http.StatusForbidden: "Emtech answers 403 when the app lacks permissions. Verify the app's scope on the Emtech dashboard.",
			http.StatusUnsupportedMediaType: "Emtech answers 415 when the header Content-Type: application/json is missing. The provider sends " +
				"it: check that no proxy on the way removes it.",
		},
		response: func(values) token.Response {
			return token.Response{Token: answer.MustPath("accessToken"), ExpiresIn: answer.MustPath("expiryMS"), ExpiresInUnit: time.Millisecond}
		},
		exchange: func(v values, x *token.Exchange) {
			x.Request = clientJSON(v, emtechTokenURL)
			x.Headers = header("x-sandbox-app-auth", "Bearer {token}")
		},
	}
}
