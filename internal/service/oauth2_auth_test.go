package service_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

const (
	oauth2TokenURL = "https://auth.example.com/token"
	oauth2Issuer   = "https://auth.example.com/tenant"
	fakeKey        = "fake private key"
)

// plainSet is a set of oauth2 without client and grant.
func plainSet() attributes { return attributes{"token_url": types.StringValue(oauth2TokenURL)} }

// clientJWT is the assertion that authenticates the client fake-id.
func clientJWT(key, audience string) source.Signed {
	return source.Signed{Key: said.NewSecret(key), Issuer: "fake-id", Subject: "fake-id", Audience: audience}
}

func with(s source.Signed, change func(*source.Signed)) source.Signed {
	change(&s)
	return s
}

type authCase struct {
	name string
	set  attributes
	want token.ClientAuth
}

func plainAuthCases() []authCase {
	secret := said.NewSecret("fake secret/1")
	known := texts("client_id", "fake-id", "client_secret", "fake secret/1")
	of := func(method string) attributes { return known.and(texts("client_auth", method)) }
	return []authCase{
		{"default", known, token.ClientSecretBasic{ID: "fake-id", Secret: secret}},
		{"client_secret_basic", of("client_secret_basic"), token.ClientSecretBasic{ID: "fake-id", Secret: secret}},
		{
			"client_secret_basic, form", of("client_secret_basic").and(texts("basic_encoding", "form")),
			token.ClientSecretBasic{ID: "fake-id", Secret: secret},
		},
		{
			"client_secret_basic, raw", of("client_secret_basic").and(texts("basic_encoding", "raw")),
			token.ClientSecretBasic{ID: "fake-id", Secret: secret, Raw: true},
		},
		{"client_secret_post", of("client_secret_post"), token.ClientSecretPost{ID: "fake-id", Secret: secret}},
		{"tls_client_auth", of("tls_client_auth"), token.ClientID{ID: "fake-id"}},
		{"self_signed_tls_client_auth", of("self_signed_tls_client_auth"), token.ClientID{ID: "fake-id"}},
		{"none", of("none"), token.ClientID{ID: "fake-id"}},
		{"none, without a client", texts("client_auth", "none"), token.ClientID{}},
	}
}

func secretJWTCases() []authCase {
	set := texts("client_id", "fake-id", "client_secret", "fake secret/1", "client_auth", "client_secret_jwt")
	want := with(clientJWT("", oauth2TokenURL), func(s *source.Signed) { s.Secret = said.NewSecret("fake secret/1") })
	signs := func(s source.Signed) token.ClientAuth { return token.ClientAssertion{ID: "fake-id", Assertion: s} }
	return []authCase{
		{"client_secret_jwt", set, signs(want)},
		{
			"client_secret_jwt, algorithm and key id", set.and(texts("signing_algorithm", "HS512", "key_id", "k1")),
			signs(with(want, func(s *source.Signed) { s.Algorithm, s.KeyID = "HS512", "k1" })),
		},
		{
			"client_secret_jwt, not with the private key", set.and(texts("private_key_pem", fakeKey)), signs(want),
		},
	}
}

func privateKeyCases() []authCase {
	set := texts("client_id", "fake-id", "private_key_pem", fakeKey, "client_auth", "private_key_jwt")
	signs := func(s source.Signed) token.ClientAuth { return token.ClientAssertion{ID: "fake-id", Assertion: s} }
	return []authCase{
		{"private_key_jwt", set, signs(clientJWT(fakeKey, oauth2TokenURL))},
		{
			"private_key_jwt, algorithm and key id", set.and(texts("signing_algorithm", "PS384", "key_id", "k1")),
			signs(with(clientJWT(fakeKey, oauth2TokenURL), func(s *source.Signed) { s.Algorithm, s.KeyID = "PS384", "k1" })),
		},
		{
			"private_key_jwt, not with the secret", set.and(texts("client_secret", "fake secret/1")),
			signs(clientJWT(fakeKey, oauth2TokenURL)),
		},
		{"audience is the issuer", set.and(texts("issuer", oauth2Issuer)), signs(clientJWT(fakeKey, oauth2Issuer))},
		{
			"audience is the issuer alone", set.and(attributes{"issuer": types.StringValue(oauth2Issuer), "token_url": types.StringNull()}),
			signs(clientJWT(fakeKey, oauth2Issuer)),
		},
		{
			"audience as set", set.and(texts("issuer", oauth2Issuer, "assertion_audience", "urn:fake:audience")),
			token.ClientAssertion{ID: "fake-id", Assertion: clientJWT(fakeKey, "urn:fake:audience"), AudienceSet: true},
		},
	}
}

