package diagnostic

import (
	"context"
	"crypto/elliptic"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// noon is the time by this machine's clock.
func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// atNoon returns a client whose clock stands still.
func atNoon(t *testing.T) *token.Client {
	t.Helper()
	tokentest.NoLeak(t)
	runtime := testRuntime()
	runtime.Now, runtime.Program = noon, func(context.Context, []string, []byte, time.Duration) ([]byte, error) {
		return []byte(strings.Repeat("AQ", 43)), nil // as an ES256 signature is, but for the numbers
	}
	return clientWith(t, quickTransport(), runtime)
}

// refusing answers with a status and an error code, at a time by its own clock.
func refusing(t *testing.T, status int, code string, at time.Time, more ...string) (url string) {
	t.Helper()
	url, _ = tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", at.Format(http.TimeFormat))
		for i := 0; i+1 < len(more); i += 2 {
			w.Header().Set(more[i], more[i+1])
		}
		tokentest.AnswerWith(status, "application/json", `{"error":"`+code+`"}`)(w, r)
	})
	return url
}

// unsigned returns a JWT that somebody else has made.
func unsigned(claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(claims)) + "." + encode([]byte("fake"))
}

// heldCase is a request with an assertion, and what the error about its refusal says.
type heldCase struct {
	change      func(x *exchange)
	status      int
	code        string
	says, never []string
}

// okta is advice about the audience.
const okta = `Some servers, such as Okta and Microsoft Entra, expect the URL of the token endpoint as audience: set assertion_audience = "http://127.0.0.1:`

// oktaIssuer is an issuer whose token endpoint is elsewhere.
const oktaIssuer = "https://auth.example.com/oauth2/default"

// signedBy returns changes of an exchange: each gives it a client assertion, changed.
func signedBy(key said.Secret) func(change func(s *source.Signed, x *exchange)) func(x *exchange) {
	return func(change func(s *source.Signed, x *exchange)) func(x *exchange) {
		return func(x *exchange) {
			s := source.Signed{Key: key, KeyID: "okta-key-1", Issuer: testID, Subject: testID, Audience: oktaIssuer}
			x.Issuer = oktaIssuer
			if change != nil {
				change(&s, x)
			}
			x.Request.Auth = token.ClientAssertion{ID: testID, Assertion: s}
		}
	}
}

func clientAssertionCases(t *testing.T) map[string]heldCase {
	t.Helper()
	ec := testkeys.EC(t, elliptic.P256())
	key := said.NewSecret(testkeys.PKCS8(t, ec))
	certified := said.NewSecret(testkeys.PKCS8(t, ec) + testkeys.PEM("CERTIFICATE", testkeys.Certificate(t, ec, time.Unix(0, 0), time.Now().Add(time.Hour)).Raw))
	const generic = "Check client_id, the secret"
	signed := signedBy(key)
	const held = `The client assertion had iss "test-client" (client_id), sub "test-client" (client_id), `
	return map[string]heldCase{
		"the issuer as audience": {
			signed(nil), 401, "invalid_client",
			[]string{held + `aud "` + oktaIssuer + `" (assertion_audience, by default issuer), kid "okta-key-1" (key_id), alg "ES256" (signing_algorithm) and no x5t (private_key_pem has no certificate).`, okta, "lock the account"},
			[]string{generic},
		},
		"400":                    {signed(nil), 400, "invalid_client", []string{held, okta}, []string{generic}},
		"no code":                {signed(nil), 401, "", []string{held, okta}, []string{generic}},
		"a code of the vendor's": {signed(nil), 400, "made_up", []string{held}, nil},
		"the endpoint as audience": {
			signed(func(s *source.Signed, x *exchange) { s.Audience, x.Issuer = x.Request.URL, "" }), 401, "invalid_client",
			[]string{" (assertion_audience, by default the token endpoint)", "Some servers expect their issuer as audience: set assertion_audience to it."},
			[]string{"Okta"},
		},
		"an audience of the user's": {
			signed(func(s *source.Signed, _ *exchange) { s.Audience = "urn:fake" }), 401, "invalid_client", []string{`aud "urn:fake" (assertion_audience), kid`, okta}, []string{"by default"},
		},
		"a certificate, no kid": {
			signed(func(s *source.Signed, _ *exchange) { s.Key, s.KeyID = certified, "" }), 401, "invalid_client",
			[]string{`no kid (key_id), alg "ES256" (signing_algorithm) and x5t (of the certificate in private_key_pem).`},
			nil,
		},
		"claims of the user's": {
			signed(func(s *source.Signed, _ *exchange) {
				s.Claims = said.NewSecret(`{"iss":"me","aud":["a","b"],"sub":null,"scope":"hush-hush-scope"}`)
			}), 401, "invalid_client",
			[]string{`had iss "me" (claims), no sub (claims), aud "a, b" (claims), kid`},
			[]string{"hush-hush-scope", "Okta"},
		},
		"times of the user's": {
			signed(func(s *source.Signed, _ *exchange) { s.Claims = said.NewSecret(`{"iat":1,"exp":2}`) }),
			401, "invalid_client",
			[]string{"and no x5t (private_key_pem has no certificate). It expired at 1970-01-01T00:00:02Z."},
			nil,
		},
		"long and broken claims": {
			signed(func(s *source.Signed, _ *exchange) { s.Audience = "a\n\u202e" + strings.Repeat("b", 5000) }), 401, "invalid_client",
			[]string{`aud "a b`, "…\""},
			[]string{strings.Repeat("b", 1100), "\u202e"},
		},
		"another scope": {signed(nil), 400, "invalid_scope", []string{"No scope was sent. Set scopes."}, []string{"aud", "lock the account"}},
		"another grant": {signed(nil), 400, "unauthorized_client", []string{held, "may not use this grant"}, nil},
		"a busy server": {signed(nil), 503, "", nil, []string{"aud"}},
		"a refresh token": {
			signed(func(_ *source.Signed, x *exchange) {
				x.Request.Form = token.NewForm(map[string]string{"grant_type": "refresh_token"})
			}),
			400, "invalid_grant",
			[]string{held, "a refresh token, password"},
			nil,
		},
	}
}

