package sandbox

import (
	"net/http"
	"time"
)

// cloudQuery returns the rows of cloud services that take no body: parameters in the URL, or HTTP Basic
// alone.
func cloudQuery() []Row {
	return []Row{
		{
			Name: "daraja", Origin: "https://api.safaricom.co.ke", Method: http.MethodGet, Path: "/oauth/v1/generate",
			Query: map[string]string{"grant_type": "client_credentials"}, Basic: basic("consumer_key", "consumer_secret"),
			Answer: numericText, Lifetime: 3599 * time.Second,
		},
		{
			Name: "imds", Origin: "http://169.254.169.254", Method: http.MethodGet, Path: "/metadata/identity/oauth2/token",
			Query:  map[string]string{"api-version": "2018-02-01", "resource": "https://management.azure.com/"},
			Header: map[string]string{"Metadata": "true"}, Answer: numericText, Lifetime: 3599 * time.Second,
		},
		{
			Name: "fieldglass", Origin: "https://api.fieldglass.example.com", Path: "/api/oauth2/v2.0/token",
			Query: map[string]string{"grant_type": "client_credentials", "response_type": "token"},
			Basic: basic("username", "password"), Header: map[string]string{"X-ApplicationKey": Value("application_key")},
			Answer: standardOK, Lifetime: time.Hour,
		},
		{
			Name: "jobdiva", Origin: "https://api.jobdiva.com", Method: http.MethodGet, Path: "/apiv2/authenticate",
			Query:    map[string]string{"clientid": Value("client_id"), "username": Value("username"), "password": Value("password")},
			Answered: map[string]string{"Content-Type": "text/plain"}, Answer: "TOKEN\n",
		},
		{
			Name: "jamf", Origin: "https://example.jamfcloud.com", Path: "/api/v1/auth/token",
			Basic: basic("username", "password"), Answer: `{"token":"TOKEN","expires":"RFC3339"}`, Lifetime: 30 * time.Minute,
		},
		{
			Name: "marketo", Origin: "https://example.mktorest.com", Method: http.MethodGet, Path: "/identity/oauth/token",
			Query: map[string]string{
				"grant_type": "client_credentials", "client_id": Value("client_id"), "client_secret": Value("client_secret"),
			},
			Answer:   `{"access_token":"TOKEN","token_type":"bearer","expires_in":3599,"scope":"fake-user@example.com"}`,
			Lifetime: 3599 * time.Second,
		},
	}
}
