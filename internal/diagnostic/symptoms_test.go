package diagnostic

import (
	"crypto/elliptic"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// worded is a refusal in a vendor's own words, and what its error says to do.
type worded struct {
	status      int
	code, words string
	change      func(x *exchange)
	says, never string
}

func (w worded) body(t *testing.T) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"error": w.code, "error_description": w.words})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func withBasic(x *exchange) {
	x.Request.Auth = token.ClientSecretBasic{ID: testID, Secret: said.NewSecret(testSecret)}
}

func withAudience(x *exchange) {
	x.Request.Form["audience"] = []said.Secret{said.NewSecret("https://example.auth0.com/api/v2")}
}

func checkWorded(t *testing.T, table map[string]worded) {
	t.Helper()
	for name, tc := range table {
		x := testExchange(tokenURL)
		withBasic(x)
		if tc.change != nil {
			tc.change(x)
		}
		_, err := readAnswer(x, tc.status, token.ContentTypeJSON, tc.body(t))
		never := []string{}
		if tc.never != "" {
			never = append(never, tc.never)
		}
		t.Log(name)
		wantSaid(t, wantError(t, err, token.KindRefused).Advice, []string{tc.says}, never)
	}
}

const (
	mayNot  = "may not use this grant"
	wasSent = `The id and the secret were sent with HTTP Basic (client_auth = "client_secret_basic", the default)`
)

// Some servers call wrong credentials unauthorized_client, which RFC 6749 has for
// the grant.
func TestUnauthorizedClientOfWrongCredentials(t *testing.T) {
	t.Parallel()
	const code = "unauthorized_client"
	checkWorded(t, map[string]worded{
		"Keycloak 20 and later": {401, code, "Invalid client or Invalid client credentials", nil, wasSent, mayNot},
		"Keycloak, earlier":     {400, code, "INVALID_CREDENTIALS: Invalid client credentials", nil, wasSent, mayNot},
		"Keycloak, no client":   {400, code, "UNKNOWN_CLIENT: Client was not identified by any client authenticator", nil, wasSent, mayNot},
		"Keycloak, the secret":  {403, code, "Invalid client secret", nil, "The endpoint knows the client, but does not accept client_secret.", mayNot},
		"401 without words":     {401, code, "", nil, wasSent, mayNot},
		"400 without words":     {400, code, "", nil, mayNot, wasSent},
		"Auth0":                 {403, code, "Grant type 'client_credentials' not allowed for the client.", nil, mayNot, wasSent},
		"UAA":                   {401, code, "Unauthorized grant type: client_credentials", nil, mayNot, wasSent},
		"Hydra":                 {400, code, "The client is not authorized to request a token using this method.", nil, mayNot, wasSent},
		"WSO2":                  {400, code, "The authenticated client is not authorized to use this authorization grant type", nil, mayNot, wasSent},
		"Keycloak, the grant":   {401, code, "Client not enabled to retrieve service account", nil, "Service accounts roles", wasSent},
		"Keycloak, a public client": {
			401, code, "Public client not allowed to retrieve service account", nil, "The endpoint has this client as a public one", wasSent,
		},
		"Keycloak, a password": {400, code, "Client not allowed for direct access grants", nil, mayNot, wasSent},
	})
}

// A refusal that is one of the client is sent once, whatever its code.
func TestEvery401IsOneRequest(t *testing.T) {
	t.Parallel()
	type row struct {
		status int
		body   string
		want   int // requests, of five
	}
	tokentest.EachInBubble(t, map[string]row{
		"Keycloak":       {401, `{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}`, 1},
		"Keycloak, 400":  {400, `{"error":"unauthorized_client","error_description":"Invalid client secret"}`, 1},
		"Auth0":          {401, `{"error":"access_denied","error_description":"Unauthorized"}`, 1},
		"UAA":            {401, `{"error":"unauthorized","error_description":"Bad credentials"}`, 1},
		"a password":     {401, `{"error":"invalid_grant","error_description":"Invalid user credentials"}`, 1},
		"no app":         {400, `{"error":"unauthorized_client","error_description":"AADSTS700016: Application with identifier 'test-client' was not found in the directory 'a'."}`, 1},
		"the grant, 401": {401, `{"error":"unauthorized_client","error_description":"Unauthorized grant type: client_credentials"}`, 1},
		"a scope":        {401, `{"error":"invalid_scope"}`, 5},
		"an audience":    {401, `{"error":"invalid_target"}`, 5},
		"the grant, 400": {400, `{"error":"unauthorized_client"}`, 5},
		"403":            {403, `{"error":"access_denied"}`, 5},
	}, func(t *testing.T, tc row) {
		var count tokentest.Counter
		cache := newTestCache(t, transport.DefaultSettings(), func(req *http.Request) (*http.Response, error) {
			count.Add()
			return tokentest.Answering(tokentest.NewPage(tc.status, token.ContentTypeJSON, tc.body), nil)(req)
		})
		for _, scope := range []string{"a", "b", "c", "d", "e"} {
			_, err := cache.Token(t.Context(), forScope(scope), 0)
			_ = wantError(t, err, token.KindRefused)
		}
		tokentest.WantCount(t, count.Get(), tc.want)
	})
}

