package provider_test

import (
	"strings"
	"testing"
)

// A word in braces that nothing gives is an error, except where people choose the value:
// a password may have braces. In JSON and in a body they may be of another language.
func TestPlaceholderThatNothingFills(t *testing.T) {
	noEnvironment(t)
	const isError, isWarning = "ERROR", "WARNING"
	for name, c := range map[string]struct {
		request     object
		level, says string
	}{
		"the token in a header":  {object{"headers": object{"x-a": "Bearer {token}"}}, isError, `request.headers["x-a"]: nothing gives {token}. request.sources has none. {token} belongs in headers beside request`},
		"an output in the query": {object{"query": object{"a": "{account}"}}, isError, `request.query["a"]: nothing gives the word in braces. request.sources has none. To send the braces themselves, make the text a source`},
		"nearly a source":        {object{"headers": object{"x-a": "{JWT}{jwt}"}, "sources": jwtSource(jwtOf(nil))}, isError, `request.headers["x-a"]: nothing gives {JWT}. request.sources has jwt.`},
		"in the URL":             {object{"url": "https://auth.example.com/{tenant}/token"}, isError, "request.url: nothing gives {tenant}"},
		"in a form":              {object{"form": object{"a": "x{UUID}"}}, isWarning, "request.form: nothing gives {UUID}, so it is sent as written. request.sources has none."},
		"in basic_auth":          {object{"basic_auth": object{"username": "a", "password": "{hunter2}"}}, isWarning, "request.basic_auth: nothing gives the word in braces, so it is sent"},
		"a value in JSON":        {object{"json": `{"a":[{"b":"{Uuid}"}]}`}, isWarning, "request.json: nothing gives {Uuid}"},
		"a message":              {object{"query": object{"a": "{h}"}, "sources": object{"h": object{"hmac": object{"key": "fake", "message": "a{TIME}"}}}}, isWarning, `request.sources["h"].hmac.message: nothing gives {TIME}`},
		"claims":                 {object{"query": object{"a": "{jwt}"}, "sources": jwtSource(jwtOf(object{"claims": `{"jti":"{UUID}"}`}))}, isWarning, `request.sources["jwt"].signed.claims: nothing gives {UUID}`},
		"a JWT's header":         {object{"query": object{"a": "{jwt}"}, "sources": jwtSource(jwtOf(object{"header": `{"nonce":"{fingerprint}"}`}))}, isWarning, `request.sources["jwt"].signed.header: nothing gives the word in braces`},
		"built-in claims":        {object{"query": object{"a": "{jwt}"}, "sources": jwtSource(jwtOf(object{"claims": `{"jti":"{uuid}","x":"{fingerprint}"}`}))}, "", ""},
		"an argument":            {object{"url": nil, "program": []any{"fake", "--id={uuid}"}}, isWarning, "request.program: nothing is replaced in the arguments of a program, so it gets {uuid} as written."},
		"a source's argument": {
			object{"query": object{"a": "{key}{jwt}"}, "sources": jwtSource(jwtOf(nil)).and(object{"key": object{"program": []any{"fake", "{jwt}"}}})},
			isWarning, `request.sources["key"].program: nothing is replaced in the arguments of a program, so it gets {jwt} as written.`,
		},
		"a signer's argument": {
			object{"query": object{"a": "{jwt}"}, "sources": jwtSource(object{"signer": []any{"fake", "{time}"}, "signing_algorithm": "RS256"})},
			isWarning, "signer: nothing is replaced in the arguments of a program, so it gets {time} as written.",
		},
		"an argument in braces":   {object{"query": object{"a": "{key}"}, "sources": object{"key": object{"program": []any{"jq", "{a:.b}"}}}}, "", ""},
		"built-in values":         {object{"headers": object{"x-a": "{uuid} {time} {time_ms} {time_rfc3339}"}}, "", ""},
		"a JWT in basic_auth":     {object{"basic_auth": object{"username": "a", "password": "{jwt}"}, "sources": jwtSource(jwtOf(nil))}, "", ""},
		"a JWT in the URL":        {object{"url": "https://auth.example.com/token?a={jwt}", "sources": jwtSource(jwtOf(nil))}, "", ""},
		"a $ in a header":         {object{"headers": object{"x-a": "${uuid}"}}, isWarning, "request.headers: $${uuid} sends a dollar sign before the value of {uuid}. Write {uuid}."},
		"a $ before a source":     {object{"headers": object{"x-a": "${jwt}"}, "sources": jwtSource(jwtOf(nil))}, isWarning, "request.headers: $${jwt} sends a dollar sign before the value of {jwt}. Write {jwt}."},
		"a $ in JSON":             {object{"json": `{"id":"${time_ms}"}`}, isWarning, "request.json: $${time_ms} sends a dollar sign before "},
		"a $ of another language": {object{"body": "curl ${HOST} $time"}, "", ""},
		"braces in JSON":          {object{"json": `{"query":"{token}{jwt}"}`}, "", ""},
		"JSON of numbers":         {object{"json": `[1,true,null]`}, "", ""},
		"braces in a body":        {object{"body": "mutation{login{jwt}}"}, "", ""},
		"braces that are no name": {object{"headers": object{"x-a": "{} {1} {a b}"}}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			diags := newPlugin(t).configure(object{"custom": object{"default": description(c.request, nil, nil)}})
			switch {
			case c.says == "" && len(diags) == 0:
			case len(diags) != 1 || c.says == "" || !strings.Contains(say(diags), c.says) || !strings.Contains(say(diags), c.level):
				t.Errorf("want %s %q:\n%s", c.level, c.says, say(diags))
			}
		})
	}
}

