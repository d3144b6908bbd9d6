package sandbox

import (
	"net/http"
	"time"
)

// Vendors returns the rows of the services of the provider, sorted. The sandbox
// serves each at the vendor's own path.
func Vendors() []Row { return []Row{emporix(), emtech(), epgl(), oauth2()} }

// notStored is the header of an answer that no cache may keep.
func notStored() map[string]string { return map[string]string{"Cache-Control": "no-store"} }

// emporix refuses bad requests with the first body. The others are from Apigee, its
// gateway.
func emporix() Row {
	return Row{
		Name: "emporix", Origin: "https://api.emporix.io", Staging: "https://api-stage.emporix.io",
		Method: http.MethodPost, Path: "/oauth/token", Type: typeForm,
		Body:    formBody("client_id", "ID", "client_secret", "SECRET", "grant_type", "client_credentials", "scope", "SCOPE"),
		Clients: madeUp("emporix"),
		Scopes: []string{
			"category.category_manage", "category.category_publish", "category.category_read",
			"category.category_read_unpublished", "category.category_unpublish",
		},
		Answered: notStored(),
		Answer: `{"access_token":"TOKEN","token_type":"TYPE","expires_in":SECONDS,"session_idle_time":120,` +
			`"refresh_token":"","refresh_token_expires_in":0,"scope":"scope=SCOPE tenant=yourtenant"}`,
		TokenType: "Bearer", Token: Base64URL, Lifetime: 14399 * time.Second,
		Refused: map[int]string{
			0:                          `{"ErrorCode":"CODE","Error":"MESSAGE"}`,
			http.StatusTooManyRequests: `{"fault":{"faultstring":"MESSAGE","detail":{"errorcode":"policies.ratelimit.QuotaViolation"}}}`,
			500:                        `{"fault":{"faultstring":"MESSAGE","detail":{"errorcode":"messaging.runtime.Failed"}}}`,
		},
		Reasons: map[int]Reason{
			0:                       {Code: codeInvalidRequest},
			http.StatusUnauthorized: {Code: codeInvalidClient, Message: "Client credentials are invalid."},
		},
		Use: bearer(), Resource: "/category/yourtenant/categories", ResourceMethods: []string{http.MethodGet},
	}
}

// emtech has the messages of the vendor's table of status codes. The body is made up,
// because the vendor documents none.
func emtech() Row {
	return Row{
		Name: "emtech", Origin: "https://api.emtech.com", Method: http.MethodPost, Path: "/integration/v1/auth/token",
		Type: typeJSON, Body: jsonBody("clientId", "ID", "clientSecret", "SECRET"), Clients: madeUp("emtech"),
		Answered: notStored(), Answer: `{"accessToken":"TOKEN","expiryMS":MILLISECONDS}`, Token: JWT, Lifetime: time.Hour,
		Refused: map[int]string{0: `{"message":"MESSAGE"}`},
		Reasons: map[int]Reason{
			http.StatusBadRequest:           {Message: "Malformed Request"},
			http.StatusUnauthorized:         {Message: "Invalid Credentials"},
			http.StatusForbidden:            {Message: "Access Denied"},
			http.StatusUnsupportedMediaType: {Message: "Missing Content-Type"},
		},
		Use:      map[string]string{"x-sandbox-app-auth": "Bearer TOKEN"},
		Resource: "/integration/compliance/v2/remittances", ResourceMethods: []string{http.MethodGet},
	}
}

// epgl has the POST of the vendor's example for the resource, and GET. From 500 on, its
// answers have no body.
func epgl() Row {
	return Row{
		Name: "epgl", Origin: "https://api.epgl.ae", Staging: "https://api-stg.epgl.ae",
		Method: http.MethodPost, Path: "/api/v1/auth/authenticate",
		Type: typeJSON, Body: jsonBody("clientId", "ID", "clientSecret", "SECRET"), Clients: madeUp("epgl"),
		Answered: notStored(), Answer: `{"accessToken":"TOKEN","tokenType":"TYPE","expiresIn":SECONDS}`,
		TokenType: "bearer", Token: JWT, Lifetime: time.Hour,
		Refused: map[int]string{0: `"MESSAGE"`, 500: ""},
		Reasons: map[int]Reason{
			0:                          {Message: "STATUS."},
			http.StatusBadRequest:      {Message: "Invalid input data."},
			http.StatusUnauthorized:    {Message: "Invalid client_id or client_secret."},
			http.StatusTooManyRequests: {Message: "STATUS.", RetryAfter: "1"},
		},
		Use: bearer(), Resource: "/api/v1/secure-endpoint", ResourceMethods: []string{http.MethodGet, http.MethodPost},
	}
}

// oauth2 is an endpoint of RFC 6749, with the errors of section 5.2, and of no host. One of
// its clients escapes its credentials, the other does not.
func oauth2() Row {
	return Row{
		Name: "oauth2", Method: http.MethodPost, Path: "/oauth/v2/token", Basic: "ID:SECRET",
		Type: typeForm, Body: formBody("grant_type", "client_credentials", "scope", "SCOPE"),
		Clients: []Client{
			{ID: "sandbox-oauth2", Secret: `a+b/c:d%&="ü`, Encoding: Raw},       //nolint:gosec // made up
			{ID: "sandbox-oauth2-form", Secret: `e+f/g:h%&="ü`, Encoding: Form}, //nolint:gosec // made up
		},
		Answered:  notStored(),
		Answer:    `{"token_type":"TYPE","expires_in":SECONDS,"access_token":"TOKEN","scope":"SCOPE"}`,
		TokenType: "Bearer", Token: Base64, Lifetime: time.Hour,
		Refused: map[int]string{0: `{"error":"CODE","error_description":"MESSAGE"}`},
		Reasons: map[int]Reason{
			0:                             {Code: codeInvalidRequest},
			http.StatusUnauthorized:       {Code: codeInvalidClient, Message: "The client is unknown or its secret is wrong."},
			http.StatusForbidden:          {Code: "unauthorized_client", Message: "The client may not use this grant."},
			http.StatusTooManyRequests:    {Code: "temporarily_unavailable"},
			http.StatusServiceUnavailable: {Code: "temporarily_unavailable"},
			500:                           {Code: "server_error"},
		},
		Realm: "sandbox",
		Use:   bearer(), Resource: "/orders", ResourceMethods: []string{http.MethodGet},
	}
}
