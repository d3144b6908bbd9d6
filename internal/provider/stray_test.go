package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// strayClass has texts with stray characters that attributes of one kind accept, and
// others that they do not. %s is a valid value.
type strayClass struct {
	refused, accepted []string
}

// strayClasses are the kinds of attributes that are free text.
func strayClasses() map[string]strayClass {
	invisible := []string{"%s\n", "%s\r\n", "\n%s", "\ufeff%s", "%s\ufeff", "%s\u200b", "\u200b%s", "%s\u00a0", "\u2028%s", "%s\t", "%s\x00", "\u202e%s"}
	inside := []string{"%[1]s\n%[1]s", "%[1]s\u200b%[1]s", "%[1]s\t%[1]s", "%[1]s\x1b%[1]s"}
	return map[string]strayClass{
		// What vendors hand out or define. RFC 6749 has spaces inside ids and secrets.
		"word": {slices.Concat(invisible, inside, []string{" %s", "%s ", "%[1]s\u00a0%[1]s"}), []string{"%[1]s %[1]s", "%s-ë日"}},
		// What people choose: it may have spaces anywhere.
		"password": {
			slices.Concat(invisible[:7], invisible[8:9], invisible[10:], inside[:2], inside[3:]),
			[]string{" %s ", "%[1]s %[1]s", "%[1]s\u00a0%[1]s", "%s\u00a0", "%s\t", "\t%s", "%[1]s\t%[1]s", "%s-ë日"},
		},
		// HTTP Basic carries no tab (RFC 7617, section 2): the rows of bad requests have one.
		"basic password": {
			slices.Concat(invisible[:7], invisible[8:9], invisible[10:], inside[:2], inside[3:]),
			[]string{" %s ", "%[1]s %[1]s", "%[1]s\u00a0%[1]s", "%s\u00a0", "%s-ë日"},
		},
		// Texts that may have several lines, such as PEM and GraphQL in a form.
		"entry": {invisible[:8], []string{" %s ", "%[1]s\n%[1]s\n", "%[1]s\t%[1]s", "%[1]s\u200b%[1]s", "%s-ë日"}},
		// An assertion or a token is one line, unless it is JSON or XML.
		"assertion": {slices.Concat(invisible[:8], inside, []string{"%[1]s\u2028%[1]s", "%[1]s\n%[1]s\n", "{%s\x00}"}), []string{" %s ", "%s-ë日", "{\n\t\"a\": \"%s\"}", "<a>\n%s</a>"}},
		// What net/http sends and what an API reads (RFC 9110, section 5.5).
		"header": {slices.Concat(invisible, inside, []string{" %s", "%s ", "%s-ë"}), []string{"%[1]s %[1]s", "%s=/+\"", ""}},
	}
}

// strayAttributes are the attributes of each kind, in a set that is otherwise valid.
func strayAttributes() map[string][]string {
	return map[string][]string{
		"word": {
			"emporix.client_id", "emporix.client_secret", "emtech.client_id", "emtech.client_secret", "epgl.client_id", "epgl.client_secret",
			"oauth2.client_id", "oauth2.client_secret", "oauth2.audience", "refresh_token.refresh_token", "user.username",
			"exchange.subject_token_type", "exchange.actor_token_type", "exchange.requested_token_type",
			"jwt.key_id", "jwt.assertion_audience", "basic.request.basic_auth.username",
		},
		"password":       {"user.password"},
		"basic password": {"basic.request.basic_auth.password"},
		"entry": {
			"custom.request.form.x-a", "custom.request.query.x-a", "oauth2.params.x-a",
		},
		"assertion": {"assertion.assertion.value", "exchange.subject_token.value"},
		"header":    {"custom.request.headers.x-a", "custom.headers.x-a", "oauth2.request_headers.x-a", "oauth2.headers.x-a"},
	}
}

// straySets are the sets that hold those attributes, by the first step of a path.
func straySets() map[string]object {
	client := object{"client_id": "fake-id", "client_secret": "fake-secret"}
	oauth2 := client.and(object{"token_url": "https://auth.example.com/token"})
	exchange := publicSet().and(grantSet(tokenExchange)).and(object{"actor_token": object{"value": "fake"}, "actor_token_type": "fake"})
	return map[string]object{
		"emporix": client, "emtech": client, "epgl": client,
		"oauth2":        oauth2.and(object{"params": object{}, "request_headers": object{}, "headers": object{"x-t": "{token}"}}),
		"refresh_token": publicSet().and(grantSet("refresh_token")), "user": publicSet().and(grantSet("password")), "exchange": exchange,
		"jwt":       oauth2.and(object{"client_auth": "client_secret_jwt", "client_secret": longSecret}),
		"assertion": publicSet().and(grantSet(jwtBearer)),
		"custom":    description(object{"query": object{}, "form": object{}, "headers": object{}}, nil, object{"headers": object{"x-t": "{token}"}}),
		"basic":     description(object{"basic_auth": object{"username": "fake", "password": "fake"}}, nil, nil),
	}
}

