package provider_test

import (
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
	}{
		"a lifetime":            {object{"token": "sid", "expires_in": "session-timeout"}, `\"session-timeout\"`},
		"the token":             {object{"token": "data.access-token-v2"}, `\"access-token-v2\"`},
		"an output":             {object{"token": "sid", "outputs": object{"v": "api-version"}}, `\"api-version\"`},
		"in quotes":             {object{"token": "sid", "expires_in": `"session-timeout"`}, ""},
		"a header":              {object{"token": "sid", "expires_in": "header:X-Expires-In"}, ""},
		"a text with a hyphen":  {object{"token": "sid", "success": `state == 'all-right' && a == ` + "`\"b-c\"`"}, ""},
		"a subtraction":         {object{"token": "sid", "expires_in": "exp - iat"}, ""},
		"an index from the end": {object{"token": "tokens[-1].value"}, ""},
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
			if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning || diags[0].Summary != "Path subtracts" {
				t.Fatal(say(diags))
			}
			checkSaysWhere(t, diags[0])
			checkSays(t, diags[0].Detail, []string{c.says, "double quotes", "spaces"})
		})
	}
}
