package provider_test

import (
	"crypto/elliptic"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/provider"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

func jwtBlock(set object) object { return object{"jwt": object{"shop": set}} }

// A JWT that is signed here opens the API. All references share it, and no request is made.
func TestJWTOpensTheAPI(t *testing.T) {
	b := newBox(t)
	p := configured(t, jwtBlock(b.set("jwt")))
	shared := p.token(dataSource, "jwt", nil)
	for _, k := range kinds() {
		got, diags := p.ask(t.Context(), k, "jwt", object{"min_remaining": "4m"})
		if len(diags) > 0 {
			t.Fatal(say(diags))
		}
		if text(t, got["access_token"]) != shared || text(t, got["header_name"]) != "Authorization" || text(t, got["token_type"]) != "Bearer" {
			t.Error("it is another JWT")
		}
		opening, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.web.URL+sandbox.SelfSignedPath, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range texts(t, got["headers"]) {
			opening.Header.Set(name, value)
		}
		response, err := b.web.Client().Do(opening)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("the API answers %s", response.Status)
		}
	}
	if b.SelfSignedOpened() != 2 {
		t.Error("the API was not opened twice")
	}
}

// A time that is a placeholder is signed as a number.
func TestJWTOfThisTime(t *testing.T) {
	noEnvironment(t)
	key := testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))
	p := configured(t, jwtBlock(object{"private_key_pem": key, "claims": `{"nbf":"{time}","exp":null,"x":"{time}"}`}))
	_, claims, err := answer.DecodeJWT(p.token(dataSource, "jwt", nil))
	if err != nil {
		t.Fatal(err)
	}
	if nbf, ok := claims["nbf"].(json.Number); !ok || nbf.String() != claims["x"] {
		t.Errorf("the claims are %v", claims)
	}
}

// A JWT can be the source of another set.
func TestJWTAsCredentials(t *testing.T) {
	noEnvironment(t)
	h := newHub(t)
	set := object{"private_key_pem": testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))}
	p := configured(t, object{
		"jwt":    object{"app": set},
		"custom": object{"api": h.api(object{"sources": object{"login": object{"credentials": "jwt.app"}}}, nil)},
	})
	if got := p.token(dataSource, "custom", nil); got != "fake-token" {
		t.Error("there is no token")
	}
	if len(h.log) != 1 || !strings.Contains(h.log[0], p.token(dataSource, "jwt", nil)) {
		t.Error("the request does not have the JWT")
	}
	diags := newPlugin(t).configure(object{
		"jwt":    object{"app": set},
		"custom": object{"api": h.api(object{"headers": object{"X": "{login.zone}"}, "sources": object{"login": object{"credentials": "jwt.app"}}}, nil)},
	})
	checkSays(t, onlyError(t, diags).Detail, []string{`has no output "zone"`, "access_token"})
}

// A set that needs a JWT which cannot be signed says so in the words of the JWT's set.
func TestJWTAsCredentialsUnsigned(t *testing.T) {
	noEnvironment(t)
	h := newHub(t)
	p := configured(t, object{
		"jwt":    object{"app": object{"signer": []any{"false"}, "signing_algorithm": "ES256"}},
		"custom": object{"api": h.api(object{"sources": object{"login": object{"credentials": "jwt.app"}}}, nil)},
	})
	_, diags := p.ask(t.Context(), dataSource, "custom", nil)
	got := onlyError(t, diags)
	if got.Summary != unsignedJWT || len(h.log) != 0 {
		t.Errorf("the summary is %q, and there are the requests %v", got.Summary, h.log)
	}
	checkSays(t, got.Detail, []string{`Service jwt, credential set "app": the JWT cannot be signed`, "needs this token for its source login"})
}

// What can be known of a mistake at validation is an error there, at its attribute.
func TestJWTBadSets(t *testing.T) {
	noEnvironment(t)
	key := testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))
	for name, c := range map[string]struct {
		set           object
		path, summary string
		says          []string
	}{
		"nothing":      {object{}, "private_key_pem", "Missing private_key_pem", []string{"or secret or signer in its place"}},
		"two keys":     {object{"private_key_pem": key, "secret": longSecret}, "secret", unsignedJWT, []string{"Given: private_key_pem, secret"}},
		"claims":       {object{"private_key_pem": key, "claims": "iss=a"}, "claims", unsignedJWT, []string{"jsonencode"}},
		"algorithm":    {object{"private_key_pem": key, "signing_algorithm": "RS256"}, "private_key_pem", unsignedJWT, []string{"ES256"}},
		"signer alone": {object{"signer": []any{"fake"}}, "signing_algorithm", "Missing signing_algorithm", nil},
		"expired":      {object{"private_key_pem": key, "claims": `{"exp":1000000000}`}, "claims", unsignedJWT, []string{"2001-09-09T01:46:40Z", "Leave iat and exp out"}},
		"no token":     {object{"private_key_pem": key, "headers": object{"x": "y"}}, "headers", "{token} must be in exactly one place", []string{"none does."}},
		"an output":    {object{"private_key_pem": key, "headers": object{"x": "{token}", "y": "{zone}"}}, "headers", "No such name", []string{"only {token} is replaced there"}},
		"half a basic": {object{"private_key_pem": key, "basic_auth": object{"username": "{token}"}}, "basic_auth", "Missing password", nil},
		"fingerprint":  {object{"secret": longSecret, "claims": `{"iss":"{fingerprint}"}`}, "claims", unsignedJWT, nil},
		"two headers": {
			object{"private_key_pem": key, "headers": object{"Authorization": "Bearer {token}"}, "basic_auth": object{"username": "a", "password": "b"}},
			"headers", "Two headers of one name",
			[]string{"Keep one of the two."},
		},
		"an end at once":    {object{"private_key_pem": key, "claims": `{"exp":"{time}"}`}, "claims", unsignedJWT, []string{"Leave exp out"}},
		"a time in words":   {object{"private_key_pem": key, "claims": `{"exp":"never"}`}, "claims", unsignedJWT, []string{"its exp is not a number of seconds since 1970", `"{time}" and nothing else`}},
		"wrong hexadecimal": {object{"secret": "xyz", "secret_encoding": "hex"}, "secret", "Key cannot be decoded", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := onlyError(t, newPlugin(t).configure(jwtBlock(c.set)))
			if at := got.Attribute.String(); !strings.HasPrefix(at, `AttributeName("jwt").ElementKeyString("shop").AttributeName("`+c.path+`")`) || got.Summary != c.summary {
				t.Errorf("it is %q at %s: %s", got.Summary, at, got.Detail)
			}
			checkSays(t, got.Detail, c.says)
		})
	}
}

