package provider_test

import (
	"cmp"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// JMESPath takes the name of a key with a hyphen for a subtraction, which finds
// nothing and says nothing: an endpoint's lifetime would be lost without a word.
func TestPathWithHyphen(t *testing.T) {
	noEnvironment(t)
	cases := map[string]struct {
		response object
		says     string // "": no warning
		summary  string // "": Path subtracts
	}{
		"a lifetime":             {object{"token": "sid", "expires_in": "session-timeout"}, `\"session-timeout\"`, ""},
		"the token":              {object{"token": "data.access-token-v2"}, `"data.\"access-token-v2\""`, ""},
		"an output":              {object{"token": "sid", "outputs": object{"v": "api-version"}}, `\"api-version\"`, ""},
		"in quotes":              {object{"token": "sid", "expires_in": `"session-timeout"`}, "", ""},
		"a header":               {object{"token": "sid", "expires_in": "header:X-Expires-In"}, "", ""},
		"a text with a hyphen":   {object{"token": "sid", "success": `state == 'all-right' && a == ` + "`\"b-c\"`"}, "", ""},
		"a subtraction":          {object{"token": "sid", "expires_in": "exp - iat"}, "", ""},
		"a word without quotes":  {object{"token": "sid", "success": "ok == true"}, "`true`", "Path names a key, not a value"},
		"a word alone":           {object{"token": "sid", "success": "true"}, "`true`", "Path names a key, not a value"},
		"a word in an output":    {object{"token": "sid", "outputs": object{"v": "error == null"}}, "`null`", "Path names a key, not a value"},
		"a word in quotes":       {object{"token": "sid", "success": "status == 'true'"}, "to_string(KEY) == 'true'", "Path compares with a string"},
		"a text, not of success": {object{"token": "sid", "outputs": object{"v": "status == 'true'"}}, "", ""},
		"a number in quotes":     {object{"token": "sid", "success": "code == '0'"}, "to_string(KEY) == '0'", "Path compares with a string"},
		"a text without quotes":  {object{"token": "sid", "success": "status == OK"}, "in single quotes: 'OK'", "Path names a key, not a value"},
		"a text in double ones":  {object{"token": "sid", "success": `status == "OK"`}, "in single quotes: 'OK'", "Path names a key, not a value"},
		"a text for both":        {object{"token": "sid", "success": "to_string(status) == 'true'"}, "", ""},
		"a value":                {object{"token": "sid", "success": "ok == `true`"}, "", ""},
		"an index from the end":  {object{"token": "tokens[-1].value"}, "", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			diags := newPlugin(t).configure(object{"custom": object{"shop": description(nil, c.response, nil)}})
			if c.says == "" {
				if len(diags) > 0 {
					t.Error(say(diags))
				}
				return
			}
			if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning || diags[0].Summary != cmp.Or(c.summary, "Path subtracts") {
				t.Fatal(say(diags))
			}
			checkSaysWhere(t, diags[0])
			checkSays(t, diags[0].Detail, []string{c.says})
			if c.summary == "" {
				checkSays(t, diags[0].Detail, []string{"double quotes", "spaces"})
			}
		})
	}
}
