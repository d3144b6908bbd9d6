package provider_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// fakePrivate is part of every value that must not be repeated.
const fakePrivate = "fake-private-value"

// badDescription is a set of custom, and the one error that it gives.
type badDescription struct {
	name    string
	set     object
	path    string // of the attribute, within the set
	summary string
	says    []string
}

// description is a set of custom that is right, with more of the request, of the
// response and of itself.
func description(request, response, more object) object {
	return object{
		"request":  object{"url": "https://auth.example.com/token"}.and(request),
		"response": responseOf(response),
	}.and(more)
}

func responseOf(response object) object {
	if response == nil {
		return object{"token": "token"}
	}
	return response
}

func inRequest(name, summary string, request object, at string, says ...string) badDescription {
	return badDescription{name, description(request, nil, nil), `AttributeName("request").` + at, summary, says}
}

func inResponse(name, summary string, response object, at string, says ...string) badDescription {
	return badDescription{name, description(nil, response, nil), `AttributeName("response").` + at, summary, says}
}

func inHeaders(name, summary string, headers object, at string, says ...string) badDescription {
	response := object{"token": "token", "outputs": object{"account": "account", "site": "site"}}
	return badDescription{name, description(nil, response, object{"headers": headers}), `AttributeName("headers")` + at, summary, says}
}

func privateIn(attribute string, request object, at string) badDescription {
	return inRequest("a private key in "+attribute, "Private key would be sent", request, at, "a private key is never sent", "{jwt}")
}

// badContentTypes are texts that are nearly content types.
func badContentTypes() []badDescription {
	return []badDescription{
		inRequest("a content type without a slash", "Content type cannot be used", object{"body": "x", "content_type": "json"},
			attributeNamed("content_type"), "application/json"),
		inRequest("a content type of a number", "Content type cannot be used", object{"body": "x", "content_type": "12345"},
			attributeNamed("content_type"), "application/json"),
		inRequest("a content type of a half", "Content type cannot be used", object{"body": "x", "content_type": "text/"},
			attributeNamed("content_type"), "application/json"),
		inRequest("a content type with nothing behind its semicolon", "Content type cannot be used", object{"body": "x", "content_type": "application/json; "},
			attributeNamed("content_type"), "application/json"),
		inRequest("a content type with a no-break space", "Content type cannot be used", object{"body": "x", "content_type": "\u00a0application/json"},
			attributeNamed("content_type"), "application/json"),
	}
}

func attributeNamed(attribute string) string { return `AttributeName("` + attribute + `")` }