func sharedSecretCases() map[string]heldCase {
	hush := said.NewSecret(strings.Repeat("hush", 8))
	signed := signedBy(said.Secret{})
	return map[string]heldCase{
		"a shared secret": {
			signed(func(s *source.Signed, _ *exchange) { s.Secret = hush }), 401, "invalid_client",
			[]string{`and alg "HS256" (signing_algorithm).`, "Check client_id and client_secret, and that the client may use client_secret_jwt"},
			[]string{"hush", "public key is registered"},
		},
		"the secret as key id": {
			signed(func(s *source.Signed, _ *exchange) { s.Secret, s.KeyID = hush, hush.Reveal() }), 401, "invalid_client",
			[]string{`kid "(sensitive)"`},
			[]string{"hush"},
		},
		"a secret in a grant": {
			func(x *exchange) {
				x.Request.Sources = map[string]source.Source{"assertion": source.Signed{Secret: hush, Algorithm: "HS384", Header: said.NewSecret(`{"kid":"app-key"}`)}}
			}, 400, "invalid_grant",
			[]string{`kid "app-key" (header) and alg "HS384" (signing_algorithm).`, "which secret signs. Check secret, its secret_encoding, and signing_algorithm."},
			[]string{"hush", "client_secret_jwt", "x5t"},
		},
	}
}

// signerCases are assertions that a program signs.
func signerCases(t *testing.T) map[string]heldCase {
	t.Helper()
	signed := signedBy(said.Secret{})
	by := func(header string) func(x *exchange) {
		return signed(func(s *source.Signed, _ *exchange) {
			s.Signer, s.Algorithm, s.Header = []string{"hush-hush-sign", "hush-hush-argument"}, "ES256", said.NewSecret(header)
		})
	}
	const certificate = "The certificate with identifier used to sign the client assertion is not registered"
	return map[string]heldCase{
		"a signer": {
			by(""), 401, "invalid_client",
			[]string{`kid "okta-key-1" (key_id), alg "ES256" (signing_algorithm) and no x5t (header).`, "Check that this client's public key is registered there"},
			[]string{"hush", "private_key_pem"},
		},
		"a signer, by certificate": {by(""), 401, certificate, []string{`Set "x5t#S256" in header`}, []string{"hush", "private_key_pem"}},
		"a signer, by thumbprint": {
			by(`{"x5t":"dGh1bWI","kid":null}`), 401, certificate,
			[]string{"no kid (header)", "x5t (header).", "Check that the thumbprint in header"},
			[]string{"hush", "private_key_pem"},
		},
	}
}

