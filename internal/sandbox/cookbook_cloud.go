package sandbox

import (
	"net/http"
	"slices"
	"time"
)

// cloudServices returns the rows of the page "Cookbook: cloud services".
func cloudServices() []Row {
	return slices.Concat(jsonRows(), nestedRows(), formRows(), queryRows(), otherRows(), openRows(),
		cloudJSON(), cloudForm(), cloudOAuth2(), cloudOAuthJSON(), cloudSigned(), cloudAssertions())
}

// jsonRows take flat JSON objects.
func jsonRows() []Row {
	return []Row{
		{
			Name: "prisma", Origin: "https://api.prismacloud.io", Path: "/login",
			Type: typeJSON, Body: jsonBody("username", Value("username"), "password", Value("password")),
			Answer: `{"token":"TOKEN"}`, Lifetime: 10 * time.Minute, Use: map[string]string{"x-redlock-auth": "TOKEN"},
		},
		{
			Name: "reloadly", Origin: "https://auth.reloadly.com", Path: "/oauth/token",
			Type: typeJSON, Body: jsonBody("client_id", Value("client_id"), "client_secret", Value("client_secret"),
				"grant_type", "client_credentials", "audience", "https://topups.reloadly.com"),
			Answer: standardOK, Lifetime: time.Hour,
		},
		{
			Name: "lark", Origin: "https://open.larksuite.com", Path: "/open-apis/auth/v3/tenant_access_token/internal",
			Type: typeJSON, Body: jsonBody("app_id", Value("app_id"), "app_secret", Value("app_secret")),
			Answer: `{"code":0,"msg":"ok","tenant_access_token":"TOKEN","expire":7200}`, Lifetime: 2 * time.Hour,
		},
		{
			Name: "gocardless", Origin: "https://bankaccountdata.gocardless.com", Path: "/api/v2/token/new/",
			Type: typeJSON, Body: jsonBody("secret_id", Value("secret_id"), "secret_key", Value("secret_key")),
			Answer:   `{"access":"TOKEN","access_expires":86400,"refresh":"fake-refresh","refresh_expires":2592000}`,
			Lifetime: 24 * time.Hour,
		},
		{
			Name: "dhl", Origin: "https://api-gw.dhlparcel.nl", Path: "/authenticate/api-key",
			Type: typeJSON, Body: jsonBody("userId", Value("user_id"), "key", Value("api_key")),
			Answer:   `{"accessToken":"TOKEN","accessTokenExpiration":UNIX,"refreshToken":"fake-refresh"}`,
			Lifetime: 15 * time.Minute,
		},
		{
			Name: "perimeter81", Origin: "https://api.perimeter81.com", Path: "/api/v1/auth/authorize",
			Type: typeJSON, Body: jsonBody("apiKey", Value("api_key"), "grantType", "api_key"),
			Answer: `{"data":{"accessToken":"TOKEN","accessTokenExpire":MILLIS}}`, Lifetime: time.Hour,
		},
	}
}

// nestedRows take or answer JSON objects with objects in them.
func nestedRows() []Row {
	return []Row{
		{
			Name: "tableau", Origin: "https://tableau.example.com", Path: "/api/3.22/auth/signin", Type: typeJSON,
			Body: `{"credentials":{"personalAccessTokenName":"` + Value("token_name") + `","personalAccessTokenSecret":"` +
				Value("token_secret") + `","site":{"contentUrl":"marketing"}}}`,
			Answer:   `{"credentials":{"token":"TOKEN","estimatedTimeToExpiration":"2:00:00"}}`,
			Lifetime: 2 * time.Hour, Use: map[string]string{"X-Tableau-Auth": "TOKEN"},
		},
		{
			Name: "onelogin", Origin: "https://api.us.onelogin.com", Path: "/auth/oauth2/token",
			Header: map[string]string{"Authorization": "client_id:" + Value("client_id") + ", client_secret:" + Value("client_secret")},
			Type:   typeJSON, Body: jsonBody("grant_type", "client_credentials"),
			Answer:   `{"status":{"error":false,"code":200},"data":[{"access_token":"TOKEN","expires_in":36000}]}`,
			Lifetime: 10 * time.Hour, Use: map[string]string{"Authorization": "bearer:TOKEN"},
		},
	}
}