func badRequests() []badDescription {
	const url, jwt, userName = "URL cannot be used", "Source is not used", "User name cannot be used"
	twoBodies := func(name, at string, request object) badDescription {
		return inRequest("two bodies: "+name, "Two bodies", request, at, "At most one of json, form and body")
	}
	form := object{"a": fakePrivate}
	return []badDescription{
		inRequest("no URL", "Missing url", object{"url": nil}, attributeNamed("url"), `request.url must be set: every request needs it, or program in its place. If you wrote it, check its spelling`),
		inRequest("an invalid URL", url, object{"url": "not a url"}, attributeNamed("url"), "not a full https:// URL"),
		inRequest("plain http://", url, object{"url": "http://auth.example.com/" + fakePrivate}, attributeNamed("url"), "allow_http = true"),
		twoBodies("json and form", attributeNamed("form"), object{"json": "{}", "form": form}),
		twoBodies("json and body", attributeNamed("body"), object{"json": "{}", "body": fakePrivate}),
		twoBodies("form and body", attributeNamed("body"), object{"form": form, "body": fakePrivate}),
		twoBodies("all three", attributeNamed("form"), object{"json": "{}", "form": form, "body": fakePrivate}),
		inRequest("invalid json", "JSON cannot be used", object{"json": "{" + fakePrivate}, attributeNamed("json"), "jsonencode"),
		inRequest("empty json", "JSON cannot be used", object{"json": ""}, attributeNamed("json"), "jsonencode"),
		inRequest("an invalid method", "Not one of the allowed values", object{"method": "TRACE"}, attributeNamed("method"), "POST"),
		inRequest("an invalid header name", "Header name cannot be used", object{"headers": object{"a b": fakePrivate}},
			attributeNamed("headers")+`.ElementKeyString("a b")`, `"a b" is not the name`),
		inRequest("a header with a line break", "Header value cannot be used", object{"headers": object{"x": fakePrivate + "\r\ny: z"}},
			attributeNamed("headers")+`.ElementKeyString("x")`, "line break"),
		inRequest("two headers that differ in case", "Two headers of one name", object{"headers": object{"X-Key": fakePrivate, "x-key": fakePrivate}},
			attributeNamed("headers")+`.ElementKeyString("x-key")`, `"X-Key" and "x-key"`),
		inRequest("a header of the connection", "Header cannot be set", object{"headers": object{"transfer-Encoding": "chunked"}},
			attributeNamed("headers")+`.ElementKeyString("transfer-Encoding")`, "the provider decides itself"),
		inRequest("the header of the length", "Header cannot be set", object{"headers": object{"Content-Length": "5"}},
			attributeNamed("headers")+`.ElementKeyString("Content-Length")`),
		inRequest("a compressed response", "Header cannot be set", object{"headers": object{"Accept-Encoding": "gzip, br"}},
			attributeNamed("headers")+`.ElementKeyString("Accept-Encoding")`, "compressed"),
		inRequest("a header for the proxy", "Header cannot be set", object{"headers": object{"Proxy-Authorization": fakePrivate}},
			attributeNamed("headers")+`.ElementKeyString("Proxy-Authorization")`, "transport.proxy_url"),
		inRequest("two content types", "Two headers of one name",
			object{"body": "x", "content_type": "text/plain", "headers": object{"content-type": "text/xml"}}, attributeNamed("headers"), "content_type"),
		inRequest("two authorizations", "Two headers of one name",
			object{"basic_auth": object{"username": "a", "password": fakePrivate}, "headers": object{"Authorization": fakePrivate}},
			attributeNamed("headers"), "basic_auth"),
		inRequest("a user name with a colon", userName, object{"basic_auth": object{"username": fakePrivate + ":b", "password": fakePrivate}},
			attributeNamed("basic_auth")+"."+attributeNamed("username"), "has a colon", "RFC 7617", "urlencode", "in form"),
		inRequest("a user name with a colon beside a placeholder", userName, object{"basic_auth": object{"username": "{uuid}:" + fakePrivate, "password": ""}},
			attributeNamed("basic_auth")+"."+attributeNamed("username"), "has a colon"),
		inRequest("a user name with a control character", "Whitespace or invisible character", object{"basic_auth": object{"username": "a\x7fb", "password": fakePrivate}},
			attributeNamed("basic_auth")+"."+attributeNamed("username"), "U+007F"),
		inRequest("a password with a tab", "Whitespace or invisible character", object{"basic_auth": object{"username": "a", "password": fakePrivate + "\tb"}},
			attributeNamed("basic_auth")+"."+attributeNamed("password"), "the password has a line break or another control character"),
		inRequest("a content type with a line break", "Content type cannot be used", object{"body": "x", "content_type": "a/b\r\nc: d"},
			attributeNamed("content_type"), "text/plain"),
		inRequest("an invalid content type", "Content type cannot be used", object{"body": "x", "content_type": "text plain"},
			attributeNamed("content_type"), "text/plain"),
		inRequest("a content type of a form", "Content type is not used", object{"form": form, "content_type": "text/plain"},
			attributeNamed("content_type"), "json or body"),
		inRequest("a content type of nothing", "Content type is not used", object{"content_type": "text/plain"},
			attributeNamed("content_type"), "Content-Type in headers"),
		inRequest("a certificate without key", "No key for the certificate", object{"client_certificate_pem": "x"}, attributeNamed("client_key_pem")),
		inRequest("a passphrase without key", "Passphrase is not used", object{"client_key_passphrase": "fake"}, attributeNamed("client_key_passphrase"), "client_key_pem"),
		inRequest("a JWT that is used nowhere", jwt, object{"sources": jwtSource(jwtOf(nil)), "headers": object{"x": "jwt"}}, jwtPath, "{jwt}"),
		inRequest("a JWT whose key is none", "JWT cannot be signed",
			object{"sources": jwtSource(object{"private_key_pem": fakePrivate}), "headers": object{"x": "{jwt}"}}, jwtPath+`.AttributeName("signed").`+attributeNamed("private_key_pem"), "no PEM private key"),
		inRequest("an invalid lifetime", "Duration cannot be used",
			object{"sources": jwtSource(jwtOf(object{"lifetime": "5 minutes"})), "headers": object{"x": "{jwt}"}}, jwtPath+`.AttributeName("signed").`+attributeNamed("lifetime"), durationAdvice),
	}
}

