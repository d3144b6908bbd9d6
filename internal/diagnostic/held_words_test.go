package diagnostic

import (
	"crypto/elliptic"
	"os"
	"path/filepath"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// saying is an error code with the vendor's words, for refusing.
func saying(code, words string) string { return code + `","error_description":"` + words }

func checkHeld(t *testing.T, table map[string]heldCase, never ...string) {
	t.Helper()
	tokentest.Each(t, table, func(t *testing.T, tc heldCase) {
		x := testExchange(refusing(t, tc.status, tc.code, noon()))
		x.Request.Auth = token.ClientID{ID: testID}
		tc.change(x)
		_, err := do(t, atNoon(t), x)
		wantSaid(t, wantError(t, err, token.KindRefused).Error(), tc.says, append(tc.never, never...))
	})
}

// The words of a vendor say which part of a client assertion it does not accept.
func TestRefusalNamesThePartOfTheAssertion(t *testing.T) {
	t.Parallel()
	const audience, knows, code = "expect", "public key is registered there", "invalid_client"
	key := said.NewSecret(testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256())))
	signed := func(change func(s *source.Signed, x *exchange)) func(x *exchange) {
		return func(x *exchange) {
			signedBy(key)(change)(x)
			auth, _ := x.Request.Auth.(token.ClientAssertion)
			auth.AudienceSet = true
			x.Request.Auth = auth
		}
	}
	ofEndpoint := func(s *source.Signed, x *exchange) { s.Audience = x.Request.URL }
	without := func(s *source.Signed, x *exchange) { s.Audience, s.KeyID = x.Request.URL, "" }
	const kid = "The client_assertion JWT kid is invalid."
	checkHeld(t, map[string]heldCase{
		"kid": {
			signed(ofEndpoint), 401, saying(code, kid),
			[]string{`key_id is "okta-key-1": compare it with the kid that the vendor shows for this client's key.`, "(assertion_audience), kid"},
			[]string{audience, knows, "by default"},
		},
		"no kid":         {signed(without), 401, saying(code, kid), []string{"Set key_id to the kid that the vendor shows for this client's key."}, []string{audience, knows}},
		"signature":      {signed(ofEndpoint), 401, saying(code, "The client_assertion signature is invalid."), []string{knows}, []string{audience}},
		"no signature":   {signed(without), 401, saying(code, "The client_assertion signature is invalid."), []string{"If the client has several keys there, set key_id."}, []string{audience}},
		"no words":       {signed(ofEndpoint), 401, code, []string{knows}, []string{audience}},
		"by default":     {signedBy(key)(nil), 401, code, []string{knows, okta, "by default issuer"}, nil},
		"Keycloak, key":  {signed(ofEndpoint), 400, saying(code, "Unable to load public key"), []string{knows}, []string{audience}},
		"an audience":    {signed(func(s *source.Signed, _ *exchange) { s.Audience = "urn:fake" }), 401, saying(code, "The audience claim for client_assertion must be the endpoint invoked for the request."), []string{okta}, []string{knows}},
		"Keycloak's":     {signed(ofEndpoint), 400, saying(code, "Invalid token audience"), []string{"Some servers expect their issuer as audience: set assertion_audience = \"" + oktaIssuer + "\""}, []string{knows}},
		"another client": {signed(ofEndpoint), 401, saying(code, "Invalid value for 'client_id' parameter."), []string{"Check client_id", "lock the account"}, []string{audience, knows}},
		"the issuer":     {signed(ofEndpoint), 401, saying(code, "The issuer and subject claim for client_assertion is invalid."), []string{"Check client_id"}, []string{audience, knows}},
		"a list of aud": {
			signed(func(s *source.Signed, _ *exchange) { s.Claims = said.NewSecret(`{"aud":["a","b"]}`) }), 401, saying(code, "Invalid token audience"),
			[]string{"Check aud in claims. The request is not repeated"},
			[]string{audience, knows},
		},
		"a grant": {
			func(x *exchange) {
				x.Request.Sources = map[string]source.Source{"assertion": source.Signed{Key: key, Issuer: testID, Claims: said.NewSecret(`{"sub":"you"}`)}}
			}, 400, saying("invalid_grant", "Invalid subject"),
			[]string{"Check iss and sub in claims."},
			[]string{audience, knows},
		},
		"aud in claims": {
			signed(func(s *source.Signed, _ *exchange) { s.Claims = said.NewSecret(`{"aud":"urn:fake"}`) }), 401, code,
			[]string{`aud "urn:fake" (claims)`, knows},
			[]string{audience},
		},
	})
}

