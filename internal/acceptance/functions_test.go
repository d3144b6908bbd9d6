package acceptance

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/google/go-cmp/cmp"
)

// A CLI that knows no provider functions says so.
func testFunctions(l *sandboxLab) {
	l.Configure(l.head(""), dataSources("epgl"), `
output "header" {
  value = provider::apitoken::basic_auth_header("user", "made-up")
}

output "audience" {
  value     = provider::apitoken::jwt_decode(data.apitoken_epgl.this.access_token).claims
  sensitive = true
}
`)
	if !l.CLI.Functions() {
		result := l.Run("plan")
		if result.Code == 0 {
			l.T.Errorf("%s takes provider functions", l.CLI)
		}
		l.T.Logf("%s", result.Stderr)
		return
	}
	l.Must("apply", "-auto-approve")
	if got := l.Must("output", "-raw", "header").Stdout; got != "Basic dXNlcjptYWRlLXVw" {
		l.T.Errorf("basic_auth_header gave %q", got)
	}
	var claims map[string]any
	l.Output("audience", &claims)
	if claims["sub"] != l.box.Client("epgl").ID {
		l.T.Errorf("jwt_decode gave %v", claims)
	}
	l.checkJWTDecode()
	l.checkBasicAuthHeader()
	l.checkFunctionErrors()
}

// Numbers keep all their digits.
func (l *sandboxLab) checkJWTDecode() {
	l.T.Helper()
	const header, claims = `{"alg":"HS256","typ":"JWT","kid":"key-1"}`, `{
		"sub": "shop-ü", "exp": 1924992000, "rate": 0.25, "large": 9007199254740993, "larger": 123456789012345678901234567890,
		"admin": true, "guest": false, "nothing": null,
		"groups": ["a", 1, true, null, {"deep": ["x"]}], "none": [], "empty": {},
		"realm": {"roles": ["reader", "writer"], "owner": {"name": "fake", "missing": null}}
	}`
	encode := base64.RawURLEncoding.EncodeToString
	decode := fmt.Sprintf("provider::apitoken::jwt_decode(%q)", encode([]byte(header))+"."+encode([]byte(claims))+".")
	l.Configure(l.head(""), fmt.Sprintf(`
output "decoded" {
  value = %[1]s
}

output "role" {
  value = %[1]s.claims.realm.roles[1]
}

output "json" {
  value = jsonencode(%[1]s.claims.realm)
}
`, decode))
	l.Must("apply", "-auto-approve")
	var got, want struct{ Header, Claims map[string]any }
	l.Decode(l.Must("output", "-json", "decoded").Stdout, &got)
	l.Decode(fmt.Sprintf(`{"header": %s, "claims": %s}`, header, claims), &want)
	if diff := cmp.Diff(want, got); diff != "" {
		l.T.Errorf("jwt_decode (-want +got):\n%s", diff)
	}
	l.hasOutputs(map[string]string{"role": "writer", "json": `{"owner":{"missing":null,"name":"fake"},"roles":["reader","writer"]}`})
}

// RFC 7617's examples, the second of which is in UTF-8 (sections 2 and 2.1).
func (l *sandboxLab) checkBasicAuthHeader() {
	l.T.Helper()
	header := func(name, username, password string) string {
		return fmt.Sprintf("output %q {\n  value = provider::apitoken::basic_auth_header(%q, %q)\n}\n", name, username, password)
	}
	l.Configure(l.head(""), header("ascii", "Aladdin", "open sesame"), header("utf8", "test", "123£"), header("colon", "a", "b:c"), header("no_password", "a", ""))
	l.Must("apply", "-auto-approve")
	l.hasOutputs(map[string]string{
		"ascii": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "utf8": "Basic dGVzdDoxMjPCow==", "colon": "Basic YTpiOmM=", "no_password": "Basic YTo=",
	})
}

func (l *sandboxLab) checkFunctionErrors() {
	l.T.Helper()
	for call, says := range map[string]string{
		`jwt_decode("fake-token")`:      "The token cannot be decoded: a signed JWT has three parts",
		`basic_auth_header("a:b", "c")`: "the user name has a colon",
	} {
		l.Configure(l.head(""), "output \"x\" {\n  value = provider::apitoken::"+call+"\n}\n")
		found := l.Errors("plan")
		if len(found) != 1 || found[0].Summary != "Invalid function argument" {
			l.T.Errorf("%s: got %v, want one error", call, found)
			continue
		}
		l.Says(found[0], says)
	}
}

func (l *sandboxLab) hasOutputs(want map[string]string) {
	l.T.Helper()
	var outputs map[string]struct{ Value json.RawMessage }
	l.Decode(l.Must("output", "-json").Stdout, &outputs)
	for name, value := range want {
		var got string
		l.Decode(string(outputs[name].Value), &got)
		if got != value {
			l.T.Errorf("the output %s is %q, want %q", name, got, value)
		}
	}
}
