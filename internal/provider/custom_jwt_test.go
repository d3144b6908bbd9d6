package provider_test

import (
	"cmp"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	gocmp "github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// {jwt} stands for the signed JWT wherever something is sent, and is signed
// with the claims of the set and those that are added.
func TestRequestJWT(t *testing.T) {
	noEnvironment(t)
	key := clitest.Must(rsa.GenerateKey(rand.Reader, 2048))(t)
	keyPEM := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
	var sent []string
	endpoint := keepingJWT(t, &sent)
	signed := object{"private_key_pem": keyPEM, "signing_algorithm": "RS256", "key_id": "key-1", "lifetime": "9m", "claims": `{"iss":"app-1"}`}
	for name, request := range map[string]object{
		"header": {"headers": object{"X-Jwt": "{jwt}"}}, "query": {"query": object{"jwt": "{jwt}"}}, "form": {"form": object{"jwt": "{jwt}"}},
		"json": {"json": `{"assertion":"{jwt}"}`}, "body": {"body": "{jwt}"},
	} {
		t.Run(name, func(t *testing.T) {
			sent = nil
			set := object{"request": object{"url": endpoint + "/token", "sources": jwtSource(signed)}.and(request), "response": object{"token": "token"}}
			_, diags := configured(t, object{"custom": object{"shop": set}}).ask(t.Context(), dataSource, "custom", nil)
			onlyError(t, diags)
			if len(sent) != 1 {
				t.Fatalf("%d JWTs were sent", len(sent))
			}
			checkNot(t, say(diags), clitest.Needle{Name: "the JWT", Value: sent[0]}, clitest.Needle{Name: "the key", Value: keyPEM})
			checkSigned(t, &key.PublicKey, sent[0], endpoint+"/token")
		})
	}
}

// The aud of a JWT that sets none is the URL as it is sent, for the revocation too.
func TestAudienceOfFilledURL(t *testing.T) {
	noEnvironment(t)
	key := object{"private_key_pem": testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))}
	for name, c := range map[string]struct {
		path    string
		sources object
		want    string
	}{
		"a source in the path":       {"/c/{tenant}/token?x=1", object{"tenant": object{"value": "a/b"}}, "/c/a%2Fb/token?x=1"},
		"a source of another source": {"/c/{sum}/token", object{"sum": object{"hmac": object{"key": "fake-key-of-20-bytes", "message": "{tenant}"}}, "tenant": object{"value": "a"}}, ""},
		"itself in the query":        {"/c/{tenant}/token?jwt={jwt}", object{"tenant": object{"value": "a"}}, "/c/a/token"},
		"a source that needs it":     {"/c/token?s={sum}", object{"sum": object{"hmac": object{"key": "fake-key-of-20-bytes", "message": "{jwt}"}}}, "/c/token"},
		"braces of nobody":           {"/c/token", object{}, "/c/token"},
	} {
		t.Run(name, func(t *testing.T) {
			var audiences, asked []string
			web := newWeb(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, claims, _ := answer.DecodeJWT(r.Header.Get("X-Jwt"))
				audiences, asked = append(audiences, fmt.Sprint(claims["aud"])), append(asked, r.RequestURI)
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, `{"token":"fake-token"}`)
			}))
			sources := jwtSource(key).and(c.sources)
			set := object{
				"request":  object{"url": web.URL + c.path, "headers": object{"X-Jwt": "{jwt}"}, "sources": sources},
				"response": object{"token": "token"}, "revoke": object{"url": web.URL + "/end", "headers": object{"X-Jwt": "{again}", "X-Token": "{token}"}, "sources": object{"again": jwtSource(key)["jwt"]}},
			}
			p := configured(t, object{"custom": object{"shop": set}})
			p.closed(p.opened("custom", object{"revoke_on_close": true}))
			want := web.URL + cmp.Or(c.want, asked[0])
			if diff := gocmp.Diff([]string{want, want}, audiences); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A revocation signs a JWT of its own.
func TestRevocationJWT(t *testing.T) {
	noEnvironment(t)
	key := object{"private_key_pem": testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))}
	for _, header := range []string{"{token} {jwt}", "{jwt}"} { // who logs in with a source may end all that it has begun
		revoke := object{"url": "https://x.example.com", "headers": object{"x": header}, "sources": jwtSource(key)}
		if diags := newPlugin(t).configure(object{"custom": object{"shop": description(nil, nil, object{"revoke": revoke})}}); len(diags) > 0 {
			t.Error(say(diags))
		}
	}
}

// keepingJWT serves an endpoint that keeps the JWT of each request, wherever it
// stands, and repeats it in a refusal.
func keepingJWT(t *testing.T, sent *[]string) string {
	t.Helper()
	web := newWeb(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		form, _ := url.ParseQuery(string(body))
		var object struct{ Assertion string }
		_ = json.Unmarshal(body, &object)
		found := cmp.Or(r.Header.Get("X-Jwt"), r.URL.Query().Get("jwt"), form.Get("jwt"), object.Assertion, string(body))
		*sent = append(*sent, found)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		_, _ = fmt.Fprintf(w, `{"message":"no: %s"}`, found) //nolint:gosec // no browser reads it
	}))
	return web.URL
}

func checkSigned(t *testing.T, key *rsa.PublicKey, signed, audience string) {
	t.Helper()
	parsed := clitest.Must(jwt.ParseSigned(signed, []jose.SignatureAlgorithm{jose.RS256}))(t)
	var claims jwt.Claims
	clitest.OK(t, parsed.Claims(key, &claims))
	if claims.Issuer != "app-1" || claims.ID == "" || parsed.Headers[0].KeyID != "key-1" || !claims.Audience.Contains(audience) ||
		claims.Expiry.Time().Sub(claims.IssuedAt.Time()) != 9*time.Minute {
		t.Errorf("the claims are %+v", claims)
	}
}
