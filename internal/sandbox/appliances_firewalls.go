package sandbox

import (
	"net/http"
	"time"
)

// moreFirewalls are of Barracuda, Fortinet and SonicWall.
func moreFirewalls() []Row {
	user := jsonBody("username", Value("username"), "password", Value("password"))
	return []Row{
		{
			// The token has a line break at its end, as base64 of Perl and MIME has.
			Name: "barracuda_waf", Origin: "https://waf.example.com:8443", Path: "/restapi/v3.2/login", Type: typeJSON, Body: user,
			Answer: `{"token":"TOKEN\n"}`, UseBasic: "TOKEN:",
			Revocation: &Row{Method: http.MethodDelete, Path: "/restapi/v3.2/logout", Basic: "TOKEN:"},
		},
		{
			Name: "fortigate", Origin: "https://fortigate.example.com", Path: "/api/v2/authentication", Type: typeJSON,
			Body: `{"username":"` + Value("username") + `","secretkey":"` + Value("password") +
				`","ack_pre_disclaimer":true,"ack_post_disclaimer":true,"request_key":true}`,
			Answer:     `{"status_code":5,"status_message":"LOGIN_SUCCESS","session_key":"TOKEN"}`,
			Revocation: &Row{Method: http.MethodDelete, Path: "/api/v2/authentication", Header: bearer()},
		},
		{
			Name: "sonicos", Origin: "https://firewall.example.com", Path: "/api/sonicos/tfa", Type: typeJSON,
			Body: `{"user":"` + Value("username") + `","password":"` + Value("password") + `","tfa":"TOTP","override":true}`,
			TOTP: &TOTP{Secret: Value("totp_secret")},
			Answer: `{"status":{"success":true,"info":[{"level":"info","code":"E_OK",` +
				`"message":"Success. BearToken: TOKEN"}]}}`,
			Revocation: &Row{Method: http.MethodDelete, Path: "/api/sonicos/auth", Header: bearer()},
		},
	}
}

// microsegmentation is of Illumio: a token of 30 seconds, and the session that it opens.
func microsegmentation() []Row {
	return []Row{
		{
			Name: "illumio_login", Origin: "https://pce.example.com:8443", Path: "/api/v2/login_users/authenticate",
			Query: map[string]string{"pce_fqdn": "pce.example.com"}, Basic: basic("username", "password"),
			Status: http.StatusCreated, Answer: `{"auth_token":"TOKEN"}`,
		},
		{
			Name: "illumio", Origin: "https://pce.example.com:8443", Method: http.MethodGet, Path: "/api/v2/users/login",
			After: "illumio_login", Once: true, Header: map[string]string{"Authorization": "Token token=INNER"},
			Answer: `{"href":"/users/4","auth_username":"EXTRA","inactivity_expiration_minutes":10,` +
				`"start":"2026-01-01 12:00:00 UTC","session_token":"TOKEN"}`,
			Lifetime: 10 * time.Minute, UseBasic: "EXTRA:TOKEN",
			Revocation: &Row{Method: http.MethodPut, Path: "/api/v2/users/4/logout", Basic: "EXTRA:TOKEN"},
		},
	}
}

// fabrics are of BlueCat, which serves addresses, and Brocade, whose switches are of storage networks.
func fabrics() []Row {
	return []Row{
		{
			Name: "bluecat", Origin: "https://bluecat.example.com", Path: "/api/v2/sessions", Type: typeJSON,
			Body:     jsonBody("username", Value("username"), "password", Value("password")),
			Status:   http.StatusCreated,
			Answered: map[string]string{"Content-Type": "application/hal+json"},
			Answer: `{"id":62,"type":"UserSession","apiToken":"fake-token","apiTokenExpirationDateTime":"RFC3339",` +
				`"basicAuthenticationCredentials":"TOKEN","state":"LOGGED_IN"}`,
			Lifetime: 24 * time.Hour, Use: map[string]string{"Authorization": "Basic TOKEN"},
		},
		{
			Name: "bluecat_v1", Origin: "https://bluecat.example.com", Method: http.MethodGet, Path: "/Services/REST/v1/login",
			Query:  map[string]string{"username": Value("username"), "password": Value("password")},
			Answer: `"Session Token-> BAMAuthToken: TOKEN <- for User : terraform"`, Token: Base64,
			Use: map[string]string{"Authorization": "BAMAuthToken: TOKEN"},
		},
		{
			// The token is the whole header: Custom_Basic and more.
			Name: "fabric_os", Origin: "https://switch.example.com", Path: "/rest/login", Basic: basic("username", "password"),
			Answered: map[string]string{"Authorization": "TOKEN", "Content-Type": "application/yang-data+xml"},
			Lifetime: 2 * time.Hour, Use: map[string]string{"Authorization": "TOKEN"},
			Revocation: &Row{
				Method: http.MethodPost, Path: "/rest/logout", Header: map[string]string{"Authorization": "TOKEN"},
			},
		},
	}
}
