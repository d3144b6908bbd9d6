package provider_test

import (
	"strings"
	"testing"
)

// twiceCases are sets that would send a header or a client twice.
func twiceCases(t *testing.T, k keys) []badSetCase {
	t.Helper()
	const headers, client = "Two headers of one name", "Client is given twice"
	var cases []badSetCase
	for _, name := range []string{"Authorization", "authorization", "AUTHORIZATION"} {
		cases = append(cases, badSetCase{
			"Basic and " + name, methodSet(t, "client_secret_basic", k).and(object{"request_headers": object{name: "Bearer fake-header-value"}}),
			"request_headers", headers,
			[]string{`client_auth = "client_secret_basic"`, `client_auth = "none"`},
		}, badSetCase{
			"no client_auth and " + name, publicSet().and(object{"client_auth": nil, "request_headers": object{name: "Basic ZmFrZS1pZDo="}}),
			"request_headers", headers,
			[]string{`client_auth = "none"`},
		})
	}
	for _, kind := range []string{"application/json", "text/plain", "", "fake;;"} {
		cases = append(cases, badSetCase{
			"Content-Type " + kind, publicSet().and(object{"request_headers": object{"content-type": kind}}), "request_headers", headers,
			[]string{"application/x-www-form-urlencoded", "custom"},
		})
	}
	for _, method := range methods() {
		set := methodSet(t, method, k)
		cases = append(cases, badSetCase{
			"another client_id, " + method, set.and(object{"params": object{"client_id": "fake-other-client"}}), "params", client, []string{"client_id"},
		})
		if method == "none" {
			continue
		}
		for _, name := range []string{"client_secret", "client_assertion"} {
			cases = append(cases, badSetCase{
				name + " in params, " + method, set.and(object{"params": object{name: "fake-other-value"}}), "params", client,
				[]string{`client_auth = "` + method + `"`, name + " in params", "RFC 6749"},
			})
		}
	}
	return append(cases, badSetCase{
		"secret and assertion in params", publicSet().and(object{"params": object{"client_secret": "fake-other-value", "client_assertion": "fake-value"}}),
		"params", client,
		[]string{"client_secret in params, client_assertion in params"},
	}, badSetCase{
		"secret in params alone", publicSet().and(object{"client_auth": nil, "params": object{"client_secret": "fake-other-value"}}), "params", client, nil,
	})
}

// A client that is given once, or twice with the same id, is accepted.
func TestOAuth2ClientGivenOnce(t *testing.T) {
	k, p := newKeys(t), newPlugin(t)
	for name, set := range map[string]object{
		"the form's own type":       publicSet().and(object{"request_headers": object{"Content-Type": "Application/X-WWW-Form-Urlencoded; charset=utf-8"}}),
		"a header that is null":     methodSet(t, "client_secret_basic", k).and(object{"request_headers": object{"Authorization": nil}}),
		"a gateway's header":        methodSet(t, "client_secret_post", k).and(object{"request_headers": object{"Authorization": "Bearer fake-header-value"}}),
		"a header as the client":    publicSet().and(object{"client_id": nil, "request_headers": object{"Authorization": "Basic Y2Y6"}}),
		"the same client_id":        methodSet(t, "client_secret_basic", k).and(object{"params": object{"client_id": publicSet()["client_id"]}}),
		"an empty secret":           publicSet().and(object{"params": object{"client_secret": ""}}),
		"an assertion of the user":  publicSet().and(object{"client_id": nil, "params": object{"client_id": "fake", "client_assertion": "fake-value", "client_assertion_type": "urn:fake"}}),
		"params that are not known": methodSet(t, "client_secret_basic", k).and(object{"params": object{"client_secret": unknown{}}}),
		"a secret that is null":     methodSet(t, "client_secret_basic", k).and(object{"params": object{"client_secret": nil}}),
	} {
		if diags := p.configure(oauth2Block(set)); len(diags) > 0 {
			t.Errorf("%s: %s", name, say(diags))
		}
	}
}

// params of a reference are checked against the set, before anything is sent.
func TestOAuth2ClientGivenTwiceByReference(t *testing.T) {
	noEnvironment(t)
	k := newKeys(t)
	for _, dsKind := range kinds() {
		for _, name := range []string{"client_secret", "client_assertion", "client_id"} {
			p := configured(t, oauth2Block(methodSet(t, "client_secret_basic", k)))
			_, diags := p.ask(t.Context(), dsKind, "oauth2", object{"params": object{name: "fake-other-value"}})
			got := onlyError(t, diags)
			if got.Summary != "Client is given twice" || !strings.Contains(got.Attribute.String(), "params") {
				t.Errorf("%s, %s: %s at %s", dsKind, name, got.Summary, got.Attribute)
			}
			checkNot(t, say(diags), needle("params", "fake-other-value")...)
		}
	}
}
