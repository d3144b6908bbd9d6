package token

import (
	"crypto/elliptic"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
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
	for name, tc := range map[string]struct {
		auth          ClientAuth
		authorization string
		form          url.Values // beside the token
	}{
		"client_secret_basic":      {ClientSecretBasic{ID: "a b", Secret: secret}, basic("a+b:" + url.QueryEscape(testSecret)), url.Values{}},
		"client_secret_basic, raw": {ClientSecretBasic{ID: "a b", Secret: secret, Raw: true}, basic("a b:" + testSecret), url.Values{}},
		"client_secret_post":       {ClientSecretPost{ID: "a", Secret: secret}, "", url.Values{"client_id": {"a"}, "client_secret": {testSecret}}},
		"none":                     {ClientID{ID: "a"}, "", url.Values{"client_id": {"a"}}},
		"nothing at all":           {nil, "", url.Values{}},
		"a ready-made assertion": {
			ClientAssertion{ID: "a", Assertion: Value{said.NewSecret("x.y.z")}},
			"",
			url.Values{"client_id": {"a"}, "client_assertion": {"x.y.z"}, "client_assertion_type": {clientAssertionType}},
		},
		"an assertion that alone names the client": {
			ClientAssertion{Assertion: Value{said.NewSecret("x.y.z")}},
			"",
			url.Values{"client_assertion": {"x.y.z"}, "client_assertion_type": {clientAssertionType}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got sent
			var form url.Values
			base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/token" {
					answerWith(http.StatusOK, "application/json", answer)(w, r)
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
			if err := cache.Release(t.Context(), id); err != nil {
				t.Fatal(err)
			}
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
}

// A signed assertion is for the authorization server, which is known by its
// token endpoint (RFC 7523, section 3), whatever endpoint it is sent to.
func TestRevocationWithSignedAssertion(t *testing.T) {
	t.Parallel()
	key := testkeys.EC(t, elliptic.P256())
	seen := map[string]map[string]any{}
	base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, seen[r.URL.Path] = verify(t, r.PostFormValue("client_assertion"), "ES256", key.Public())
		answerWith(http.StatusOK, "application/json", goodAnswer)(w, r)
	})
	x := revocable(base)
	x.Request.Auth = ClientAssertion{ID: testID, Assertion: SignedJWT{Key: said.NewSecret(testkeys.PKCS8(t, key)), Issuer: testID, Subject: testID}}
	x.Revoke.Auth = x.Request.Auth
	cache := NewCache(newTestClient(t, quickTransport()))
	_, id := lend(t, cache, x)
	if err := cache.Release(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if seen["/revoke"]["aud"] != base+"/token" {
		t.Errorf("aud = %v, want %s/token", seen["/revoke"]["aud"], base)
	}
	if seen["/revoke"]["jti"] == seen["/token"]["jti"] {
		t.Error("one assertion for two requests")
	}
}

func TestRevocationFails(t *testing.T) { //nolint:gocognit // one table, and what each row must not say
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"400":              {http.StatusBadRequest, `{"error":"unsupported_token_type","error_description":"no tok-1, no tok-1"}`, "HTTP 400 Bad Request"},
		"401":              {http.StatusUnauthorized, `{"error":"invalid_client","error_description":"s3cr3t%2F%2B%22%26%3D%3A%25%C3%BC tok-1"}`, "HTTP 401 Unauthorized"},
		"200, an error":    {http.StatusOK, `{"error":"invalid_client","error_description":"no tok-1"}`, "HTTP 200 OK: there is an error in the answer"},
		"200, an own code": {http.StatusOK, `{"error":{"message":"no tok-1"}}`, "HTTP 200 OK: there is an error in the answer"},
		"200, a list":      {http.StatusOK, `{"errors":[{"message":"no tok-1"}]}`, "HTTP 200 OK: there is an error in the answer"},
		"503":              {http.StatusServiceUnavailable, `{"message":"busy with dG9rLTE="}`, "HTTP 503 Service Unavailable"},
		"503 without JSON": {http.StatusServiceUnavailable, `tok-1`, "HTTP 503 Service Unavailable"},
		"a redirect":       {http.StatusFound, ``, "redirects"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/token" {
					answerWith(http.StatusOK, "application/json", goodAnswer)(w, r)
					return
				}
				answerWith(tc.status, "application/json", tc.body)(w, r)
			})
			cache := NewCache(newTestClient(t, quickTransport()))
			x := revocable(base)
			x.Advice = map[int]string{tc.status: "what the vendor says of tokens"}
			_, id := lend(t, cache, x)
			err := cache.Release(t.Context(), id)
			if err == nil {
				t.Fatal("no error")
			}
			text := err.Error()
			if !strings.Contains(text, "The token stays valid until it expires, at ") || strings.Contains(text, "Run again") {
				t.Errorf("error = %s", text)
			}
			if !strings.Contains(text, tc.want) || !strings.Contains(text, `Service acme, credential set "shop", revocation endpoint at 127.0.0.1:`) {
				t.Errorf("error = %s", text)
			}
			var e *Error
			if !errors.As(err, &e) || strings.Contains(e.Advice, "what the vendor says") {
				t.Errorf("it advises on another endpoint: %s", text)
			}
			wantNoSecret(t, text, "tok-1", testSecret)
			if err := cache.Release(t.Context(), id); err != nil {
				t.Errorf("released again: %v", err)
			}
		})
	}
}

