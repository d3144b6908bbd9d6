package sandbox

import (
	"maps"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// cloudSigned are cloud services whose request has a signature, a one-time password or the
// token of another row.
func cloudSigned() []Row {
	return []Row{
		{
			Name: "alertlogic", Origin: "https://api.cloudinsight.alertlogic.com", Path: "/aims/v1/authenticate",
			Basic: basic("username", "password"), Type: typeJSON, Body: jsonBody("mfa_code", "TOTP"),
			TOTP:   &TOTP{Secret: Value("totp_secret")},
			Answer: `{"authentication":{"user":{"id":"fake-user"},"token":"TOKEN","token_expiration":UNIX}}`, Lifetime: 6 * time.Hour,
			Use: map[string]string{"x-aims-auth-token": "TOKEN"},
		},
		angelOne(),
		{
			Name: "deribit", Origin: "https://www.deribit.com", Method: http.MethodGet, Path: "/api/v2/public/auth",
			Query: map[string]string{
				"grant_type": "client_signature", "client_id": Value("client_id"),
				"timestamp": "MILLIS", "nonce": "UUID", "signature": "HMAC",
			},
			HMAC: &HMAC{Key: Value("client_secret"), Message: "MILLIS\nUUID\n"},
			Answer: `{"jsonrpc":"2.0","result":{"access_token":"TOKEN","expires_in":31536000,"refresh_token":"fake-refresh",` +
				`"scope":"account:read","token_type":"bearer"}}`,
			Lifetime: 365 * 24 * time.Hour,
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
		{
			Name: "google_impersonated", Origin: "https://iamcredentials.googleapis.com", After: "google",
			Path:   "/v1/projects/-/serviceAccounts/deploy@example.iam.gserviceaccount.com:generateAccessToken",
			Header: map[string]string{"Authorization": "Bearer INNER"}, Type: typeJSON,
			Body:   `{"scope":["https://www.googleapis.com/auth/cloud-platform"],"lifetime":"3600s"}`,
			Answer: `{"accessToken":"TOKEN","expireTime":"RFC3339"}`, Lifetime: time.Hour,
		},
		{
			Name: "acr_refresh", Origin: "https://example.azurecr.io", Path: "/oauth2/exchange", After: "azure", Type: typeForm,
			Body:   formBody("grant_type", "access_token", "service", "example.azurecr.io", "access_token", "INNER"),
			Answer: `{"refresh_token":"TOKEN"}`, Token: JWT, Lifetime: 3 * time.Hour,
		},
		{
			Name: "acr", Origin: "https://example.azurecr.io", Path: "/oauth2/token", After: "acr_refresh", Type: typeForm,
			Body: formBody("grant_type", "refresh_token", "service", "example.azurecr.io",
				"scope", "repository:samples/nginx:pull", "refresh_token", "INNER"),
			Answer: `{"access_token":"TOKEN"}`, Token: JWT, Lifetime: 75 * time.Minute,
		},
		symphony("symphony_session", "https://example.symphony.com", "/login/pubkey/authenticate", "sessionToken"),
		symphonyKeyManager(),
		{
			Name: "yandex", Origin: "https://iam.api.cloud.yandex.net", Path: "/iam/v1/tokens",
			Type: typeJSON, Body: jsonBody("jwt", "JWT"),
			JWT: &Assertion{
				Algorithm: jose.PS256, Header: map[string]any{"kid": Value("key_id")},
				Claims: map[string]any{"iss": Value("service_account_id")},
			},
			Answer: `{"iamToken":"TOKEN","expiresAt":"RFC3339"}`, Lifetime: 12 * time.Hour,
		},
	}
}

// cognito takes a signature of the user and the client, which is always the same.
func cognito() Row {
	hash := HMAC{Key: Value("client_secret"), Message: Value("username") + Value("client_id"), Encoding: Base64Std}.sign(nil)
	return Row{
		Name: "cognito", Origin: "https://cognito-idp.eu-central-1.amazonaws.com", Path: "/",
		Header: map[string]string{"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth"},
		Type:   "application/x-amz-json-1.1",
		Body: `{"AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":` +
			jsonBody("USERNAME", Value("username"), "PASSWORD", Value("password"), "SECRET_HASH", hash) +
			`,"ClientId":"` + inJSON(Value("client_id")) + `"}`,
		Answered: map[string]string{"Content-Type": "application/x-amz-json-1.1"},
		Answer: `{"AuthenticationResult":{"AccessToken":"TOKEN","ExpiresIn":3600,"IdToken":"fake-id","RefreshToken":"fake-refresh",` +
			`"TokenType":"Bearer"},"ChallengeParameters":{}}`,
		Lifetime: time.Hour,
	}
}

// angelOne expects the same headers in the token request and at the API.
func angelOne() Row {
	row := Row{
		Name: "angel_one", Origin: "https://apiconnect.angelone.in", Path: "/rest/auth/angelbroking/user/v1/loginByPassword",
		Header: map[string]string{
			"X-UserType": "USER", "X-SourceID": "WEB", "X-ClientLocalIP": "192.0.2.10", "X-ClientPublicIP": "203.0.113.10",
			"X-MACAddress": "00-00-5E-00-53-01", "X-PrivateKey": Value("api_key"),
		},
		Type: typeJSON, Body: jsonBody("clientcode", Value("username"), "password", Value("password"), "totp", "TOTP"),
		TOTP: &TOTP{Secret: Value("totp_secret")},
		Answer: `{"status":true,"message":"SUCCESS","errorcode":"","data":{"jwtToken":"TOKEN","refreshToken":"fake-refresh",` +
			`"feedToken":"fake-feed"}}`,
		Token: JWT, Lifetime: 24 * time.Hour, Use: bearer(),
	}
	maps.Copy(row.Use, row.Header)
	return row
}

// symphony returns the row of one of the two endpoints, whose token goes into the header.
func symphony(name, origin, path, header string) Row {
	return Row{
		Name: name, Origin: origin, Path: path, Type: typeJSON, Body: jsonBody("token", "JWT"),
		JWT:    &Assertion{Algorithm: jose.RS512, Claims: map[string]any{"sub": Value("username")}, Longest: 5 * time.Minute},
		Answer: `{"token":"TOKEN","name":"` + header + `"}`, Lifetime: time.Hour, Use: map[string]string{header: "TOKEN"},
	}
}

// symphonyKeyManager is the second endpoint: the API expects both tokens.
func symphonyKeyManager() Row {
	row := symphony("symphony", "https://example-keymanager.symphony.com", "/relay/pubkey/authenticate", "keyManagerToken")
	row.After, row.Use["sessionToken"] = "symphony_session", "INNER"
	return row
}

// cloudAssertions are OAuth 2.0 endpoints to which the client sends a signed JWT, for sets of
// the service oauth2.
func cloudAssertions() []Row {
	kid := map[string]any{"kid": Value("key_id")}
	row := func(row Row, assertion Assertion) Row {
		row.JWT = &assertion
		return row
	}
	return []Row{
		row(clientInForm("box", "https://api.box.com", "/oauth2/token", 4169*time.Second, "grant_type", grantJWTBearer, "assertion", "JWT"),
			Assertion{Algorithm: jose.RS512, Header: kid, Longest: time.Minute, Claims: map[string]any{
				"iss": Value("client_id"), "sub": Value("enterprise_id"), "box_sub_type": "enterprise",
			}}),
		row(withoutClient("docusign", "https://account-d.docusign.com", "/oauth/token", time.Hour,
			"grant_type", grantJWTBearer, "assertion", "JWT"),
			Assertion{Claims: map[string]any{
				"iss": Value("client_id"), "sub": Value("user_id"), "aud": "account-d.docusign.com", "scope": "signature impersonation",
			}}),
		row(withoutClient("google", "https://oauth2.googleapis.com", "/token", 3599*time.Second,
			"grant_type", grantJWTBearer, "assertion", "JWT"),
			Assertion{Header: kid, Claims: map[string]any{
				"iss": Value("client_email"), "scope": "https://www.googleapis.com/auth/cloud-platform",
			}}),
		row(withoutClient("netsuite", "https://example.suitetalk.api.netsuite.com", "/services/rest/auth/oauth2/v1/token", time.Hour,
			"grant_type", "client_credentials", "client_assertion_type", typeJWTAssertion, "client_assertion", "JWT"),
			Assertion{Algorithm: jose.PS256, Header: kid, Claims: map[string]any{
				"iss": Value("client_id"), "scope": []any{"rest_webservices"},
			}}),
		row(withoutClient("okta", "https://example.okta.com", "/oauth2/v1/token", time.Hour,
			"grant_type", "client_credentials", "scope", "okta.groups.manage okta.users.read", "client_id", Value("client_id"),
			"client_assertion_type", typeJWTAssertion, "client_assertion", "JWT"),
			Assertion{Header: kid, Claims: map[string]any{"iss": Value("client_id"), "sub": Value("client_id")}}),
		salesforce(),
	}
}

// salesforce names no lifetime: it is the session timeout of the org.
func salesforce() Row {
	return Row{
		Name: "salesforce", Origin: "https://login.salesforce.com", Path: "/services/oauth2/token",
		Type: typeForm, Body: formBody("grant_type", grantJWTBearer, "assertion", "JWT"),
		JWT: &Assertion{Longest: 3 * time.Minute, Claims: map[string]any{
			"iss": Value("client_id"), "sub": Value("username"), "aud": "https://login.salesforce.com",
		}},
		Answer: `{"access_token":"TOKEN","scope":"api","instance_url":"https://example.my.salesforce.com",` +
			`"id":"https://login.salesforce.com/id/fake/fake","token_type":"Bearer"}`,
		Lifetime: 15 * time.Minute,
	}
}