// A value in claims that is a {NAME} which nothing gives is signed as written, with a warning.
func TestClaimThatNothingFills(t *testing.T) {
	noEnvironment(t)
	claims := object{"claims": `{"sub":"{fingerprint}","jti":"{UUID}"}`, "private_key_pem": unknown{}}
	for name, c := range map[string]struct {
		block object
		says  string
	}{
		"jwt":              {object{"jwt": object{"default": claims}}, `jwt["default"].claims: nothing gives {UUID}`},
		"client_assertion": {oauth2Block(publicSet().and(object{"client_auth": "private_key_jwt", "client_assertion": object{"signed": claims}})), "client_assertion.signed.claims: nothing gives {UUID}"},
		"assertion":        {oauth2Block(publicSet().and(object{"grant": jwtBearer, "assertion": object{"signed": claims}})), "].assertion.signed.claims: nothing gives {UUID}"},
	} {
		t.Run(name, func(t *testing.T) {
			diags := newPlugin(t).configure(c.block)
			if len(diags) != 1 || !strings.Contains(say(diags), c.says) || !strings.Contains(say(diags), "WARNING") {
				t.Errorf("want %q:\n%s", c.says, say(diags))
			}
		})
	}
}

// A dollar sign before {token} is sent too, so a warning says so, wherever {token} may be.
func TestDollarBeforeToken(t *testing.T) {
	noEnvironment(t)
	headers := object{"headers": object{"x-a": "${token}"}}
	output := object{"headers": object{"x-a": "{token}", "x-b": "${site}"}}
	for name, c := range map[string]struct {
		block object
		says  string
	}{
		"custom":    {object{"custom": object{"default": description(nil, nil, headers)}}, `headers["x-a"]: $${token} sends a dollar sign before `},
		"oauth2":    {oauth2Block(publicSet().and(headers)), `headers["x-a"]: $${token} sends a dollar sign before `},
		"an output": {object{"custom": object{"default": description(nil, object{"token": "t", "outputs": object{"site": "a"}}, output)}}, `headers["x-b"]: $${site} sends a dollar sign before `},
		"revoke": {
			object{"custom": object{"default": description(nil, nil, object{"revoke": object{"url": "https://x.example.com/${token}"}})}},
			"revoke.url: $${token} sends a dollar sign before ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			diags := newPlugin(t).configure(c.block)
			if len(diags) != 1 || !strings.Contains(say(diags), c.says) || !strings.Contains(say(diags), "WARNING") {
				t.Errorf("want %q:\n%s", c.says, say(diags))
			}
		})
	}
}

// A grant that is nearly one that the provider knows is sent as written, with a warning.
func TestGrantThatIsNearlyOne(t *testing.T) {
	noEnvironment(t)
	for written, known := range map[string]string{
		"client_credential": "client_credentials", "client-credentials": "client_credentials", "clientCredentials": "client_credentials",
		"token-exchange": tokenExchange, "token_exchange": tokenExchange, "urn:ietf:params:oauth:grant-type:token_exchange": tokenExchange,
		"jwt-bearer": jwtBearer, "refreshToken": "refresh_token", "PASSWORD": "password",
		"client_credentials": "", "api_key": "", "password-realm": "", "urn:ibm:params:oauth:grant-type:apikey": "",
	} {
		diags := newPlugin(t).configure(oauth2Block(publicSet().and(object{"grant": written})))
		switch {
		case known == "" && len(diags) == 0:
		case known == "" || len(diags) != 1 || diags[0].Summary != "Grant is spelled differently" || !strings.Contains(say(diags), `If you mean "`+known+`", write that`):
			t.Errorf("%s: want %q:\n%s", written, known, say(diags))
		}
	}
}
