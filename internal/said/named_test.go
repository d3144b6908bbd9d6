package said

import (
	"strings"
	"testing"
)

// A value is hidden whose name says that it is secret, in the forms of programs and servers.
func TestNamedValues(t *testing.T) {
	t.Parallel()
	judge := Book{}.Judge()
	for text, want := range map[string]string{ //nolint:gosec // made up
		`failed: {"error":"x","access_token":"ya29.fakequokka","expires_in":3599}`: `failed: {"error":"x","access_token":"H","expires_in":3599}`,
		`body {\"client_secret\":\"fake quokka one\",\"b\":1}`:                     `body {\"client_secret\":\"H\",\"b\":1}`,
		`fatal: Authentication failed for 'https://user:gnuzebra@host/x.git/'`:     `fatal: Authentication failed for 'https://user:H@host/x.git/'`,
		`cannot clone https://fake0123456789abcd@host/x`:                           `cannot clone https://H@host/x`,
		"> X-Vault-Token: gnuzebra":                                                "> X-Vault-Token: H",
		"denied for hvs.CAESIFakeQuokka12":                                         "denied for H",
		"export AWS_SECRET_ACCESS_KEY=fake/Quokka+1/x AWS_REGION=eu":               "export AWS_SECRET_ACCESS_KEY=H AWS_REGION=eu",
		"password=Tr0ub4dor&3":                                                     "password=H",
		"pwd=gnuzebra;User=sa":                                                     "pwd=H;User=sa",
		"login password=gnuzebra&user=joe":                                         "login password=H&user=joe",
		"PGPASSWORD=gnuzebra":                                                      "PGPASSWORD=H",
		`{"db_pass":"gnuzebra"}`:                                                   `{"db_pass":"H"}`,
		"+ SMTP_PASS=gnuzebra":                                                     "+ SMTP_PASS=H",
		"password: gnuzebra":                                                       "password: H",
		"db_password = 'gnu zebra'":                                                "db_password = 'H'",
		"wrong password: gnuzebra1!":                                               "wrong password: H!",
		"+ curl -s -u admin:gnuzebra http://127.0.0.1:1/":                          "+ curl -s -u admin:H http://127.0.0.1:1/",
		"+ tool --password gnuzebra --verbose":                                     "+ tool --password H --verbose",
		"+ tool --client-secret=gnuzebra -v":                                       "+ tool --client-secret=H -v",
		"Authorization: Basic Z251Onplx":                                           "Authorization: Basic H",
		"authorization: gnuzebra":                                                  "authorization: H",
		"api_key=gnuzebra1, x=1":                                                   "api_key=H, x=1",
		"Cookie: JSESSIONID=gnuzebra; a=b":                                         "Cookie: JSESSIONID=H; a=b",
		"session=gnuzebra0123456789":                                               "session=H",
		"pass:gnuzebra1":                                                           "pass:gnuzebra1",
		"password:gnuzebra1":                                                       "password:H",
	} {
		if got := strings.ReplaceAll(string(judge.Message(NewForeign(text))), Hidden, "H"); got != want {
			t.Errorf("%s\nshows as\n%s, want\n%s", text, got, want)
		}
	}
}

// A name that says secret is usual in messages, before what is not.
func TestNamesInMessages(t *testing.T) {
	t.Parallel()
	judge := Book{}.Judge()
	for _, text := range []string{
		"invalid password: it must have 8 characters", "error code: AADSTS7000215", "code: E0000011", "grant_type=password", "error=\"invalid_token\"",
		"cannot fetch token: Post \"https://example.com/token\": dial tcp: lookup example.com: no such host", "cannot get token: gcloud: command not found",
		"failed to read secret: NotFound", "token: required", "password: This field is required.", "scope token:introspect is not allowed", "no such option --password",
		"use --token to set it", "urn:ietf:params:oauth:token-type:jwt", "key: client_id", "missing key: tenant", "token_type=bearer", "token endpoint: 404",
		"Base.1.0.GeneralError: A general error has occurred", "com.example.Error", "invalid.grant.type", "password policy: min_length", "secret name: db-prod",
		"/etc/keys/orders.pem: no such file", "--key-file /etc/keys/orders.pem", "Token (sensitive) is wrong: token=(sensitive)", "https://host:8443/x@y",
		"Bearer realm=\"api\", authorization=\"required\"", "user:admin is not allowed", "session: closed by host", "public key: not registered",
	} {
		if got := string(judge.Message(NewForeign(text))); got != text {
			t.Errorf("%s\nshows as\n%s", text, got)
		}
	}
}
