package provider_test

import (
	"encoding/base64"
	"testing"
)

// sourceCases are sources with no place or two.
func sourceCases(k keys) []badSetCase {
	const exactlyOne = "Exactly one source is needed"
	var cases []badSetCase
	for _, name := range sourceNames() {
		add := func(what string, source object, path, summary string, says ...string) {
			cases = append(cases, badSetCase{name + " " + what, sourced(name, source), name + path, summary, says})
		}
		signed := func(more object) object { return object{"signed": object{"private_key_pem": k.rsa}.and(more)} }
		add("of no place", object{}, "", exactlyOne, "Given: none", "value, file, env, program, credentials, github_actions, hcp_terraform, hmac, signed, totp")
		add("of nulls", object{"value": nil, "file": nil}, "", exactlyOne, "Given: none")
		add("of two places", object{"value": "fake-given-token", "env": "FAKE_TOKEN"}, "", exactlyOne, "Given: value, env")
		add("of two objects", object{"github_actions": object{}, "hcp_terraform": object{}}, "", exactlyOne, "Given: github_actions, hcp_terraform")
		add("of two places and an unknown one", object{"value": "fake-given-token", "file": "/run/fake", "env": unknown{}}, "", exactlyOne, "Given: value, file")
		add("of a place and a JWT", signed(nil).and(object{"value": "fake-given-token"}), "", exactlyOne, "Given: value, signed")
		for _, place := range []string{"value", "file"} {
			add("of an empty "+place, object{place: ""}, "."+place, "Empty value")
		}
		add("of a variable without a name", object{"env": ""}, ".env", "Variable name cannot be used", "letters, digits and _")
		for _, token := range []string{"ghs_fakeFAKE0123456789fake", "e30.e30.fake", "0e8400fa-e29b-41d4-a716-4466554400fa", "MIIEvgIBADANBgkqhkiG9w0"} {
			add("of a value for a name: "+token, object{"env": token}, ".env", "Variable name cannot be used", "looks like a token", "into the attribute value")
			add("of a value for a path: "+token, object{"file": token}, ".file", "Path of a file cannot be used", "looks like a token", "into the attribute value")
		}
		for path, says := range map[string]string{"/run/fake ": "it ends with a space", " /run/fake": "it begins with a space"} {
			add("of a path with a space: "+path, object{"file": path}, ".file", "Path of a file cannot be used", says, "trimspace(…)")
		}
		add("of a token for a tag", object{"hcp_terraform": object{"tag": "ghp_fakeFAKE0123456789fake"}}, ".hcp_terraform.tag", "Tag cannot be used", "looks like a token")
		for what, key := range map[string]string{"PEM": k.rsa, "a locked key": k.locked, "a shared JWK": k.oct, "base64": base64.StdEncoding.EncodeToString([]byte(k.ec))} {
			add("of a private key: "+what, object{"value": key}, ".value", "Private key would be sent", "signed = { private_key_pem = … }")
		}
	}
	return cases
}

// programCases are programs that cannot be run, and paths that cannot be used.
func programCases() []badSetCase {
	const exactlyOne, noProgram = "Exactly one source is needed", "Program cannot be used"
	var cases []badSetCase
	for _, name := range sourceNames() {
		add := func(what string, source object, path, summary string, says ...string) {
			cases = append(cases, badSetCase{name + " " + what, sourced(name, source), name + path, summary, says})
		}
		add("of a path alone", object{"path": "a.token"}, "", exactlyOne, "Given: none")
		add("of a path into a value", object{"value": "fake-given-token", "path": "a.token"}, ".path", "Path is not used", "file, env or program")
		add("of a path that is empty", object{"env": "FAKE", "path": ""}, ".path", "Empty value")
		for _, path := range []string{"header:x-token", "cookie:session", "regex:(.*)", "body:"} {
			add("of a path into a response: "+path, object{"env": "FAKE", "path": path}, ".path", "Path cannot be used", "write a JMESPath expression")
		}
		add("of a path that is JSONPath", object{"file": "fake", "path": "$.a"}, ".path", "Path cannot be used", "looks like JSONPath")
		add("of no program", object{"program": []any{}}, ".program", "Empty value", "at least the program")
		add("of a program without a name", object{"program": []any{"", "a"}}, ".program[0]", noProgram, "it is empty")
		add("of a program with null", object{"program": []any{"fake-program", nil}}, ".program[1]", noProgram, "it is null", "compact([…])")
		add("of a program with a space behind it", object{"program": []any{"fake-program "}}, ".program[0]", noProgram, "it ends with a space", "trimspace(…)")
		add("of a program with a line break", object{"program": []any{"fake\nprogram"}}, ".program[0]", noProgram, "a line break")
		add("of a program with NUL", object{"program": []any{"fake", "a\x00"}}, ".program[1]", noProgram, "U+0000")
	}
	return cases
}