// serviceOf is the service of a set of straySets.
func serviceOf(name string) string {
	switch name {
	case "custom", "basic":
		return "custom"
	case "emporix", "emtech", "epgl":
		return name
	default:
		return "oauth2"
	}
}

// strayBlock is a provider block in which an attribute of straySets has another value.
func strayBlock(attribute, value string) (block object, last string) {
	name, rest, _ := strings.Cut(attribute, ".")
	path := strings.Split(rest, ".")
	return object{serviceOf(name): object{"default": straySets()[name].with(path, value)}}, path[len(path)-1]
}

// Stray characters from a file or a web page are an error at the attribute, which says
// what to do. Characters that the value may have are accepted.
func TestStrayCharacters(t *testing.T) {
	noEnvironment(t)
	classes, p := strayClasses(), newPlugin(t)
	for class, attributes := range strayAttributes() {
		for _, attribute := range attributes {
			for _, pattern := range classes[class].accepted {
				value := pattern
				if pattern != "" {
					value = fmt.Sprintf(pattern, "fake-value")
				}
				block, _ := strayBlock(attribute, value)
				if diags := p.asT(t).configure(block); len(diags) > 0 {
					t.Errorf("%s with %q: %s", attribute, pattern, say(diags))
				}
			}
			for _, pattern := range classes[class].refused {
				t.Run(fmt.Sprintf("%s/%q", attribute, pattern), func(t *testing.T) {
					checkStray(p.asT(t), attribute, fmt.Sprintf(pattern, "fake-value"))
				})
			}
		}
	}
}

// checkStray fails unless a value is refused at its attribute, with what to do.
func checkStray(p *plugin, attribute, value string) {
	p.t.Helper()
	block, last := strayBlock(attribute, value)
	diags := p.configure(block)
	got := onlyError(p.t, diags)
	if where := got.Attribute.String(); !strings.Contains(where, `"`+last+`"`) {
		p.t.Errorf("it is at %s", where)
	}
	cures := []string{"trimspace(…)", "replace(…", "ASCII"}
	if !slices.ContainsFunc(cures, func(cure string) bool { return strings.Contains(got.Detail, cure) }) {
		p.t.Errorf("it does not say what to do: %s", got.Detail)
	}
	checkNot(p.t, say(diags), clitest.Needle{Name: "the value", Value: "fake-value"})
}

// The line break of a file is reported as one, also in URLs, scopes and names.
func TestFileEndsWithALineBreak(t *testing.T) {
	noEnvironment(t)
	p := newPlugin(t)
	emporix := straySets()["emporix"]
	for name, block := range map[string]object{
		"URL":            {"emporix": object{"default": emporix.and(object{"token_url": "https://auth.example.com/token\n"})}},
		"scope":          {"emporix": object{"default": emporix.and(object{"scopes": []string{"read\n"}})}},
		"resource":       {"oauth2": object{"default": publicSet().and(object{"resources": []any{"urn:a\n"}})}},
		"name of a form": {"custom": object{"default": description(object{"form": object{"a\n": "b"}}, nil, nil)}},
		"output":         {"custom": object{"default": description(nil, object{"token": "t", "outputs": object{"a\n": "b"}}, nil)}},
		"proxy":          {"transport": object{"proxy_url": "http://proxy.example.com\n"}},
		"issuer":         {"oauth2": object{"default": publicSet().and(object{"issuer": "https://auth.example.com\r\n"})}},
	} {
		t.Run(name, func(t *testing.T) {
			checkSays(t, onlyError(t, p.asT(t).configure(block)).Detail, []string{"ends with a line break", "trimspace(…)"})
		})
	}
}

// A value in JSON that seems to come from a file gives a warning that names its key.
func TestStrayInJSON(t *testing.T) {
	noEnvironment(t)
	p := newPlugin(t)
	for json, key := range map[string]string{
		`{"password":"fake-secret\n"}`: `"password"`, `{"a":[{"b":"\ufefffake-secret"}]}`: `"b"`, `{"query":"{\n a\n}\n"}`: "", `{"a":" b ","c":1}`: "",
	} {
		diags := p.configure(object{"custom": object{"default": description(object{"json": json}, nil, nil)}})
		if (len(diags) == 1) != (key != "") {
			t.Errorf("%s: %s", json, say(diags))
			continue
		}
		if key != "" {
			checkSays(t, diags[0].Detail, []string{"check the value of the key " + key})
			checkNot(t, say(diags), clitest.Needle{Name: "the value", Value: "fake-secret"})
		}
	}
	bad := onlyError(t, p.configure(object{"custom": object{"default": description(object{"json": "\ufeff{}"}, nil, nil)}}))
	checkSays(t, bad.Detail, []string{"byte order mark"})
}

