package diagnostic

import (
	"crypto/elliptic"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// What a vendor says of a certificate is about x5t, and not about the audience.
func TestAdviceWhereTheVendorNamesTheCertificate(t *testing.T) {
	t.Parallel()
	ec := testkeys.EC(t, elliptic.P256())
	key := said.NewSecret(testkeys.PKCS8(t, ec))
	certified := said.NewSecret(testkeys.PKCS8(t, ec) + testkeys.PEM("CERTIFICATE", testkeys.Certificate(t, ec, time.Unix(0, 0), time.Now().Add(time.Hour)).Raw))
	const add, compare, audience, knows = "Add the certificate to private_key_pem", "the certificate in private_key_pem is the one", "audience:", "Check that this client's public key is registered there"
	type row struct {
		key       said.Secret
		message   string
		says, not []string
	}
	tokentest.Each(t, map[string]row{
		"no certificate":            {key, "AADSTS700027: The certificate with identifier used to sign the client assertion is not registered.", []string{add, "Entra and AD FS", "no x5t"}, []string{audience, knows, compare}},
		"no certificate, AD FS":     {key, "MSIS9622: Client authentication failed. No matching x5t.", []string{add}, []string{audience}},
		"no certificate, thumb":     {key, "Thumbprint of key used by client: ''.", []string{add}, []string{audience}},
		"another certificate":       {certified, "The key was not found by its THUMBPRINT.", []string{compare}, []string{audience, add, knows}},
		"another cause":             {key, "The audience is wrong.", []string{audience}, []string{add, compare, knows}},
		"a certificate, other word": {certified, "Nothing certified here.", []string{knows, audience}, []string{add, compare}},
	}, func(t *testing.T, tc row) {
		url, _ := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", noon().Format(http.TimeFormat))
			tokentest.AnswerWith(http.StatusUnauthorized, "application/json", `{"error":"invalid_client","error_description":"`+tc.message+`"}`)(w, r)
		})
		x := testExchange(url)
		x.Request.Auth = token.ClientAssertion{ID: testID, Assertion: source.Signed{Key: tc.key, Issuer: testID, Subject: testID, Audience: oktaIssuer}}
		_, err := do(t, atNoon(t), x)
		wantSaid(t, wantError(t, err, token.KindRefused).Error(), tc.says, tc.not)
	})
}

// Which audience to set is written as it is to be set, less what may be a secret.
func TestAdviceNamesTheAudience(t *testing.T) {
	t.Parallel()
	signed := source.Signed{Key: said.NewSecret(testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))), Issuer: testID}
	type row struct {
		audience, url, issuer string
		says                  string
	}
	tokentest.Each(t, map[string]row{
		"the endpoint":             {oktaIssuer, "https://auth.example.com/v1/token", oktaIssuer, `set assertion_audience = "https://auth.example.com/v1/token".`},
		"the endpoint, less query": {oktaIssuer, "https://auth.example.com/token?key=hush-hush", "", `set assertion_audience = "https://auth.example.com/token".`},
		"the issuer":               {"https://auth.example.com/token", "https://auth.example.com/token", oktaIssuer, `set assertion_audience = "` + oktaIssuer + `".`},
		"an issuer":                {"https://auth.example.com/token", "https://auth.example.com/token", "", "set assertion_audience to it."},
	}, func(t *testing.T, tc row) {
		x := testExchange(tc.url)
		s := signed
		s.Audience, x.Issuer = tc.audience, tc.issuer
		x.Request.Auth = token.ClientAssertion{ID: testID, Assertion: s}
		client := atNoon(t)
		client.Transport().Client(nil).Transport = tokentest.Answering(tokentest.NewPage(http.StatusUnauthorized, "", `{"error":"invalid_client"}`), nil)
		_, err := do(t, client, x)
		wantSaid(t, wantError(t, err, token.KindRefused).Error(), []string{tc.says}, []string{"hush"})
	})
}

