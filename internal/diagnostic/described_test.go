package diagnostic

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// describedExchange is that of a set of custom.
func describedExchange(path, success string) *exchange {
	x := testExchange(tokenURL)
	x.Describe = true
	x.Response = token.Response{Token: answer.MustPath(path), Success: answer.MustPath(success)}
	return x
}

// Whoever describes an endpoint is told what to do if response.success is not true: the
// request may be wrong, or the expression.
func TestAdviceOfSuccess(t *testing.T) {
	t.Parallel()
	const refused = "If the vendor's message is about the request, correct request. "
	type row struct{ success, body, want string }
	tokentest.Each(t, map[string]row{
		"a number":                {"code", `{"code":0,"msg":"ok","token":"t"}`, refused + "If the login worked, correct response.success: the value at \"code\" is a number, and not true or false. Write code == `0`."},
		"an expression":           {"status == 'OK'", `{"status":"ERR","msg":"Field userName is mandatory"}`, refused + "If the login worked, correct response.success."},
		"a text":                  {"data.state", `{"data":{"state":"done"},"message":"hi"}`, refused + `If the login worked, correct response.success: the value at "data.state" is a string, and not true or false. Write data.state == 'OK', with the string that the vendor has there.`},
		"an object":               {"data", `{"data":{"a":1},"message":"hi"}`, refused + "If the login worked, correct response.success: the value at \"data\" is an object, and not true or false. Write data != `null`."},
		"nothing":                 {"data.ok", `{"data":{"okay":true},"message":"hi"}`, refused + `If the login worked, correct response.success: there is nothing at "data.ok". At "data" are the keys: okay.`},
		"not true":                {"success", `{"success":false,"message":"wrong password"}`, refused + "If the login worked, correct response.success."},
		"a number in quotes":      {"code == '0'", `{"code":0,"message":"success","token":"t"}`, refused + "If the login worked, correct response.success: the value at \"code\" is a number. Write code == `0`."},
		"a text without quotes":   {"status == OK", `{"status":"OK","message":"success","token":"t"}`, refused + "If the login worked, correct response.success: there is nothing at \"OK\". Write status == 'OK'."},
		"a key that is elsewhere": {"code == `0`", `{"meta":{"code":0},"message":"success"}`, refused + "If the login worked, correct response.success: there is nothing at \"code\"."},
		"no path":                 {"length(errors) > `0`", `{"errors":[],"message":"hi"}`, refused + "If the login worked, correct response.success."},
		"no message":              {"code", `{"code":1}`, "If the request was refused, correct request, and set response.error to where the vendor's message is. If the login worked, correct response.success: the value at \"code\" is a number, and not true or false. Write code == `0`."},
	}, func(t *testing.T, tc row) {
		_, err := readAnswer(describedExchange("token", tc.success), http.StatusOK, token.ContentTypeJSON, tc.body)
		if e := wantError(t, err, token.KindRefused); e.Advice != tc.want {
			t.Errorf("the advice is\n%s\nwant\n%s", e.Advice, tc.want)
		}
	})
}

// A path may be a secret that is in the wrong attribute.
func TestAdviceOfSuccessTellsNoSecret(t *testing.T) {
	t.Parallel()
	for _, success := range []string{"hushhush", "code == hushhush", "hushhush == '0'"} {
		x := describedExchange("token", success)
		x.Secrets = bookOf("hushhush")
		_, err := readAnswer(x, http.StatusOK, token.ContentTypeJSON, `{"hushhush":7,"code":1}`)
		if e := wantError(t, err, token.KindRefused); strings.Contains(e.Error(), "hushhush") {
			t.Errorf("%s: %v", success, e)
		}
	}
}

// Many endpoints refuse with a 200 and a message. The bodies are those of GoodWe SEMS,
// Omada, Tuya, DingTalk, Feishu and others.
func TestAdviceOfMessageWithoutToken(t *testing.T) {
	t.Parallel()
	const refused, compare = "If the vendor's message is about the request, correct request. ", "Otherwise compare response with the keys that the endpoint returned, and check that request.url is the token endpoint itself."
	such := func(expression string) string {
		return refused + `Set response.success, such as "` + expression + `", so that such responses are refusals. ` + compare
	}
	type row struct{ body, want string }
	tokentest.Each(t, map[string]row{
		"a status":          {`{"status":"ERR","msg":"User or password wrong, 3 attempts left","result":null}`, such("status == 'OK'")},
		"a code first":      {`{"status":"ERR","code":4010,"msg":"User or password wrong, 3 attempts left","result":null}`, such("code == `0`")},
		"GoodWe":            {`{"hasError":false,"code":100005,"msg":"Email or password error.","data":null}`, such("code == `0`")},
		"Omada":             {`{"errorCode":-44106,"msg":"The client id or client secret is invalid"}`, such("errorCode == `0`")},
		"Tuya":              {`{"code":1004,"msg":"sign invalid","success":false,"t":1613533187386}`, such("success")},
		"an HTTP status":    {`{"code":401,"message":"Bad credentials"}`, such("code == `200`")},
		"no flag":           {`{"message":"Bad credentials"}`, refused + "Set response.success so that such responses are refusals. " + compare},
		"no message":        {`{"data":{"tok":"t"}}`, compareFor("request.url") + " If the response is a refusal, set response.error to where the vendor's message is."},
		"no keys":           {`[]`, compareFor("request.url")},
		"UniFi":             {`{"data":[],"meta":{"rc":"error","msg":"api.err.Invalid"}}`, refused + "Set response.success so that such responses are refusals. " + compare},
		"a token elsewhere": {`{"code":0,"msg":"success","data":{"tok":"t"}}`, such("code == `0`")},
	}, func(t *testing.T, tc row) {
		_, err := readAnswer(describedExchange("result.token", ""), http.StatusOK, token.ContentTypeJSON, tc.body)
		e, ok := err.(*told) //nolint:errorlint // of either kind
		if !ok || e.Advice != tc.want {
			t.Errorf("the advice is\n%s\nwant\n%s", e.Advice, tc.want)
		}
	})
}

