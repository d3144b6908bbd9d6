package sandbox

import (
	"net/http"
	"net/url"
	"slices"
	"time"
)

// vendor is the origin of all shapes.
const vendor = "https://vendor.example.com"

// shapes returns the rows of the sets by shape, in the guide to custom. They are of no vendor.
func shapes() []Row {
	return slices.Concat(shapesOfOAuth(), shapesOfOthers(), shapesOfTwoValues(), shapesInSteps(), shapesOfSessions())
}

func shapesOfOAuth() []Row {
	client := []string{"client_id", Value("client_id"), "client_secret", Value("client_secret")}
	return []Row{
		{
			Name: "form", Origin: vendor, Path: "/oauth2/token", Type: typeForm,
			Body:   formBody(append(client, "grant_type", "client_credentials", "scope", "orders.read")...),
			Answer: standardOK, Lifetime: time.Hour,
		},
		{
			Name: "basic", Origin: vendor, Path: "/oauth2/v1/token",
			Basic: url.QueryEscape(Value("client_id")) + ":" + url.QueryEscape(Value("client_secret")),
			Type:  typeForm, Body: formBody("grant_type", "client_credentials"),
			Answer: standardOK, Lifetime: time.Hour,
		},
		{
			Name: "grant", Origin: vendor, Path: "/auth/token", Type: typeForm,
			Body: formBody("grant_type", "password", "username", Value("username"), "password", Value("password"),
				"client_id", "admin-cli"),
			Answer: standardOK, Lifetime: time.Hour,
		},
		{
			Name: "json_oauth", Origin: vendor, Path: "/oauth/token", Type: typeJSON,
			Body:   jsonBody(append(client, "grant_type", "client_credentials", "audience", "https://api.example.com/")...),
			Answer: standardOK, Lifetime: time.Hour,
		},
		{
			Name: "signed", Origin: vendor, Path: "/oauth2/v2/token", Type: typeForm,
			Body:   formBody("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion", "JWT"),
			JWT:    &Assertion{Claims: map[string]any{"iss": Value("client_id"), "sub": Value("username")}},
			Answer: standardOK, Lifetime: time.Hour,
		},
	}
}

// shapesOfOthers have requests of the vendor's own.
func shapesOfOthers() []Row {
	return []Row{
		{
			Name: "json_login", Origin: vendor, Path: "/api/login",
			Type: typeJSON, Body: jsonBody("username", Value("username"), "password", Value("password")),
			Answer: `{"data":{"token":"TOKEN","ttl":1800}}`, Lifetime: 30 * time.Minute,
			Use: map[string]string{"X-Auth-Token": "TOKEN"},
			Revocation: &Row{
				Method: http.MethodPost, Path: "/api/logout", Header: map[string]string{"X-Auth-Token": "TOKEN"},
			},
		},
		{
			Name: "no_body", Origin: vendor, Path: "/api/v1/session", Basic: basic("username", "password"),
			Status: http.StatusCreated, Answer: `{"id":"TOKEN","expires":"RFC3339"}`, Lifetime: 30 * time.Minute,
			Use: map[string]string{"X-Session-Id": "TOKEN"},
			Revocation: &Row{
				Method: http.MethodDelete, Path: "/api/v1/session/TOKEN", Header: map[string]string{"X-Session-Id": "TOKEN"},
			},
		},
		{
			Name: "other_scheme", Origin: vendor, Path: "/api/v1/token", Header: map[string]string{"Authorization": "ApiKey " + Value("api_key")},
			Answer: `{"token":"TOKEN","expires_in":900}`, Lifetime: 15 * time.Minute,
		},
		{
			Name: "get", Origin: vendor, Method: http.MethodGet, Path: "/cgi-bin/gettoken",
			Query:  map[string]string{"appid": Value("app_id"), "secret": Value("app_secret")},
			Answer: `{"errcode":0,"errmsg":"ok","access_token":"TOKEN","expires_in":7200}`, Lifetime: 2 * time.Hour,
		},
	}
}

