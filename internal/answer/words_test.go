package answer

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// saidBy returns the message of a refusal.
func saidBy(contentType, body string) string {
	return Read(http.Header{"Content-Type": {contentType}}, []byte(body)).Message(false).Use()
}

// refusal is a body, and its message.
type refusal struct{ body, want string }

// jsonRefusals are from vendors' pages and from bug reports. Long texts are made up.
func jsonRefusals() map[string]refusal {
	return map[string]refusal{
		"RFC 6749":            {`{"error":"invalid_client","error_description":"no such client","error_uri":"https://example.com/e1"}`, "invalid_client: no such client: error_uri https://example.com/e1"},
		"Entra":               {`{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret. Trace ID: 11-22","error_codes":[7000215],"trace_id":"11-22","correlation_id":"33-44"}`, "invalid_client: AADSTS7000215: Invalid client secret. Trace ID: 11-22: correlation_id 33-44"},
		"RFC 9457":            {`{"type":"https://example.com/probs/credit","title":"You do not have enough credit.","detail":"Your balance is 30","status":403,"instance":"/account/1"}`, "You do not have enough credit. Your balance is 30"},
		"Okta":                {`{"errorCode":"E0000001","errorSummary":"Api validation failed: client","errorLink":"E0000001","errorId":"oae1","errorCauses":[{"errorSummary":"client: not found"},{"errorSummary":"scope: missing"}]}`, "E0000001: Api validation failed: client: client: not found; scope: missing: errorId oae1"},
		"FastAPI":             {`{"detail":[{"type":"missing","loc":["body","client_id"],"msg":"Field required","input":null},{"loc":["body",0],"msg":"bad"}]}`, "body.client_id: missing: Field required; body.0: bad"},
		"FastAPI, a text":     {`{"detail":"Incorrect username or password"}`, "Incorrect username or password"},
		"FastAPI, an object":  {`{"detail":{"error":"invalid_grant","error_description":"expired"}}`, "invalid_grant: expired"},
		"ASP.NET":             {`{"type":"https://tools.ietf.org/html/rfc7231","title":"One or more validation errors occurred.","status":400,"errors":{"ClientId":["The ClientId field is required."],"$.x":["a","b"]}}`, "One or more validation errors occurred. $.x - a b: ClientId - The ClientId field is required."},
		"ASP.NET, of old":     {`{"Message":"The request is invalid.","ModelState":{"model.ClientId":["required field"]}}`, "The request is invalid. model.ClientId - required field"},
		"Message alone":       {`{"Message":"Authorization has been denied for this request."}`, "Authorization has been denied for this request."},
		"Laravel":             {`{"message":"The given data was invalid.","errors":{"email":["The email must be valid."]}}`, "The given data was invalid. email - The email must be valid."},
		"Django":              {`{"username":["This field is required."],"non_field_errors":["Unable to log in."]}`, "Unable to log in."},
		"Django, fields":      {`{"username":["This field is required."],"password":["Too short."]}`, "password - Too short. username - This field is required."},
		"GitLab":              {`{"message":{"scopes":["can't be blank"]}}`, "scopes - can't be blank"},
		"NestJS":              {`{"statusCode":400,"message":["id must be a string","secret must be a string"],"error":"Bad Request"}`, "Bad Request: id must be a string; secret must be a string"},
		"JSON:API, a title":   {`{"errors":[{"status":"401","title":"Invalid credentials"}]}`, "Invalid credentials"},
		"JSON:API, a pointer": {`{"errors":[{"code":"E7","title":"Bad","detail":"It is bad","source":{"pointer":"/data"}}]}`, "E7: Bad: It is bad"},
		"code and reason":     {`{"code":"TOKEN_INVALID","reason":"Token unknown","description":"Ask for another"}`, "TOKEN_INVALID: Token unknown: Ask for another"},
		"WSO2":                {`{"fault":{"code":900901,"message":"Invalid Credentials","description":"Check the token"}}`, "900901: Invalid Credentials: Check the token"},
		"OData":               {`{"error":{"code":"AUTH/1","message":{"lang":"en","value":"Access denied here"}}}`, "Access denied here"},
		"Microsoft Graph":     {`{"error":{"code":"InvalidAuthenticationToken","message":"Access token is empty.","innerError":{"request-id":"ab-cd"}}}`, "InvalidAuthenticationToken: Access token is empty."},
		"Google":              {`{"error":{"code":403,"message":"Caller lacks permission","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/x","reason":"DISABLED"}]}}`, "PERMISSION_DENIED: Caller lacks permission: DISABLED"},
		"AWS":                 {`{"__type":"com.amazonaws.cognito#NotAuthorizedException","message":"Incorrect username"}`, "NotAuthorizedException: Incorrect username"},
		"AWS gateway":         {`{"message":"Forbidden"}`, "Forbidden"},
		"GraphQL":             {`{"data":null,"errors":[{"message":"Bad login","extensions":{"code":"UNAUTHENTICATED"}}]}`, "Bad login: UNAUTHENTICATED"},
		"SAP":                 {`{"error":{"code":"SY/530","message":{"lang":"en","value":"Logon failed"}}}`, "SY/530: Logon failed"},
		"Cisco ISE":           {`{"ERSResponse":{"operation":"GET-x","messages":[{"title":"Not allowed here","type":"ERROR","code":"Application resource validation exception"}],"link":{"rel":"related"}}}`, "Not allowed here"},
		"ACI":                 {`{"totalCount":"1","imdata":[{"error":{"attributes":{"code":"401","text":"Username or password is incorrect"}}}]}`, "Username or password is incorrect"},
		"Nutanix":             {`{"state":"ERROR","code":401,"message_list":[{"message":"Authentication required.","reason":"AUTHENTICATION_REQUIRED"}],"api_version":"3.1"}`, "Authentication required. AUTHENTICATION_REQUIRED"},
		"vSphere":             {`{"type":"com.vmware.vapi.std.errors.unauthenticated","value":{"messages":[{"args":[],"default_message":"Authentication required.","id":"com.vmware.x"}]}}`, "com.vmware.vapi.std.errors.unauthenticated: Authentication required."},
		"Zabbix":              {`{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid params.","data":"Incorrect user name or password."},"id":1}`, "-32602: Invalid params. Incorrect user name or password."},
		"Redfish":             {`{"error":{"code":"Base.1.0.GeneralError","message":"A general error has occurred. See ExtendedInfo for more information.","@Message.ExtendedInfo":[{"@odata.type":"#Message.v1_0_0.Message","MessageId":"Base.1.0.InsufficientPrivilege","Message":"Too few privileges.","MessageArgs":[],"Severity":"Critical","Resolution":"Ask for more"}]}}`, "Base.1.0.GeneralError: A general error has occurred. See ExtendedInfo for more information. Base.1.0.InsufficientPrivilege: Too few privileges."},
		"Redfish, iLO":        {`{"error":{"code":"iLO.0.10.ExtendedInfo","message":"See @Message.ExtendedInfo for more information.","@Message.ExtendedInfo":[{"MessageID":"iLO.2.14.UnauthorizedLoginAttempt"}]}}`, "iLO.0.10.ExtendedInfo: See @Message.ExtendedInfo for more information. iLO.2.14.UnauthorizedLoginAttempt"},
		"the ID of a message": {`{"message":"Bad login","messageId":"4d856d1f-8648-456c-9bb2-f36273bbe4e3"}`, "Bad login"},
		"Vault":               {`{"errors":["missing role_id"]}`, "missing role_id"},
	}
}