func compareFor(url string) string { return strings.ReplaceAll(compareKeys, "token_url", url) }

// If response.success was true, it is wrong too where the message is a refusal.
func TestAdviceOfSuccessThatWasTrue(t *testing.T) {
	t.Parallel()
	_, err := readAnswer(describedExchange("result.token", "code != `1`"), http.StatusOK, token.ContentTypeJSON, `{"code":2,"msg":"wrong password"}`)
	const want = "If the vendor's message is about the request, correct request. Correct response.success, which was true, so that such responses are refusals. "
	if e := wantError(t, err, token.KindAnswer); !strings.HasPrefix(e.Advice, want) {
		t.Error(e.Advice)
	}
}

// A message is a refusal in a set that does not describe the endpoint, too.
func TestAdviceOfMessageOfOAuth(t *testing.T) {
	t.Parallel()
	_, err := readAnswer(testExchange(tokenURL), http.StatusOK, token.ContentTypeJSON, `{"status":"ERR","message":"Client is locked."}`)
	const want = "If the vendor's message is about the request, check what the set sends, credentials first. Otherwise check that token_url is the token endpoint itself"
	if e := wantError(t, err, token.KindAnswer); !strings.HasPrefix(e.Advice, want) {
		t.Error(e.Advice)
	}
}

// A header that cannot be made is no missing token: the error names the output, its path
// and what is beside it.
func TestHeaderOfMissingOutput(t *testing.T) {
	t.Parallel()
	const body = `{"result":{"session":{"id":"7","node":"n1"}},"token":"tok-1","broken":"a\nb","no":null,"msg":"success"}`
	for path, tc := range map[string]struct{ problem, near, advice string }{
		"result.session.nodes": {
			`the response has no output n: there is nothing at "result.session.nodes"`, `At "result.session" are the keys: id, node`,
			`Correct outputs.n, or take {n} out of headers. If the vendor does not always send it, give it another value in outputs.n, such as "result.session.nodes || ''".`,
		},
		"no":           {`the response has no output n: there is null at "no"`, "with the keys: broken, msg, no, result, token", `such as "no || ''".`},
		"header:X-No":  {`the response has no output n: there is no header "X-No"`, "The headers are: Content-Type", "Correct outputs.n, or take {n} out of headers."},
		"a.b || c.d":   {`the response has no output n: there is nothing at "a.b || c.d"`, "with the keys: broken", "Correct outputs.n, or take {n} out of headers."},
		"broken":       {"the output n holds a line break", "with the keys: broken", "Correct outputs.n, or take {n} out of headers."},
		"result.token": {`the response has no output n: there is nothing at "result.token"`, `At "result" are the keys: session`, "Correct outputs.n"},
	} {
		x := describedExchange("token", "")
		x.Headers = secretMap(map[string]string{"a": "{token}", "x-node": "{n}"})
		x.Response.Outputs = map[string]answer.Path{"n": answer.MustPath(path)}
		_, err := readAnswer(x, http.StatusOK, token.ContentTypeJSON, body)
		e := wantError(t, err, token.KindHeader)
		for what, pair := range map[string][2]string{"problem": {e.Problem, "the header x-node cannot be made: " + tc.problem}, "details": {e.Details, tc.near}, "advice": {e.Advice, tc.advice}} {
			if !strings.Contains(pair[0], pair[1]) {
				t.Errorf("%s: the %s is %q, want %q", path, what, pair[0], pair[1])
			}
		}
		if strings.Contains(e.Advice, "||") != (answer.MustPath(path).IsPlain() && path != "broken") || strings.Contains(e.Error(), "tok-1") {
			t.Errorf("%s: %v", path, e)
		}
	}
}

// Where a body has no token, the error says where it may be, and what the body is.
func TestTokenElsewhere(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ path, mediaType, body, says string }{
		"empty":            {"token", "", "", "The headers are: Content-Type, X-Auth-Token."},
		"empty, advice":    {"token", "", "", "The token may be in a header: write its path as header:NAME or, for a cookie, cookie:NAME."},
		"a page, cookie":   {"cookie:sid", "text/html", "<html>Log in</html>", `there is no cookie "sid", and the response is an HTML page`},
		"a page, header":   {"header:X", "text/html", "<html>Log in</html>", `there is no header "X", and the response is an HTML page`},
		"no page, cookie":  {"cookie:sid", token.ContentTypeJSON, "{}", `there is no cookie "sid".`},
		"JSON, no headers": {"token", token.ContentTypeJSON, `{"a":1}`, "with the keys: a.\n"},
	} {
		x := describedExchange(tc.path, "")
		header := http.Header{"Content-Type": {tc.mediaType}, "X-Auth-Token": {"fake"}}
		_, err := read(x, newAnswer(x, http.StatusOK, header, []byte(tc.body), time.Now()))
		if text := wantError(t, err, token.KindAnswer).Error(); !strings.Contains(text, tc.says) {
			t.Errorf("%s: it says %s", name, text)
		}
	}
}
