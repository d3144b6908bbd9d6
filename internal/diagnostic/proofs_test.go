package diagnostic

import (
	"crypto/elliptic"
	"net/http"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// Servers have other codes for a wrong assertion or token than those of RFC 6749: RFC 8693
// (section 2.2.2) wants invalid_request, and zitadel/oidc answers invalid_grant about a
// client, and invalid_request about an assertion.
func TestAdviceAboutProofsOfAnyCode(t *testing.T) {
	t.Parallel()
	const lacks, exchanged, subject, actor = "The request lacks a parameter", "What is exchanged", "does not accept the subject token", "does not accept the actor token"
	signed := source.Signed{Key: said.NewSecret(testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))), Issuer: testID, Subject: testID}
	given := source.Value{Secret: said.NewSecret("hush-hush")}
	sends := func(sources map[string]source.Source) func(*exchange) {
		return func(x *exchange) {
			x.Request.Auth, x.Request.Sources = token.ClientID{ID: testID}, sources
			x.Request.Form = token.NewForm(map[string]string{"grant_type": "urn:fake"})
		}
	}
	byAssertion := func(grant string) func(*exchange) {
		return func(x *exchange) {
			x.Request.Auth = token.ClientAssertion{ID: testID, Assertion: signed}
			x.Request.Form = token.NewForm(map[string]string{"grant_type": grant})
		}
	}
	both := sends(map[string]source.Source{"subject_token": given, "actor_token": given})
	profile := sends(map[string]source.Source{"assertion": signed})
	type row struct {
		change     func(*exchange)
		code, told string
		says, not  []string
	}
	tokentest.Each(t, map[string]row{
		"a client": {
			byAssertion("client_credentials"), "invalid_grant", "audience is not valid",
			[]string{"does not accept the client assertion. Some servers expect their issuer as audience", "lock the account"},
			[]string{exchanged},
		},
		"a client's key": {
			byAssertion("client_credentials"), "invalid_grant", "invalid signature",
			[]string{"Check that this client's public key is registered there"},
			[]string{exchanged},
		},
		"another grant":          {byAssertion("urn:fake"), "invalid_grant", "", []string{exchanged}, nil},
		"an assertion":           {profile, "invalid_request", "assertion invalid", []string{"does not accept the assertion. Check that this client's public key"}, []string{lacks}},
		"not about an assertion": {profile, "invalid_request", "scope is missing", []string{lacks}, []string{"does not accept"}},
		"a subject":              {both, "invalid_request", "subject_token is invalid", []string{subject}, []string{actor, lacks, "hush"}},
		"an actor":               {both, "invalid_request", "actor_token is invalid", []string{actor}, []string{subject, lacks, "hush"}},
		"one of them":            {both, "invalid_request", "", []string{subject, lacks}, []string{"hush"}},
		"an actor, by its code":  {both, "invalid_grant", "The actor_token has expired.", []string{actor}, []string{subject, exchanged}},
	}, func(t *testing.T, tc row) {
		url, _ := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", noon().Format(http.TimeFormat))
			tokentest.AnswerWith(http.StatusBadRequest, "application/json", `{"error":"`+tc.code+`","error_description":"`+tc.told+`"}`)(w, r)
		})
		x := testExchange(url)
		tc.change(x)
		_, err := do(t, atNoon(t), x)
		wantSaid(t, wantError(t, err, token.KindRefused).Error(), tc.says, tc.not)
	})
}