func TestAdviceAboutTheTenant(t *testing.T) {
	t.Parallel()
	const check = "Check client_id, and the tenant in token_url."
	unknown := "AADSTS700016: Application with identifier 'test-client' was not found in the directory 'Contoso'. This can happen if the application has not been installed by the administrator of the tenant."
	missing := "AADSTS90002: Tenant 'contoso' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."
	checkWorded(t, map[string]worded{
		"no such app":         {400, "unauthorized_client", unknown, nil, check, mayNot},
		"no such app, a key":  {401, "invalid_client", unknown, nil, check, wasSent},
		"no such tenant":      {400, "invalid_request", missing, nil, "Check the tenant in token_url.", "parameter"},
		"no tenant's name":    {400, "invalid_request", "AADSTS900023: Specified tenant identifier 'x' is neither a valid DNS name, nor a valid external domain.", nil, "Check the tenant in token_url.", "parameter"},
		"by an issuer":        {400, "invalid_request", missing, func(x *exchange) { x.Request.Discovered = true }, "Check the tenant in issuer.", "token_url"},
		"no such API":         {400, "invalid_resource", "AADSTS500011: The resource principal named api://fake was not found in the tenant named Contoso.", nil, "Check scopes, and the tenant in token_url.", ""},
		"a scope":             {400, "invalid_scope", "AADSTS1002012: The provided value for scope openid is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).", nil, "/.default", ""},
		"Salesforce, a scope": {400, "invalid_scope", "the requested scope is not allowed", func(x *exchange) { x.Request.Form["scope"] = []said.Secret{said.NewSecret("a")} }, codeAdvice["invalid_scope"], "/.default"},
	})
}

func TestAdviceAboutTheSecret(t *testing.T) {
	t.Parallel()
	const expired, wrong = "client_secret has expired. Create a new secret at the vendor", "The endpoint knows the client, but does not accept client_secret."
	key := said.NewSecret(testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256())))
	checkWorded(t, map[string]worded{
		"Entra, expired": {401, "invalid_client", "AADSTS7000222: The provided client secret keys for app 'a' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret", nil, expired, wasSent},
		"Entra, wrong":   {401, "invalid_client", "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app 'a'.", nil, wrong, wasSent},
		"Entra, before":  {401, "invalid_client", "AADSTS70002: Error validating credentials. AADSTS50012: Invalid client secret is provided.", nil, wrong, wasSent},
		"an MCP server":  {401, "invalid_client", "Client secret has expired", nil, expired, wasSent},
		"Okta, wrong":    {401, "invalid_client", "The client secret supplied for a confidential client is invalid.", nil, wrong, wasSent},
		"in the body": {400, "invalid_client", "The client secret has expired.", func(x *exchange) {
			x.Request.Auth = token.ClientSecretPost{ID: testID, Secret: said.NewSecret(testSecret)}
		}, expired, "in the body"},
		"characters": {401, "invalid_client", "Invalid client secret", func(x *exchange) {
			x.Request.Auth = token.ClientSecretBasic{ID: testID, Secret: said.NewSecret("a+b/c==d")}
		}, `try basic_encoding = "raw"`, wasSent},
		"repeated logins": {401, "invalid_client", "Invalid client secret", nil, notRepeated, ""},
		"GitHub, id or secret": {
			200, "incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.", nil, "client_secret", "knows the client",
		},
		"Okta, the client": {401, "invalid_client", "Invalid value for 'client_id' parameter.", nil, wasSent, "knows the client"},
		"GitLab":           {401, "invalid_client", "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.", nil, wasSent, "knows the client"},
		"an expired key": {401, "invalid_client", "The secret has expired.", func(x *exchange) {
			x.Request.Auth = token.ClientAssertion{ID: testID, Assertion: source.Signed{Key: key, Issuer: testID}}
		}, notRepeated, "client_secret"},
		"Entra, a public client": {401, "invalid_client", "AADSTS700025: Client is public so neither 'client_assertion' nor 'client_secret' should be presented.", nil, "The endpoint has this client as a public one", wasSent},
	})
}

