package source

import (
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

const testID = "test-client"

const tokenURL = "https://auth.example.com/token"

// signAt signs as a request does that is made at a time.
func signAt(t *testing.T, s Signed, now time.Time) (string, error) {
	t.Helper()
	signed, err := s.Obtain(t.Context(), Run{Now: func() time.Time { return now }, Random: rand.Reader, Audience: tokenURL})
	return signed.Reveal(), err
}

// signing is a key in one encoding and what it may sign with.
type signing struct {
	key        string
	secret     string
	public     any
	algorithms []string
}

func signings(t *testing.T) map[string]signing {
	t.Helper()
	rsaKey, ed := testkeys.RSA(t, 2048), testkeys.Ed25519(t)
	rsaFits := []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
	all := map[string]signing{
		"RSA, PKCS #8":     {testkeys.PKCS8(t, rsaKey), "", rsaKey.Public(), rsaFits},
		"RSA, PKCS #1":     {testkeys.PEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey)), "", rsaKey.Public(), rsaFits},
		"RSA, JWK":         {testkeys.JWK(t, jose.JSONWebKey{Key: rsaKey}), "", rsaKey.Public(), rsaFits},
		"Ed25519, PKCS #8": {testkeys.PKCS8(t, ed), "", ed.Public(), []string{"EdDSA"}},
		"Ed25519, JWK":     {testkeys.JWK(t, jose.JSONWebKey{Key: ed}), "", ed.Public(), []string{"EdDSA"}},
	}
	for algorithm, curve := range map[string]elliptic.Curve{"ES256": elliptic.P256(), "ES384": elliptic.P384(), "ES512": elliptic.P521()} {
		key := testkeys.EC(t, curve)
		fits := []string{algorithm}
		all[algorithm+", PKCS #8"] = signing{testkeys.PKCS8(t, key), "", key.Public(), fits}
		all[algorithm+", SEC 1"] = signing{testkeys.SEC1(t, key), "", key.Public(), fits}
		// As `openssl ecparam -genkey` writes it.
		all[algorithm+", SEC 1 after its parameters"] = signing{testkeys.PEM("EC PARAMETERS", []byte{6, 1, 1}) + testkeys.SEC1(t, key), "", key.Public(), fits}
		all[algorithm+", JWK"] = signing{"\n " + testkeys.JWK(t, jose.JSONWebKey{Key: key}) + "\n", "", key.Public(), fits}
	}
	for algorithm, size := range map[string]int{"HS256": 32, "HS384": 48, "HS512": 64} {
		secret := strings.Repeat("ü", size/2)
		all[algorithm] = signing{"", secret, []byte(secret), []string{algorithm}}
	}
	return all
}

func TestSignedJWTVerifies(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 999, time.UTC)
	for name, tc := range signings(t) {
		for _, algorithm := range tc.algorithms {
			t.Run(name+", "+algorithm, func(t *testing.T) {
				t.Parallel()
				verifySigned(t, Signed{Key: said.NewSecret(tc.key), Secret: said.NewSecret(tc.secret), Algorithm: algorithm}, tc.public, now)
			})
		}
	}
}

func verifySigned(t *testing.T, s Signed, public any, now time.Time) {
	t.Helper()
	s.KeyID, s.Issuer, s.Subject = "key-1", testID, testID
	if err := s.Check(time.Now()); err != nil {
		t.Fatal(err)
	}
	raw, err := signAt(t, s, now)
	if err != nil {
		t.Fatal(err)
	}
	header, claims := testkeys.Verify(t, raw, s.Algorithm, public)
	if header.KeyID != "key-1" || header.Algorithm != s.Algorithm || header.ExtraHeaders[jose.HeaderType] != "JWT" {
		t.Errorf("header = %+v", header)
	}
	jti, _ := claims["jti"].(string)
	if id, err := hex.DecodeString(jti); err != nil || len(id) != 16 {
		t.Errorf("jti = %q", jti)
	}
	delete(claims, "jti")
	want := map[string]any{
		"iss": testID, "sub": testID, "aud": tokenURL,
		"iat": float64(now.Add(-30 * time.Second).Unix()), "exp": float64(now.Add(-30*time.Second + 5*time.Minute).Unix()),
	}
	if diff := cmp.Diff(want, claims); diff != "" {
		t.Error(diff)
	}
}

