package provider_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// oauth2 has no path of expires_in to compare.
func TestOddExpiryOfOAuth2(t *testing.T) {
	noEnvironment(t)
	web := newWeb(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"access_token":"fake-token","expires_in":true}`))
	}))
	set := object{"client_id": "fake-id", "client_secret": "fake-secret", "token_url": web.URL}
	_, diags := configured(t, object{"oauth2": object{"a": set}}).ask(t.Context(), dataSource, "oauth2", nil)
	if text := say(diags); len(diags) != 1 || strings.Contains(text, "path") || !strings.Contains(text, "Set default_ttl to") {
		t.Errorf("it says: %s", text)
	}
}

func textMap(t *testing.T, value tftypes.Value) map[string]string {
	t.Helper()
	var elements map[string]tftypes.Value
	clitest.OK(t, value.As(&elements))
	found := map[string]string{}
	for name, element := range elements {
		found[name] = text(t, element)
	}
	return found
}

func TestOAuth2Outputs(t *testing.T) {
	noEnvironment(t)
	for _, k := range kinds() {
		t.Run(string(k), func(t *testing.T) {
			a := newAuthServer(t)
			a.answer = map[string]any{
				"refresh_token": "fake-refresh-token", "id_token": "fake-id-token", "scope": "read",
				"issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
				"data":              map[string]any{"tenant": "fake-tenant", "limits": []int{1, 2}, "admin": false, "none": nil},
			}
			a.header = map[string]string{"X-Fake-Region": "fake-region"}
			p := configured(t, a.block(object{
				"outputs": object{
					"tenant": "data.tenant", "limits": "data.limits", "admin": "data.admin", "none": "data.none", "absent": "a.b",
					"region": "header:x-fake-region",
				},
				"headers": object{"x-token": "Token {token}", "x-tenant": "{tenant}@{region}", "x-fixed": "fake"},
			}))
			got, diags := p.ask(t.Context(), k, "oauth2", nil)
			wantWarning(t, diags, `outputs.absent: there is nothing at "a.b"`)
			for name, want := range map[string]string{
				"access_token": "fake-token-1", "refresh_token": "fake-refresh-token", "id_token": "fake-id-token", "scope": "read",
				"issued_token_type": "urn:ietf:params:oauth:token-type:access_token", "header_name": "x-token", "header_value": "Token fake-token-1",
			} {
				if said := text(t, got[name]); said != want {
					t.Errorf("%s is %q, want %q", name, said, want)
				}
			}
			outputs := map[string]string{"tenant": "fake-tenant", "limits": "[1,2]", "admin": "false", "region": "fake-region"}
			if diff := cmp.Diff(outputs, textMap(t, got["outputs"])); diff != "" {
				t.Error(diff)
			}
			headers := map[string]string{"x-token": "Token fake-token-1", "x-tenant": "fake-tenant@fake-region", "x-fixed": "fake"}
			if diff := cmp.Diff(headers, textMap(t, got["headers"])); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Values that the response lacks are null, and maps are empty.
func TestOAuth2OutputsThatAreNotThere(t *testing.T) {
	noEnvironment(t)
	for _, k := range kinds() {
		t.Run(string(k), func(t *testing.T) {
			a := newAuthServer(t)
			got, diags := configured(t, a.block(nil)).ask(t.Context(), k, "oauth2", nil)
			if len(diags) > 0 {
				t.Fatal(say(diags))
			}
			for _, name := range []string{"refresh_token", "id_token", "issued_token_type", "scope"} {
				if !got[name].IsNull() {
					t.Errorf("%s is %s", name, got[name])
				}
			}
			if outputs := textMap(t, got["outputs"]); len(outputs) != 0 {
				t.Errorf("the outputs are %v", outputs)
			}
			want := map[string]string{"Authorization": "Bearer fake-token-1"}
			if diff := cmp.Diff(want, textMap(t, got["headers"])); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A header that cannot be made is an error, which names the header but not the token.
func TestOAuth2HeaderOfNoOutput(t *testing.T) {
	noEnvironment(t)
	a := newAuthServer(t)
	a.answer = map[string]any{"tenant": "fake\r\ntenant"}
	for output, says := range map[string]string{"absent": "the response has no output absent", "tenant": "no HTTP header can carry"} {
		t.Run(output, func(t *testing.T) {
			p := configured(t, a.block(object{"outputs": object{output: output}, "headers": object{"x-a": "{token}", "x-b": "{" + output + "}"}}))
			_, diags := p.ask(t.Context(), dataSource, "oauth2", nil)
			got := onlyError(t, diags)
			if got.Summary != "Header for the API cannot be made" {
				t.Errorf("the summary is %q", got.Summary)
			}
			checkSays(t, got.Detail, []string{"Service oauth2", `credential set "the-set"`, "the header x-b cannot be made", says})
			checkNot(t, say(diags), fakeTokens()...)
		})
	}
}

// A lifetime whose name says its unit wins: Zoho has milliseconds in expires_in.
func TestOAuth2LifetimeWithItsUnit(t *testing.T) {
	noEnvironment(t)
	for name, answered := range map[string]map[string]any{
		"seconds":            {"expires_in_sec": 3600, "expires_in": 3_600_000},
		"seconds, in a text": {"expires_in_sec": "3600", "expires_in": "3600000"},
		"the whole word":     {"expires_in_seconds": 3600, "expires_in": 3_600_000},
		"milliseconds":       {"expires_in_ms": 3_600_000, "expires_in": 7},
		"a text of them":     {"expires_in_ms": "3600000", "expires_in": 7},
		"alone":              {"expires_in_sec": 3600, "expires_in": nil},
		"null":               {"expires_in_sec": nil, "expires_in_ms": nil, "expires_in": 3600},
		"empty":              {"expires_in_sec": "", "expires_in": 3600},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAuthServer(t)
			a.answer = answered
			got, diags := configured(t, a.block(nil)).ask(t.Context(), dataSource, "oauth2", nil)
			if len(diags) > 0 || !got["expires_in"].Equal(tftypes.NewValue(tftypes.Number, 3600)) {
				t.Errorf("expires_in is %s: %s", got["expires_in"], say(diags))
			}
		})
	}
}

// Some vendors give the time of expiry and no lifetime, such as Square. A lifetime needs no
// clock, and wins.
func TestOAuth2TimeOfExpiry(t *testing.T) {
	noEnvironment(t)
	const at, text = 1_900_000_000, "2030-03-17T17:46:40Z"
	for name, answered := range map[string]map[string]any{
		"a text":    {"expires_in": nil, "expires_at": text},
		"a number":  {"expires_in": nil, "expires_at": at},
		"by Azure":  {"expires_in": nil, "expires_on": "1900000000"},
		"as a null": {"expires_in": nil, "expires_on": nil, "expires_at": at},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAuthServer(t)
			a.answer = answered
			got, diags := configured(t, a.block(nil)).ask(t.Context(), dataSource, "oauth2", nil)
			if len(diags) > 0 || !got["expires_at"].Equal(tftypes.NewValue(tftypes.String, text)) {
				t.Errorf("expires_at is %s: %s", got["expires_at"], say(diags))
			}
		})
	}
	a := newAuthServer(t)
	a.answer = map[string]any{"expires_in": 3600, "expires_at": "03/17/2030"}
	got, diags := configured(t, a.block(nil)).ask(t.Context(), dataSource, "oauth2", nil)
	if len(diags) > 0 || !got["expires_in"].Equal(tftypes.NewValue(tftypes.Number, 3600)) {
		t.Errorf("expires_in is %s: %s", got["expires_in"], say(diags))
	}
}

func TestOAuth2DefaultTTL(t *testing.T) {
	noEnvironment(t)
	for name, c := range map[string]struct {
		answered any
		null     bool
		ttl      any
	}{"told": {3600, false, "10m"}, "not told": {nil, false, "60m"}, "not told, none": {nil, true, nil}} {
		t.Run(name, func(t *testing.T) {
			a := newAuthServer(t)
			a.answer = map[string]any{"expires_in": c.answered}
			got, diags := configured(t, a.block(object{"default_ttl": c.ttl})).ask(t.Context(), dataSource, "oauth2", nil)
			if len(diags) > 0 {
				t.Fatal(say(diags))
			}
			if got["expires_in"].IsNull() != c.null || got["expires_at"].IsNull() != c.null {
				t.Errorf("expires_in is %s", got["expires_in"])
			}
			if !c.null && !got["expires_in"].Equal(tftypes.NewValue(tftypes.Number, 3600)) {
				t.Errorf("expires_in is %s", got["expires_in"])
			}
		})
	}
}

// inputCases are inputs and their changes in the form that is sent.
func inputCases() []struct {
	inputs object
	want   url.Values
} {
	return []struct {
		inputs object
		want   url.Values
	}{
		{nil, nil},
		{object{"scopes": []string{"c"}}, url.Values{"scope": {"c"}}},
		{object{"audience": "input"}, url.Values{"audience": {"input"}}},
		{object{"resources": []string{"urn:b", "urn:a", "urn:b"}}, url.Values{"resource": {"urn:b", "urn:a", "urn:b"}}},
		{object{"resources": []string{"urn:a", "urn:y"}}, url.Values{"resource": {"urn:a", "urn:y"}}},
		{object{"resources": []string{}}, url.Values{"resource": nil}},
		{object{"params": object{"p": "input"}}, url.Values{"p": {"input"}, "q": nil}},
	}
}

// changed returns a form with some fields replaced; nil: without them.
func changed(form, by url.Values) url.Values {
	form = maps.Clone(form)
	maps.Copy(form, by)
	maps.DeleteFunc(form, func(_ string, values []string) bool { return values == nil })
	return form
}

// The order of a set does not matter.
func TestOAuth2InputsInAnotherOrder(t *testing.T) {
	noEnvironment(t)
	set := object{"scopes": []string{"b", "a"}, "resources": []string{"urn:z", "urn:a"}}
	for _, k := range kinds() {
		t.Run(string(k), func(t *testing.T) {
			a := newAuthServer(t)
			p := configured(t, a.block(set))
			for _, inputs := range []object{
				nil,
				{"resources": []string{"urn:a", "urn:z"}},
				{"resources": []string{"urn:a", "urn:z", "urn:a"}, "scopes": []string{"b", "a"}},
				{"params": object{"scope": "b a"}},
			} {
				p.token(k, "oauth2", inputs)
			}
			if n := len(a.asked()); n != 1 {
				t.Errorf("it was asked %d times", n)
			}
		})
	}
}

// Inputs replace attributes of the set, and different inputs give different tokens.
func TestOAuth2Inputs(t *testing.T) {
	noEnvironment(t)
	set := object{
		"scopes": []string{"b", "a"}, "audience": "set", "resources": []string{"urn:z", "urn:a"}, "params": object{"p": "set", "q": "set"},
	}
	form := url.Values{
		"grant_type": {"client_credentials"}, "scope": {"a b"}, "audience": {"set"}, "resource": {"urn:z", "urn:a"}, "p": {"set"}, "q": {"set"},
	}
	for _, k := range kinds() {
		t.Run(string(k), func(t *testing.T) {
			a := newAuthServer(t)
			p := configured(t, a.block(set))
			for i, c := range inputCases() {
				p.token(k, "oauth2", c.inputs)
				p.token(k, "oauth2", c.inputs)
				asked := a.asked()
				if len(asked) != i+1 {
					t.Fatalf("case %d: it was asked %d times", i, len(asked))
				}
				if diff := cmp.Diff(changed(form, c.want), asked[i].form); diff != "" {
					t.Errorf("case %d: %s", i, diff)
				}
			}
		})
	}
}