func givenAssertionCases(t *testing.T) map[string]heldCase {
	t.Helper()
	file := filepath.Join(t.TempDir(), "token")
	jwt := unsigned(`{"iss":"https://ci.example.com","sub":"repo:fake/fake","aud":"api://fake","exp":1772366460,"email":"hush-hush@example.com"}`)
	if err := os.WriteFile(file, []byte(jwt), 0o600); err != nil {
		t.Fatal(err)
	}
	client := func(from source.Source) func(x *exchange) {
		return func(x *exchange) { x.Request.Auth = token.ClientAssertion{ID: testID, Assertion: from} }
	}
	grant := func(name string, from source.Source) func(x *exchange) {
		return func(x *exchange) { x.Request.Sources = map[string]source.Source{name: from} }
	}
	expired := source.Value{Secret: said.NewSecret(unsigned(`{"iss":"a","exp":1772366399}`))}
	const compare, generic = "Compare issuer, subject and audience with what the server trusts", "secret"
	const had = ` had iss "https://ci.example.com", sub "repo:fake/fake" and aud "api://fake".`
	signed := source.Signed{Key: said.NewSecret(testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))), Issuer: testID, Claims: said.NewSecret(`{"sub":"you"}`)}
	return map[string]heldCase{
		"a client's, of a file":      {client(source.File{Name: file}), 401, "invalid_client", []string{"The client assertion" + had, compare}, []string{generic, "hush", "expired at", "Okta"}},
		"a client's, given":          {client(source.Value{Secret: said.NewSecret(jwt)}), 400, "invalid_client", []string{"The client assertion" + had, compare}, []string{generic}},
		"a client's, no JWT":         {client(source.Value{Secret: said.NewSecret("hush-hush")}), 401, "invalid_client", []string{"The client assertion is not a JWT.", compare}, []string{"hush"}},
		"a client's, very long":      {client(source.Value{Secret: said.NewSecret(unsigned(`{"iss":"` + strings.Repeat("a", 20000) + `"}`))}), 401, "invalid_client", []string{compare}, []string{"aaa"}},
		"a client's, expired":        {client(expired), 401, "invalid_client", []string{`had iss "a", no sub and no aud. It expired at 2026-03-01T11:59:59Z.`}, nil},
		"a grant, of a file":         {grant("assertion", source.File{Name: file}), 400, "invalid_grant", []string{"The assertion" + had, compare}, []string{generic, "hush"}},
		"a subject's":                {grant("subject_token", source.File{Name: file}), 400, "invalid_grant", []string{"The subject token" + had, "does not accept the subject token. " + compare}, []string{generic}},
		"a subject's, no code":       {grant("subject_token", source.File{Name: file}), 400, "made_up", []string{"The subject token" + had, compare}, []string{generic}},
		"a subject's, 401":           {grant("subject_token", source.File{Name: file}), 401, "", []string{"The subject token" + had, compare}, []string{generic, "client_id was sent"}},
		"a subject's, no JWT":        {grant("subject_token", source.Value{Secret: said.NewSecret("hush-hush")}), 400, "invalid_grant", []string{compare}, []string{"hush", "not a JWT"}},
		"a grant, signed":            {grant("assertion", signed), 400, "invalid_grant", []string{`The assertion had iss "test-client" (client_id), sub "you" (claims), aud "`, " (claims, by default the token endpoint)", "set aud in claims to it"}, []string{generic}},
		"another scope of a grant's": {grant("assertion", signed), 400, "invalid_scope", []string{"No scope was sent. Set scopes."}, []string{"aud"}},
	}
}

// A refusal of an assertion says what that held and which attribute sets it, and
// nothing of secrets where none is in use.
func TestRefusalSaysWhatTheAssertionHeld(t *testing.T) {
	t.Parallel()
	for _, table := range []map[string]heldCase{clientAssertionCases(t), sharedSecretCases(), signerCases(t), givenAssertionCases(t)} {
		checkHeld(t, table, "clock is")
	}
}