// Without an algorithm and a key id the key itself says them.
func TestSignedJWTHeaderFromKey(t *testing.T) {
	t.Parallel()
	rsaKey, ec, ed := testkeys.RSA(t, 2048), testkeys.EC(t, elliptic.P384()), testkeys.Ed25519(t)
	for name, tc := range map[string]struct {
		signer         Signed
		algorithm, kid string
		public         any
	}{
		"RSA":               {Signed{Key: said.NewSecret(testkeys.PKCS8(t, rsaKey))}, "RS256", "", rsaKey.Public()},
		"P-384":             {Signed{Key: said.NewSecret(testkeys.PKCS8(t, ec))}, "ES384", "", ec.Public()},
		"Ed25519":           {Signed{Key: said.NewSecret(testkeys.PKCS8(t, ed))}, "EdDSA", "", ed.Public()},
		"HS256":             {Signed{Secret: said.NewSecret(strings.Repeat("k", 32))}, "HS256", "", []byte(strings.Repeat("k", 32))},
		"a JWK's own":       {Signed{Key: said.NewSecret(testkeys.JWK(t, jose.JSONWebKey{Key: rsaKey, KeyID: "own", Algorithm: "PS384", Use: "sig"}))}, "PS384", "own", rsaKey.Public()},
		"before a JWK's":    {Signed{Key: said.NewSecret(testkeys.JWK(t, jose.JSONWebKey{Key: rsaKey, KeyID: "own", Algorithm: "PS384"})), Algorithm: "RS512", KeyID: "mine"}, "RS512", "mine", rsaKey.Public()},
		"a key id and none": {Signed{Key: said.NewSecret(testkeys.JWK(t, jose.JSONWebKey{Key: ec})), KeyID: "mine"}, "ES384", "mine", ec.Public()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, err := signAt(t, tc.signer, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			header, _ := testkeys.Verify(t, raw, tc.algorithm, tc.public)
			if header.KeyID != tc.kid {
				t.Errorf("kid = %q, want %q", header.KeyID, tc.kid)
			}
			if written, _, err := answer.DecodeJWT(raw); err != nil || written["kid"] == "" {
				t.Errorf("the header has an empty kid: %v, %v", written, err)
			}
			if header.JSONWebKey != nil {
				t.Error("the header has the key")
			}
		})
	}
}

