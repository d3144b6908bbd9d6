package service

import (
	"net/http"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

const epglTokenURL = "https://api.epgl.ae/api/v1/auth/authenticate"

// epgl is EPGL: credentials in JSON.
func epgl() Service {
	return Service{
		Name:        "epgl",
		Title:       "EPGL",
		Set:         clientAttributes(epglTokenURL, "https://api-stg.epgl.ae/api/v1/auth/authenticate"),
		Needed:      clientCredentials(),
		Environment: true,
		// The vendor's list "Possible HTTP Status Codes".
		Advice: map[int]string{
			http.StatusBadRequest: "EPGL answers 400 to invalid input, such as a missing clientId or clientSecret. Check client_id and " +
				"client_secret of the set.",
			http.StatusUnauthorized: "EPGL answers 401 to an invalid clientId or clientSecret. Check both, and that token_url is the environment " +
				"they belong to (api.epgl.ae, or api-stg.epgl.ae for staging).",
			http.StatusTooManyRequests:     "EPGL limits how often tokens are requested. Wait as it says, and request fewer tokens.",
			http.StatusInternalServerError: "EPGL answers 500 when an error occurred on its server. Try later; if it persists, contact EPGL.",
		},
		response: func(values) token.Response {
			return token.Response{Token: answer.MustPath("accessToken"), TokenType: answer.MustPath("tokenType"), ExpiresIn: answer.MustPath("expiresIn")}
		},
		exchange: func(v values, x *token.Exchange) { x.Request = clientJSON(v, epglTokenURL) },
	}
}
