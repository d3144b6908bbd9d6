package jose

import (
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	gojose "github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

func TestHeader(t *testing.T) {
	t.Parallel()
	ec, ed := testkeys.EC(t, elliptic.P256()), testkeys.Ed25519(t)
	pemKey, certificate := testkeys.PKCS8(t, ec), testkeys.PEM("CERTIFICATE", certificateOf(t, ec).Raw)
	jwk := testkeys.JWK(t, gojose.JSONWebKey{Key: ec, KeyID: "own"})
	edJWK := testkeys.JWK(t, gojose.JSONWebKey{Key: ed, KeyID: "own"})
	type fields = map[string]any
	for name, tc := range map[string]struct {
		key, keyID, algorithm, header string
		want                          fields
	}{
		"none":                   {pemKey, "", "", "", fields{"alg": "ES256", "typ": "JWT"}},
		"empty":                  {pemKey, "k", "", " {} ", fields{"alg": "ES256", "typ": "JWT", "kid": "k"}},
		"another type":           {pemKey, "", "", `{"typ":"at+jwt"}`, fields{"alg": "ES256", "typ": "at+jwt"}},
		"no type":                {pemKey, "", "", `{"typ":null}`, fields{"alg": "ES256"}},
		"more fields":            {pemKey, "", "", `{"nonce":"0a1b","x":{"y":[1,null,"<&>"]},"n":9007199254740993}`, fields{"alg": "ES256", "typ": "JWT", "nonce": "0a1b", "x": fields{"y": []any{1.0, nil, "<&>"}}, "n": 9007199254740993.0}},
		"its own algorithm":      {pemKey, "", "", `{"alg":"ES256"}`, fields{"alg": "ES256", "typ": "JWT"}},
		"another key id":         {pemKey, "k", "", `{"kid":"other"}`, fields{"alg": "ES256", "typ": "JWT", "kid": "other"}},
		"no key id":              {jwk, "", "", `{"kid":null}`, fields{"alg": "ES256", "typ": "JWT"}},
		"no key id of Ed25519":   {edJWK, "", "Ed25519", `{"kid":null}`, fields{"alg": "Ed25519", "typ": "JWT"}},
		"the JWK's key id":       {jwk, "", "", `{"cty":"json"}`, fields{"alg": "ES256", "typ": "JWT", "kid": "own", "cty": "json"}},
		"a key id no text":       {pemKey, "", "", `{"kid":7}`, fields{"alg": "ES256", "typ": "JWT", "kid": 7.0}},
		"no thumbprints":         {pemKey + certificate, "", "", `{"x5t":null,"x5t#S256":null}`, fields{"alg": "ES256", "typ": "JWT"}},
		"another thumbprint":     {pemKey + certificate, "", "", `{"x5t":"a","x5t#S256":"b"}`, fields{"alg": "ES256", "typ": "JWT", "x5t": "a", "x5t#S256": "b"}},
		"critical":               {pemKey, "", "", `{"crit":["http://a.example/iat"],"http://a.example/iat":1}`, fields{"alg": "ES256", "typ": "JWT", "crit": []any{"http://a.example/iat"}, "http://a.example/iat": 1.0}},
		"nulls that are nothing": {pemKey, "", "", `{"b64":null,"crit":null,"x":null}`, fields{"alg": "ES256", "typ": "JWT"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := JWT{Key: said.NewSecret(tc.key), KeyID: tc.keyID, Algorithm: tc.algorithm, Header: said.NewSecret(tc.header)}
			if err := s.Check(time.Now()); err != nil {
				t.Fatal(err)
			}
			signed, err := s.Sign(Moment{Now: time.Now()})
			if err != nil {
				t.Fatal(err)
			}
			header := decoded(t, base64url(t, strings.Split(signed.Reveal(), ".")[0]))
			if diff := cmp.Diff(tc.want, header); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHeaderRefused(t *testing.T) {
	t.Parallel()
	key := said.NewSecret(testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256())))
	for header, want := range map[string]string{
		`[]`:                               "not a JSON object",
		`null`:                             "not a JSON object",
		`{"typ":"JWT"} {}`:                 "not a JSON object",
		`hush-hush-hush-hush`:              "not a JSON object",
		`{"alg":"ES384"}`:                  `its alg is not "ES256"`,
		`{"alg":"none"}`:                   `its alg is not "ES256"`,
		`{"alg":7}`:                        `its alg is not "ES256"`,
		`{"alg":null}`:                     "it leaves alg out",
		`{"b64":false,"crit":["b64"]}`:     "RFC 7797, section 7",
		`{"b64":true}`:                     "RFC 7797, section 7",
		`{"crit":[]}`:                      "not a list of names",
		`{"crit":"exp"}`:                   "not a list of names",
		`{"crit":[7]}`:                     "not a list of names",
		`{"crit":["hush-hush-hush-hush"]}`: "a field that it does not have",
		`{"crit":["x"],"x":null}`:          "a field that it does not have",
		`{"crit":["kid"],"kid":"k"}`:       "every server must know",
	} {
		wantProblem(t, JWT{Key: key, Header: said.NewSecret(header)}.Check(time.Now()), PartHeader, want, header)
		_, err := JWT{Key: key, Header: said.NewSecret(header)}.Sign(Moment{Now: time.Now()})
		wantProblem(t, err, PartHeader, want, header)
	}
}

// The fingerprint is what openssl pkey -pubout -outform DER | openssl dgst -sha256 -binary
// | base64 gives.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	key := testkeys.RSA(t, 2048)
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(der)
	want := "ORG-ACCOUNT.USER.SHA256:" + base64.StdEncoding.EncodeToString(digest[:])
	claims := said.NewSecret(`{"iss":"ORG-ACCOUNT.USER.{fingerprint}","sub":"ORG-ACCOUNT.USER","list":["{fingerprint}"]}`)
	for name, s := range map[string]JWT{
		"PEM":       {Key: said.NewSecret(testkeys.PKCS8(t, key))},
		"JWK":       {Key: said.NewSecret(testkeys.JWK(t, gojose.JSONWebKey{Key: key}))},
		"encrypted": {Key: said.NewSecret(testkeys.Locked(t, key, passphrase)), Passphrase: said.NewSecret(passphrase)},
	} {
		s.Claims = claims
		if err := s.Check(time.Now()); err != nil {
			t.Fatal(err)
		}
		signed, err := s.Sign(Moment{Now: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		if _, found := parsed(t, signed, "RS256", key.Public()); found["iss"] != want || found["sub"] != "ORG-ACCOUNT.USER" || !cmp.Equal(found["list"], []any{strings.TrimPrefix(want, "ORG-ACCOUNT.USER.")}) {
			t.Errorf("%s: claims %v", name, found)
		}
	}
	for name, s := range map[string]JWT{
		"a secret": {Secret: said.NewSecret("hush-hush-hush-hush")},
		"a signer": {Signer: []string{"sign"}, Algorithm: "RS256"},
	} {
		s.Claims = claims
		wantProblem(t, s.Check(time.Now()), PartClaims, "known only if the private key is given", name)
	}
}

func TestOnlyTimes(t *testing.T) {
	t.Parallel()
	key := testkeys.EC(t, elliptic.P256())
	s := JWT{Key: said.NewSecret(testkeys.PKCS8(t, key)), Issuer: "i", Subject: "s", Audience: "a", OnlyTimes: true, Claims: said.NewSecret(`{"jti":null,"x":"y"}`)}
	signed, err := s.Sign(Moment{Now: time.Unix(1_800_000_000, 0), Audience: "a", ID: "i"})
	if err != nil {
		t.Fatal(err)
	}
	_, claims := parsed(t, signed, "ES256", key.Public())
	if diff := cmp.Diff(map[string]any{"x": "y", "iat": 1799999970.0, "exp": 1800000270.0}, claims); diff != "" {
		t.Error(diff)
	}
}
