package sandbox

import (
	"encoding/base64"
	"net/http"
	"slices"
	"time"
)

// cloudForm returns the rows of cloud services that take a form or XML, in ways that are not quite
// those of OAuth.
func cloudForm() []Row { return slices.Concat(clientForms(), loginForms()) }

// clientForms take a client's ID and secret.
func clientForms() []Row {
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

// loginForms take a user's name and password.
func loginForms() []Row {
	login := formBody("username", Value("username"), "password", Value("password"))
	return []Row{
		{
			Name: "betfair", Origin: "https://identitysso-cert.betfair.com", Path: "/api/certlogin",
			Header: map[string]string{"X-Application": Value("app_key")}, Type: typeForm, Body: login,
			Answer: `{"sessionToken":"TOKEN","loginStatus":"SUCCESS"}`,
			Use:    map[string]string{"X-Authentication": "TOKEN", "X-Application": Value("app_key")},
		},
		{
			Name: "bmc_helix", Origin: "https://example-restapi.onbmc.com", Path: "/api/jwt/login",
			Type: typeForm, Body: login, Answered: map[string]string{"Content-Type": "text/plain"}, Answer: "TOKEN",
			Token: JWT, Lifetime: time.Hour, Use: map[string]string{"Authorization": "AR-JWT TOKEN"},
			Revocation: &Row{
				Method: http.MethodPost, Path: "/api/jwt/logout", Header: map[string]string{"Authorization": "AR-JWT TOKEN"},
			},
		},
		{
			Name: "qualys", Origin: "https://gateway.qg1.apps.qualys.com", Path: "/auth",
			Type: typeForm, Body: formBody("username", Value("username"), "password", Value("password"), "token", "true"),
			Status: http.StatusCreated, Answered: map[string]string{"Content-Type": "text/plain"}, Answer: "TOKEN",
			Token: JWT, Lifetime: 4 * time.Hour,
		},
		qualysSession(),
		{
			Name: "sabre", Origin: "https://api.cert.platform.sabre.com", Path: "/v2/auth/token",
			Basic: inBase64("V1:"+Value("username")+":DEVCENTER:EXT") + ":" + inBase64(Value("password")),
			Type:  typeForm, Body: formBody("grant_type", "client_credentials"),
			Answer: `{"access_token":"TOKEN","token_type":"bearer","expires_in":604800}`, Lifetime: 7 * 24 * time.Hour,
		},
		salesforceSOAP(),
	}
}

func inBase64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// qualysSession answers with a cookie and XML.
func qualysSession() Row {
	const answer = `<?xml version="1.0" encoding="UTF-8" ?>
<SIMPLE_RETURN><RESPONSE><DATETIME>2026-01-01T00:00:00Z</DATETIME><TEXT>Logged in</TEXT></RESPONSE></SIMPLE_RETURN>`
	use := map[string]string{"Cookie": "QualysSession=TOKEN", "X-Requested-With": "Terraform"}
	return Row{
		Name: "qualys_session", Origin: "https://qualysapi.qualys.com", Path: "/api/2.0/fo/session/",
		Header: map[string]string{"X-Requested-With": "Terraform"},
		Type:   typeForm, Body: formBody("action", "login", "username", Value("username"), "password", Value("password")),
		Answered: map[string]string{"Content-Type": "text/xml"}, Cookies: []string{"QualysSession=TOKEN; path=/api; secure"},
		Answer: answer, Use: use,
		Revocation: &Row{
			Method: http.MethodPost, Path: "/api/2.0/fo/session/", Header: use, Type: typeForm, Body: formBody("action", "logout"),
		},
	}
}

// salesforceSOAP takes and answers XML. In the password, & is written as &amp;.
func salesforceSOAP() Row {
	return Row{
		Name: "salesforce_soap", Origin: "https://login.salesforce.com", Path: "/services/Soap/u/64.0",
		Header: map[string]string{"SOAPAction": "login"}, Type: "text/xml",
		Body: `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:urn="urn:partner.soap.sforce.com">
  <soapenv:Body>
    <urn:login>
      <urn:username>terraform@example.com</urn:username>
      <urn:password>fake-password+/&amp;=%</urn:password>
    </urn:login>
  </soapenv:Body>
</soapenv:Envelope>
`,
		Answered: map[string]string{"Content-Type": "text/xml; charset=utf-8"},
		Answer: `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ` +
			`xmlns="urn:partner.soap.sforce.com"><soapenv:Body><loginResponse><result><passwordExpired>false</passwordExpired>` +
			`<serverUrl>https://example.my.salesforce.com/services/Soap/u/64.0/fake</serverUrl><sessionId>TOKEN</sessionId>` +
			`<userInfo><sessionSecondsValid>7200</sessionSecondsValid></userInfo></result></loginResponse></soapenv:Body></soapenv:Envelope>`,
		Lifetime: 2 * time.Hour,
	}
}