func TestSignedJWTClaims(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	for name, tc := range map[string]struct {
		signer Signed
		want   string // without jti, where it was added
	}{
		"none given, no client":  {Signed{}, `{"aud":"https://auth.example.com/token","iat":1799999970,"exp":1800000270}`},
		"an issuer alone":        {Signed{Issuer: "me"}, `{"iss":"me","aud":"https://auth.example.com/token","iat":1799999970,"exp":1800000270}`},
		"an audience":            {Signed{Audience: "https://auth.example.com"}, `{"aud":"https://auth.example.com","iat":1799999970,"exp":1800000270}`},
		"a lifetime":             {Signed{Audience: "a", Lifetime: time.Hour}, `{"aud":"a","iat":1799999940,"exp":1800003540}`},
		"whitespace around":      {Signed{Audience: "a", Claims: said.NewSecret(" {} \n")}, `{"aud":"a","iat":1799999970,"exp":1800000270}`},
		"as Google wants them":   {Signed{Issuer: "me", Audience: "a", Claims: said.NewSecret(`{"scope":"x y","sub":"you"}`)}, `{"iss":"me","sub":"you","scope":"x y","aud":"a","iat":1799999970,"exp":1800000270}`},
		"given ones stay":        {Signed{Issuer: "me", Subject: "me", Audience: "a", Claims: said.NewSecret(`{"iss":"i","sub":"s","aud":["b","c"],"iat":1,"exp":2,"jti":"j"}`)}, `{"iss":"i","sub":"s","aud":["b","c"],"iat":1,"exp":2,"jti":"j"}`},
		"a minute":               {Signed{Audience: "a", Lifetime: time.Minute}, `{"aud":"a","iat":1799999994,"exp":1800000054}`},
		"seconds":                {Signed{Audience: "a", Lifetime: 5 * time.Second}, `{"aud":"a","iat":1799999999,"exp":1800000004}`},
		"less than a second":     {Signed{Audience: "a", Lifetime: 500 * time.Millisecond}, `{"aud":"a","iat":1799999999,"exp":1800000000}`},
		"iat given":              {Signed{Audience: "a", Claims: said.NewSecret(`{"iat":1700000000}`)}, `{"aud":"a","iat":1700000000,"exp":1700000300}`},
		"null is left out":       {Signed{Issuer: "me", Subject: "me", Claims: said.NewSecret(`{"iss":null,"sub":null,"aud":null,"iat":null,"jti":null,"x":null,"y":{"z":null}}`)}, `{"exp":1800000270,"y":{"z":null}}`},
		"no expiry either":       {Signed{Audience: "a", Claims: said.NewSecret(`{"exp":null,"jti":null}`)}, `{"aud":"a","iat":1799999970}`},
		"deep ones, big numbers": {Signed{Audience: "a", Claims: said.NewSecret(`{"x":{"y":[1,null,"<&>"]},"n":9007199254740993}`)}, `{"x":{"y":[1,null,"<&>"]},"n":9007199254740993,"aud":"a","iat":1799999970,"exp":1800000270}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.signer.Secret = said.NewSecret(strings.Repeat("k", 32))
			raw, err := signAt(t, tc.signer, now)
			if err != nil {
				t.Fatal(err)
			}
			_, got, err := answer.DecodeJWT(raw)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(tc.want, "jti") && !strings.Contains(tc.signer.Claims.Reveal(), `"jti":null`) {
				delete(got, "jti")
			}
			var want map[string]any
			decoder := json.NewDecoder(strings.NewReader(tc.want))
			decoder.UseNumber()
			if err := decoder.Decode(&want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Times in claims are numbers. A placeholder becomes one when it is filled.
func TestTimesInClaims(t *testing.T) {
	t.Parallel()
	fill := Fill{
		Plain: func(text said.Secret) said.Secret {
			return said.NewSecret(strings.NewReplacer("{time}", "1800000000", "{login.until}", "1800000600", "{word}", "soon").Replace(text.Reveal()))
		},
		JSON: func(text said.Secret) said.Secret { return text },
	}
	for name, tc := range map[string]struct {
		claims, want string // want is of the times; "": they are refused at once, "later": when they are filled
	}{
		"the time":           {`{"nbf":"{time}","auth_time":"{time}","iat":"{time}","x":"{time} <&>"}`, `{"auth_time":1800000000,"exp":1800000300,"iat":1800000000,"nbf":1800000000}`},
		"an output":          {`{"exp":"{login.until}"}`, `{"exp":1800000600,"iat":1799999970}`},
		"numbers":            {`{"exp":1.8e9,"nbf":1700000000.5}`, `{"exp":1.8e9,"iat":1799999970,"nbf":1700000000.5}`},
		"none":               {`{"exp":null}`, `{"iat":1799999970}`},
		"a word":             {`{"exp":"never"}`, ""},
		"digits":             {`{"exp":"1800000000"}`, ""},
		"a sum":              {`{"exp":"{time}+60"}`, ""},
		"milliseconds":       {`{"nbf":"{time_ms}"}`, ""},
		"a flag":             {`{"iat":true}`, ""},
		"a value that is no": {`{"exp":"{word}"}`, "later"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := time.Unix(1_800_000_000, 0)
			s := Signed{Secret: said.NewSecret(strings.Repeat("k", 32)), Claims: said.NewSecret(tc.claims)}
			if err := s.Check(now); (err == nil) != (tc.want != "") {
				t.Fatalf("at first: %v", err)
			}
			filled, _ := s.Fill(fill).(Signed)
			raw, err := signAt(t, filled, now)
			if tc.want == "" || tc.want == "later" {
				if err == nil || !strings.Contains(err.Error(), "is not a number of seconds since 1970") {
					t.Errorf("signed: %v", err)
				}
				return
			}
			if got := timesOf(t, raw); got != tc.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

// timesOf returns the claims of a JWT that are times, as JSON.
func timesOf(t *testing.T, raw string) string {
	t.Helper()
	_, got, err := answer.DecodeJWT(raw)
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{"aud", "jti", "x"} {
		delete(got, other)
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