// wantSaid fails unless a text has some texts and does not have others.
func wantSaid(t *testing.T, text string, says, never []string) {
	t.Helper()
	for _, want := range says {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
	for _, none := range never {
		if strings.Contains(text, none) {
			t.Errorf("it says %q:\n%s", none, text)
		}
	}
}

// A request that a user describes has its JWT in the attribute jwt.
func TestRefusalOfADescribedJWT(t *testing.T) {
	t.Parallel()
	x := testExchange(refusing(t, http.StatusUnauthorized, "", noon().Add(-time.Minute)))
	x.Describe, x.Request.Auth = true, nil
	signed := source.Signed{Key: said.NewSecret(testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))), Claims: said.NewSecret(`{"iss":"app-1"}`)}
	x.Request.Named = []token.Named{{Name: "jwt", Source: signed}}
	x.Request.Headers = secretMap(map[string]string{"Authorization": "Bearer {jwt}"})
	_, err := do(t, atNoon(t), x)
	e := wantError(t, err, token.KindRefused)
	wantSaid(t, e.Error(), []string{`The JWT had iss "app-1" (claims), no sub (claims), aud "`, "1m0s ahead"}, nil)
}

// What was done comes first, where the way of the client may be wrong.
func TestAdviceAboutTheWayOfTheClient(t *testing.T) {
	t.Parallel()
	certificate := certify(t, "client", now(), false, nil).pair(t)
	for name, tc := range map[string]struct {
		auth        token.ClientAuth
		certificate *token.ClientCertificate
		begins      string
	}{
		"basic":         {token.ClientSecretBasic{ID: testID, Secret: said.NewSecret("plain")}, nil, `The id and the secret were sent with HTTP Basic (client_auth = "client_secret_basic", the default). If the vendor's page puts them into the body, set client_auth = "client_secret_post". Otherwise check client_id`},
		"post":          {token.ClientSecretPost{ID: testID, Secret: said.NewSecret("plain")}, nil, `The id and the secret were sent in the body (client_auth = "client_secret_post"). If the vendor's page says HTTP Basic, set client_auth = "client_secret_basic".`},
		"none":          {token.ClientID{ID: testID}, nil, `client_id was sent without a secret (client_auth = "none").`},
		"nobody":        {token.ClientID{}, nil, `No client was named (client_auth = "none", without client_id).`},
		"a certificate": {token.ClientID{ID: testID}, certificate, "The client was named by client_id and its TLS certificate."},
	} {
		for _, code := range []string{"invalid_client", "", "made_up"} {
			x := testExchange(tokenURL)
			x.Request.Auth, x.Request.Certificate = tc.auth, tc.certificate
			_, err := readAnswer(x, http.StatusUnauthorized, "application/json", `{"error":"`+code+`"}`)
			if e := wantError(t, err, token.KindRefused); !strings.HasPrefix(e.Advice, tc.begins) {
				t.Errorf("%s, %q: %s", name, code, e.Advice)
			}
		}
	}
}

// The Date of an answer tells where the clock may be why an assertion is refused.
func TestRefusalSaysThatTheClockIsWrong(t *testing.T) {
	t.Parallel()
	signed := token.ClientAssertion{ID: testID, Assertion: source.Signed{Key: said.NewSecret(testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))), Issuer: testID}}
	type row struct {
		auth   token.ClientAuth
		server time.Duration // how far its clock is ahead of this one
		status int
		code   string
		header []string
		want   string
	}
	tokentest.Each(t, map[string]row{
		"ahead":             {signed, -192 * time.Second, 401, "invalid_client", nil, "This machine's clock is 3m12s ahead of the server's."},
		"behind":            {signed, 192 * time.Second, 401, "invalid_client", nil, "This machine's clock is 3m12s behind the server's."},
		"days":              {signed, 48 * time.Hour, 400, "invalid_grant", nil, "This machine's clock is 48h0m0s behind the server's."},
		"no code":           {signed, -time.Minute, 400, "", nil, "1m0s ahead"},
		"a given assertion": {token.ClientAssertion{Assertion: source.Value{Secret: said.NewSecret(unsigned(`{}`))}}, -time.Minute, 401, "", nil, "1m0s ahead"},
		"a one-time code":   {token.ClientAssertion{Assertion: source.TOTP{Secret: said.NewSecret("plain")}}, -time.Minute, 401, "invalid_client", nil, "1m0s ahead"},
		"a few seconds":     {signed, -5 * time.Second, 401, "invalid_client", nil, ""},
		"another cause":     {signed, -time.Hour, 400, "invalid_scope", nil, ""},
		"a secret":          {token.ClientSecretPost{ID: testID, Secret: said.NewSecret("plain")}, -time.Hour, 401, "invalid_client", nil, ""},
		"kept by a cache":   {signed, -time.Hour, 401, "invalid_client", []string{"Age", "3600"}, ""},
		"a year and more":   {signed, 0, 401, "invalid_client", []string{"Date", "Fri, 31 Dec 9999 23:59:59 GMT"}, ""},
		"since 1970":        {signed, 0, 401, "invalid_client", []string{"Date", "Thu, 01 Jan 1970 00:00:00 GMT"}, ""},
		"no Date":           {signed, 0, 401, "invalid_client", []string{"Date", "yesterday"}, ""},
	}, func(t *testing.T, tc row) {
		x := testExchange(refusing(t, tc.status, tc.code, noon().Add(tc.server), tc.header...))
		x.Request.Auth = tc.auth
		_, err := do(t, atNoon(t), x)
		e := wantError(t, err, token.KindRefused)
		if tc.want == "" && (e.Clock != "" || strings.Contains(e.Error(), "clock is")) || !strings.Contains(e.Error(), tc.want) {
			t.Errorf("%s: want %q:\n%v", e.Clock, tc.want, e)
		}
	})
}