func givenAssertionCases(t *testing.T) []authCase {
	t.Helper()
	set := func(source attributes) attributes {
		return texts("client_id", "fake-id", "client_auth", "private_key_jwt", "key_id", "not of the nested key").
			and(nested(t, "client_assertion", source))
	}
	sends := func(s source.Source) token.ClientAuth { return token.ClientAssertion{ID: "fake-id", Assertion: s} }
	return []authCase{
		{"assertion given", set(texts("value", "fake-assertion")), sends(source.Value{Secret: said.NewSecret("fake-assertion")})},
		{"assertion of a file", set(texts("file", "/run/fake")), sends(source.File{Name: "/run/fake"})},
		{"assertion of the environment", set(texts("env", "FAKE_TOKEN")), sends(source.Env{Name: "FAKE_TOKEN"})},
		{
			"assertion of GitHub Actions", set(nested(t, "github_actions", texts("audience", "fake"))),
			sends(source.GitHubActions{Audience: "fake"}),
		},
		{"assertion of HCP Terraform", set(nested(t, "hcp_terraform", texts("tag", "FAKE"))), sends(source.HCPTerraform{Tag: "FAKE"})},
		{
			"assertion signed, with what proves the client",
			set(nested(t, "signed", texts("private_key_pem", fakeKey, "key_id", "k2"))),
			sends(with(clientJWT(fakeKey, oauth2TokenURL), func(s *source.Signed) { s.KeyID = "k2" })),
		},
		{
			"assertion without a client id",
			texts("client_auth", "private_key_jwt").and(nested(t, "client_assertion", texts("env", "FAKE_TOKEN"))),
			token.ClientAssertion{Assertion: source.Env{Name: "FAKE_TOKEN"}},
		},
	}
}

// The token endpoint and the revocation endpoint get the same authentication.
func TestOAuth2Auth(t *testing.T) {
	for _, cases := range [][]authCase{plainAuthCases(), secretJWTCases(), privateKeyCases(), givenAssertionCases(t)} {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				x := exchange(t, "oauth2", plainSet().and(c.set), revoking())
				if diff := cmp.Diff(c.want, x.Request.Auth, byText()); diff != "" {
					t.Error(diff)
				}
				if diff := cmp.Diff(c.want, x.Revoke.Auth, byText()); diff != "" {
					t.Errorf("revocation: %s", diff)
				}
				if x.Request.Certificate != nil || x.Revoke.Certificate != nil {
					t.Error("there is a certificate")
				}
			})
		}
	}
}

func revoking() attributes { return attributes{"revoke_on_close": types.BoolValue(true)} }

// A certificate can be combined with every client_auth.
func TestOAuth2Certificate(t *testing.T) {
	want := &token.ClientCertificate{CertificatePEM: "fake certificate", KeyPEM: said.NewSecret(fakeKey)}
	pair := texts("client_certificate_pem", "fake certificate", "client_key_pem", fakeKey)
	for _, c := range append(append(plainAuthCases(), secretJWTCases()...), privateKeyCases()...) {
		t.Run(c.name, func(t *testing.T) {
			x := exchange(t, "oauth2", plainSet().and(c.set).and(pair), revoking())
			if diff := cmp.Diff(c.want, x.Request.Auth); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(want, x.Request.Certificate); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(want, x.Revoke.Certificate); diff != "" {
				t.Errorf("revocation: %s", diff)
			}
		})
	}
}
