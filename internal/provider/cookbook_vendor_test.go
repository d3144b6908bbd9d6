package provider_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// signedVendor is what a vendor documents about the JWTs that it accepts. It checks them with the
// standard library alone, because the provider signs with a library for JWTs.
type signedVendor struct {
	key     any               // signs: the bytes of a secret, or a private key
	longest time.Duration     // the longest time until exp, from iat and from now
	use     map[string]string // the headers for the API, with TOKEN for the JWT
	values  map[string]string // of the variables of the set, except keys
	header  map[string]string // patterns of the fields, as JSON
	claims  map[string]string // patterns of the claims besides exp, as JSON
}

// headers are those that the API expects with a JWT.
func (v signedVendor) headers(raw string) map[string]string {
	found := map[string]string{}
	for name, value := range v.use {
		found[name] = strings.ReplaceAll(value, "TOKEN", raw)
	}
	return found
}

// check says which of the vendor's rules a JWT breaks.
func (v signedVendor) check(raw string, now time.Time) error {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return fmt.Errorf("it has %d parts", len(parts))
	}
	header, claims := map[string]any{}, map[string]any{}
	for i, into := range []*map[string]any{&header, &claims} {
		decoded, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			return err
		}
		decoder := json.NewDecoder(bytes.NewReader(decoded))
		decoder.UseNumber()
		if err := decoder.Decode(into); err != nil {
			return err
		}
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return err
	}
	if !isSignature(v.key, parts[0]+"."+parts[1], signature) {
		return errors.New("it has another signature")
	}
	expected := maps.Clone(v.claims)
	expected["exp"] = timeForm
	return errors.Join(breaks("header", v.header, header), breaks("claims", expected, claims), v.checkTimes(claims, now))
}

// breaks says which patterns the members of an object break. Any object may have iat and nbf (RFC 7519).
func breaks(what string, patterns map[string]string, members map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(patterns)) {
		value, has := members[name]
		text, err := json.Marshal(value)
		if err != nil || !has || !regexp.MustCompile(`^(?:`+patterns[name]+`)$`).Match(text) {
			return fmt.Errorf("%s: the value of %s is wrong", what, name)
		}
	}
	for name := range members {
		if _, documented := patterns[name]; !documented && name != "iat" && name != "nbf" {
			return fmt.Errorf("%s: %s is not documented", what, name)
		}
	}
	return nil
}

// checkTimes checks that a JWT is valid now, and not for too long.
func (v signedVendor) checkTimes(claims map[string]any, now time.Time) error {
	at := func(name string) time.Time {
		number, _ := claims[name].(json.Number)
		seconds, err := number.Int64()
		if err != nil {
			return now // breaks says so
		}
		return time.Unix(seconds, 0)
	}
	iat, exp := at("iat"), at("exp")
	switch {
	case !exp.After(now):
		return errors.New("it has expired")
	case iat.After(now), at("nbf").After(now):
		return errors.New("it is not valid yet")
	case exp.After(now.Add(v.longest)), exp.After(iat.Add(v.longest)):
		return fmt.Errorf("it is valid for more than %s", v.longest)
	}
	return nil
}

// isSignature reports whether a signature is that of a key, by HS256, RS256 or ES256 (RFC 7518).
func isSignature(key any, input string, signature []byte) bool {
	digest := sha256.Sum256([]byte(input))
	switch key := key.(type) {
	case []byte:
		return hmac.Equal(signature, hmacOf(key, input))
	case *rsa.PrivateKey:
		return rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signature) == nil
	case *ecdsa.PrivateKey:
		const half = 32
		r, s := new(big.Int), new(big.Int)
		return len(signature) == 2*half && ecdsa.Verify(&key.PublicKey, digest[:], r.SetBytes(signature[:half]), s.SetBytes(signature[half:]))
	}
	return false
}

func hmacOf(key []byte, input string) []byte {
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write([]byte(input)) // never fails
	return mac.Sum(nil)
}

// signJWT returns a JWT that is signed by a key, whatever its header says.
func signJWT(t *testing.T, key any, header, claims map[string]any) string {
	t.Helper()
	encode := func(object map[string]any) string {
		return base64.RawURLEncoding.EncodeToString(clitest.Must(json.Marshal(object))(t))
	}
	input := encode(header) + "." + encode(claims)
	digest := sha256.Sum256([]byte(input))
	var signature []byte
	switch key := key.(type) {
	case []byte:
		signature = hmacOf(key, input)
	case *rsa.PrivateKey:
		signature = clitest.Must(rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:]))(t)
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
		clitest.OK(t, err)
		signature = append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// breach changes the header and the claims of a good JWT so that they break a rule.
type breach func(header, claims map[string]any)

