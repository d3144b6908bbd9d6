package sandbox

import (
	"fmt"
	"time"
)

const (
	grantJWTBearer   = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	typeJWTAssertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
)

// oauthOK returns the answer of an OAuth 2.0 endpoint to a request without scopes.
func oauthOK(lifetime time.Duration) string {
	return fmt.Sprintf(`{"access_token":"TOKEN","token_type":"bearer","expires_in":%d}`, int(lifetime.Seconds()))
}

// clientInBasic returns the row of an OAuth 2.0 endpoint that takes the client in HTTP
// Basic, as it is, and a form of the fields.
func clientInBasic(name, origin, path string, lifetime time.Duration, fields ...string) Row {
	return Row{
		Name: name, Origin: origin, Path: path, Basic: basic("client_id", "client_secret"),
		Type: typeForm, Body: formBody(fields...), Answer: oauthOK(lifetime), Lifetime: lifetime,
	}
}

// clientInForm returns the row of an OAuth 2.0 endpoint that takes the client in the form,
// with the fields.
func clientInForm(name, origin, path string, lifetime time.Duration, fields ...string) Row {
	client := []string{"client_id", Value("client_id"), "client_secret", Value("client_secret")}
	return Row{
		Name: name, Origin: origin, Path: path,
		Type: typeForm, Body: formBody(append(client, fields...)...), Answer: oauthOK(lifetime), Lifetime: lifetime,
	}
}

// withoutClient returns the row of an OAuth 2.0 endpoint that takes a form of the fields.
func withoutClient(name, origin, path string, lifetime time.Duration, fields ...string) Row {
	return Row{
		Name: name, Origin: origin, Path: path,
		Type: typeForm, Body: formBody(fields...), Answer: oauthOK(lifetime), Lifetime: lifetime,
	}
}