// A command-line tool ends the provider soon after it closes, so no endpoint
// may hold a revocation up, however it does it.
func TestRevocationEndsInTime(t *testing.T) {
	t.Parallel()
	var asked counter
	for name, tc := range map[string]struct {
		endpoint roundTripper
		kind     Kind
		want     string
	}{
		"hangs": {func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		}, KindUnreachable, "did not answer in time"},
		"is busy, then hangs": {func(req *http.Request) (*http.Response, error) {
			asked.add()
			if asked.get() == 1 {
				return response(http.StatusServiceUnavailable, nil, "{}"), nil
			}
			<-req.Context().Done()
			return nil, req.Context().Err()
		}, KindUnreachable, "did not answer in time"},
		"is gone": {func(*http.Request) (*http.Response, error) {
			return nil, io.EOF
		}, KindUnreachable, "closed the connection before the answer was complete"},
		"is busy": {func(*http.Request) (*http.Response, error) {
			return response(http.StatusServiceUnavailable, nil, "{}"), nil
		}, KindRefused, "time ran out before it could be asked again"},
		"is busy and says for how long": {func(*http.Request) (*http.Response, error) {
			return response(http.StatusTooManyRequests, http.Header{"Retry-After": {"25"}}, "{}"), nil
		}, KindRefused, "HTTP 429"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				cache, _ := newTestCache(t, numbered(3600))
				_, id := lend(t, cache, revocable("https://auth.example.com"))
				cache.client.http.Transport = tc.endpoint
				cache.client.settings.MaxRetries = 20 // more than there is time for
				start := time.Now()
				err := cache.Release(t.Context(), id)
				if e := wantError(t, err, tc.kind); e.Endpoint != "revocation endpoint" || !strings.Contains(e.Error(), tc.want) {
					t.Errorf("error does not say %q: %v", tc.want, err)
				}
				if strings.Contains(fmt.Sprint(err), "tok-1") {
					t.Errorf("error tells the token: %v", err)
				}
				if took := time.Since(start); took > 8*time.Second {
					t.Errorf("took %s", took)
				}
			})
		})
	}
}

// What cannot be revoked is not asked for.
func TestLeaseNeedsRevocationEndpoint(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		revoke *Request
		want   string
	}{
		"no URL":            {&Request{URLName: "revocation_url"}, "no revocation endpoint is known.\n\nSet revocation_url in the credential set"},
		"in the clear":      {&Request{URL: "http://auth.example.com/revoke"}, "unencrypted"},
		"beyond parsing":    {&Request{URL: "https://%zz"}, "cannot be used"},
		"with a password":   {&Request{URL: "https://u:hush@auth.example.com"}, "user name or password"}, //nolint:gosec // made up
		"not a network URL": {&Request{URL: "file:///etc/passwd"}, "not a full https:// URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cache, site := cacheOf(t, nil)
			x := testExchange(tokenURL)
			x.Revoke = tc.revoke
			_, _, err := cache.Lease(t.Context(), x, 0)
			e := wantError(t, err, KindRevocation)
			if !strings.Contains(e.Error(), tc.want) || strings.Contains(e.Error(), "hush") {
				t.Errorf("error = %v", err)
			}
			if n := site.count(""); n != 0 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestLeaseWithDiscoveredRevocation(t *testing.T) {
	t.Parallel()
	cache, site := cacheOf(t, map[string]page{
		"https://as.example.com" + asMetadata: metadataPage("https://as.example.com"),
		"https://as.example.com/token":        jsonPage("%s", goodAnswer),
		"https://as.example.com/revoke":       {http.StatusOK, "", ""},
	})
	x := issuedBy("https://as.example.com")
	x.Revoke = &Request{Form: NewForm(map[string]string{"token": "{token}"})}
	_, id := lend(t, cache, x)
	if err := cache.Release(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	want := []string{"POST https://as.example.com/token", "POST https://as.example.com/revoke"}
	if diff := cmp.Diff(want, site.asked[len(site.asked)-2:]); diff != "" {
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

func wantNoSecret(t *testing.T, text string, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		for _, form := range formsOf(secret) {
			if strings.Contains(text, form) {
				t.Errorf("a secret is told: %s", text)
			}
		}
	}
}

// What to do about a revocation that is refused is about the attribute of that endpoint.
func TestAdviceOfARefusedRevocation(t *testing.T) {
	t.Parallel()
	const check, remove = "There is no revocation endpoint at this address. Check revocation_url.", "remove revoke_on_close"
	for name, tc := range map[string]struct {
		status int
		body   string
		change func(x *Exchange)
		want   string
	}{
		"404":               {404, `{}`, nil, check},
		"405":               {405, `{}`, nil, check},
		"410":               {410, `{}`, nil, check},
		"404, a page":       {404, `<html>`, nil, "Check revocation_url"},
		"404, discovered":   {404, `{}`, func(x *Exchange) { x.Request.Discovered = true }, "Check the metadata of issuer, or set revocation_url."},
		"404, described":    {404, `{}`, func(x *Exchange) { x.Describe, x.Request.URLName = true, "revoke.url" }, "Check revoke.url."},
		"another kind":      {400, `{"error":"unsupported_token_type"}`, nil, remove},
		"not for this":      {403, `{"error":"unauthorized_client"}`, nil, remove},
		"wrong client":      {401, `{"error":"invalid_client"}`, nil, "The endpoint does not accept this client, which has just got a token."},
		"wrong client, 401": {401, `{}`, nil, "The endpoint does not accept this client, which has just got a token."},
		"busy":              {503, `{}`, nil, ""},
	} {
		x := testExchange(tokenURL)
		x.Endpoint, x.Request.URLName = revocationEndpoint, "revocation_url"
		if tc.change != nil {
			tc.change(x)
		}
		a := newAnswer(tc.status, http.Header{"Content-Type": {"application/json"}}, []byte(tc.body), noon())
		e := wantError(t, x.revocationProblem(a), KindRefused)
		if !strings.Contains(e.Advice, tc.want) || tc.want == "" && e.Advice != "" {
			t.Errorf("%s: advice = %q", name, e.Advice)
		}
	}
}
