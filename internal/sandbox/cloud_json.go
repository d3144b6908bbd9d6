package sandbox

import (
	"net/http"
	"slices"
	"time"
)

// cloudJSON returns the rows of cloud services that take a JSON object.
func cloudJSON() []Row {
	return slices.Concat(flatJSON(), moreFlatJSON(), nestedJSON(), openJSON())
}

// flatJSON take flat JSON objects.
func flatJSON() []Row {
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

// moreFlatJSON take flat JSON objects, too.
func moreFlatJSON() []Row {
	return []Row{
		{
			Name: "apptio", Origin: "https://frontdoor.apptio.com", Path: "/service/apikeylogin",
			Type: typeJSON, Body: jsonBody("keyAccess", Value("access_key"), "keySecret", Value("secret_key")),
			Answered: map[string]string{"apptio-opentoken": "TOKEN"}, Answer: `{}`,
			Use: map[string]string{"apptio-opentoken": "TOKEN", "apptio-current-environment": Value("environment_id")},
		},
		{
			Name: "checkpoint_infinity", Origin: "https://cloudinfra-gw.portal.checkpoint.com", Path: "/auth/external",
			Type: typeJSON, Body: jsonBody("clientId", Value("client_id"), "accessKey", Value("access_key")),
			Answer: `{"success":true,"data":{"token":"TOKEN","expiresIn":1800}}`, Lifetime: 30 * time.Minute,
		},
		{
			Name: "dingtalk", Origin: "https://api.dingtalk.com", Path: "/v1.0/oauth2/accessToken",
			Type: typeJSON, Body: jsonBody("appKey", Value("app_key"), "appSecret", Value("app_secret")),
			Answer: `{"accessToken":"TOKEN","expireIn":7200}`, Lifetime: 2 * time.Hour,
			Use: map[string]string{"x-acs-dingtalk-access-token": "TOKEN"},
		},
		{
			Name: "docker_hub", Origin: "https://hub.docker.com", Path: "/v2/auth/token",
			Type: typeJSON, Body: jsonBody("identifier", Value("username"), "secret", Value("password")),
			Answer: `{"access_token":"TOKEN"}`, Token: JWT, Lifetime: 10 * time.Minute,
		},
		{
			Name: "equinix", Origin: "https://api.equinix.com", Path: "/oauth2/v1/token",
			Type: typeJSON, Body: jsonBody("grant_type", "client_credentials",
				"client_id", Value("client_id"), "client_secret", Value("client_secret")),
			Answer:   `{"access_token":"TOKEN","token_timeout":"3599","user_name":"fake-user","token_type":"Bearer"}`,
			Lifetime: 3599 * time.Second,
		},
		{
			Name: "infisical", Origin: "https://us.infisical.com", Path: "/api/v1/auth/universal-auth/login",
			Type: typeJSON, Body: jsonBody("clientId", Value("client_id"), "clientSecret", Value("client_secret")),
			Answer:   `{"accessToken":"TOKEN","expiresIn":7200,"accessTokenMaxTTL":43244,"tokenType":"Bearer"}`,
			Lifetime: 2 * time.Hour,
		},
		{
			Name: "lacework", Origin: "https://example.lacework.net", Path: "/api/v2/access/tokens",
			Header: map[string]string{"X-LW-UAKS": Value("secret_key")},
			Type:   typeJSON, Body: `{"keyId":"` + Value("access_key") + `","expiryTime":3600}`,
			Status: http.StatusCreated, Answer: `{"expiresAt":"RFC3339","token":"TOKEN"}`, Lifetime: time.Hour,
		},
		{
			Name: "wechat", Origin: "https://api.weixin.qq.com", Path: "/cgi-bin/stable_token",
			Type: typeJSON, Body: jsonBody("grant_type", "client_credential", "appid", Value("app_id"), "secret", Value("app_secret")),
			Answer: `{"access_token":"TOKEN","expires_in":7200}`, Lifetime: 2 * time.Hour,
		},
	}
}

// nestedJSON take or answer JSON objects with objects in them, or answer a JSON string.
func nestedJSON() []Row {
	return []Row{
		{
			Name: "spacelift", Origin: "https://example.app.spacelift.io", Path: "/graphql", Type: typeJSON,
			Body: `{"query":"mutation GetSpaceliftToken($id: ID!, $secret: String!) { apiKeyUser(id: $id, secret: $secret) { jwt } }",` +
				`"variables":` + jsonBody("id", Value("api_key_id"), "secret", Value("api_key_secret")) + `}`,
			Answer: `{"data":{"apiKeyUser":{"jwt":"TOKEN"}}}`, Token: JWT, Lifetime: 10 * time.Hour,
		},
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
		{
			Name: "huawei", Origin: "https://iam.eu-west-101.myhuaweicloud.eu", Path: "/v3/auth/tokens", Type: typeJSON,
			Body: `{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"` + Value("username") +
				`","password":"` + Value("password") + `","domain":{"name":"` + Value("account") +
				`"}}}},"scope":{"project":{"name":"eu-west-101"}}}}`,
			Status: http.StatusCreated, Answered: map[string]string{"X-Subject-Token": "TOKEN"},
			Answer:   `{"token":{"expires_at":"RFC3339","methods":["password"]}}`,
			Lifetime: 24 * time.Hour, Use: map[string]string{"X-Auth-Token": "TOKEN"},
		},
		{
			Name: "magento", Origin: "https://shop.example.com", Path: "/rest/V1/integration/admin/token",
			Type: typeJSON, Body: jsonBody("username", Value("username"), "password", Value("password")),
			Answer: `"TOKEN"`, Lifetime: 4 * time.Hour,
		},
	}
}

// openJSON are of vendors whose public documents leave hosts or names open. The rows have
// the usual ones there, and the guide says so.
func openJSON() []Row {
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