// cloudOAuth2 are OAuth 2.0 endpoints without signatures, for sets of the service oauth2.
func cloudOAuth2() []Row {
	const grant, credentials = "grant_type", "client_credentials"
	return []Row{
		clientInBasic("adp", "https://accounts.adp.com", "/auth/oauth/v2/token", time.Hour, grant, credentials),
		withUse(clientInForm("adobe", "https://ims-na1.adobelogin.com", "/ims/token/v3", 24*time.Hour,
			grant, credentials, "scope", "openid,AdobeID,read_organizations"), "x-api-key", Value("client_id")),
		clientInForm("amadeus", "https://test.api.amadeus.com", "/v1/security/oauth2/token", 1799*time.Second, grant, credentials),
		clientInForm("azure", "https://login.microsoftonline.com", "/example.onmicrosoft.com/oauth2/v2.0/token",
			3599*time.Second, grant, credentials, "scope", "https://management.azure.com/.default"),
		clientInBasic("databricks", "https://example.cloud.databricks.com", "/oidc/v1/token", time.Hour,
			grant, credentials, "scope", "all-apis"),
		withBasic(withoutClient("dropbox", "https://api.dropboxapi.com", "/oauth2/token", 4*time.Hour,
			grant, "refresh_token", "refresh_token", Value("refresh_token")), "app_key", "app_secret"),
		clientInForm("fedex", "https://apis.fedex.com", "/oauth/token", 3599*time.Second, grant, credentials),
		clientInBasic("genesys", "https://login.mypurecloud.com", "/oauth/token", 24*time.Hour, grant, credentials),
		clientInForm("hcp", "https://auth.idp.hashicorp.com", "/oauth2/token", time.Hour,
			grant, credentials, "audience", "https://api.hashicorp.cloud"),
		withoutClient("ibm_cloud", "https://iam.cloud.ibm.com", "/identity/token", time.Hour,
			grant, "urn:ibm:params:oauth:grant-type:apikey", "apikey", Value("api_key")),
		clientInBasic("paypal", "https://api-m.paypal.com", "/v1/oauth2/token", 9*time.Hour, grant, credentials),
		clientInBasic("ringcentral", "https://platform.ringcentral.com", "/restapi/oauth/token", time.Hour,
			grant, grantJWTBearer, "assertion", Value("jwt_credential")),
		clientInForm("servicenow", "https://example.service-now.com", "/oauth_token.do", 1799*time.Second,
			grant, "password", "username", Value("username"), "password", Value("password")),
		withUse(clientInForm("sophos", "https://id.sophos.com", "/api/v2/oauth2/token", time.Hour,
			grant, credentials, "scope", "token"), "X-Tenant-ID", Value("tenant_id")),
		clientInBasic("spotify", "https://accounts.spotify.com", "/api/token", time.Hour, grant, credentials),
		withUse(clientInForm("twitch", "https://id.twitch.tv", "/oauth2/token", 5011271*time.Second, grant, credentials),
			"Client-Id", Value("client_id")),
		{
			Name: "ups", Origin: "https://onlinetools.ups.com", Path: "/security/v1/oauth/token",
			Basic: basic("client_id", "client_secret"), Type: typeForm, Body: formBody(grant, credentials),
			Answer: `{"token_type":"Bearer","issued_at":"1700000000000","client_id":"fake-client","access_token":"TOKEN",` +
				`"expires_in":"14399","status":"approved"}`,
			Lifetime: 14399 * time.Second,
		},
		withBasic(withoutClient("umbrella", "https://api.umbrella.com", "/auth/v2/token", time.Hour, grant, credentials),
			"api_key", "secret_key"),
		withoutClient("vmware_cloud", "https://console.cloud.vmware.com", "/csp/gateway/am/api/auth/api-tokens/authorize", 1799*time.Second,
			grant, "refresh_token", "refresh_token", Value("api_token")),
		clientInForm("wiz", "https://auth.app.wiz.io", "/oauth/token", 24*time.Hour, grant, credentials, "audience", "wiz-api"),
		clientInBasic("xero", "https://identity.xero.com", "/connect/token", 30*time.Minute,
			grant, credentials, "scope", "accounting.settings.read"),
		withoutClient("xsuaa", "https://example.authentication.cert.eu10.hana.ondemand.com", "/oauth/token", 43199*time.Second,
			grant, credentials, "client_id", Value("client_id")),
		clientInForm("zscaler", "https://example.zslogin.net", "/oauth2/v1/token", time.Hour,
			grant, credentials, "audience", "https://api.zscaler.com"),
	}
}

// cloudOAuthJSON take the parameters of OAuth 2.0 as a JSON object, for sets of the service
// oauth2.
func cloudOAuthJSON() []Row {
	return []Row{
		{
			Name: "auth0", Origin: "https://example.eu.auth0.com", Path: "/oauth/token",
			Type: typeJSON, Body: jsonBody("grant_type", "client_credentials", "client_id", Value("client_id"), "client_secret", Value("client_secret"),
				"audience", "https://example.eu.auth0.com/api/v2/"),
			Answer:   `{"access_token":"TOKEN","scope":"read:clients","expires_in":86400,"token_type":"Bearer"}`,
			Lifetime: 24 * time.Hour,
		},
		{
			Name: "forticloud", Origin: "https://customerapiauth.fortinet.com", Path: "/api/v1/oauth/token/",
			Type: typeJSON, Body: jsonBody("username", Value("username"), "password", Value("password"),
				"client_id", "fortilancloud", "grant_type", "password"),
			Answer: `{"access_token":"TOKEN","expires_in":14400,"message":"successfully authenticated",` +
				`"refresh_token":"fake-refresh","scope":"read write","status":"success","token_type":"Bearer"}`,
			Lifetime: 4 * time.Hour,
		},
	}
}

// withBasic adds HTTP Basic to a row.
func withBasic(row Row, user, password string) Row {
	row.Basic = basic(user, password)
	return row
}

// withUse adds a header to those that the API expects.
func withUse(row Row, name, value string) Row {
	row.Use = bearer()
	row.Use[name] = value
	return row
}
