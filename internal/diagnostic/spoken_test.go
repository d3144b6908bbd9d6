package diagnostic

import (
	"net/http"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// customExchange is that of a set of custom, with the advice that such sets have.
func customExchange(t *testing.T) *exchange {
	t.Helper()
	x := describedExchange("token", "")
	x.Request.Auth = nil
	for _, s := range service.All() {
		if s.IsDescribed {
			x.Advice = s.Advice
		}
	}
	if len(x.Advice) == 0 {
		t.Fatal("custom has no advice")
	}
	return x
}

// What the message is about says more than the status: vendors choose their own. The
// bodies are those of UniFi, Guacamole, Zoho, NestJS, Traefik and others.
func TestAdviceOfWhatTheMessageIsAbout(t *testing.T) {
	t.Parallel()
	const (
		credentials, client = "the credentials, the names of their fields", "The id and the secret were sent in the body"
		locks               = "can lock the account"
		limit, wait         = "about a limit on requests", "Run again later"
		firewall, proxy     = "firewall", "lost the connection"
	)
	type row struct {
		status       int
		body         string
		custom, auth string // what a set of custom is told, and one of a service with a client
		never        string
	}
	tokentest.Each(t, map[string]row{
		"UniFi, a second factor":  {499, `{"code":"MFA_AUTH_REQUIRED","message":"MFA is required"}`, credentials, locks, proxy},
		"499 in words":            {499, `{"message":"Site is closed."}`, "the message says why", locks, proxy},
		"499 without words":       {499, "", proxy, proxy, locks},
		"499 of Traefik":          {499, "Client Closed Request", proxy, proxy, locks},
		"a rare one in words":     {440, `{"message":"No such tenant."}`, "the message says why", locks, "proxy"},
		"a rare one":              {440, `{}`, "seldom", "seldom", locks},
		"Guacamole":               {403, `{"message":"Invalid login","type":"INVALID_CREDENTIALS"}`, credentials, client, firewall},
		"403, a password":         {403, `{"message":"The password is wrong."}`, credentials, client, firewall},
		"403, something else":     {403, `{"message":"Forbidden"}`, firewall, firewall, client},
		"400, credentials":        {400, `{"message":"invalid_login: bad credentials"}`, credentials, client, "names of the fields."},
		"400, something else":     {400, `{"message":"Field user is mandatory"}`, "names of the fields.", "scopes", locks},
		"404, credentials":        {404, `{"message":"No user with this login and password"}`, credentials, client, "no token endpoint"},
		"404 of NestJS":           {404, `{"message":"Cannot POST /api/auth/login"}`, "including a trailing slash", "no token endpoint", locks},
		"404 with a URL":          {404, `{"message":"Nothing at https://auth.example.com/login."}`, "including a trailing slash", "no token endpoint", locks},
		"a grant":                 {400, `{"message":"Unsupported grant_type: client_credentials"}`, "names of the fields.", "scopes", locks},
		"401":                     {401, `{"message":"Unauthorized"}`, "and url: some vendors answer like this for a wrong path", locks, firewall},
		"Zoho, too many":          {400, `{"error_description":"You have made too many requests continuously. Please try again after some time.","error":"Access Denied"}`, limit, limit, "client_id"},
		"a rate limit":            {403, `{"message":"API rate limit exceeded"}`, limit, wait, firewall},
		"too many, in a 200":      {200, `{"error":"too_many_requests","message":"Too many requests"}`, limit, limit, "client_id"},
		"too many logins":         {401, `{"message":"Too many requests with a wrong password"}`, credentials, locks, limit},
		"too many, with the code": {400, `{"error":"invalid_client","error_description":"too many requests"}`, limit, "client_id", "firewall"},
	}, func(t *testing.T, tc row) {
		for _, of := range []struct {
			x    *exchange
			want string
		}{{customExchange(t), tc.custom}, {testExchange(tokenURL), tc.auth}} {
			_, err := readAnswer(of.x, tc.status, token.ContentTypeJSON, tc.body)
			wantSaid(t, wantError(t, err, token.KindRefused).Advice, []string{of.want}, []string{tc.never})
		}
	})
}

// A password that is refused is not the client's secret.
func TestAdviceOfARefusedPasswordInWords(t *testing.T) {
	t.Parallel()
	x := testExchange(tokenURL)
	x.Request.Form = token.NewForm(map[string]string{"grant_type": "password", "username": "u", "password": "p"})
	_, err := readAnswer(x, http.StatusForbidden, token.ContentTypeJSON, `{"message":"Wrong user name or password."}`)
	wantSaid(t, wantError(t, err, token.KindRefused).Advice, []string{"does not accept username and password", notRepeated}, []string{"firewall"})
}

// The user whom oVirt does not let in is not the client, whatever its code.
func TestAdviceOfARefusedUser(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		body      string
		says, not []string
	}{
		"oVirt": {
			`{"error_code":"access_denied","error":"Cannot authenticate user 'admin@internal': Unable to log in. Verify your login information."}`,
			[]string{"does not accept username and password", notRepeated},
			[]string{"client_secret"},
		},
		"a code alone":   {`{"error":"access_denied"}`, []string{"does not accept username and password"}, nil},
		"another code":   {`{"error":"unauthorized_client","error_description":"The password grant is not allowed."}`, []string{"may not use this grant"}, []string{"username"}},
		"another matter": {`{"error_code":"E42","error":"The tenant is closed."}`, []string{"Check client_id"}, []string{"username"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := testExchange(tokenURL)
			x.Request.Auth = token.ClientID{}
			x.Request.Form = token.NewForm(map[string]string{"grant_type": "password", "username": "u", "password": "p"})
			_, err := readAnswer(x, http.StatusBadRequest, token.ContentTypeJSON, tc.body)
			wantSaid(t, wantError(t, err, token.KindRefused).Advice, tc.says, tc.not)
		})
	}
}

// An endpoint that wants another kind of authentication says so in a header. SonicOS does, by default.
func TestAdviceOfAnotherScheme(t *testing.T) {
	t.Parallel()
	for scheme, option := range map[string]string{"Digest": "--digest", "NTLM": "--ntlm", "Negotiate": "--negotiate"} {
		for _, x := range []*exchange{describedExchange("token", ""), testExchange(tokenURL)} {
			header := http.Header{"Content-Type": {token.ContentTypeJSON}, "Www-Authenticate": {scheme + ` realm="fake"`}}
			_, err := read(x, newAnswer(x, http.StatusUnauthorized, header, []byte(`{"message":"Unauthorized."}`), noon()))
			wantSaid(t, wantError(t, err, token.KindRefused).Advice, []string{"wants HTTP " + scheme, "curl " + option}, []string{"credentials", "fake"})
		}
	}
}
