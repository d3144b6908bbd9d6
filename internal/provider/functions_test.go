package provider_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// unsigned returns a JWT with an invalid signature.
func unsigned(claims string) string {
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	return encode(`{"alg":"HS256","typ":"JWT"}`) + "." + encode(claims) + "." + encode("no signature")
}

// call calls a function with strings.
func (p *plugin) call(name string, arguments ...string) (tftypes.Value, *tfprotov6.FunctionError) {
	p.t.Helper()
	values := make([]*tfprotov6.DynamicValue, len(arguments))
	for i, argument := range arguments {
		value := clitest.Must(tfprotov6.NewDynamicValue(tftypes.String, tftypes.NewValue(tftypes.String, argument)))(p.t)
		values[i] = &value
	}
	got := clitest.Must(p.server.CallFunction(p.t.Context(), &tfprotov6.CallFunctionRequest{Name: name, Arguments: values}))(p.t)
	if got.Error != nil {
		return tftypes.Value{}, got.Error
	}
	value := clitest.Must(got.Result.Unmarshal(p.schema.Functions[name].Return.Type))(p.t)
	return value, nil
}

// An error says what is wrong with the argument and does not repeat it.
func TestFunctionErrors(t *testing.T) {
	good := unsigned(`{"sub":"fake-subject"}`)
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
		{"claims no JSON", "jwt_decode", []string{unsigned("fake-claims")}, "claims part is not a JSON object", 0},
		{"claims no object", "jwt_decode", []string{unsigned(`["fake-claims"]`)}, "claims part is not a JSON object", 0},
		{"claims null", "jwt_decode", []string{unsigned("null")}, "claims part is not a JSON object", 0},
		{"more behind the claims", "jwt_decode", []string{unsigned(`{"a":1} {"fake":1}`)}, "claims part is not a JSON object", 0},
		{"claims nested", "jwt_decode", []string{unsigned(`{"fake":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + "}")}, "nested too deep", 0},
		{"a claim twice", "jwt_decode", []string{unsigned(`{"fake":1,"fake":2}`)}, "claims part cannot be used: an object has a key twice", 0},
		{"too many claims", "jwt_decode", []string{unsigned(`{"fake":[` + strings.Repeat("1,", 400_000) + `1]}`)}, "more values than Terraform", 0},
		{"many claims, deep", "jwt_decode", []string{unsigned(`{"fake":` + strings.Repeat("[", 95) + strings.Repeat("1,", 2000) + "1" + strings.Repeat("]", 95) + "}")}, "more values", 0},
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
		got, failed := newPlugin(t).call("jwt_decode", unsigned(`{"n":`+number+`}`))
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