// shapesOfTwoValues are those whose answer has two values that the API expects.
func shapesOfTwoValues() []Row {
	return []Row{
		{
			Name: "token_in_header", Origin: vendor, Path: "/api/v2/login",
			Type: typeJSON, Body: jsonBody("username", Value("username"), "password", Value("password")),
			Answered: map[string]string{"X-Auth-Token": "TOKEN"}, Answer: `{"session":{"id":"EXTRA"}}`,
			Lifetime: 30 * time.Minute, // when idle, and the answer does not say so
			Use:      map[string]string{"X-Auth-Token": "TOKEN", "X-Session": "EXTRA"},
		},
		{
			Name: "cookie_and_csrf", Origin: vendor, Path: "/api/auth/login",
			Type: typeJSON, Body: jsonBody("username", Value("username"), "password", Value("password")),
			Answered: map[string]string{"X-CSRF-Token": "EXTRA"}, Cookies: []string{"SID=TOKEN; Path=/; Secure; HttpOnly"}, Answer: `{"user":"fake"}`,
			Use: map[string]string{"Cookie": "SID=TOKEN", "X-CSRF-Token": "EXTRA"},
			Revocation: &Row{
				Method: http.MethodPost, Path: "/api/auth/logout", Header: map[string]string{"Cookie": "SID=TOKEN", "X-CSRF-Token": "EXTRA"},
			},
		},
	}
}

// shapesInSteps are those of two requests for one token, in turn.
func shapesInSteps() []Row {
	return []Row{
		{
			Name: "challenge", Origin: vendor, Path: "/api/v1/nonce", Type: typeJSON, Body: jsonBody("client_id", Value("client_id")),
			Answer: `{"nonce":"TOKEN"}`,
		},
		{
			Name: "answered", Origin: vendor, Path: "/api/v1/token", Type: typeJSON, After: "challenge", Once: true,
			Body:   jsonBody("client_id", Value("client_id"), "nonce", "INNER", "signature", "HMAC"),
			HMAC:   &HMAC{Key: Value("client_secret"), Message: "INNER"},
			Answer: standardOK, Lifetime: time.Hour,
		},
		{
			Name: "vault_secret", Origin: vendor, Method: http.MethodGet, Path: "/vault/v1/secrets/shop",
			Header: map[string]string{"X-Vault-Token": Value("vault_token")}, Answer: `{"id":"TOKEN","data":{"password":"EXTRA"}}`,
		},
		{
			Name: "shop", Origin: vendor, Path: "/shop/login", After: "vault_secret",
			Type: typeJSON, Body: jsonBody("username", Value("username"), "password", "INNEREXTRA"),
			Answer: `{"token":"TOKEN"}`,
		},
	}
}

// shapesOfSessions are those of a login as browsers do it, and of what comes after it.
func shapesOfSessions() []Row {
	return []Row{
		{
			Name: "session", Origin: vendor, Path: "/web/login", Type: typeForm,
			Body:   formBody("username", Value("username"), "password", Value("password")),
			Status: http.StatusFound, Answered: map[string]string{"Location": "/home", "Content-Type": "text/html"},
			Cookies: []string{"SID=TOKEN; Path=/; Secure; HttpOnly"}, Use: map[string]string{"Cookie": "SID=TOKEN"},
			Revocation: &Row{Method: http.MethodGet, Path: "/web/logout", Header: map[string]string{"Cookie": "SID=TOKEN"}},
		},
		{
			Name: "csrf", Origin: vendor, Method: http.MethodGet, Path: "/web/csrf", After: "session",
			Header:   map[string]string{"Cookie": "SID=INNER"},
			Answered: map[string]string{"Content-Type": "text/plain"}, Answer: "TOKEN\n",
			Use: map[string]string{"Cookie": "SID=INNER", "X-CSRF-Token": "TOKEN"},
			Revocation: &Row{
				Method: http.MethodGet, Path: "/web/logout", Header: map[string]string{"Cookie": "SID=INNER"},
			},
		},
	}
}