func TestAdviceAboutTheAudience(t *testing.T) {
	t.Parallel()
	const generic = "Check with the vendor what the client may do"
	const set, slash = "Set audience to the identifier of the API.", "Check audience, to the last slash."
	checkWorded(t, map[string]worded{
		"Auth0, none":           {403, "access_denied", "No audience parameter was provided, and no default audience has been configured", nil, set, generic},
		"a 400, none":           {400, "invalid_request", "Missing required parameter: audience", nil, set, "Check with"},
		"Auth0, no such API":    {403, "access_denied", "Service not found: https://example.auth0.com/api/v2", withAudience, slash, generic},
		"Auth0, another tenant": {403, "access_denied", "Service not enabled within domain: https://example.auth0.com/api/v2", withAudience, slash, generic},
		"Auth0, no client grant": {
			403, "access_denied", `Client is not authorized to access "https://example.auth0.com/api/v2". You need to create a "client-grant" associated to this API.`,
			withAudience, "Allow the client to use the API that audience names", generic,
		},
		"Hydra":            {400, "invalid_request", "Requested audience 'a' has not been whitelisted by the OAuth 2.0 Client.", withAudience, slash, ""},
		"another refusal":  {403, "access_denied", "Policy evaluation failed for this request, please check the policy configurations.", nil, generic, "audience"},
		"Okta, no scope":   {400, "invalid_request", "The authorization server resource does not have any configured default scopes, 'scope' must be provided.", nil, "No scope was sent. Set scopes.", ""},
		"Entra, no scope":  {400, "invalid_request", "AADSTS900144: The request body must contain the following parameter: 'scope'.", nil, "No scope was sent. Set scopes.", ""},
		"Entra, version 1": {400, "invalid_request", "AADSTS900144: The request body must contain the following parameter: 'resource'.", nil, "Set resources", ""},
	})
}

// Who describes an endpoint, and whose vendor has its own table, is told what that says.
func TestVendorsWordsDoNotReplaceTheTable(t *testing.T) {
	t.Parallel()
	x := testExchange(tokenURL)
	x.Advice = map[int]string{http.StatusUnauthorized: "Ask the vendor's own way."}
	const body = `{"error":"invalid_client","error_description":"Client secret has expired"}`
	_, err := readAnswer(x, http.StatusUnauthorized, token.ContentTypeJSON, body)
	if e := wantError(t, err, token.KindRefused); e.Advice != "Ask the vendor's own way." {
		t.Error(e.Advice)
	}
	x.Advice, x.Describe = nil, true
	_, err = readAnswer(x, http.StatusUnauthorized, token.ContentTypeJSON, body)
	if e := wantError(t, err, token.KindRefused); strings.Contains(e.Advice, "client_secret has expired") {
		t.Error(e.Advice)
	}
}

// What the words of a vendor lead to names no setting that the sets do not have.
func TestAdviceOfWordsFitsTheService(t *testing.T) {
	t.Parallel()
	settings := []string{"allow_http", "client_id", "client_secret", "token_url"}
	x := testExchange(tokenURL)
	x.Settings = settings
	for _, known := range symptoms() {
		advice := fit(x, known.advice)
		checkFits(t, known.words.String(), advice, settings)
		if (advice == "") != (known.advice == "") {
			t.Errorf("%s: nothing is left of %q", known.words, known.advice)
		}
	}
}

// forScope returns an exchange of the test client for one scope.
func forScope(scope string) *exchange {
	x := testExchange(tokenURL)
	x.Request.Form = token.NewForm(map[string]string{"grant_type": "client_credentials", "scope": scope})
	return x
}