func moreRefusals() map[string]refusal {
	return map[string]refusal{
		"Shopify":         {`{"errors":"[API] Invalid API key"}`, "[API] Invalid API key"},
		"Slack":           {`{"ok":false,"error":"invalid_auth"}`, "invalid_auth"},
		"Stripe":          {`{"error":{"type":"invalid_request_error","message":"Invalid API Key"}}`, "invalid_request_error: Invalid API Key"},
		"Salesforce":      {`[{"message":"Session expired","errorCode":"INVALID_SESSION_ID"}]`, "INVALID_SESSION_ID: Session expired"},
		"Cloudflare":      {`{"success":false,"errors":[{"code":1000,"message":"Invalid API Token"}],"messages":[],"result":null}`, "1000: Invalid API Token"},
		"Spring":          {`{"timestamp":"2030","status":401,"error":"Unauthorized","message":"Bad credentials","path":"/token"}`, "Unauthorized: Bad credentials"},
		"WeChat":          {`{"errcode":40013,"errmsg":"invalid appid"}`, "40013: invalid appid"},
		"numbers alone":   {`{"error":7,"message":12345}`, "7: 12345"},
		"a number alone":  {`{"error_code":1001}`, "1001"},
		"a flag":          {`{"error":1,"code":401,"message":"nope"}`, "nope"},
		"a long number":   {`{"error":12345678901234,"code":1.5,"message":"nope"}`, "nope"},
		"Huawei":          {`{"error_msg":"Incorrect IAM authentication","error_code":"APIGW.0301","request_id":"r-1"}`, "APIGW.0301: Incorrect IAM authentication: request_id r-1"},
		"ServiceNow":      {`{"error":{"message":"User Not Authenticated","detail":"Required to provide Auth information"},"status":"failure"}`, "User Not Authenticated: Required to provide Auth information"},
		"NetSuite":        {`{"title":"Unauthorized","o:errorDetails":[{"detail":"Invalid login attempt","o:errorCode":"INVALID_LOGIN"}]}`, "Unauthorized: INVALID_LOGIN: Invalid login attempt"},
		"Kubernetes":      {`{"kind":"Status","status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}`, "Unauthorized"},
		"ServiceStack":    {`{"responseStatus":{"errorCode":"Unauthorized","message":"Invalid user"}}`, "Unauthorized: Invalid user"},
		"error as a list": {`{"error":["first thing","second thing"]}`, "first thing; second thing"},
		"a status object": {`{"status":{"error":true,"code":401,"type":"Unauthorized","message":"Authentication Failure"}}`, "Unauthorized: Authentication Failure"},
		"JSON in a text":  {`"{\"error\":\"invalid_client\"}"`, "invalid_client"},
		"a bare text":     {`"Invalid client_id or client_secret."`, "Invalid client_id or client_secret."},
		"a form":          {`error=bad_verification_code&error_description=The+code+is+wrong`, "bad_verification_code: The code is wrong"},
		"plain text":      {"Rate limit exceeded for this client\n", "Rate limit exceeded for this client"},
		"SOAP 1.1":        {`<?xml version="1.0"?><s:Envelope xmlns:s="x"><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>Invalid &amp; old login</faultstring></s:Fault></s:Body></s:Envelope>`, "s:Client: Invalid & old login"},
		"SOAP 1.2":        {`<e:Envelope xmlns:e="x"><e:Fault><e:Reason><e:Text xml:lang="en">Not allowed</e:Text></e:Reason></e:Fault></e:Envelope>`, "Not allowed"},
		"AWS, XML":        {`<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>The token is invalid.</Message></Error></ErrorResponse>`, "Sender: InvalidClientTokenId: The token is invalid."},
		"Azure storage":   {"\ufeff" + `<?xml version="1.0" encoding="iso-8859-1"?><Error><Code>AuthenticationFailed</Code><Message><![CDATA[Server failed to authenticate]]></Message></Error>`, "AuthenticationFailed: Server failed to authenticate"},
		"Latin-1":         {"{\"error\":\"invalid_grant\",\"error_description\":\"non autoris\xe9\"}", "invalid_grant: non autoris\uFFFD"},
		"nothing to say":  {`{"debug":"something inside","id":7}`, ""},
		"an HTML page":    {"<html><title>502 Bad Gateway</title><body>message inside</body></html>", ""},
		"one word":        {"dGhpcyBpcyBhIHRva2Vu", ""},
		"a short word":    {"Unauthorized\n", "Unauthorized"},
		"a code alone":    {"invalid_client", "invalid_client"},
		"several lines":   {"Traceback\nFile x, line 7\n", ""},
		"too long":        {strings.Repeat("so much to say ", 50), ""},
		"empty":           {"", ""},
		"broken XML":      {"<Error><Message>Not closed", ""},
		"a number":        {"42", ""},
		"too deep":        {`{"error":{"error":{"error":{"error":{"error":{"error":{"error":{"error":"deep"}}}}}}}}`, ""},
	}
}

