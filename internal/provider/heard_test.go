package provider_test

import (
	"strings"
	"testing"
)

// misplaced is a secret in an attribute that errors repeat.
type misplaced struct {
	name   string
	block  object
	inputs object
	// says is what the error still says.
	says string
}

func misplacedSecrets(secret string) []misplaced {
	client := func(more object) object {
		return object{"oauth2": object{"default": object{"client_id": "fake-id", "client_secret": secret, "token_url": "https://auth.example.com/token"}.and(more)}}
	}
	describe := func(request, response object) object {
		return object{"custom": object{"default": description(object{"form": object{"password": secret}}.and(request), response, nil)}}
	}
	answer := func(more object) object { return object{"token": "token"}.and(more) }
	return []misplaced{
		{"scopes", client(object{"scopes": []string{secret + " x"}}), nil, "several scopes as several strings"},
		{"outputs' name", client(object{"outputs": object{secret + "\n": "a"}}), nil, "The name cannot be used"},
		{"header name", client(object{"request_headers": object{secret + " :": "a"}}), nil, "is not the name of an HTTP header"},
		{"two headers", client(object{"request_headers": object{secret: "a", strings.ToUpper(secret[:1]) + secret[1:]: "a"}}), nil, "are the same header"},
		{"parameter name", client(object{"params": object{secret + "\u200b": "a"}}), nil, "zero-width space"},
		{"output that there is not", client(object{"headers": object{"x-t": "{token}", "x-a": "{" + secret + "}"}}), nil, "is not an output: outputs has"},
		{"outputs that there are", client(object{"outputs": object{secret: "a"}, "headers": object{"x-t": "{token}", "x-a": "{fake}"}}), nil, "is not an output: outputs has"},
		{"path of an output", client(object{"outputs": object{"a": secret + " ]"}}), nil, "JMESPath"},
		{"path", describe(nil, object{"token": secret + "("}), nil, "JMESPath"},
		{"path that subtracts", describe(nil, object{"token": secret}), nil, "subtraction"},
		{"success", describe(nil, answer(object{"success": secret + " = 1"})), nil, "JMESPath"},
		{"header path", describe(nil, object{"token": "header:" + secret + " x"}), nil, "header:NAME"},
		{"name of a set", object{"custom": object{secret: description(object{"json": "{", "form": object{"password": secret}}, nil, nil)}}, nil, "custom["},
		{"key of JSON", describe(object{"form": nil, "json": `{"` + secret + `": "a\u2003"}`, "headers": object{"x-key": secret}}, nil), nil, "check the value of the key"},
		{"scopes as input", client(nil), object{"scopes": []string{secret + " x"}, "params": object{"password": secret}}, "several scopes as several strings"},
	}
}

// A sensitive value in the wrong attribute is not repeated by the error about it.
func TestValidationRepeatsNoSecret(t *testing.T) {
	noEnvironment(t)
	unknowable := map[string]string{"path that subtracts": "likely", "two headers": "likely", "key of JSON": "known"}
	for what, secret := range map[string]string{"known": "fake-zebra-hidden", "likely": "ghs_fakeFAKE0123456789fake"} {
		for _, c := range misplacedSecrets(secret) {
			if unknowable[c.name] != what {
				t.Run(what+"/"+c.name, func(t *testing.T) { checkMisplaced(t, c) })
			}
		}
	}
}

func checkMisplaced(t *testing.T, c misplaced) {
	t.Helper()
	p := newPlugin(t)
	diags := p.configure(c.block)
	if c.inputs != nil {
		_, diags = p.ask(t.Context(), dataSource, "oauth2", c.inputs)
	}
	if len(diags) == 0 || !strings.Contains(say(diags), c.says) {
		t.Errorf("%q is missing in:\n%s", c.says, say(diags))
	}
	for _, part := range []string{"zebra", "FAKE0123"} {
		if strings.Contains(say(diags), part) {
			t.Errorf("it is repeated:\n%s", say(diags))
		}
	}
}

// The value of credentials is shown only if it is a plain name.
func TestCredentialsThatAreASecret(t *testing.T) {
	noEnvironment(t)
	sets := object{"epgl": object{"shop": object{"client_id": "fake-id", "client_secret": "fake-secret"}}}
	for wanted, isShown := range map[string]bool{
		"warehouse": true, "ware-house_2.eu": true, "fake secret": false, "ghs_fakeFAKE0123456789fake": false, "d41d8cd98f00b204e9800998ecf8427e": false,
		"fake-" + strings.Repeat("long-", 10): false, "päss": false, "550e8400-e29b-41d4-a716-446655440000": false,
	} {
		for _, block := range []object{sets, {"epgl": unknown{}}} {
			for _, k := range kinds() {
				_, diags := configured(t, block).ask(t.Context(), k, "epgl", object{"credentials": wanted})
				if shown := strings.Contains(say(diags), wanted); len(diags) != 1 || shown != isShown {
					t.Errorf("%q: %s", wanted, say(diags))
				}
			}
		}
	}
}

// The provider's own words are shown, even if the configuration has them too.
func TestOwnWordsAreShown(t *testing.T) {
	noEnvironment(t)
	issuer := func(url, secret string) object {
		return object{"oauth2": object{"default": object{"client_id": "fake-id", "client_secret": secret, "issuer": url}}}
	}
	const openID = "Leave out /.well-known/openid-configuration: issuer = "
	secret := strings.Join([]string{"fake", "zebra", "hidden"}, "-")
	header := object{"x-auth-token": "{token}"}
	for name, c := range map[string]struct {
		block object
		says  string
	}{
		"Keycloak":     {issuer("https://sso.example.com/realms/"+secret+"/.well-known/openid-configuration", secret), openID + `"https://sso.example.com/realms/(sensitive)"`},
		"Auth0":        {issuer("https://"+secret+".example.com/.well-known/openid-configuration", secret), openID + `"https://(sensitive).example.com"`},
		"Okta":         {issuer("https://fake.example.com/oauth2/"+secret+"/.well-known/oauth-authorization-server", secret), "Leave out /.well-known/oauth-authorization-server: "},
		"RFC 8414":     {issuer("https://fake.example.com/.well-known/oauth-authorization-server/"+secret, secret), "Leave out /.well-known/oauth-authorization-server: "},
		"with a query": {issuer("https://fake.example.com/.well-known/openid-configuration?appid="+secret, secret), "Leave out /.well-known/… and set issuer"},
		"{token}":      {object{"custom": object{"default": description(object{"headers": header}, nil, object{"headers": header})}}, "nothing gives {token}. request.sources has none. {token} belongs in headers beside request: that is for the API."},
	} {
		t.Run(name, func(t *testing.T) {
			said := say(newPlugin(t).configure(c.block))
			if !strings.Contains(said, c.says) || strings.Contains(said, "zebra") {
				t.Errorf("want %q:\n%s", c.says, said)
			}
		})
	}
}
