package provider_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// signedKeys are the keys of the sets of jwt.
type signedKeys struct {
	rsa    *rsa.PrivateKey
	ec     *ecdsa.PrivateKey
	secret []byte
}

func newSignedKeys(t *testing.T) signedKeys {
	t.Helper()
	return signedKeys{testkeys.RSA(t, 2048), testkeys.EC(t, elliptic.P256()), []byte("made-up-secret-of-at-least-32-bytes")}
}

// fingerprint is SHA256: and base64 of the digest of the public key in DER.
func (k signedKeys) fingerprint(t *testing.T) string {
	t.Helper()
	digest := sha256.Sum256(clitest.Must(x509.MarshalPKIXPublicKey(k.rsa.Public()))(t))
	return "SHA256:" + base64.StdEncoding.EncodeToString(digest[:])
}

// values are those of the variables of a set that are keys.
func (k signedKeys) values(t *testing.T, set string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, name := range variables(set) {
		switch {
		case name == "ec_private_key":
			found[name] = testkeys.PKCS8(t, k.ec)
		case name == "private_key":
			found[name] = testkeys.PKCS8(t, k.rsa)
		case strings.HasSuffix(name, "_secret_hex"):
			found[name] = hex.EncodeToString(k.secret)
		case strings.HasSuffix(name, "_secret"):
			found[name] = string(k.secret)
		}
	}
	return found
}

// The values of the variables, in the forms that the vendors issue. Two that a set could mix
// up have forms that differ.
const (
	madeUpUUID    = "00000000-fake-4000-8000-000000000000"
	madeUpHex24   = "facade000000000000000001"
	madeUpHex32   = "facade00000000000000000000000001"
	madeUpHex40   = "facade0000000000000000000000000000000001"
	madeUpAccount = "deploy@fake-project.iam.gserviceaccount.com"
)

// Patterns for values, as they are in JSON.
const (
	uuidForm = `"[0-9a-f]{8}-(?:fake|[0-9a-f]{4})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"`
	timeForm = `\d{10}`
	aJWT     = `"JWT"`
)

// bearer is how most APIs expect a JWT.
func bearer() map[string]string { return map[string]string{"Authorization": "Bearer TOKEN"} }

// signedVendors are, by the names of their sets, what the vendors document about the JWTs that they
// accept: the pages are linked in the cookbook. Besides what is in the table, exp is required.
func signedVendors(t *testing.T, k signedKeys) map[string]signedVendor {
	t.Helper()
	return map[string]signedVendor{
		"app_store_connect": {
			key: k.ec, longest: 20 * time.Minute, use: bearer(),
			values: map[string]string{"key_id": "FAKEKEY001", "issuer_id": madeUpUUID},
			header: map[string]string{"alg": `"ES256"`, "kid": `"[A-Z0-9]{10}"`, "typ": aJWT},
			claims: map[string]string{"iss": uuidForm, "iat": timeForm, "aud": `"appstoreconnect-v1"`},
		},
		"ghost": {
			key: k.secret, longest: 5 * time.Minute,
			use:    map[string]string{"Authorization": "Ghost TOKEN", "Accept-Version": "v5.0"},
			values: map[string]string{"key_id": madeUpHex24},
			header: map[string]string{"alg": `"HS256"`, "kid": `"[0-9a-f]{24}"`, "typ": aJWT},
			claims: map[string]string{"iat": timeForm, "aud": `"/admin/"`},
		},
		"google_pubsub": {
			key: k.rsa, longest: time.Hour, use: bearer(),
			values: map[string]string{"key_id": madeUpHex40, "client_email": madeUpAccount},
			header: map[string]string{"alg": `"RS256"`, "kid": `"[0-9a-f]{40}"`, "typ": aJWT},
			claims: map[string]string{
				"iss": `"` + regexp.QuoteMeta(madeUpAccount) + `"`, "sub": `"` + regexp.QuoteMeta(madeUpAccount) + `"`,
				"aud": `"https://pubsub\.googleapis\.com/"`, "iat": timeForm,
			},
		},
		"livekit": { // no longest time is documented; six hours is the default
			key: k.secret, longest: 6 * time.Hour, use: bearer(),
			values: map[string]string{"api_key": "APIfake0000001"},
			header: map[string]string{"alg": `"HS256"`, "typ": aJWT},
			claims: map[string]string{"iss": `"API\w+"`, "video": `\{("(roomCreate|roomList|roomAdmin|roomRecord)":true,?)+\}`},
		},
		"snowflake": {
			key: k.rsa, longest: time.Hour,
			use:    map[string]string{"Authorization": "Bearer TOKEN", "X-Snowflake-Authorization-Token-Type": "KEYPAIR_JWT"},
			header: map[string]string{"alg": `"RS256"`, "typ": aJWT},
			claims: map[string]string{
				"iss": `"[A-Z0-9_-]+\.[A-Z0-9_]+\.` + regexp.QuoteMeta(k.fingerprint(t)) + `"`, "sub": `"[A-Z0-9_-]+\.[A-Z0-9_]+"`, "iat": timeForm,
			},
		},
		"twilio": {
			key: k.secret, longest: 24 * time.Hour, use: bearer(),
			values: map[string]string{"api_key": "SK" + madeUpHex32, "account": "AC" + madeUpHex32},
			header: map[string]string{"alg": `"HS256"`, "typ": aJWT, "cty": `"twilio-fpa;v=1"`},
			claims: map[string]string{
				"jti": `"SK[0-9a-f]{32}-\d{10}"`, "iss": `"SK[0-9a-f]{32}"`, "sub": `"AC[0-9a-f]{32}"`,
				"grants": `\{"identity":"\w+","video":\{.*\}\}`,
			},
		},
		"vonage": {
			key: k.rsa, longest: 24 * time.Hour, use: bearer(),
			values: map[string]string{"application_id": madeUpUUID},
			header: map[string]string{"alg": `"RS256"`, "typ": aJWT},
			claims: map[string]string{"application_id": uuidForm, "iat": timeForm, "jti": uuidForm},
		},
		"zoom_video": { // an hour is what the page advises
			key: k.secret, longest: time.Hour, use: bearer(),
			values: map[string]string{"api_key": "fakeZoomKey001"},
			header: map[string]string{"alg": `"HS256"`, "typ": aJWT},
			claims: map[string]string{"iss": `"fakeZoomKey001"`, "iat": timeForm},
		},
	}
}

// Each set of jwt in the guides signs a JWT that its vendor would accept, and sends it as the vendor expects it.
func TestCookbookJWT(t *testing.T) {
	noEnvironment(t)
	all, keys := clitest.JWTSets(t), newSignedKeys(t)
	vendors := signedVendors(t, keys)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(vendors)), slices.Sorted(maps.Keys(all))); diff != "" {
		t.Errorf("the vendors, and the sets of the guides: %s", diff)
	}
	for name, vendor := range vendors {
		t.Run(name, func(t *testing.T) {
			given := keys.values(t, all[name].Text)
			maps.Copy(given, vendor.values)
			set := kitchen{}.evaluate(t, sandbox.Row{Name: name}, all[name].Text, given)
			p := configured(t, object{"jwt": object{name: set}})
			for _, how := range kinds() {
				got, diags := p.ask(t.Context(), how, "jwt", object{"credentials": name})
				if len(diags) > 0 {
					t.Fatal(say(diags))
				}
				raw := text(t, got["access_token"])
				clitest.OK(t, vendor.check(raw, time.Now()))
				if !maps.Equal(texts(t, got["headers"]), vendor.headers(raw)) {
					t.Error("the headers are not those that the API expects")
				}
			}
		})
	}
}