func TestMessageOfARefusal(t *testing.T) {
	t.Parallel()
	rows := jsonRefusals()
	maps.Copy(rows, moreRefusals())
	for name, tc := range rows {
		if got := saidBy("application/json", tc.body); got != tc.want {
			t.Errorf("%s:\n got %q\nwant %q", name, got, tc.want)
		}
	}
	if got := saidBy("text/html", "<Error><Message>in a page</Message></Error>"); got != "" {
		t.Errorf("of a page: %q", got)
	}
}

// A success can have the token anywhere, so that a lone text is not a message.
func TestMessageOfASuccess(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`"fake-token"`: "", `["fake-token"]`: "", "fake token": "", `{"data":{"code":"fake-token","message":"fake-token"}}`: "",
		`{"code":"fake-token","type":"fake-token","reason":"x y","description":"z"}`: "", `{"result":["fake-token"]}`: "",
		`<m><message>fake-token</message></m>`: "", `{"name":["fake-token here"]}`: "",
		`{"error":"invalid_client","error_description":"no such client"}`: "invalid_client: no such client",
		`{"ok":false,"message":"wrong password"}`:                         "wrong password",
		`{"errors":[{"message":"wrong","extensions":{"code":"E7"}}]}`:     "wrong: E7",
		`error=bad_code&error_description=wrong`:                          "bad_code: wrong",
	} {
		got := Read(http.Header{}, []byte(body)).Message(true).Use()
		if got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}