// What is probably a mistake is a warning.
func TestJWTWarnings(t *testing.T) {
	noEnvironment(t)
	for name, c := range map[string]struct {
		set           object
		path, summary string
	}{
		"short secret": {object{"secret": "fake-short"}, "secret", "Secret is short"},
		"dollars":      {object{"secret": longSecret, "claims": `{"jti":"${uuid}"}`}, "claims", "Dollar sign before a placeholder"},
	} {
		diags := newPlugin(t).configure(jwtBlock(c.set))
		got := warned(t, diags, c.summary)
		if at := got.Attribute.String(); at != `AttributeName("jwt").ElementKeyString("shop").AttributeName("`+c.path+`")` {
			t.Errorf("%s: it is at %s", name, at)
		}
	}
}

// A value that is not known yet is no error at validation. A token needs it.
func TestJWTUnknown(t *testing.T) {
	noEnvironment(t)
	key := testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))
	for _, set := range []object{
		{"private_key_pem": unknown{}},
		{"private_key_pem": key, "claims": unknown{}},
		{"secret": unknown{}, "secret_encoding": "hex"},
		{"private_key_pem": key, "headers": object{"x": unknown{}}},
		{"signer": unknown{}},
		{"private_key_pem": key, "basic_auth": unknown{}},
	} {
		p := newPlugin(t)
		if diags := p.configure(jwtBlock(set)); len(diags) > 0 {
			t.Error(say(diags))
		}
		_, diags := p.ask(t.Context(), dataSource, "jwt", nil)
		if got := onlyError(t, diags); got.Summary != "Provider configuration is not known yet" {
			t.Error(got.Summary)
		}
	}
}

// A JWT that cannot be signed, and one that does not live long enough, are errors in the
// words of the set.
func TestJWTErrors(t *testing.T) {
	noEnvironment(t)
	key := testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))
	const who = `Service jwt, credential set "shop": `
	for name, c := range map[string]struct {
		set, inputs object
		summary     string
		says        []string
	}{
		"a signer that fails": {
			object{"signer": []any{"sh", "-c", "echo fake-printed; echo no such key >&2; exit 3"}, "signing_algorithm": "ES256"},
			nil, unsignedJWT,
			[]string{who + "the JWT cannot be signed: the program sh ended with exit status 3", "The program said: no such key"},
		},
		"a signer that does not sign": {
			object{"signer": []any{"echo", "fake printed"}, "signing_algorithm": "ES256"},
			nil, unsignedJWT,
			[]string{who + "the JWT cannot be signed: signer cannot be used"},
		},
		"a short life": {
			object{"private_key_pem": key},
			object{"min_remaining": "10m"},
			"Token does not live long enough",
			[]string{who + "a new JWT is valid for 4m30s", "Raise lifetime of the set, or lower min_remaining."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := configured(t, jwtBlock(c.set))
			for _, k := range kinds() {
				_, diags := p.ask(t.Context(), k, "jwt", c.inputs)
				got := onlyError(t, diags)
				if got.Summary != c.summary {
					t.Errorf("the summary is %q", got.Summary)
				}
				checkSays(t, got.Detail, c.says)
				for _, foreign := range []string{"token_url", "request.", "endpoint", "vendor", "fake-printed"} {
					if strings.Contains(got.Detail, foreign) {
						t.Errorf("it says %q: %s", foreign, got.Detail)
					}
				}
				checkNot(t, say(diags), clitest.Needle{Name: "the key", Value: key})
			}
		})
	}
}

// Times that claims set are kept, and a warning says what they mean.
func TestJWTTimesInWarnings(t *testing.T) {
	noEnvironment(t)
	key := testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))
	unending := func(inputs object) []*tfprotov6.Diagnostic {
		return asked(t, ephemeralResource, "jwt", object{"private_key_pem": key, "claims": `{"exp":null}`}, inputs)
	}
	wantWarning(t, unending(nil), "")
	got := warned(t, unending(object{"min_remaining": "1h"}), "Lifetime is not known")
	checkSays(t, got.Detail, []string{"Leave exp out of claims"})
	// When the set is checked, exp has not passed. When the JWT is signed, it has.
	soon := time.Now().Add(time.Hour)
	p := pluginOf(t, provider.NewTestServer(func(r *token.Runtime) {
		r.Now = func() time.Time { return soon.Add(time.Minute) }
	}))
	if diags := p.configure(jwtBlock(object{"private_key_pem": key, "claims": fmt.Sprintf(`{"exp":%d}`, soon.Unix())})); len(diags) > 0 {
		t.Fatal(say(diags))
	}
	_, diags := p.ask(t.Context(), dataSource, "jwt", nil)
	checkSays(t, warned(t, diags, "Token has expired").Detail, []string{"The JWT had already expired when it was signed", "Leave iat and exp out of claims"})
}
