package sandbox

import (
	"net/http"
	"time"
)

// cloudJSON are cloud services that take a JSON object.
func cloudJSON() []Row {
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
			Name: "huawei", Origin: "https://iam.eu-west-101.myhuaweicloud.eu", Path: "/v3/auth/tokens", Type: typeJSON,
			Body: `{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"` + Value("username") +
				`","password":"` + Value("password") + `","domain":{"name":"` + Value("account") +
				`"}}}},"scope":{"project":{"name":"eu-west-101"}}}}`,
			Status: http.StatusCreated, Answered: map[string]string{"X-Subject-Token": "TOKEN"},
			Answer:   `{"token":{"expires_at":"RFC3339","methods":["password"]}}`,
			Lifetime: 24 * time.Hour, Use: map[string]string{"X-Auth-Token": "TOKEN"},
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