// What was made elsewhere is corrected where it comes from.
func TestRefusalNamesTheSourceOfTheToken(t *testing.T) {
	t.Parallel()
	live := unsigned(`{"iss":"https://ci.example.com","sub":"repo:fake/fake","aud":"https://github.com/acme","exp":1772366460}`)
	expired := unsigned(`{"iss":"a","exp":1772366399}`)
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(expired), 0o600); err != nil {
		t.Fatal(err)
	}
	subject := func(s source.Source) func(x *exchange) {
		return func(x *exchange) { x.Request.Sources = map[string]source.Source{"subject_token": s} }
	}
	ofType := func(kind, value string) func(x *exchange) {
		return func(x *exchange) {
			subject(source.Value{Secret: said.NewSecret(value)})(x)
			x.Request.Form["subject_token_type"] = []said.Secret{said.NewSecret("urn:ietf:params:oauth:token-type:" + kind)}
		}
	}
	const compare, notExpired, noJWT = "Compare issuer, subject and audience with what the server trusts", "check that it has not expired", "is not a JWT"
	checkHeld(t, map[string]heldCase{
		"a value":        {subject(source.Value{Secret: said.NewSecret(live)}), 400, "invalid_grant", []string{compare + "."}, []string{notExpired, noJWT}},
		"expired":        {subject(source.Value{Secret: said.NewSecret(expired)}), 400, "invalid_grant", []string{"It expired at", "It has expired: get a new one."}, []string{notExpired, compare}},
		"expired file":   {subject(source.File{Name: file}), 401, "invalid_grant", []string{"It has expired: the program that writes the file has to renew it."}, []string{notExpired, compare}},
		"no expiry":      {subject(source.Value{Secret: said.NewSecret(unsigned(`{"iss":"a"}`))}), 400, "invalid_grant", []string{compare + "."}, []string{notExpired}},
		"opaque":         {ofType("access_token", "hush-hush"), 400, "invalid_grant", []string{compare, notExpired}, []string{noJWT, "hush"}},
		"opaque, no JWT": {ofType("jwt", "hush-hush"), 400, "invalid_grant", []string{"The subject token is not a JWT, but subject_token_type says that it is one."}, []string{"hush", "It begins with $"}},
		"an ID token":    {ofType("id_token", "hush-hush"), 400, "invalid_request", []string{"The subject token is not a JWT"}, []string{"hush"}},
		"a variable": {
			ofType("jwt", "$HUSH_ID_TOKEN"), 400, "invalid_grant",
			[]string{"It begins with $, as a variable of a shell does: for an environment variable, set subject_token.env to its name, without $."},
			[]string{"HUSH"},
		},
		"an opaque variable": {ofType("access_token", "${HUSH}"), 400, "invalid_grant", []string{"It begins with $"}, []string{"HUSH", noJWT}},
	})
}