// Advice is about what was sent.
func TestAdviceAboutWhatWasSent(t *testing.T) {
	t.Parallel()
	type row struct {
		form      map[string]string
		code      string
		says, not []string
	}
	tokentest.Each(t, map[string]row{
		"no scope":            {nil, "invalid_scope", []string{"No scope was sent. Set scopes."}, []string{"malformed"}},
		"a scope":             {map[string]string{"scope": "a"}, "invalid_scope", []string{"Check scopes"}, []string{"No scope"}},
		"a password":          {map[string]string{"username": "a", "password": "hush-hush"}, "invalid_grant", []string{"does not accept username and password", "lock the account"}, []string{"assertion", "hush"}},
		"a refresh token":     {map[string]string{"refresh_token": "hush-hush"}, "invalid_grant", []string{"does not accept the refresh token", "Get a new one"}, []string{"password", "hush"}},
		"nothing that is one": {map[string]string{"grant_type": "urn:fake"}, "invalid_grant", []string{"What is exchanged for the token"}, nil},
	}, func(t *testing.T, tc row) {
		x := testExchange(tokenURL)
		x.Request.Auth = token.ClientSecretPost{ID: testID, Secret: said.NewSecret(testSecret)}
		x.Request.Form = token.NewForm(tc.form)
		_, err := readAnswer(x, http.StatusBadRequest, "application/json", `{"error":"`+tc.code+`"}`)
		wantSaid(t, wantError(t, err, token.KindRefused).Error(), tc.says, tc.not)
	})
}

// A refused refresh token that comes from the store is not the one of the configuration.
func TestAdviceAboutAKeptRefreshToken(t *testing.T) {
	t.Parallel()
	x := testExchange(tokenURL)
	x.Request.Form = token.NewForm(map[string]string{"refresh_token": "hush-hush"})
	_, err := readAnswer(x, http.StatusBadRequest, "application/json", `{"error":"invalid_grant"}`)
	kept := *wantError(t, err, token.KindRefused).facts
	kept.IsKeptToken = true
	wantSaid(t, tell(&kept, x).Error(), []string{"the newest refresh token, which token_store keeps", "set refresh_token to it"}, []string{"hush"})
}

// Where the clocks explain a refusal, they are what the error is about.
func TestClockComesFirst(t *testing.T) {
	t.Parallel()
	signed := source.Signed{Key: said.NewSecret(testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))), Issuer: testID}
	given := source.Value{Secret: said.NewSecret(unsigned(`{"iss":"a"}`))}
	type row struct {
		source    source.Source
		ahead     time.Duration
		says, not []string
	}
	tokentest.Each(t, map[string]row{
		"ahead":      {signed, time.Minute, []string{"1m0s ahead of the server's. Correct whichever is wrong", "lock the account"}, []string{"public key is registered", "audience:"}},
		"behind":     {signed, -10 * time.Minute, []string{"Correct whichever is wrong"}, []string{"public key is registered", "audience:"}},
		"a little":   {signed, 20 * time.Second, []string{"20s ahead", "public key is registered", "audience:"}, nil},
		"made there": {given, time.Minute, []string{"1m0s ahead", "Compare issuer"}, nil},
	}, func(t *testing.T, tc row) {
		x := testExchange(refusing(t, http.StatusUnauthorized, "invalid_client", noon().Add(-tc.ahead)))
		x.Request.Auth = token.ClientAssertion{ID: testID, Assertion: tc.source}
		_, err := do(t, atNoon(t), x)
		text := wantError(t, err, token.KindRefused).Error()
		wantSaid(t, text, tc.says, tc.not)
		wantOrder(t, text, "This machine's clock", "The client assertion had")
	})
}

// wantOrder fails unless a text says one thing before the other.
func wantOrder(t *testing.T, text, first, second string) {
	t.Helper()
	if at, then := strings.Index(text, first), strings.Index(text, second); at < 0 || then < at {
		t.Errorf("%q does not come before %q:\n%s", first, second, text)
	}
}