func TestCode(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"error":"invalid_client"}`: "invalid_client", `{"Error":"x","error":"invalid_scope"}`: "", `{"error":"made_up"}`: "", `[1]`: "", "": "",
		`{"error":{"code":"access_denied"}}`: "access_denied", `{"errorCode":"INVALID_GRANT"}`: "invalid_grant", `"{\"error\":\"invalid_grant\"}"`: "invalid_grant",
		"invalid_grant": "invalid_grant", " invalid_client: no such client\n": "invalid_client", `"invalid_scope"`: "invalid_scope", "invalid_grants": "", "grant": "",
		`{"error":"invalid_scope: missing openid scope"}`: "invalid_scope", `{"error":"Invalid_Request, no id"}`: "invalid_request", `{"error":"invalid_scopes: x"}`: "",
		`{"error":"bad_refresh_token"}`: "invalid_grant", `{"error":"bad_verification_code"}`: "invalid_grant", `{"error":"incorrect_client_credentials"}`: "invalid_client",
		`{"ok":false,"error":"bad_client_secret"}`: "invalid_client", "error=bad_refresh_token&x=y": "invalid_grant",
	} {
		if got := Read(http.Header{}, []byte(body)).Code(); got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}

// Some endpoints always have the key error. If it is empty, there is no error.
func TestSaysError(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`{"error":"x"}`: true, `{"error":"invalid username","access_token":"t"}`: true, "error=x&y=z": true, `"{\"error\":\"x\"}"`: true,
		`{"error":""}`: false, `{"error":" "}`: false, `{"error":null}`: false, `{"error":{}}`: false, `{"error":0}`: false, `{"error":false}`: false, `{"data":{"error":"x"}}`: false,
		`["error"]`: false, `error`: false, "": false,
	} {
		if got := Read(http.Header{}, []byte(body)).SaysError(); got != want {
			t.Errorf("%s: got %t", body, got)
		}
	}
}

// FuzzMessage reads the message of any answer. Its length is bounded by the answer's, and
// it is the same each time.
func FuzzMessage(f *testing.F) {
	for i := range 32 {
		seed := make([]byte, 0, 64)
		for j := range 64 {
			seed = append(seed, byte((i*41+j*j*7+j)%256))
		}
		f.Add(seed, "")
	}
	f.Add([]byte{}, "<a><message>x</message></a>")
	f.Add([]byte{}, "error=a&error=b")
	f.Fuzz(func(t *testing.T, choices []byte, body string) {
		if len(choices) > 0 {
			body = (&vendorGrammar{grammar{choices}}).object(0)
		}
		for _, isSuccess := range []bool{false, true} {
			a := Read(http.Header{}, []byte(body))
			text := a.Message(isSuccess).Use()
			if len(text) > 4*len(body)+100 {
				t.Errorf("%q says %d bytes", body, len(text))
			}
			if text != a.Message(isSuccess).Use() {
				t.Errorf("%q says something else the second time", body)
			}
		}
	})
}

// vendorGrammar makes answers of the keys that vendors use.
type vendorGrammar struct{ grammar }

func (g *vendorGrammar) object(depth int) string {
	var members []string
	for range 1 + g.choose(4) {
		name := g.one("error", "Errors", "message", "detail", "code", "fault", "errorCauses", "loc", "type", "__type", "title", "x-y", "trace_id")
		members = append(members, `"`+name+`":`+g.value(depth+1))
	}
	return "{" + strings.Join(members, ",") + "}"
}

func (g *vendorGrammar) value(depth int) string {
	switch choice := g.choose(5); {
	case choice == 0 && depth < deepestGrammar:
		return g.object(depth)
	case choice == 1 && depth < deepestGrammar:
		return "[" + g.value(depth+1) + "," + g.value(depth+1) + "]"
	case choice == 2:
		return g.one("7", "true", "null", "[]", "{}", "[[]]", `""`)
	default:
		return g.one(`"a b"`, `"E7"`, `"401"`, `"c"`, `"https://x/y"`, `"a#b"`)
	}
}

// Some products send refusals with the status 200.
func TestRefusedWithSuccess(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{ //nolint:gosec // no credentials
		`{"id":1,"result":[{"status":{"code":-11,"message":"No permission for the resource"},"url":"/sys/login/user"}]}`:  "-11: No permission for the resource",
		`{"id":1,"result":[{"status":{"code":0,"message":"OK"},"url":"/sys/login/user"}]}`:                                "",
		`{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid params.","data":"Incorrect user name or password."}}`: "-32602: Invalid params. Incorrect user name or password.",
		`{"meta":{"rc":"error","msg":"api.err.Invalid"},"data":[]}`:                                                       "api.err.Invalid", // UniFi
		`{"meta":{"token":"tok-1","description":"tok-2","text":"tok-3"},"data":{"msg":"tok-4"}}`:                          "",
	} {
		if got := Read(nil, []byte(body)).Message(true).Use(); got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}