// A vendor can only say that an HMAC or a one-time code is wrong.
func TestRefusalOfWhatWasComputed(t *testing.T) {
	t.Parallel()
	subject := func(s source.Source) func(x *exchange) {
		return func(x *exchange) { x.Request.Sources = map[string]source.Source{"subject_token": s} }
	}
	const clock, once = "clock is", "Many servers accept a one-time code only once: if another run has just used that of subject_token.totp,"
	checkHeld(t, map[string]heldCase{
		"an HMAC": {
			subject(source.HMAC{Key: said.NewSecret("hush"), Message: said.NewSecret("hush")}), 401, "invalid_grant",
			[]string{"Compare subject_token.hmac with the vendor's page", "does not accept the subject token."},
			[]string{"JWT", "issuer", once},
		},
		"a code": {
			subject(source.TOTP{Secret: said.NewSecret("hush")}), 400, saying("invalid_grant", "The code "+codeAtNoon+" was used before"),
			[]string{once, "does not accept the subject token.", "The code (sensitive) was used before"},
			[]string{"JWT", "issuer", codeAtNoon},
		},
		"a named code": {
			func(x *exchange) {
				x.Request.Named = []token.Named{{Name: "otp", Source: source.TOTP{Secret: said.NewSecret("hush")}}, {Name: "sum", Source: source.HMAC{Key: said.NewSecret("hush"), Message: said.NewSecret("hush")}}}
			}, 401, saying("", "code already used"),
			[]string{"if another run has just used that of sources.otp.totp,", "Compare sources.sum.hmac with the vendor's page"},
			[]string{"JWT"},
		},
		"a named code, and a grant": {
			func(x *exchange) {
				x.Request.Named = []token.Named{{Name: "otp", Source: source.TOTP{Secret: said.NewSecret("hush")}}}
			}, 400, "invalid_grant",
			[]string{"if another run has just used that of sources.otp.totp,"},
			[]string{"JWT", "does not accept the sources"},
		},
		"a long code": {subject(source.TOTP{Secret: said.NewSecret("hush"), Digits: 8}), 403, "access_denied", []string{once}, []string{"JWT"}},
		"a signature that is a client's": {
			func(x *exchange) {
				x.Request.Auth = token.ClientAssertion{ID: testID, Assertion: source.HMAC{Key: said.NewSecret("hush"), Message: said.NewSecret("hush")}}
			}, 401, "invalid_client",
			[]string{"Compare client_assertion.hmac with the vendor's page"},
			[]string{"issuer"},
		},
	}, clock, "hush")
}

// codeAtNoon is the one-time code at noon for the secret "hush".
const codeAtNoon = "246291"

// Each CI system has its own place where the audience is set.
func TestRefusalNamesTheSourceOfTheAudience(t *testing.T) {
	t.Parallel()
	type row struct {
		parameter string
		source    source.Source
		want      string
	}
	tokentest.Each(t, map[string]row{
		"GitHub":          {"subject_token", source.GitHubActions{Audience: "a"}, "subject_token.github_actions.audience sets its audience."},
		"GitHub's own":    {"client_assertion", source.GitHubActions{}, "client_assertion.github_actions.audience sets its audience; without it, that is the URL of the repository's owner."},
		"HCP Terraform":   {"assertion", source.HCPTerraform{}, "The variable TFC_WORKLOAD_IDENTITY_AUDIENCE of the workspace sets its audience."},
		"HCP, a tag":      {"assertion", source.HCPTerraform{Tag: "A"}, "The variable TFC_WORKLOAD_IDENTITY_AUDIENCE_A of the workspace"},
		"a variable":      {"subject_token", source.Env{Name: "DEPLOY_ID_TOKEN"}, "in GitLab CI/CD, by aud in id_tokens."},
		"a file":          {"subject_token", source.File{Name: "token"}, "trusts."},
		"an actor's file": {"actor_token", source.GitHubActions{}, "actor_token.github_actions.audience"},
	}, func(t *testing.T, tc row) {
		p := token.Presented{Name: tc.parameter, Source: tc.source, Value: said.NewSecret(unsigned(`{"aud":"a","exp":1772366460}`))}
		x, code := testExchange(tokenURL), "invalid_grant"
		x.Request.Auth = token.ClientID{ID: testID}
		if tc.parameter == "client_assertion" {
			x.Request.Auth, code = token.ClientAssertion{ID: testID, Assertion: tc.source}, "invalid_client"
		}
		a := newAnswer(x, 400, nil, []byte(`{"error":"`+code+`"}`), noon())
		a.Presented, a.Received = []token.Presented{p}, noon()
		wantSaid(t, refuse(t, x, a).Advice, []string{"Compare issuer, subject and audience", tc.want}, nil)
	})
}