func headerCases() []badSetCase {
	const carries = "{token} must be in exactly one place"
	headers := func(headers, outputs object) object {
		set := publicSet().and(object{"headers": headers})
		if outputs != nil {
			set["outputs"] = outputs
		}
		return set
	}
	const broken = "fake-value\r\nx-evil: 1"
	return []badSetCase{
		{"two headers with the token", headers(object{"x-a": "{token}", "x-b": "Bearer {token}"}, nil), "headers", carries, []string{"One header must contain {token}; 2 do."}},
		{"no header with the token", headers(object{"x-a": "fake"}, nil), "headers", carries, []string{"One header must contain {token}; none does."}},
		{"no headers", headers(object{}, nil), "headers", carries, []string{"One header must contain {token}; none does.", "belong in request_headers"}},
		{"a header of another token", headers(object{"x-a": "{Token}"}, object{"Token": "a"}), "headers", carries, []string{"One header must contain {token}; none does."}},
		{
			"header of no output", headers(object{"x-a": "{token}", "x-b": "{tenant}"}, nil), "headers[x-b]", "No such output",
			[]string{"the word in braces is not an output", "none"},
		},
		{
			"header of another output", headers(object{"x-a": "{token} {tenant}"}, object{"user": "a.b", "id": "a"}), "headers[x-a]", "No such output",
			[]string{"the word in braces is not an output", "id, user"},
		},
		{
			"headers that differ in case", headers(object{"x-a": "{token}", "X-A": "fake"}, nil), "headers[x-a]", "Two headers of one name",
			[]string{`"X-A" and "x-a"`},
		},
		{"header beyond ASCII", headers(object{"x-a": "{token}", "x-b": "Zoë"}, nil), "headers[x-b]", "Header value cannot be used", []string{"U+00EB"}},
		{"header with a tab", headers(object{"x-a": "{token}", "x-b": "a\tb"}, nil), "headers[x-b]", "Header value cannot be used", []string{"a tab (U+0009)"}},
		{"header with the line break of a file", headers(object{"x-a": "{token}\n"}, nil), "headers[x-a]", "Header value cannot be used", []string{"trimspace(…)"}},
		{"output that is called token", headers(object{"x-a": "{token}"}, object{"token": "a"}), "outputs[token]", "Name is taken", nil},
		{"output of a header without a name", headers(object{"x-a": "{token}"}, object{"id": "header:"}), "outputs[id]", "Path cannot be used", nil},
		{"header name", headers(object{"x a": "{token}"}, nil), "headers[x a]", "Header name cannot be used", []string{`"x a"`}},
		{"header name that is empty", headers(object{"": "{token}"}, nil), "headers[]", "Header name cannot be used", nil},
		{"header value", headers(object{"x-a": "{token}", "x-b": broken}, nil), "headers[x-b]", "Header value cannot be used", []string{"line break"}},
		{
			"request header name", publicSet().and(object{"request_headers": object{"x:a": "fake-header-value"}}), "request_headers[x:a]",
			"Header name cannot be used",
			[]string{`"x:a"`},
		},
		{
			"request header value", publicSet().and(object{"request_headers": object{"x-a": broken}}), "request_headers[x-a]",
			"Header value cannot be used",
			[]string{"line break"},
		},
	}
}

func answerCases() []badSetCase {
	var cases []badSetCase
	for name, path := range map[string]string{"an open bracket": "a[", "a space": "a b", "two dots": "a..b", "an open quote": `"a`} {
		cases = append(cases, badSetCase{
			"output path with " + name, publicSet().and(object{"outputs": object{"good": "a", "bad": path}}), "outputs[bad]",
			"Path cannot be used",
			[]string{"not a JMESPath expression"},
		})
	}
	for _, ttl := range []string{"soon", "10", "0s", "-5m", ""} {
		cases = append(cases, badSetCase{
			"default_ttl of " + ttl, publicSet().and(object{"default_ttl": ttl}), "default_ttl", badDuration, []string{durationAdvice},
		})
	}
	return cases
}

// Of several mistakes, the same ones are reported each time.
func TestOAuth2RefusalIsTheSame(t *testing.T) {
	p := newPlugin(t)
	set := publicSet().and(grantSet("password")).and(grantSet("refresh_token")).and(grantSet(jwtBearer)).and(grantSet(tokenExchange)).
		and(object{"grant": "client_credentials"})
	first := say(p.configure(oauth2Block(set)))
	for range 20 {
		if again := say(p.configure(oauth2Block(set))); again != first {
			t.Fatalf("first:\n%s\nthen:\n%s", first, again)
		}
	}
}
