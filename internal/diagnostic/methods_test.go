package diagnostic

import (
	"crypto/elliptic"
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// A way that the metadata lists and nobody knows is not shown.
func TestListedMethodsThatAreUnknown(t *testing.T) {
	t.Parallel()
	const issuer = "https://id.example.com"
	cache, _ := cacheOf(t, map[string]tokentest.Page{
		issuer + tokentest.ASMetadata: tokentest.JSONPage(`{"issuer":"https://id.example.com","token_endpoint":"https://id.example.com/token",` +
			`"token_endpoint_auth_methods_supported":["hush-hush","client_secret_basic"]}`),
		issuer + "/token": tokentest.NewPage(http.StatusUnauthorized, "application/json", `{"error":"invalid_client"}`),
	})
	_, err := cache.Token(t.Context(), issuedBy(issuer), 0)
	wantSaid(t, wantError(t, err, token.KindRefused).Error(),
		[]string{"does not list client_secret_post, which was used. It lists client_secret_basic: set client_auth"}, []string{"hush"})
}

// Where the metadata does not list the way that was used, the error says so first.
func TestAdviceAboutTheListedMethods(t *testing.T) {
	t.Parallel()
	key := said.NewSecret(testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256())))
	certificate := certify(t, "client", now(), false, nil).pair(t)
	basic, post := token.ClientSecretBasic{ID: testID, Secret: said.NewSecret("plain")}, token.ClientSecretPost{ID: testID, Secret: said.NewSecret("plain")}
	type row struct {
		auth        token.ClientAuth
		certificate *token.ClientCertificate
		listed      string
		code        string
		want        string // that was used; empty: nothing is said
	}
	tokentest.Each(t, map[string]row{
		"basic":               {basic, nil, `,"client_secret_post","private_key_jwt"`, "invalid_client", "client_secret_basic"},
		"basic, no code":      {basic, nil, `,"client_secret_post"`, "", "client_secret_basic"},
		"basic, listed":       {basic, nil, `,"client_secret_post","client_secret_basic"`, "invalid_client", ""},
		"basic, no list":      {basic, nil, ``, "invalid_client", ""},
		"basic, other cause":  {basic, nil, `,"client_secret_post"`, "invalid_scope", ""},
		"post":                {post, nil, `,"client_secret_basic"`, "invalid_client", "client_secret_post"},
		"a key":               {token.ClientAssertion{Assertion: source.Signed{Key: key}}, nil, `,"client_secret_jwt"`, "invalid_client", "private_key_jwt"},
		"a shared secret":     {token.ClientAssertion{Assertion: source.Signed{Secret: said.NewSecret(strings.Repeat("s", 32))}}, nil, `,"private_key_jwt"`, "invalid_client", "client_secret_jwt"},
		"no secret":           {token.ClientID{ID: testID}, nil, `,"client_secret_basic"`, "invalid_client", "none"},
		"a certificate":       {token.ClientID{ID: testID}, certificate, `,"client_secret_basic"`, "invalid_client", "tls_client_auth"},
		"a certificate, self": {token.ClientID{ID: testID}, certificate, `,"self_signed_tls_client_auth"`, "invalid_client", ""},
	}, func(t *testing.T, tc row) {
		x := testExchange(tokenURL)
		x.Request.Auth, x.Request.Certificate = tc.auth, tc.certificate
		if tc.listed != "" {
			x.AuthMethods = strings.Split(strings.ReplaceAll(tc.listed[1:], `"`, ""), ",")
		}
		a, err := readAnswer(x, http.StatusUnauthorized, "application/json", `{"error":"`+tc.code+`"}`)
		if a != nil {
			t.Fatal("a token")
		}
		e := wantError(t, err, token.KindRefused)
		want := "The issuer's metadata does not list " + tc.want + ", which was used. It lists " + strings.NewReplacer(`"`, "", ",", ", ").Replace(tc.listed[min(1, len(tc.listed)):]) + ": set client_auth"
		if says := strings.HasPrefix(e.Advice, "The issuer's metadata"); says != (tc.want != "") || says && !strings.HasPrefix(e.Advice, want) {
			t.Errorf("advice: %s", e.Advice)
		}
	})
}

// A set of the environment is named as such, with what the environment cannot set.
func TestErrorOfASetFromTheEnvironment(t *testing.T) {
	t.Parallel()
	type row struct {
		auth      token.ClientAuth
		status    int
		code      string
		says, not []string
	}
	tokentest.Each(t, map[string]row{
		"client_auth": {token.ClientSecretBasic{ID: testID, Secret: said.NewSecret("plain")}, 401, "invalid_client", []string{"No environment variable sets client_auth: to set that, write the set in the provider block."}, []string{"or basic_encoding"}},
		"two":         {token.ClientSecretBasic{ID: testID, Secret: said.NewSecret("pla+in")}, 401, "invalid_client", []string{"No environment variable sets client_auth or basic_encoding:"}, nil},
		"none":        {token.ClientSecretBasic{ID: testID, Secret: said.NewSecret("plain")}, 400, "invalid_scope", []string{"Set scopes."}, []string{"No environment variable"}},
	}, func(t *testing.T, tc row) {
		for _, is := range []bool{true, false} {
			x := testExchange(tokenURL)
			x.Request.Auth, x.FromEnvironment = tc.auth, is
			_, err := readAnswer(x, tc.status, "application/json", `{"error":"`+tc.code+`"}`)
			text := wantError(t, err, token.KindRefused).Error()
			if is {
				wantSaid(t, text, append(tc.says, `credential set "shop" (from the environment), token endpoint at`), tc.not)
			} else {
				wantSaid(t, text, nil, []string{"from the environment", "No environment variable"})
			}
		}
	})
}
