package service_test

import (
	"crypto/elliptic"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/diagnostic"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// Every sensitive attribute of a set is a secret of the exchange, also in maps and
// inputs.
func TestOAuth2Secrets(t *testing.T) {
	set := plainSet().and(texts(
		"client_id", "public-id", "client_secret", "fake-secret", "private_key_pem", "fake-key", "client_key_pem", "fake-tls-key",
		"client_certificate_pem", "public certificate", "refresh_token", "fake-refresh", "username", "public-user", "password", "fake-password",
	)).and(attributes{
		"params": textMap("a", "fake-param-1", "b", "fake-param-2"), "request_headers": textMap("x", "fake-header"),
		"headers": textMap("y", "{token}"),
	})
	fixed := []string{"fake-header", "fake-key", "fake-password", "fake-refresh", "fake-secret", "fake-tls-key"}
	cases := []struct {
		name   string
		inputs attributes
		params []string
	}{
		{"of the set", nil, []string{"fake-param-1", "fake-param-2"}},
		{"of the inputs", attributes{"params": textMap("c", "fake-param-3")}, []string{"fake-param-3"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			x := exchange(t, "oauth2", set, c.inputs)
			want := slices.Sorted(slices.Values(slices.Concat(fixed, c.params)))
			if diff := cmp.Diff(want, reveal(x.Secrets)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A secret that signs is secret as it is written, and its bytes are secret in each form. The arguments of a
// signer may be secrets.
func TestSignedSecrets(t *testing.T) {
	for name, tc := range map[string]struct {
		signed attributes
		want   []string
	}{
		"text":         {texts("secret", "fake-secret"), []string{"fake-secret", "fake-secret", "66616b652d736563726574", "ZmFrZS1zZWNyZXQ="}},
		"hex":          {texts("secret", "66616b65", "secret_encoding", "hex"), []string{"66616b65", "66616b65", "fake", "ZmFrZQ=="}},
		"base64":       {texts("secret", "ZmFrZS1zZWNyZXQ=", "secret_encoding", "base64"), []string{"ZmFrZS1zZWNyZXQ=", "ZmFrZS1zZWNyZXQ=", "fake-secret", "66616b652d736563726574"}},
		"bytes":        {texts("secret", "ff", "secret_encoding", "hex"), []string{"ff", "ff", "\xff", "/w=="}},
		"a signer":     {texts("signing_algorithm", "ES256").and(attributes{"signer": list("sign", "fake-argument")}), []string{"fake-argument"}},
		"more of them": {texts("private_key_pem", "fake-key", "header", `{"nonce":"fake-nonce"}`), []string{"fake-key", `{"nonce":"fake-nonce"}`}},
	} {
		t.Run(name, func(t *testing.T) {
			set := plainSet().and(texts("client_auth", "none", "grant", jwtBearer)).and(nested(t, "assertion", nested(t, "signed", tc.signed)))
			if diff := cmp.Diff(slices.Sorted(slices.Values(tc.want)), reveal(exchange(t, "oauth2", set, nil).Secrets)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An argument of a program may be a secret if its option says so, if it looks like one, or if it is a word of its own.
// Paths and scripts are not, and neither is what the name of the program has too.
func TestArgumentsAreHidden(t *testing.T) {
	program := attributes{"program": list("/usr/local/bin/fake-tool", "read", "op://vault/item", "hush-hush", "--client-secret", "monday", "--password=tuesday", "-v", "--json",
		"account", "-u", "admin:wednesday", "/usr/local/etc/orders.pem", "fake-tool-key", "curl -H 'X-Token: thursday' https://x || echo could not reach zebrafin", "--key", "/etc/friday.pem")}
	set := plainSet().and(texts("grant", tokenExchange, "subject_token_type", "a")).and(nested(t, "subject_token", program))
	secrets := exchange(t, "oauth2", set, nil).Secrets
	var shelf said.Shelf
	shelf.Add(secrets)
	own, other := secrets.Judge(), said.Book{shelf.Entry()}.Judge()
	for text, want := range map[string]struct{ own, other string }{
		"read the account":                    {},
		"cannot read hush-hush":               {"cannot read (sensitive)", ""},
		"monday is no secret":                 {"(sensitive) is no secret", "(sensitive) is no secret"},
		"the password is tuesday":             {"the password is (sensitive)", "the password is (sensitive)"},
		"wednesday or thursday":               {"(sensitive) or (sensitive)", "(sensitive) or (sensitive)"},
		"fake-tool has no --json":             {},
		"use --client-secret":                 {},
		"op://vault/item is wrong":            {},
		"/usr/local/bin/fake-tool ended":      {},
		"curl could not reach zebrafin":       {},
		"no /usr/local/etc/orders.pem":        {},
		"admin, /etc/friday.pem is not there": {},
	} {
		for judge, want := range map[*said.Judge]string{own: want.own, other: want.other} {
			if got := string(judge.Message(said.NewForeign(text))); got != orElse(want, text) {
				t.Errorf("%q becomes %q, want %q", text, got, orElse(want, text))
			}
		}
	}
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// refusal returns the error of a server whose refusal quotes what say returns for the
// request.
func refusal(t *testing.T, set attributes, say func(*http.Request) string) string {
	t.Helper()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": "invalid_request", "error_description": "seen [" + say(r) + "]"})
	}))
	defer web.Close()
	_, err := issue(t, exchange(t, "oauth2", set.and(texts("token_url", web.URL)), nil), "fake-token-of-the-environment")
	var refused *token.Error
	if !errors.As(err, &refused) {
		t.Fatalf("the error is %v", err)
	}
	return diagnostic.Text(refused, diagnostic.Set{Service: find(t, "oauth2"), Name: "shop"})
}

// An error does not repeat a secret that the endpoint repeats, from any depth of the
// set, sent or not.
func TestOAuth2RefusalTellsNoSecret(t *testing.T) {
	key := testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))
	basic := texts("client_id", "fake-id", "client_secret", "fake secret/1")
	public := texts("client_id", "fake-id", "client_auth", "none")
	signed := nested(t, "signed", texts("private_key_pem", key, "claims", `{"note":"fake-person"}`))
	given := func(name string, source attributes) attributes { return public.and(nested(t, name, source)) }
	always := func(said string) func(*http.Request) string { return func(*http.Request) string { return said } }
	field := func(name string) func(*http.Request) string {
		return func(r *http.Request) string { return r.FormValue(name) }
	}
	cases := []struct {
		name string
		set  attributes
		say  func(*http.Request) string
	}{
		{"client_secret", basic, always("fake secret/1")},
		{"private_key_pem", texts("client_id", "fake-id", "client_auth", "private_key_jwt", "private_key_pem", key), always(key)},
		{"client assertion", texts("client_id", "fake-id", "client_auth", "private_key_jwt", "private_key_pem", key), field("client_assertion")},
		{"given client assertion", texts("client_auth", "private_key_jwt").and(nested(t, "client_assertion", texts("value", "fake-given"))), always("fake-given")},
		{"client assertion of the environment", texts("client_auth", "private_key_jwt").and(nested(t, "client_assertion", texts("env", "FAKE"))), field("client_assertion")},
		{"password", public.and(texts("grant", "password", "username", "u", "password", "fake-password")), field("password")},
		{"refresh token", public.and(texts("grant", "refresh_token", "refresh_token", "fake-refresh")), field("refresh_token")},
		{"assertion", given("assertion", texts("value", "fake-given")), field("assertion")},
		{"signed assertion", given("assertion", signed), field("assertion")},
		{"key of a signed assertion", given("assertion", signed), always(key)},
		{"claims of a signed assertion", given("assertion", signed), always("fake-person")},
		{"subject token", given("subject_token", texts("value", "fake-given")), field("subject_token")},
		{"subject token of HCP Terraform", given("subject_token", nested(t, "hcp_terraform", attributes{})), field("subject_token")},
		{"actor token", given("actor_token", texts("env", "FAKE")), field("actor_token")},
		{"parameter", public.and(attributes{"params": textMap("p", "fake-param")}), field("p")},
		{"header", public.and(attributes{"request_headers": textMap("x-fake", "fake-header")}), func(r *http.Request) string { return r.Header.Get("X-Fake") }},
		{"one-time code", given("assertion", nested(t, "totp", texts("secret", "GEZDGNBVGY"))), field("assertion")},
		{"HMAC", given("subject_token", nested(t, "hmac", texts("key", "fake-hmac-key", "message", "fake-message"))), field("subject_token")},
		{"key of an HMAC", given("assertion", nested(t, "hmac", texts("key", "fake-hmac-key", "message", "fake-message"))), always("fake-hmac-key")},
		{"message of an HMAC", given("assertion", nested(t, "hmac", texts("key", "fake-hmac-key", "message", "fake-person-7"))), always("fake-person-7")},
		{"key of a certificate", public.and(texts("client_key_pem", "fake-tls-key")), always("fake-tls-key")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if told := refusal(t, c.set, c.say); !strings.Contains(strings.ReplaceAll(told, " ]", "]"), "seen [(sensitive)]") {
				t.Errorf("it says:\n%s", told)
			}
		})
	}
}