func moreBadRequests() []badDescription {
	return []badDescription{
		privateIn("json", object{"json": `{"key": "-----BEGIN PRIVATE KEY-----\\n"}`}, attributeNamed("json")),
		privateIn("body", object{"body": "-----BEGIN EC " + "PRIVATE KEY-----\n"}, attributeNamed("body")),
		privateIn("form", object{"form": object{"key": "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + fakePrivate}}, attributeNamed("form")+`.ElementKeyString("key")`),
		privateIn("query", object{"query": object{"key": `{"kty":"OKP","d":"` + fakePrivate + `"}`}}, attributeNamed("query")+`.ElementKeyString("key")`),
		privateIn("headers", object{"headers": object{"x-key": "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t"}}, attributeNamed("headers")+`.ElementKeyString("x-key")`),
		privateIn("basic_auth", object{"basic_auth": object{"username": "fake", "password": "-----BEGIN PRIVATE KEY-----\n" + fakePrivate}},
			attributeNamed("basic_auth")+`.AttributeName("password")`),
		inRequest("an empty name in a form", "Empty value", object{"form": object{"": fakePrivate}}, attributeNamed("form")+`.ElementKeyString("")`, "The name is empty"),
		inRequest("an empty name in the query", "Empty value", object{"query": object{"": fakePrivate}}, attributeNamed("query")+`.ElementKeyString("")`, "The name is empty"),
		inRequest("a number that is filled in", "JSON cannot be used", object{"json": `{"t": {time}, "u": "{uuid}"}`}, attributeNamed("json"), "{time} is not in quotes", "use body"),
		inRequest("a user name that is null", "Missing username", object{"basic_auth": object{"username": nil, "password": fakePrivate}}, attributeNamed("basic_auth")+"."+attributeNamed("username"),
			"username must be set: ", "check that the variable is not null"),
		inRequest("a password that is null", "Missing password", object{"basic_auth": object{"username": "a"}}, attributeNamed("basic_auth")+"."+attributeNamed("password"), "password must be set: "),
		inRequest("empty claims", "Empty value", object{"sources": jwtSource(object{"private_key_pem": fakePrivate, "claims": ""}), "headers": object{"x": "{jwt}"}},
			jwtPath+`.AttributeName("signed").`+attributeNamed("claims"), "it is empty"),
	}
}

// jwtOf is a JWT whose key is not known yet, so that nothing is wrong with it.
func jwtOf(more object) object { return object{"private_key_pem": unknown{}}.and(more) }

// jwtSource is the source jwt, which signs.
func jwtSource(signed any) object { return object{"jwt": object{"signed": signed}} }

const jwtPath = `AttributeName("sources").ElementKeyString("jwt")`

func badOutputs() []badDescription {
	var cases []badDescription
	for _, name := range []string{"token", "uuid", "time", "time_ms", "time_rfc3339"} {
		cases = append(cases, inResponse("an output called "+name, "Name is taken", object{"token": "t", "outputs": object{name: "a"}},
			attributeNamed("outputs")+`.ElementKeyString("`+name+`")`, "{"+name+"} stands for", "another name"))
	}
	return cases
}

func badResponses() []badDescription {
	const path, number = "Path cannot be used", "Number cannot be used"
	var cases []badDescription
	for _, name := range []string{"token_type", "expires_in", "expires_at", "success", "error"} {
		cases = append(cases, inResponse("an empty "+name, "Empty value", object{"token": "t", name: ""}, attributeNamed(name), "it is empty"))
	}
	cases = append(cases,
		inResponse("success that is a header", path, object{"token": "t", "success": "header:X-Ok"}, attributeNamed("success"), "it finds a string"),
		inResponse("a lifetime in place of its path", path, object{"token": "t", "expires_in": "10h"}, attributeNamed("expires_in"), `default_ttl = "10h"`),
		inResponse("a number in place of a path", path, object{"token": "t", "expires_in": "3600"}, attributeNamed("expires_in"), `default_ttl = "3600s"`),
		inResponse("an empty name of an output", "Empty value", object{"token": "t", "outputs": object{"": "a"}}, attributeNamed("outputs")+`.ElementKeyString("")`, "The name is empty"),
		inResponse("an empty token", "Empty value", object{"token": ""}, attributeNamed("token"), "it is empty"),
		inResponse("an empty path of an output", "Empty value", object{"token": "t", "outputs": object{"a": ""}}, attributeNamed("outputs")+`.ElementKeyString("a")`, "it is empty"),
		inResponse("no token", "Missing token", object{"expires_in": "ttl"}, attributeNamed("token"), "token must be set: it says where the token is", "check its spelling"),
		inResponse("success that is a cookie", path, object{"token": "t", "success": "cookie:sid"}, attributeNamed("success"), "it finds a string"),
		inResponse("success that is the body", path, object{"token": "t", "success": "body:"}, attributeNamed("success"), "regex:<status>OK</status>"),
		inResponse("a cookie without a name", path, object{"token": "cookie:"}, attributeNamed("token"), "such as cookie:JSESSIONID"),
		inResponse("a part of the body", path, object{"token": "body:token"}, attributeNamed("token"), "which is the whole body"),
		inResponse("an expression that is none", path, object{"token": "regex:<key>(.*"}, attributeNamed("token"), "missing closing )"),
		inResponse("a success that is no expression", path, object{"token": "t", "success": "regex:^(?!<html)"}, attributeNamed("success"), "no lookahead"),
		inResponse("no status", "Empty value", object{"token": "t", "success_statuses": []any{}}, attributeNamed("success_statuses"), "no response would be a success"),
		inResponse("a status that is too large", number, object{"token": "t", "success_statuses": []any{200, 600}}, attributeNamed("success_statuses")+".ElementKeyInt(1)", "a whole number from 200 to 599"),
		inResponse("a status before the response", number, object{"token": "t", "success_statuses": []any{100}}, attributeNamed("success_statuses")+".ElementKeyInt(0)", "a whole number from 200 to 599"),
		inResponse("a status with a fraction", number, object{"token": "t", "success_statuses": []any{200.5}}, attributeNamed("success_statuses")+".ElementKeyInt(0)", "a whole number from 200 to 599"),
		inResponse("a status beyond any", number, object{"token": "t", "success_statuses": []any{1e300}}, attributeNamed("success_statuses")+".ElementKeyInt(0)", "a whole number from 200 to 599"),
		inResponse("a status that is null", number, object{"token": "t", "success_statuses": []any{nil}}, attributeNamed("success_statuses")+".ElementKeyInt(0)", "[200, 302]"),
		inResponse("a status twice", number, object{"token": "t", "success_statuses": []any{302, 200, 302}}, attributeNamed("success_statuses")+".ElementKeyInt(2)", "302 is in the list already"),
		inResponse("an unknown unit", "Not one of the allowed values",
			object{"token": "t", "expires_in": "e", "expires_in_unit": "h"}, attributeNamed("expires_in_unit"), "s (seconds), ms (milliseconds), m (minutes)"),
		inResponse("a unit of nothing", "Unit without a lifetime", object{"token": "t", "expires_in_unit": "ms"}, attributeNamed("expires_in_unit")),
		inResponse("an output that is no path", path, object{"token": "t", "outputs": object{"a": "a", "b": "b["}},
			attributeNamed("outputs")+`.ElementKeyString("b")`, "not a JMESPath expression"),
		inResponse("a path of JSONPath", path, object{"token": "$.data.token"}, attributeNamed("token"), `leave out the leading "$."`),
		inResponse("a function that does not exist", path, object{"token": "first(tokens)"}, attributeNamed("token"), "no function first"),
		inResponse("a header path without a name", path, object{"token": "t", "expires_in": "header:"}, attributeNamed("expires_in"), "header:NAME"),
	)
	for _, name := range []string{"token", "uuid", "time", "time_ms", "time_rfc3339"} {
		cases = append(cases, inResponse("an output called "+name, "Name is taken", object{"token": "t", "outputs": object{"a": "a", name: "b"}},
			attributeNamed("outputs")+`.ElementKeyString("`+name+`")`, "cannot be called "+name))
	}
	for _, name := range []string{"token", "token_type", "expires_in", "expires_at", "success", "error"} {
		response := object{"token": "t"}.and(object{name: "data["})
		cases = append(cases, inResponse(name+" that is no path", path, response, attributeNamed(name), "not a JMESPath expression"))
	}
	return cases
}

func badUses() []badDescription {
	const one = "{token} must be in exactly one place"
	return []badDescription{
		inHeaders("no {token}", one, object{"x": "token"}, "", "One header must contain {token}; none does."),
		inHeaders("no header at all", one, object{}, "", "One header must contain {token}; none does.", "belong in request.headers"),
		inHeaders("two {token}", one, object{"x": "{token}", "y": "Bearer {token}"}, "", "One header must contain {token}; 2 do."),
		inHeaders("a name that is no output", "No such output", object{"x": "{token}", "y": "{tenant}"}, `.ElementKeyString("y")`, "account, site"),
		inHeaders("an invalid header name", "Header name cannot be used", object{"x:": "{token}"}, `.ElementKeyString("x:")`),
		inHeaders("a line break", "Header value cannot be used", object{"x": "{token}\n"}, `.ElementKeyString("x")`),
		{"an invalid default lifetime", description(nil, nil, object{"default_ttl": "10"}), attributeNamed("default_ttl"), "Duration cannot be used", []string{durationAdvice}},
		{"no request", object{"response": object{"token": "t"}}, attributeNamed("request"), "Missing request", []string{"request must be set: every credential set needs it. If you wrote it, check its spelling"}},
		{"no response", object{"request": object{"url": "https://x.example.com"}}, attributeNamed("response"), "Missing response", []string{"check its spelling: inside { … }, attributes with an unknown name"}},
		{
			"a revocation with a value after the host",
			description(nil, object{"token": "token", "outputs": object{"at": "header:Location"}}, object{"revoke": object{"url": "https://x.example.com{at}"}}),
			`AttributeName("revoke").AttributeName("url")`, "URL cannot be used",
			[]string{"revoke.url cannot be used: it has { before the first / of its path", "so that / becomes %2F"},
		},
		{
			"Basic beside the header that has the token",
			description(nil, nil, object{"headers": object{"authorization": "Bearer {token}"}, "basic_auth": object{"username": "a", "password": fakePrivate}}),
			attributeNamed("headers"), "Two headers of one name",
			[]string{"basic_auth and the header Authorization in headers both set it. Keep one of the two."},
		},
		{
			"a key beside Basic that has the token",
			description(nil, nil, object{"headers": object{"Authorization": "ApiKey " + fakePrivate}, "basic_auth": object{"username": "{token}", "password": ""}}),
			attributeNamed("headers"), "Two headers of one name", nil,
		},
		{
			"the token in Basic and beside it",
			description(nil, nil, object{"headers": object{"Authorization": "Bearer {token}"}, "basic_auth": object{"username": "{token}", "password": ""}}),
			attributeNamed("headers"), "Two headers of one name", nil,
		},
		{
			"a revocation without a URL", description(nil, nil, object{"revoke": object{"method": "DELETE"}}),
			`AttributeName("revoke").AttributeName("url")`, "Missing url",
			[]string{"every revocation needs it, because a program cannot take its place"},
		},
		{
			"a revocation with a name that is no output",
			description(nil, nil, object{"revoke": object{"url": "https://x.example.com", "headers": object{"x": "{token} {session}"}}}),
			`AttributeName("revoke").AttributeName("headers").ElementKeyString("x")`, "No such output",
			[]string{`revoke.headers["x"]`, "the word in braces", "response.outputs", "none"},
		},
		{
			"a revocation with the JWT of another request",
			description(nil, nil, object{"revoke": object{"url": "https://x.example.com", "headers": object{"x": "{token} {jwt}"}}}),
			`AttributeName("revoke").AttributeName("headers").ElementKeyString("x")`, "No such output",
			[]string{`revoke.headers["x"]`, "none"},
		},
		{
			"a revocation that names no token",
			description(nil, nil, object{"revoke": object{"url": "https://x.example.com/logout"}}),
			`AttributeName("revoke")`, "Token is not named",
			[]string{"{token}"},
		},
	}
}

// A mistake in a description is reported at validation, once, at its attribute.
func TestBadDescriptions(t *testing.T) {
	noEnvironment(t)
	all := slices.Concat(badRequests(), badContentTypes(), moreBadRequests(), badOutputs(), badResponses(), badUses())
	for _, bad := range all {
		t.Run(bad.name, func(t *testing.T) {
			diags := newPlugin(t).configure(object{"custom": object{"shop": bad.set}})
			got := onlyError(t, diags)
			want := `AttributeName("custom").ElementKeyString("shop").` + bad.path
			if got.Attribute.String() != want {
				t.Errorf("it is at %s, want %s", got.Attribute, want)
			}
			if got.Summary != bad.summary {
				t.Errorf("its summary is %q, want %q", got.Summary, bad.summary)
			}
			checkSays(t, got.Detail, bad.says)
			checkNot(t, say(diags), clitest.Needle{Name: "a value", Value: fakePrivate})
		})
	}
}

// Values that are not known yet are not checked.
func TestUnknownDescriptions(t *testing.T) {
	noEnvironment(t)
	whole := description(nil, nil, nil)
	cases := map[string]object{
		"request":           whole.and(object{"request": unknown{}}),
		"response":          whole.and(object{"response": unknown{}}),
		"headers":           whole.and(object{"headers": unknown{}}),
		"a header":          whole.and(object{"headers": object{"x": unknown{}}}),
		"a header, of many": whole.and(object{"headers": object{"x": unknown{}, "y": "{token}"}}),
		"revoke":            whole.and(object{"revoke": unknown{}}),
		"default_ttl":       whole.and(object{"default_ttl": unknown{}}),
		"outputs":           description(nil, object{"token": "t", "outputs": unknown{}}, object{"headers": object{"x": "{token} {a}"}}),
		"an output":         description(nil, object{"token": "t", "outputs": object{"a": unknown{}}}, object{"headers": object{"x": "{token} {a}"}}),
		"the response that has the outputs": whole.and(object{
			"response": unknown{}, "headers": object{"x": "{token} {a}"},
		}),
		"a revocation's header":       whole.and(object{"revoke": object{"url": "https://x.example.com", "headers": object{"x": unknown{}}}}),
		"a basic password":            description(object{"basic_auth": object{"username": "a", "password": unknown{}}}, nil, nil),
		"the certificate":             description(object{"client_certificate_pem": unknown{}, "client_key_pem": "x"}, nil, nil),
		"one of two bodies":           description(object{"json": unknown{}, "form": object{"a": "b"}}, nil, nil),
		"the statuses":                description(nil, object{"token": "t", "success_statuses": unknown{}}, nil),
		"one of two statuses":         description(nil, object{"token": "t", "success_statuses": []any{unknown{}, 302}}, nil),
		"the content type of nothing": description(object{"content_type": unknown{}}, nil, nil),
		"the unit of nothing":         description(nil, object{"token": "t", "expires_in_unit": unknown{}}, nil),
		"a JWT that is used nowhere":  description(object{"sources": jwtSource(unknown{})}, nil, nil),
	}
	for _, name := range []string{"headers", "query", "json", "form", "body"} {
		cases["where the JWT goes, "+name] = description(object{"sources": jwtSource(jwtOf(nil)), name: unknown{}}, nil, nil)
	}
	for _, name := range []string{"url", "method", "headers", "query", "json", "form", "body", "allow_http", "basic_auth"} {
		cases["request."+name] = description(object{name: unknown{}}, nil, nil)
	}
	for _, name := range []string{"token", "token_type", "expires_in", "expires_at", "success", "error"} {
		cases["response."+name] = description(nil, object{"token": "t"}.and(object{name: unknown{}}), nil)
	}
	for name, set := range cases {
		t.Run(name, func(t *testing.T) {
			p := newPlugin(t)
			if diags := p.configure(object{"custom": object{"shop": set}}); len(diags) > 0 {
				t.Fatal(say(diags))
			}
			for _, k := range kinds() {
				_, diags := p.ask(t.Context(), k, "custom", nil)
				got := onlyError(t, diags)
				if !strings.HasPrefix(got.Summary, "Provider configuration is not known") {
					t.Error(say(diags))
				}
			}
		})
	}
}

// A block without the level of the names gets one error, which says so.
func TestMissingNameLevel(t *testing.T) {
	noEnvironment(t)
	p := newPlugin(t)
	for name, sets := range map[string]object{
		"both": {"request": object{}, "response": object{}}, "more": {"request": object{}, "response": object{}, "headers": object{"headers": object{"x": "{token}"}}},
		"one": {"response": object{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := onlyError(t, p.asT(t).configure(object{"custom": sets}))
			if got.Attribute.String() != attributeNamed("custom") || got.Summary != "Credential set without a name" {
				t.Errorf("got %q at %s", got.Summary, got.Attribute)
			}
			checkSays(t, got.Detail, []string{"custom is a map of credential sets", "Put a name around the set: custom = { NAME = { "})
			if strings.ContainsAny(got.Detail, `[]"`) {
				t.Errorf("a name is not written as in HCL: %s", got.Detail)
			}
		})
	}
	got := onlyError(t, p.configure(object{"custom": object{"": description(nil, nil, nil)}}))
	if got.Summary != "Empty value" || !strings.Contains(got.Detail, "The name of the credential set is empty") {
		t.Errorf("got %q: %s", got.Summary, got.Detail)
	}
	// A set may have the name of a part, where it is a set.
	if diags := p.configure(object{"custom": object{"request": description(nil, nil, nil)}}); len(diags) > 0 {
		t.Error(say(diags))
	}
}

// A method is sent in capitals, as HTTP has it, however it is written.
func TestMethodInAnyCase(t *testing.T) {
	noEnvironment(t)
	for _, method := range []string{"put", "Put", "PUT"} {
		var got string
		web := newWeb(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = r.Method
			writeJSON(w, map[string]any{"token": "fake"})
		}))
		configured(t, object{"custom": object{"shop": description(object{"url": web.URL, "method": method}, nil, nil)}}).token(dataSource, "custom", nil)
		if got != http.MethodPut {
			t.Errorf("%s: it sent %s", method, got)
		}
	}
}