// breaches are changes by what they break: each field and claim is left out and replaced, and the times are wrong.
func (v signedVendor) breaches(now time.Time) map[string]breach {
	found := map[string]breach{
		"a claim that is not documented": func(_, claims map[string]any) { claims["role"] = "admin" },
		"a field that is not documented": func(header, _ map[string]any) { header["x"] = "y" },
		"no algorithm":                   func(header, _ map[string]any) { header["alg"] = "none" },
		"no exp":                         func(_, claims map[string]any) { delete(claims, "exp") },
		"exp as text":                    func(_, claims map[string]any) { claims["exp"] = fmt.Sprint(now.Add(time.Minute).Unix()) },
		"exp in milliseconds":            func(_, claims map[string]any) { claims["exp"] = now.Add(time.Minute).UnixMilli() },
		"expired":                        func(_, claims map[string]any) { claims["exp"] = now.Add(-time.Second).Unix() },
		"too long from now": func(_, claims map[string]any) {
			claims["iat"], claims["exp"] = now.Unix(), now.Add(v.longest+time.Minute).Unix()
		},
		"too long from iat": func(_, claims map[string]any) { claims["iat"] = now.Add(-v.longest).Unix() },
		"issued later":      func(_, claims map[string]any) { claims["iat"] = now.Add(time.Minute).Unix() },
		"valid later":       func(_, claims map[string]any) { claims["nbf"] = now.Add(time.Minute).Unix() },
	}
	for name := range v.header {
		found["no field "+name] = func(header, _ map[string]any) { delete(header, name) }
		found["another "+name] = func(header, _ map[string]any) { header[name] = "wrong" }
	}
	for name := range v.claims {
		found["no claim "+name] = func(_, claims map[string]any) { delete(claims, name) }
		found["another claim "+name] = func(_, claims map[string]any) { claims[name] = "wrong" }
		found["a list as "+name] = func(_, claims map[string]any) { claims[name] = []any{claims[name]} }
	}
	return found
}

// goodJWTs are the header and the claims of JWTs that the vendors accept, by vendor, except for times.
func goodJWTs(t *testing.T, k signedKeys) map[string][2]map[string]any {
	t.Helper()
	type of = map[string]any
	return map[string][2]map[string]any{
		"app_store_connect": {{"alg": "ES256", "kid": "FAKEKEY001", "typ": "JWT"}, {"iss": madeUpUUID, "aud": "appstoreconnect-v1"}},
		"ghost":             {{"alg": "HS256", "kid": madeUpHex24, "typ": "JWT"}, {"aud": "/admin/"}},
		"google_pubsub": {
			{"alg": "RS256", "kid": madeUpHex40, "typ": "JWT"},
			{"iss": madeUpAccount, "sub": madeUpAccount, "aud": "https://pubsub.googleapis.com/"},
		},
		"livekit":   {{"alg": "HS256", "typ": "JWT"}, {"iss": "APIfake0000001", "video": of{"roomList": true}}},
		"snowflake": {{"alg": "RS256", "typ": "JWT"}, {"iss": "FAKE.USER." + k.fingerprint(t), "sub": "FAKE.USER"}},
		"twilio": {
			{"alg": "HS256", "typ": "JWT", "cty": "twilio-fpa;v=1"},
			{"jti": "SK" + madeUpHex32 + "-1700000000", "iss": "SK" + madeUpHex32, "sub": "AC" + madeUpHex32, "grants": of{"identity": "me", "video": of{}}},
		},
		"vonage":     {{"alg": "RS256", "typ": "JWT"}, {"application_id": madeUpUUID, "jti": madeUpUUID}},
		"zoom_video": {{"alg": "HS256", "typ": "JWT"}, {"iss": "fakeZoomKey001"}},
	}
}

// The check of the vendors can fail: a JWT that breaks any of the rules is refused, and so is one with another signature.
func TestCookbookJWTIsStrict(t *testing.T) {
	keys, now := newSignedKeys(t), time.Now()
	others := newSignedKeys(t)
	others.secret = []byte("another-secret-of-at-least-32-bytes")
	good := goodJWTs(t, keys)
	for name, vendor := range signedVendors(t, keys) {
		header, claims := good[name][0], good[name][1]
		claims["iat"], claims["exp"] = now.Unix(), now.Add(vendor.longest).Unix()
		right := signJWT(t, vendor.key, header, claims)
		if err := vendor.check(right, now); err != nil {
			t.Errorf("%s: a good JWT is refused: %v", name, err)
		}
		other := signedVendors(t, others)[name].key
		if vendor.check(signJWT(t, other, header, claims), now) == nil || vendor.check(right[:strings.LastIndex(right, ".")+1], now) == nil {
			t.Errorf("%s: a JWT is accepted that the key has not signed", name)
		}
		for what, breach := range vendor.breaches(now) {
			badHeader, badClaims := maps.Clone(header), maps.Clone(claims)
			breach(badHeader, badClaims)
			if vendor.check(signJWT(t, vendor.key, badHeader, badClaims), now) == nil {
				t.Errorf("%s: a JWT is accepted that has %s", name, what)
			}
		}
	}
}
