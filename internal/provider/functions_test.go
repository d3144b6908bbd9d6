package provider_test

import (
	"encoding/base64"
	"math/big"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// unsigned returns a JWT with an invalid signature.
func unsigned(header, claims string) string {
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	return encode(header) + "." + encode(claims) + "." + encode("no signature")
}

const jwtHeader = `{"alg":"HS256","typ":"JWT"}`

// call calls a function with strings.
func (p *plugin) call(name string, arguments ...string) (tftypes.Value, *tfprotov6.FunctionError) {
	p.t.Helper()
	values := make([]*tfprotov6.DynamicValue, len(arguments))
	for i, argument := range arguments {
		value, err := tfprotov6.NewDynamicValue(tftypes.String, tftypes.NewValue(tftypes.String, argument))
		if err != nil {
			p.t.Fatal(err)
		}
		values[i] = &value
	}
	got, err := p.server.CallFunction(p.t.Context(), &tfprotov6.CallFunctionRequest{Name: name, Arguments: values})
	if err != nil {
		p.t.Fatal(err)
	}
	if got.Error != nil {
		return tftypes.Value{}, got.Error
	}
	value, err := got.Result.Unmarshal(p.schema.Functions[name].Return.Type)
	if err != nil {
		p.t.Fatal(err)
	}
	return value, nil
}

func TestAccJWTDecode(t *testing.T) {
	noEnvironment(t)
	const large, larger = "9007199254740993", "123456789012345678901234567890"
	jwt := unsigned(`{"alg":"HS256","typ":"JWT","kid":"key-1"}`, `{
		"sub": "shop-ü", "exp": 1924992000, "rate": 0.25, "large": `+large+`, "larger": `+larger+`,
		"admin": true, "guest": false, "nothing": null,
		"groups": ["a", 1, true, null, {"deep": ["x"]}], "none": [], "empty": {},
		"realm": {"roles": ["reader", "writer"], "owner": {"name": "fake", "missing": null}}
	}`)
	text, flag := knownvalue.StringExact, knownvalue.Bool
	number := func(v string) knownvalue.Check {
		exact, _, err := big.ParseFloat(v, 10, 512, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		return knownvalue.NumberExact(exact)
	}
	list := func(elements ...knownvalue.Check) knownvalue.Check { return knownvalue.TupleExact(elements) }
	claims := knownvalue.ObjectExact(map[string]knownvalue.Check{
		"sub": text("shop-ü"), "exp": number("1924992000"), "rate": number("0.25"), "large": number(large), "larger": number(larger),
		"admin": flag(true), "guest": flag(false), "nothing": knownvalue.Null(),
		"groups": list(text("a"), number("1"), flag(true), knownvalue.Null(),
			knownvalue.ObjectExact(map[string]knownvalue.Check{"deep": list(text("x"))})),
		"none": list(), "empty": knownvalue.ObjectExact(nil),
		"realm": knownvalue.ObjectExact(map[string]knownvalue.Check{
			"roles": list(text("reader"), text("writer")),
			"owner": knownvalue.ObjectExact(map[string]knownvalue.Check{"name": text("fake"), "missing": knownvalue.Null()}),
		}),
	})
	header := knownvalue.ObjectExact(map[string]knownvalue.Check{
		"alg": text("HS256"), "typ": text("JWT"), "kid": text("key-1"),
	})
	decode := `provider::apitoken::jwt_decode("` + jwt + `")`
	accept(t, resource.TestStep{
		Config: block(`output "decoded"`, object{"value": expression(decode)}) +
			block(`output "role"`, object{"value": expression(decode + ".claims.realm.roles[1]")}) +
			block(`output "json"`, object{"value": expression("jsonencode(" + decode + ".claims.realm)")}),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("decoded", knownvalue.ObjectExact(map[string]knownvalue.Check{"header": header, "claims": claims})),
			statecheck.ExpectKnownOutputValue("role", text("writer")),
			statecheck.ExpectKnownOutputValue("json", text(`{"owner":{"missing":null,"name":"fake"},"roles":["reader","writer"]}`)),
		},
	})
}

// RFC 7617's examples, the second of which is in UTF-8 (sections 2 and 2.1).
func TestAccBasicAuthHeader(t *testing.T) {
	noEnvironment(t)
	output := func(name, username, password string) string {
		return block("output \""+name+"\"", object{
			"value": expression("provider::apitoken::basic_auth_header(" + hcl(username) + ", " + hcl(password) + ")"),
		})
	}
	accept(t, resource.TestStep{
		Config: output("ascii", "Aladdin", "open sesame") + output("utf8", "test", "123£") + output("colon", "a", "b:c") + output("no_password", "a", ""),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("ascii", knownvalue.StringExact("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")),
			statecheck.ExpectKnownOutputValue("utf8", knownvalue.StringExact("Basic dGVzdDoxMjPCow==")),
			statecheck.ExpectKnownOutputValue("colon", knownvalue.StringExact("Basic YTpiOmM=")),
			statecheck.ExpectKnownOutputValue("no_password", knownvalue.StringExact("Basic YTo=")),
		},
	})
}