// A message alone is of less use than with the code by which people look it up.
func TestMessageAt(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ path, body, want string }{
		"FortiManager":       {"result[0].status.message", `{"id":1,"result":[{"status":{"code":-22,"message":"Login fail"}}]}`, "-22: Login fail"},
		"WeChat":             {"errmsg", `{"errcode":40013,"errmsg":"invalid appid"}`, "40013: invalid appid"},
		"OAuth":              {"error_description", `{"error":"invalid_client","error_description":"No."}`, "invalid_client: No."},
		"a text":             {"error.message", `{"error":{"code":"E7","message":"No."}}`, "E7: No."},
		"in the message":     {"msg", `{"code":4010,"msg":"4010 is the code"}`, "4010 is the code"},
		"the code itself":    {"error", `{"error":"invalid_client"}`, "invalid_client"},
		"an HTTP status":     {"message", `{"code":401,"message":"No."}`, "No."},
		"a flag":             {"message", `{"code":1,"message":"No."}`, "No."},
		"an object":          {"error", `{"code":7,"error":{"message":"No."}}`, "No."},
		"a key in quotes":    {`"err-msg"`, `{"code":77,"err-msg":"No."}`, "77: No."},
		"no plain path":      {"join(' ', [message])", `{"code":77,"message":"No."}`, "No."},
		"nothing":            {"message", `{"code":77}`, ""},
		"nothing as a text":  {"to_string(error)", `{"code":77}`, ""},
		"in a list":          {"[0].message", `[{"code":77,"message":"No."}]`, "77: No."},
		"JSON in a text":     {"message", `"{\"code\":77,\"message\":\"No.\"}"`, "77: No."},
		"a regex":            {"regex:No[.]", `{"code":77,"message":"No."}`, "No."},
		"a token as a code":  {"message", `{"code":"https://a/?b=c","message":"No."}`, "No."},
		"a status, no code":  {"message", `{"status":"ERR","message":"No."}`, "No."},
		"a code in an error": {"error.text", `{"code":8,"error":{"errorCode":"E8","text":"No."}}`, "E8: No."},
	} {
		if got := Read(nil, []byte(tc.body)).MessageAt(MustPath(tc.path)).Use(); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
}