// Values from the environment are trimmed, and then checked.
func TestStrayInEnvironment(t *testing.T) {
	noEnvironment(t)
	a := newAuthServer(t)
	for name, value := range map[string]string{ //nolint:gosec // made up
		"OAUTH2_CLIENT_ID": " fake-id\r\n", "OAUTH2_CLIENT_SECRET": "\ufefffake-secret\u200b\n", "OAUTH2_TOKEN_URL": a.web.URL + "/token\n",
	} {
		t.Setenv(name, value)
	}
	configured(t, nil).token(dataSource, "oauth2", nil)
	if id, secret, _ := a.asked()[0].basic(); id != "fake-id" || secret != "fake-secret" {
		t.Errorf("it sent %q and %q", id, secret)
	}
	t.Setenv("OAUTH2_CLIENT_SECRET", "fake\nsecret")
	_, diags := configured(t, nil).ask(t.Context(), dataSource, "oauth2", nil)
	got := onlyError(t, diags)
	checkSays(t, got.Detail, []string{"OAUTH2_CLIENT_SECRET cannot be used: it contains a line break"})
}

// An empty value is an error at its attribute, if it must not be empty.
func TestEmptyValues(t *testing.T) {
	noEnvironment(t)
	p := newPlugin(t)
	sets := straySets()
	for _, attribute := range []string{
		"emporix.client_id", "emtech.client_secret", "epgl.token_url", "oauth2.client_secret", "oauth2.issuer", "oauth2.audience", "oauth2.grant",
		"refresh_token.refresh_token", "user.username", "user.password", "exchange.subject_token_type", "exchange.actor_token_type",
		"exchange.requested_token_type", "exchange.subject_token.value", "jwt.key_id", "jwt.assertion_audience", "custom.request.url",
		"custom.request.client_certificate_pem", "custom.request.client_key_pem", "oauth2.client_certificate_pem", "oauth2.client_key_pem",
	} {
		t.Run(attribute, func(t *testing.T) {
			name, rest, _ := strings.Cut(attribute, ".")
			path := strings.Split(rest, ".")
			got := onlyError(t, p.asT(t).configure(object{serviceOf(name): object{"default": sets[name].with(path, "")}}))
			if got.Summary != "Empty value" || !strings.HasSuffix(got.Attribute.String(), `AttributeName("`+path[len(path)-1]+`")`) {
				t.Errorf("got %q at %s", got.Summary, got.Attribute)
			}
		})
	}
}

// An empty certificate or key is reported as empty, and not as missing.
func TestEmptyCertificateOrKey(t *testing.T) {
	noEnvironment(t)
	p, pair := newPlugin(t), newCertificate(t, -time.Hour, time.Hour)
	revoke := object{"url": "https://auth.example.com/logout", "headers": object{"x-a": "{token}"}}
	for _, empty := range []string{"client_certificate_pem", "client_key_pem"} {
		certified := pair.and(object{empty: ""})
		for name, block := range map[string]object{
			"oauth2":         {"oauth2": object{"default": publicSet().and(certified)}},
			"custom.request": {"custom": object{"default": description(certified, nil, nil)}},
			"custom.revoke":  {"custom": object{"default": description(nil, nil, object{"revoke": revoke.and(certified)})}},
		} {
			t.Run(name+"."+empty, func(t *testing.T) {
				got := onlyError(t, p.asT(t).configure(block))
				if got.Summary != "Empty value" || !strings.HasSuffix(got.Attribute.String(), `AttributeName("`+empty+`")`) {
					t.Errorf("got %q at %s", got.Summary, got.Attribute)
				}
			})
		}
	}
}

// HTTP Basic needs a user name or a password that is not empty.
func TestEmptyBasicAuth(t *testing.T) {
	noEnvironment(t)
	p := newPlugin(t)
	for basic, good := range map[[2]string]bool{{"cf", ""}: true, {"", "fake-key"}: true, {"a", "b"}: true, {"", ""}: false} {
		set := description(object{"basic_auth": object{"username": basic[0], "password": basic[1]}}, nil, nil)
		diags := p.configure(object{"custom": object{"default": set}})
		if good && len(diags) == 0 {
			continue
		}
		if good || onlyError(t, diags).Summary != "Empty value" {
			t.Errorf("%q: %s", basic, say(diags))
		}
	}
}

// An empty client secret can be sent as the guide describes.
func TestEmptyClientSecret(t *testing.T) {
	noEnvironment(t)
	a := newAuthServer(t)
	set := object{
		"token_url": a.web.URL + "/token", "client_auth": "none", "request_headers": object{"Authorization": "Basic Y2Y6"},
	}.and(grantSet("password"))
	configured(t, object{"oauth2": object{"cf": set}}).token(dataSource, "oauth2", nil)
	got := a.asked()[0]
	if id, secret, ok := got.basic(); id != "cf" || secret != "" || !ok {
		t.Errorf("it sent %q and %q", id, secret)
	}
	if got.form.Has("client_id") || got.form.Get("username") != "fake-user" {
		t.Errorf("it sent %v", slices.Sorted(maps.Keys(got.form)))
	}
}