func TestAccFunctionErrors(t *testing.T) {
	noEnvironment(t)
	t.Run("jwt_decode", func(t *testing.T) {
		refuse(t, block(`output "x"`, object{"value": expression(`provider::apitoken::jwt_decode("fake-token")`)}),
			"Error: Invalid function argument", "The token cannot be decoded: a signed JWT has three parts")
	})
	t.Run("basic_auth_header", func(t *testing.T) {
		refuse(t, block(`output "x"`, object{"value": expression(`provider::apitoken::basic_auth_header("a:b", "c")`)}),
			"Error: Invalid function argument", "the user name has a colon")
	})
}

// An error says what is wrong with the argument and does not repeat it.
func TestFunctionErrors(t *testing.T) {
	good := unsigned(jwtHeader, `{"sub":"fake-subject"}`)
	parts := strings.Split(good, ".")
	cases := []struct {
		name, function string
		arguments      []string
		says           string
		place          int64
	}{
		{"no JWT", "jwt_decode", []string{"fake-opaque-token"}, "three parts separated by dots, this one has 1", 0},
		{"empty", "jwt_decode", []string{""}, "this one has 1", 0},
		{"encrypted", "jwt_decode", []string{good + ".fake-part.fake-part"}, "this one has 5", 0},
		{"header no base64", "jwt_decode", []string{"fake-header=." + parts[1] + "." + parts[2]}, "header part is not base64url", 0},
		{"claims no base64", "jwt_decode", []string{parts[0] + ".fake+claims." + parts[2]}, "claims part is not base64url", 0},
		{"claims no JSON", "jwt_decode", []string{unsigned(jwtHeader, "fake-claims")}, "claims part is not a JSON object", 0},
		{"claims no object", "jwt_decode", []string{unsigned(jwtHeader, `["fake-claims"]`)}, "claims part is not a JSON object", 0},
		{"claims null", "jwt_decode", []string{unsigned(jwtHeader, "null")}, "claims part is not a JSON object", 0},
		{"more behind the claims", "jwt_decode", []string{unsigned(jwtHeader, `{"a":1} {"fake":1}`)}, "claims part is not a JSON object", 0},
		{"claims nested", "jwt_decode", []string{unsigned(jwtHeader, `{"fake":`+strings.Repeat("[", 1000)+strings.Repeat("]", 1000)+"}")}, "nested too deep", 0},
		{"a claim twice", "jwt_decode", []string{unsigned(jwtHeader, `{"fake":1,"fake":2}`)}, "claims part cannot be used: an object has a key twice", 0},
		{"too many claims", "jwt_decode", []string{unsigned(jwtHeader, `{"fake":[`+strings.Repeat("1,", 400_000)+`1]}`)}, "more values than Terraform", 0},
		{"many claims, deep", "jwt_decode", []string{unsigned(jwtHeader, `{"fake":`+strings.Repeat("[", 95)+strings.Repeat("1,", 2000)+"1"+strings.Repeat("]", 95)+"}")}, "more values", 0},
		{"nothing", "basic_auth_header", []string{"", ""}, "Both the user name and the password are empty", 0},
		{"colon", "basic_auth_header", []string{"fake:username", "fake-password"}, "user name has a colon", 0},
		{"line break in a user name", "basic_auth_header", []string{"fake-username\n", "fake-password"}, "the user name has a line break", 0},
		{"NUL in a password", "basic_auth_header", []string{"user", "fake\x00-password"}, "the password has a line break or another control character", 1},
		{"C1 in a password", "basic_auth_header", []string{"user", "fake\u009b-password"}, "the password has a line break or another control character", 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, failed := newPlugin(t).call(c.function, c.arguments...)
			if failed == nil {
				t.Fatal("there was no error")
			}
			if failed.FunctionArgument == nil || *failed.FunctionArgument != c.place {
				t.Errorf("it is another argument's: %v", failed.FunctionArgument)
			}
			checkSays(t, failed.Text, []string{c.says})
			if strings.Contains(failed.Text, "fake") || strings.Contains(failed.Text, parts[1]) {
				t.Errorf("a part of the argument is repeated: %s", failed.Text)
			}
			// The CLI puts a full stop behind it.
			if strings.HasSuffix(failed.Text, ".") {
				t.Errorf("it ends with a full stop: %s", failed.Text)
			}
		})
	}
}

// A number that Terraform would write out in millions of digits becomes a string.
func TestNumbersTooLongToWriteOut(t *testing.T) {
	for _, number := range []string{"1e600000000", "-1e600000000", "1e-600000000", "-1e-600000000", "1e400", strings.Repeat("9", 900_000), "0." + strings.Repeat("9", 900_000)} {
		got, failed := newPlugin(t).call("jwt_decode", unsigned(jwtHeader, `{"n":`+number+`}`))
		if failed != nil {
			t.Fatal(failed)
		}
		found, _, err := tftypes.WalkAttributePath(got, tftypes.NewAttributePath().WithAttributeName("claims").WithAttributeName("n"))
		if value, ok := found.(tftypes.Value); err != nil || !ok || text(t, value) != number {
			t.Errorf("%.20s became %.20v, %v", number, found, err)
		}
	}
}

// Functions may run in a process that was never configured.
func TestFunctionsNeedNoConfiguration(t *testing.T) {
	got, failed := newPlugin(t).call("basic_auth_header", "test", "123£")
	if failed != nil || text(t, got) != "Basic dGVzdDoxMjPCow==" {
		t.Errorf("got %s, %v", got, failed)
	}
}