// An empty refusal may say in a header what is wrong (RFC 6750, section 3).
func TestChallenge(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		`Bearer realm="example", error="invalid_token", error_description="The access token expired"`: "invalid_token: The access token expired",
		`Basic realm="error=x", bearer error=invalid_token`:                                           "invalid_token",
		`DPoP error="invalid_dpop_proof", error_description="say \"no\""`:                             `invalid_dpop_proof: say "no"`,
		`Bearer realm="example"`:                     "",
		`Basic realm="x", error="invalid_token"`:     "",
		`Digest realm="x", nonce="1", error="stale"`: "",
	} {
		got := Read(http.Header{"Www-Authenticate": {header}}, nil)
		if text := got.Message(false).Use(); text != want {
			t.Errorf("%s: got %q, want %q", header, text, want)
		}
		if !got.Message(true).IsEmpty() {
			t.Errorf("%s: a success says something", header)
		}
	}
	if got := Read(http.Header{"Www-Authenticate": {`Bearer error="invalid_token"`}}, []byte(`{"error":"invalid_client"}`)).Message(false); !got.Is("invalid_client") {
		t.Error("the body is not what counts")
	}
}

// Tokens in an answer are hidden in its own message. Ids for the vendor's support are
// not.
func TestIssued(t *testing.T) {
	t.Parallel()
	for key, secret := range map[string]bool{
		"sid": true, "session": true, "session_id": true, "api_key": true, "apikey": true, "device_code": true, "code": true, "nonce": true, "challenge": true,
		"state": true, "value": true, "data": true, "jwt": true, "trace_id": false, "requestId": false, "correlation_id": false, "errorId": false, "error": false,
		"message": false, "x_request": false, "timestamp": false, "kid": false,
	} {
		judge := Read(nil, []byte(`{"`+key+`":"fake0zebra1fin23x"}`)).Issued().Judge()
		if got := strings.Contains(string(judge.Message(said.NewForeign("not fake0zebra1fin23x"))), "zebra"); got == secret {
			t.Errorf("%s: shown: %v", key, got)
		}
	}
	for _, value := range []string{"1000.fake0zebra1fin23x.1", "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.x", "fake0zebra1fin23x"} {
		judge := Read(nil, []byte(`{"code":"`+value+`"}`)).Issued().Judge()
		if got := string(judge.Message(said.NewForeign("not " + value))); got == "not "+value {
			t.Errorf("%s is shown", value)
		}
	}
	for _, value := range []string{"AADSTS700021", "Base.1.0.GeneralError", "iLO.2.14.UnauthorizedLoginAttempt", "com.example.v2.errors.Login1", "invalid.grant.type", "2026-11-28T17:05:30Z", "invalid_client", "https://example.com/0123456789abcdef"} {
		judge := Read(nil, []byte(`{"code":"`+value+`"}`)).Issued().Judge()
		if got := string(judge.Message(said.NewForeign("not " + value))); got != "not "+value {
			t.Errorf("%s shows as %s", value, got)
		}
	}
}