// A token that is too short by this machine's clock may be long enough by the server's.
func TestShortLifeSaysThatTheClockIsWrong(t *testing.T) {
	t.Parallel()
	jwt := unsigned(`{"exp":1772366700}`) // five minutes past noon
	for name, tc := range map[string]struct {
		body   string
		server time.Duration
		want   string
		says   string
	}{
		"a time of expiry":             {`{"access_token":"t","expires_at":"2026-03-01T12:05:00Z"}`, -10 * time.Minute, "10m0s ahead", "valid for 5m0s"},
		"one that has passed":          {`{"access_token":"t","expires_at":"2026-03-01T11:55:00Z"}`, -10 * time.Minute, "10m0s ahead", "had already expired when it arrived: at 2026-03-01T11:55:00Z, 5m0s before"},
		"one that has just passed":     {`{"access_token":"t","expires_at":"2026-03-01T11:55:00Z"}`, 0, "", "had already expired when it arrived: at 2026-03-01T11:55:00Z"},
		"a JWT's":                      {`{"access_token":"` + jwt + `"}`, -10 * time.Minute, "10m0s ahead", "valid for 5m0s"},
		"a JWT's beside a longer life": {`{"access_token":"` + jwt + `","expires_in":3600}`, -10 * time.Minute, "10m0s ahead", "valid for 5m0s"},
		"a lifetime":                   {`{"access_token":"t","expires_in":300}`, -10 * time.Minute, "", "valid for 5m0s"},
		"a clock that is right":        {`{"access_token":"` + jwt + `"}`, 0, "", "valid for 5m0s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, _ := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Date", noon().Add(tc.server).Format(http.TimeFormat))
				tokentest.AnswerWith(http.StatusOK, "application/json", tc.body)(w, r)
			})
			x := testExchange(url)
			x.Response.ExpiresAt = answer.MustPath("expires_at")
			got, err := newCache(atNoon(t)).Token(t.Context(), x, 0)
			if notes := fmt.Sprint(Warnings(got, x.set(), 0)); err != nil || strings.Contains(notes, "had already expired when it arrived") != strings.Contains(tc.says, "had already expired") ||
				strings.Contains(notes, "had already expired") && !strings.Contains(notes, tc.want) {
				t.Errorf("it notes %s: %v", notes, err)
			}
			_, err = newCache(atNoon(t)).Token(t.Context(), x, 10*time.Minute)
			e := wantError(t, err, token.KindLifetime)
			if isOver := strings.Contains(e.Advice, "a lower min_remaining does not help"); isOver != strings.HasPrefix(name, "one that has") {
				t.Errorf("the advice is %q", e.Advice)
			}
			if !strings.Contains(e.Error(), tc.says) || !strings.Contains(e.Error(), tc.want) || tc.want == "" && strings.Contains(e.Error(), "clock is") {
				t.Errorf("want %q:\n%v", tc.want, e)
			}
		})
	}
}
