package service_test

import (
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

const (
	jwtBearer     = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange"
)

// grantCase has the attributes beside those of a client, and what is sent for them.
type grantCase struct {
	name        string
	set, inputs attributes
	form        map[string][]string
	sources     map[string]source.Source
}

// one returns fields with one value each.
func one(namesAndValues ...string) map[string][]string {
	form := map[string][]string{}
	for pair := range slices.Chunk(namesAndValues, 2) {
		form[pair[0]] = []string{pair[1]}
	}
	return form
}

func grantCases(t *testing.T) []grantCase {
	t.Helper()
	value := func(s string) source.Source { return source.Value{Secret: said.NewSecret(s)} }
	exchanged := texts("grant", tokenExchange, "subject_token_type", "urn:fake:jwt").
		and(nested(t, "subject_token", texts("value", "fake-subject")))
	return []grantCase{
		{"default", nil, nil, one("grant_type", "client_credentials"), nil},
		{"client_credentials", texts("grant", "client_credentials"), nil, one("grant_type", "client_credentials"), nil},
		{
			"refresh_token", texts("grant", "refresh_token", "refresh_token", "fake-refresh"), nil,
			one("grant_type", "refresh_token", "refresh_token", "fake-refresh"), nil,
		},
		{
			"password", texts("grant", "password", "username", "fake-user", "password", "fake password"), nil,
			one("grant_type", "password", "username", "fake-user", "password", "fake password"), nil,
		},
		{
			"jwt-bearer", texts("grant", jwtBearer).and(nested(t, "assertion", texts("value", "fake-assertion"))), nil,
			one("grant_type", jwtBearer),
			map[string]source.Source{"assertion": value("fake-assertion")},
		},
		{
			"token-exchange", exchanged, nil, one("grant_type", tokenExchange, "subject_token_type", "urn:fake:jwt"),
			map[string]source.Source{"subject_token": value("fake-subject")},
		},
		{
			"token-exchange with all",
			exchanged.and(nested(t, "actor_token", texts("env", "FAKE_ACTOR"))).
				and(texts("actor_token_type", "urn:fake:actor", "requested_token_type", "urn:fake:access")).
				and(attributes{"audience": types.StringValue("fake-audience"), "scopes": scopes("b", "a"), "resources": list("urn:fake:1")}), nil,
			one("grant_type", tokenExchange, "subject_token_type", "urn:fake:jwt", "actor_token_type", "urn:fake:actor",
				"requested_token_type", "urn:fake:access", "audience", "fake-audience", "scope", "a b", "resource", "urn:fake:1"),
			map[string]source.Source{"subject_token": value("fake-subject"), "actor_token": source.Env{Name: "FAKE_ACTOR"}},
		},
		{
			"another grant, with parameters", texts("grant", "urn:fake:grant").and(attributes{"params": textMap("device_code", "fake-code")}), nil,
			one("grant_type", "urn:fake:grant", "device_code", "fake-code"), nil,
		},
	}
}

// sourceCase is an object and the source that it describes.
type sourceCase struct {
	name   string
	object attributes
	want   source.Source
}

// computedCases are sources that are computed with a key.
func computedCases(t *testing.T) []sourceCase {
	t.Helper()
	return []sourceCase{
		{
			"HMAC", nested(t, "hmac", texts("key", "fake-key", "message", "fake-message")),
			source.HMAC{Key: said.NewSecret("fake-key"), Message: said.NewSecret("fake-message")},
		},
		{
			"HMAC with all", nested(t, "hmac", texts("key", "66616b65ff", "key_encoding", "hex", "algorithm", "SHA512", "message", "a\nb\n", "encoding", "base64url")),
			source.HMAC{Key: said.NewSecret("fake\xff"), Algorithm: "SHA512", Message: said.NewSecret("a\nb\n"), Encoding: "base64url"},
		},
		{"TOTP", nested(t, "totp", texts("secret", "GEZD GNBV gy")), source.TOTP{Secret: said.NewSecret("123456")}},
		{
			"TOTP with all",
			nested(t, "totp", texts("secret", "GEZDGNBVGY", "period", "60s", "algorithm", "SHA256").and(attributes{"digits": types.NumberValue(big.NewFloat(8))})),
			source.TOTP{Secret: said.NewSecret("123456"), Digits: 8, Period: time.Minute, Algorithm: "SHA256"},
		},
	}
}

func sourceCases(t *testing.T) []grantCase {
	t.Helper()
	signed := attributes{
		"private_key_pem": types.StringValue(fakeKey), "signing_algorithm": types.StringValue("ES256"),
		"key_id": types.StringValue("k1"), "lifetime": types.StringValue("10m"), "claims": types.StringValue(`{"scope":"a"}`),
	}
	cases := []sourceCase{
		{"value", texts("value", "fake-assertion"), source.Value{Secret: said.NewSecret("fake-assertion")}},
		{"file", texts("file", "/run/fake"), source.File{Name: "/run/fake"}},
		{"env", texts("env", "FAKE_TOKEN"), source.Env{Name: "FAKE_TOKEN"}},
		{"a path in a file", texts("file", "/run/fake", "path", "a.b"), source.File{Name: "/run/fake", Path: answer.MustPath("a.b")}},
		{"a path in a variable", texts("env", "FAKE_TOKEN", "path", "a.b"), source.Env{Name: "FAKE_TOKEN", Path: answer.MustPath("a.b")}},
		{"program", attributes{"program": list("fake", "", "b c")}, source.Program{Args: []string{"fake", "", "b c"}}},
		{"a path in a program", attributes{"program": list("fake"), "path": types.StringValue("a.b")}, source.Program{Args: []string{"fake"}, Path: answer.MustPath("a.b")}},
		{"GitHub Actions", nested(t, "github_actions", texts("audience", "fake")), source.GitHubActions{Audience: "fake"}},
		{"GitHub Actions, default", nested(t, "github_actions", attributes{"audience": types.StringNull()}), source.GitHubActions{}},
		{"HCP Terraform", nested(t, "hcp_terraform", texts("tag", "FAKE")), source.HCPTerraform{Tag: "FAKE"}},
		{"HCP Terraform, default", nested(t, "hcp_terraform", attributes{"tag": types.StringNull()}), source.HCPTerraform{}},
		{
			// Of an assertion that is a grant nobody says that its subject is the
			// client, and its audience is the token URL, the issuer's own included.
			"signed", nested(t, "signed", texts("private_key_pem", fakeKey)),
			source.Signed{Key: said.NewSecret(fakeKey), Issuer: "fake-id"},
		},
		{
			"signed with all", nested(t, "signed", signed),
			source.Signed{
				Key: said.NewSecret(fakeKey), Algorithm: "ES256", KeyID: "k1", Lifetime: 10 * time.Minute,
				Claims: said.NewSecret(`{"scope":"a"}`), Issuer: "fake-id",
			},
		},
		{"signed with a secret", nested(t, "signed", texts("secret", "fake:secret")), source.Signed{Secret: said.NewSecret("fake:secret"), Issuer: "fake-id"}},
		{
			"signed with a secret in hex", nested(t, "signed", texts("secret", "00fF 80\n", "secret_encoding", "hex", "header", `{"typ":null}`)),
			source.Signed{Secret: said.NewSecret("\x00\xff\x80"), Header: said.NewSecret(`{"typ":null}`), Issuer: "fake-id"},
		},
		{
			"signed with a secret in base64url", nested(t, "signed", texts("secret", "_-8", "secret_encoding", "base64")),
			source.Signed{Secret: said.NewSecret("\xff\xef"), Issuer: "fake-id"},
		},
		{
			"signed by a signer", nested(t, "signed", texts("signing_algorithm", "ES256").and(attributes{"signer": list("sign", "--key", "k")})),
			source.Signed{Signer: []string{"sign", "--key", "k"}, Algorithm: "ES256", Issuer: "fake-id"},
		},
	}
	var all []grantCase
	for _, c := range append(cases, computedCases(t)...) {
		all = append(all,
			grantCase{
				"assertion, " + c.name,
				texts("grant", jwtBearer, "assertion_audience", "of client assertions alone").and(nested(t, "assertion", c.object)), nil,
				one("grant_type", jwtBearer),
				map[string]source.Source{"assertion": c.want},
			},
			grantCase{
				"subject and actor, " + c.name,
				texts("grant", tokenExchange, "subject_token_type", "s", "actor_token_type", "a").
					and(nested(t, "subject_token", c.object)).and(nested(t, "actor_token", c.object)), nil,
				one("grant_type", tokenExchange, "subject_token_type", "s", "actor_token_type", "a"),
				map[string]source.Source{"subject_token": c.want, "actor_token": c.want},
			})
	}
	return all
}

func parameterCases() []grantCase {
	set := attributes{
		"scopes": scopes("b", "a"), "audience": types.StringValue("set"), "resources": list("urn:z", "urn:a", "urn:m"),
		"params": textMap("p", "set", "q", "set"),
	}
	want := func(scope, audience string, resources []string, params ...string) map[string][]string {
		form := one(append(params, "grant_type", "client_credentials", "scope", scope, "audience", audience)...)
		form["resource"] = resources
		return form
	}
	three := []string{"urn:z", "urn:a", "urn:m"}
	form := func(change func(map[string][]string)) map[string][]string {
		all := want("a b", "set", three, "p", "set", "q", "set")
		change(all)
		return all
	}
	return []grantCase{
		{"resources in their order", set, nil, want("a b", "set", three, "p", "set", "q", "set"), nil},
		{
			"one resource twice",
			attributes{"resources": list("urn:a", "urn:a")},
			nil,
			map[string][]string{"grant_type": {"client_credentials"}, "resource": {"urn:a", "urn:a"}},
			nil,
		},
		{
			"inputs that are null", set,
			attributes{
				"scopes": types.SetNull(types.StringType), "audience": types.StringNull(),
				"resources": types.ListNull(types.StringType), "params": types.MapNull(types.StringType),
			},
			want("a b", "set", three, "p", "set", "q", "set"), nil,
		},
		{"scopes as input", set, attributes{"scopes": scopes("c")}, want("c", "set", three, "p", "set", "q", "set"), nil},
		{"audience as input", set, texts("audience", "input"), want("a b", "input", three, "p", "set", "q", "set"), nil},
		{
			"resources as input", set,
			attributes{"resources": list("urn:b", "urn:a")},
			want("a b", "set", []string{"urn:b", "urn:a"}, "p", "set", "q", "set"), nil,
		},
		{"params as input, all of them", set, attributes{"params": textMap("p", "input")}, want("a b", "set", three, "p", "input"), nil},
		{"no scopes as input", set, attributes{"scopes": scopes()}, form(func(f map[string][]string) { delete(f, "scope") }), nil},
		{"no resources as input", set, attributes{"resources": list()}, form(func(f map[string][]string) { delete(f, "resource") }), nil},
		{"no params as input", set, attributes{"params": textMap()}, form(func(f map[string][]string) { delete(f, "p"); delete(f, "q") }), nil},
		{
			"params over the others", set,
			attributes{"params": textMap("grant_type", "urn:fake:grant", "audience", "params", "scope", "params")},
			form(func(f map[string][]string) {
				delete(f, "p")
				delete(f, "q")
				f["grant_type"], f["audience"], f["scope"] = []string{"urn:fake:grant"}, []string{"params"}, []string{"params"}
			}), nil,
		},
		{"inputs that are no inputs", attributes{}, texts("grant", "password", "refresh_token", "x"), one("grant_type", "client_credentials"), nil},
	}
}

// overSourceCases are entries of params with the name of a source.
func overSourceCases(t *testing.T) []grantCase {
	t.Helper()
	return []grantCase{
		{
			"params over a source", texts("grant", jwtBearer).and(nested(t, "assertion", texts("value", "fake-assertion"))),
			attributes{"params": textMap("assertion", "params")},
			one("grant_type", jwtBearer, "assertion", "params"), nil,
		},
	}
}

func TestOAuth2Grants(t *testing.T) {
	base := plainSet().and(texts("client_id", "fake-id", "client_secret", "fake secret/1", "issuer", oauth2Issuer))
	for _, cases := range [][]grantCase{grantCases(t), sourceCases(t), parameterCases(), overSourceCases(t)} {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				x := exchange(t, "oauth2", base.and(c.set), c.inputs)
				if diff := cmp.Diff(c.form, revealed(x.Request.Form)); diff != "" {
					t.Error(diff)
				}
				if diff := cmp.Diff(c.sources, x.Request.Sources, cmpopts.EquateEmpty(), byText()); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}
