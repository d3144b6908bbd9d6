package token

import (
	"crypto/elliptic"
	"encoding/base64"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// revocable is an exchange whose token is revoked at /revoke as RFC 7009 has it.
func revocable(base string) *Exchange {
	x := testExchange(base + "/token")
	x.Revoke = &Request{
		URL:  base + "/revoke",
		Form: NewForm(map[string]string{"token": "{token}", "token_type_hint": "access_token"}),
		Auth: x.Request.Auth,
	}
	return x
}

// lend takes a lease that must be had.
func lend(t *testing.T, cache *Cache, x *Exchange) (value, id string) {
	t.Helper()
	got, id, err := cache.Lease(t.Context(), x, 0)
	if err != nil {
		t.Fatal(err)
	}
	return got.AccessToken.Reveal(), id
}

func TestRevocationAsSent(t *testing.T) {
	t.Parallel()
	const answer = `{"access_token":"tok+/=1","expires_in":3600}`
	secret := said.NewSecret(testSecret)
	basic := func(credentials string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(credentials))
	}
	type row struct {
		auth          ClientAuth
		authorization string
		form          url.Values // beside the token
	}
	tokentest.Each(t, map[string]row{
		"client_secret_basic":      {ClientSecretBasic{ID: "a b", Secret: secret}, basic("a+b:" + url.QueryEscape(testSecret)), url.Values{}},
		"client_secret_basic, raw": {ClientSecretBasic{ID: "a b", Secret: secret, Raw: true}, basic("a b:" + testSecret), url.Values{}},
		"client_secret_post":       {ClientSecretPost{ID: "a", Secret: secret}, "", url.Values{"client_id": {"a"}, "client_secret": {testSecret}}},
		"none":                     {ClientID{ID: "a"}, "", url.Values{"client_id": {"a"}}},
		"nothing at all":           {nil, "", url.Values{}},
		"a ready-made assertion": {
			ClientAssertion{ID: "a", Assertion: source.Value{Secret: said.NewSecret("x.y.z")}},
			"",
			url.Values{"client_id": {"a"}, "client_assertion": {"x.y.z"}, "client_assertion_type": {clientAssertionType}},
		},
		"an assertion that alone names the client": {
			ClientAssertion{Assertion: source.Value{Secret: said.NewSecret("x.y.z")}},
			"",
			url.Values{"client_assertion": {"x.y.z"}, "client_assertion_type": {clientAssertionType}},
		},
	}, func(t *testing.T, tc row) {
		var got sent
		var form url.Values
		base, _ := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				tokentest.AnswerWith(http.StatusOK, "application/json", answer)(w, r)
				return
			}
			_ = r.ParseForm()
			got = sent{Method: r.Method, Path: r.URL.Path, ContentType: r.Header.Get("Content-Type"), Authorization: r.Header.Get("Authorization")}
			form = r.PostForm
		})
		x := revocable(base)
		x.Revoke.Auth = tc.auth
		cache := NewCache(newTestClient(t, quickTransport()))
		_, id := lend(t, cache, x)
		release(t, cache, id)
		want := sent{Method: http.MethodPost, Path: "/revoke", ContentType: "application/x-www-form-urlencoded", Authorization: tc.authorization}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		tc.form["token"], tc.form["token_type_hint"] = []string{"tok+/=1"}, []string{"access_token"}
		if diff := cmp.Diff(tc.form, form); diff != "" {
			t.Error(diff)
		}
		if x.Revoke.Form["token"][0].Reveal() != "{token}" {
			t.Error("the caller's exchange was changed")
		}
	})
}

// A signed assertion is for the authorization server, which is known by its
// token endpoint (RFC 7523, section 3), whatever endpoint it is sent to.
func TestRevocationWithSignedAssertion(t *testing.T) {
	t.Parallel()
	key := testkeys.EC(t, elliptic.P256())
	seen := map[string]map[string]any{}
	base, _ := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, seen[r.URL.Path] = testkeys.Verify(t, r.PostFormValue("client_assertion"), "ES256", key.Public())
		tokentest.AnswerWith(http.StatusOK, "application/json", goodAnswer)(w, r)
	})
	x := revocable(base)
	x.Request.Auth = ClientAssertion{ID: testID, Assertion: source.Signed{Key: said.NewSecret(testkeys.PKCS8(t, key)), Issuer: testID, Subject: testID}}
	x.Revoke.Auth = x.Request.Auth
	cache := NewCache(newTestClient(t, quickTransport()))
	_, id := lend(t, cache, x)
	release(t, cache, id)
	if seen["/revoke"]["aud"] != base+"/token" {
		t.Errorf("aud = %v, want %s/token", seen["/revoke"]["aud"], base)
	}
	if seen["/revoke"]["jti"] == seen["/token"]["jti"] {
		t.Error("one assertion for two requests")
	}
}

func TestLeaseWithDiscoveredRevocation(t *testing.T) {
	t.Parallel()
	cache, site := cacheOf(t, map[string]tokentest.Page{
		"https://as.example.com" + tokentest.ASMetadata: tokentest.MetadataPage("https://as.example.com"),
		"https://as.example.com/token":                  tokentest.JSONPage("%s", goodAnswer),
		"https://as.example.com/revoke":                 tokentest.NewPage(http.StatusOK, "", ""),
	})
	x := issuedBy("https://as.example.com")
	x.Revoke = &Request{Form: NewForm(map[string]string{"token": "{token}"})}
	_, id := lend(t, cache, x)
	release(t, cache, id)
	want := []string{"POST https://as.example.com/token", "POST https://as.example.com/revoke"}
	if diff := cmp.Diff(want, site.Asked()[len(site.Asked())-2:]); diff != "" {
		t.Error(diff)
	}
}

func TestLeaseOfUnknownIssuer(t *testing.T) {
	t.Parallel()
	cache, _ := cacheOf(t, nil)
	x := issuedBy("https://as.example.com")
	x.Revoke = &Request{}
	_, _, err := cache.Lease(t.Context(), x, 0)
	_ = wantError(t, err, KindDiscovery)
}
