package provider_test

import (
	"strings"
	"testing"
)

// A word in braces that nothing fills is sent as written, and a warning says so. In
// JSON and in a body it may be of another language.
func TestPlaceholderThatNothingFills(t *testing.T) {
	noEnvironment(t)
	for name, c := range map[string]struct {
		request object
		says    string
	}{
		"the token in a header":   {object{"headers": object{"x-a": "Bearer {token}"}}, "request.headers: nothing fills {token}, so it is sent as written. {token} belongs in headers beside request"},
		"an output in the query":  {object{"query": object{"a": "{account}"}}, "request.query: nothing fills {account}"},
		"in a form":               {object{"form": object{"a": "x{UUID}"}}, "request.form: nothing fills {UUID}"},
		"in the URL":              {object{"url": "https://auth.example.com/{tenant}/token"}, "request.url: nothing fills {tenant}"},
		"in basic_auth":           {object{"basic_auth": object{"username": "a", "password": "{totp}"}}, "request.basic_auth: nothing fills {totp}"},
		"built-in values":         {object{"headers": object{"x-a": "{uuid} {time} {time_ms} {time_rfc3339}"}}, ""},
		"a JWT in basic_auth":     {object{"basic_auth": object{"username": "a", "password": "{jwt}"}, "jwt": jwtOf(nil)}, ""},
		"a JWT in the URL":        {object{"url": "https://auth.example.com/token?a={jwt}", "jwt": jwtOf(nil)}, ""},
		"braces in JSON":          {object{"json": `{"query":"{token}{jwt}"}`}, ""},
		"braces in a body":        {object{"body": "mutation{login{jwt}}"}, ""},
		"braces that are no name": {object{"headers": object{"x-a": "{} {1} {a b}"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			diags := newPlugin(t).configure(object{"custom": object{"default": description(c.request, nil, nil)}})
			switch {
			case c.says == "" && len(diags) == 0:
			case len(diags) != 1 || c.says == "" || !strings.Contains(say(diags), c.says) || !strings.Contains(say(diags), "WARNING"):
				t.Errorf("want %q:\n%s", c.says, say(diags))
			}
		})
	}
}