// formRows take form fields.
func formRows() []Row {
	client := []string{"client_id", Value("client_id"), "client_secret", Value("client_secret")}
	grant := append(slices.Clone(client), "grant_type", "client_credentials")
	return []Row{
		{
			Name: "zoom", Origin: "https://zoom.us", Path: "/oauth/token",
			Basic: basic("client_id", "client_secret"), Type: typeForm,
			Body:   formBody("grant_type", "account_credentials", "account_id", Value("account_id")),
			Answer: `{"access_token":"TOKEN","expires_in":3600,"scope":"user:read"}`, Lifetime: time.Hour,
		},
		{
			Name: "mtn", Origin: "https://api.mtn.com", Path: "/v1/oauth/access_token",
			Query: map[string]string{"grant_type": "client_credentials"}, Type: typeForm, Body: formBody(client...),
			Answer:   `{"access_token":"TOKEN","expires_in":"3599","issued_at":"1700000000000","token_type":"BearerToken"}`,
			Lifetime: 3599 * time.Second,
		},
		{
			Name: "crowdstrike", Origin: "https://api.crowdstrike.com", Path: "/oauth2/token",
			Type: typeForm, Body: formBody(client...),
			Answer: `{"access_token":"TOKEN","expires_in":1799}`, Lifetime: 1799 * time.Second,
		},
		{
			Name: "atto", Origin: "https://api.atto.example.com", Path: "/v1/oauth2/token",
			Type: typeForm, Body: formBody(grant...),
			Answer: `{"accessToken":"TOKEN","tokenType":"Bearer","expiresIn":3600}`, Lifetime: time.Hour,
		},
		{
			Name: "fiserv", Origin: "https://cert.api.fiservapps.com", Path: "/fts-apim/oauth2/v2",
			Basic: basic("client_id", "client_secret"), Type: typeForm, Body: formBody("grant_type", "client_credentials"),
			Answer: `{"access_token":"TOKEN","expires_in":900000}`, Lifetime: 15 * time.Minute,
		},
		{
			Name: "shopify", Origin: "https://example.myshopify.com", Path: "/admin/oauth/access_token",
			Type: typeForm, Body: formBody(grant...),
			Answer: `{"access_token":"TOKEN","expires_in":86399}`, Lifetime: 86399 * time.Second,
			Use: map[string]string{"X-Shopify-Access-Token": "TOKEN"},
		},
	}
}

// queryRows take GET, or parameters in the URL.
func queryRows() []Row {
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
	}
}

// otherRows take HTTP Basic and an empty body, take or answer something other than a JSON
// object, or require a JWT that the client signs.
func otherRows() []Row {
	return []Row{
		{
			Name: "jamf", Origin: "https://example.jamfcloud.com", Path: "/api/v1/auth/token",
			Basic: basic("username", "password"), Answer: `{"token":"TOKEN","expires":"RFC3339"}`, Lifetime: 30 * time.Minute,
		},
		{
			Name: "magento", Origin: "https://shop.example.com", Path: "/rest/V1/integration/admin/token",
			Type: typeJSON, Body: jsonBody("username", Value("username"), "password", Value("password")),
			Answer: `"TOKEN"`, Lifetime: 4 * time.Hour,
		},
		{
			Name: "github_app", Origin: "https://api.github.com", Path: "/app/installations/1234/access_tokens",
			Header: map[string]string{"Accept": "application/vnd.github+json", "Authorization": "Bearer JWT"},
			JWT:    &Assertion{Claims: map[string]any{"iss": Value("app_id")}, Longest: 10 * time.Minute},
			Status: http.StatusCreated, Answer: `{"token":"TOKEN","expires_at":"RFC3339"}`, Lifetime: time.Hour,
			Revocation: &Row{
				Method: http.MethodDelete, Path: "/installation/token", Header: map[string]string{"Authorization": "Bearer TOKEN"},
			},
		},
	}
}

// openRows are of vendors whose public documents leave hosts or names open. The rows have
// the usual ones there, and the guide says so.
func openRows() []Row {
	return []Row{
		{
			Name: "booking", Origin: "https://connectivity-authentication.booking.com",
			Path: "/token-based-authentication/exchange",
			Type: typeJSON, Body: jsonBody("client_id", Value("client_id"), "client_secret", Value("client_secret")),
			Answer: `{"jwt":"TOKEN"}`, Token: JWT, Lifetime: time.Hour,
		},
		{
			Name: "greencheck", Origin: "https://api.greencheck.example.com", Path: "/auth/token", Type: typeJSON,
			Body:   `{"client_id":"` + Value("client_id") + `","client_secret":"` + Value("client_secret") + `","scope":["crbs.read"]}`,
			Answer: `{"access_token":"TOKEN","expires_at":UNIX,"issued_at":1700000000}`, Lifetime: time.Hour,
		},
		{
			Name: "singapay", Origin: "https://api.singapay.example.com", Path: "/api/v1.0/access-token/b2b",
			Basic: basic("client_id", "client_secret"), Header: map[string]string{"X-PARTNER-ID": Value("api_key")},
			Type: typeJSON, Body: jsonBody("grant_type", "client_credentials"),
			Answer: `{"data":{"access_token":"TOKEN"}}`, Token: JWT, Lifetime: time.Hour,
		},
		{
			Name: "paygears", Origin: "https://amplifi.example.com", Method: http.MethodPut, Path: "/token",
			Type: typeJSON, Body: jsonBody("username", Value("username"), "password", Value("password")),
			Answer: `{"token":"TOKEN"}`, Use: map[string]string{"token": "TOKEN"},
			Revocation: &Row{Method: http.MethodDelete, Path: "/token", Header: map[string]string{"token": "TOKEN"}},
		},
	}
}
