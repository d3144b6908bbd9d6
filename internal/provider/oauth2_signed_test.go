package provider_test

import (
	"crypto/elliptic"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// The summary of an error about a JWT that cannot be signed.
const unsignedJWT = "JWT cannot be signed"

// signedCases are JWTs that cannot be signed with a private key.
func signedCases(k keys) []badSetCase {
	const unsigned = unsignedJWT
	var cases []badSetCase
	for _, name := range sourceNames() {
		add := func(what string, source object, path, summary string, says ...string) {
			cases = append(cases, badSetCase{name + " " + what, sourced(name, source), name + path, summary, says})
		}
		signed := func(more object) object { return object{"signed": object{"private_key_pem": k.rsa}.and(more)} }
		add("signed with no key", signed(object{"private_key_pem": nil}), ".signed.private_key_pem", "Missing private_key_pem", "or secret or signer in its place")
		add("signed with an empty key", signed(object{"private_key_pem": ""}), ".signed.private_key_pem", unsigned, "it is empty")
		add("signed with an invalid key", signed(object{"private_key_pem": "fake-key-that-is-none"}), ".signed.private_key_pem", unsigned, "is not a JWK")
		add("signed with an encrypted key", signed(object{"private_key_pem": k.encrypted}), ".signed.private_key_pem", unsigned, "is encrypted. Set private_key_passphrase")
		add("signed with a certificate that has expired", signed(object{"private_key_pem": k.outdated}), ".signed.private_key_pem", unsigned, "its certificate expired on 20")
		add("signed with another passphrase", signed(object{"private_key_pem": k.locked, "private_key_passphrase": "fake-other-passphrase"}),
			".signed.private_key_passphrase", unsigned, "does not decrypt")
		add("signed with an empty passphrase", signed(object{"private_key_pem": k.locked, "private_key_passphrase": ""}), ".signed.private_key_passphrase", "Empty value")
		add("signed with a key that fits no algorithm", signed(object{"private_key_pem": k.p224}), ".signed.private_key_pem", unsigned, "P-224")
		add("signed with another algorithm", signed(object{"signing_algorithm": "ES256"}), ".signed.private_key_pem", unsigned, `"ES256"`, "RS256")
		add("signed with an invalid algorithm", signed(object{"signing_algorithm": "RS999"}), ".signed.signing_algorithm", "Not one of the allowed values", "RS256")
		add("signed with a private key as a shared one", signed(object{"signing_algorithm": "HS256"}), ".signed.signing_algorithm", unsigned)
		add("signed with a bad lifetime", signed(object{"lifetime": "soon"}), ".signed.lifetime", badDuration, durationAdvice)
		add("signed with a lifetime that is too long", signed(object{"lifetime": "9999999h"}), ".signed.lifetime", badDuration, "it is too long")
		add("signed with empty claims", signed(object{"claims": ""}), ".signed.claims", "Empty value", "it is empty")
		add("signed with exp in the past", signed(object{"claims": `{"exp":1700000000}`}), ".signed.claims", unsigned, "2023-11-14T22:13:20Z, which has passed")
		add("signed with iat in the past", signed(object{"claims": `{"iat":1700000000}`}), ".signed.claims", unsigned, "2023-11-14T22:18:20Z, which has passed")
		add("signed with no lifetime", signed(object{"lifetime": "0s"}), ".signed.lifetime", badDuration, durationAdvice)
		for what, claims := range map[string]string{"a list": `["a"]`, "null": "null", "no JSON": "sub: fake", "two objects": "{} {}", "a string": `"a"`} {
			add("signed with claims that are "+what, signed(object{"claims": claims}), ".signed.claims", unsigned, "claims cannot be used: it is not a JSON object", "jsonencode")
		}
	}
	return cases
}

// signedWithoutKeyCases are JWTs that cannot be signed with a secret or by a signer, and
// headers that cannot be used.
func signedWithoutKeyCases(k keys) []badSetCase {
	var cases []badSetCase
	add := func(what string, signed object, attribute, summary string, says ...string) {
		cases = append(cases, badSetCase{"signed, " + what, sourced("assertion", object{"signed": signed}), "assertion.signed." + attribute, summary, says})
	}
	pem := func(more object) object { return object{"private_key_pem": k.ec}.and(more) }
	secret := func(more object) object { return object{"secret": longSecret}.and(more) }
	signer := func(more object) object {
		return object{"signer": []any{"fake-sign", "fake-key"}, "signing_algorithm": "ES256"}.and(more)
	}
	const one, encoding = "Exactly one of private_key_pem, secret and signer", "secret_encoding"
	add("with a key and a secret", pem(object{"secret": longSecret}), "secret", unsignedJWT, one, "Given: private_key_pem, secret")
	add("with a secret and a signer", secret(signer(nil)), "signer", unsignedJWT, one, "Given: secret, signer")
	add("with a key and a signer", pem(signer(nil)), "signer", unsignedJWT, one)
	add("with an encoding of nothing", pem(object{encoding: "hex"}), encoding, "Encoding is not used", "which is not set")
	add("with a passphrase of nothing", secret(object{"private_key_passphrase": longSecret}), "private_key_passphrase", "Passphrase is not used")
	add("with an empty secret", object{"secret": ""}, "secret", "Empty value")
	add("with an encoding that is none", secret(object{encoding: "base58"}), encoding, "Not one of the allowed values", "text, hex, base64")
	add("with a secret that is a private key", object{"secret": k.ec}, "secret", unsignedJWT, "it is a private key. Give it as private_key_pem")
	add("with a secret that ends in a line break", object{"secret": longSecret + "\n"}, "secret", "Whitespace or invisible character", "it ends with a line break", "trimspace(…)")
	add("with a secret that is not hex", secret(object{encoding: "hex"}), "secret", "Key cannot be decoded", "it is not hexadecimal")
	add("with a secret that is half hex", object{"secret": strings.Repeat("ab", 40) + "c", encoding: "hex"}, "secret", "Key cannot be decoded", "two digits for each byte")
	add("with an id before it", object{"secret": "0123456789abcdef:" + strings.Repeat("ab", 32), encoding: "hex"}, "secret", "Key cannot be decoded", `split(":", …)[1]`)
	add("with a secret that is not base64", object{"secret": "fake secret, fake secret!", encoding: "base64"}, "secret", "Key cannot be decoded", "it is not base64") //nolint:gosec // made up
	add("with a secret of nothing in base64", object{"secret": "==", encoding: "base64"}, "secret", "Key cannot be decoded", "it is not base64")
	add("with a secret and RS256", secret(object{"signing_algorithm": "RS256"}), "signing_algorithm", unsignedJWT, "does not fit a shared secret")
	add("with a secret and its fingerprint", secret(object{"claims": `{"iss":"{fingerprint}"}`}), "claims", unsignedJWT, "known only if the private key is given")
	add("by an empty signer", signer(object{"signer": []any{}}), "signer", "Empty value", "at least the program")
	add("by a signer without a program", signer(object{"signer": []any{"", "a"}}), "signer[0]", "Program cannot be used")
	add("by a signer with an algorithm of nobody", signer(object{"signing_algorithm": nil}), "signing_algorithm", "Missing signing_algorithm", "the key of a signer is not known here")
	add("by a signer with HS256", signer(object{"signing_algorithm": "HS256"}), "signing_algorithm", unsignedJWT, "signer signs with a private key")
	for what, c := range map[string][2]string{
		"an empty header":       {"", "it is empty"},
		"a list":                {`["a"]`, "it is not a JSON object; write it with jsonencode"},
		"another alg":           {`{"alg":"RS256"}`, `its alg is not "ES256"`},
		"b64":                   {`{"b64":false,"crit":["b64"]}`, "always encoded (RFC 7797, section 7)"},
		"crit of nothing":       {`{"crit":["exp"]}`, "crit names a field that it does not have"},
		"the private key in it": {`{"jwk":` + k.jwk + `}`, "has a private key in it"},
	} {
		summary := map[string]string{"an empty header": "Empty value", "the private key in it": "Private key would be sent"}[what]
		if summary == "" {
			summary = unsignedJWT
		}
		add("with "+what, pem(object{"header": c[0]}), "header", summary, c[1])
	}
	add("with the private key in claims", pem(object{"claims": `{"key":"` + strings.ReplaceAll(k.ec, "\n", `\n`) + `"}`}), "claims", "Private key would be sent", "private_key_pem")
	return cases
}

// A JWT is signed with a shared secret, whose encoding does not matter, with more fields
// in its header.
func TestSignedWithASecretReachesTheEndpoint(t *testing.T) {
	noEnvironment(t)
	for name, signed := range map[string]object{
		"text": {"secret": longSecret}, "hex": {"secret": strings.ToUpper(hex.EncodeToString([]byte(longSecret))), "secret_encoding": "hex"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAuthServer(t)
			set := a.sourcedAt("assertion", object{"signed": signed.and(object{"header": `{"typ":null,"kid":"k1","x":{"y":1}}`, "claims": `{"jti":null}`})})
			configured(t, set).token(dataSource, "oauth2", nil)
			raw := a.asked()[0].form.Get("assertion")
			header, claims, err := answer.DecodeJWT(raw)
			if err != nil {
				t.Fatal(err)
			}
			checkHMAC(t, raw, longSecret)
			delete(header, "x")
			if diff := cmp.Diff(map[string]any{"alg": "HS256", "kid": "k1"}, header); diff != "" {
				t.Error(diff)
			}
			if claims["iss"] != "fake-id" || claims["jti"] != nil {
				t.Errorf("the claims are %v", claims)
			}
		})
	}
}

// A secret that is shorter than RFC 7518 wants signs all the same, with one warning.
func TestShortSecretIsUsed(t *testing.T) {
	noEnvironment(t)
	const short = "fake-short"
	a := newAuthServer(t)
	p := newPlugin(t)
	block := a.sourcedAt("assertion", object{"signed": object{"secret": short}})
	w := warned(t, p.configure(block), "Secret is short")
	checkSays(t, w.Detail, []string{"assertion.signed.secret: HS256 needs a secret of at least 32 bytes (RFC 7518, section 3.2), and it has 10", "used all the same"})
	if w.Attribute.String() != strings.Replace(belowSet("assertion.signed.secret"), "default", "the-set", 1) {
		t.Errorf("it is at %s", w.Attribute)
	}
}

// checkHMAC verifies a JWT that a shared secret has signed.
func checkHMAC(t *testing.T, raw, secret string) {
	t.Helper()
	parsed := clitest.Must(jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.HS256}))(t)
	if _, err := parsed.Verify([]byte(secret)); err != nil {
		t.Error(err)
	}
}

// A program signs a JWT: the key is not in the provider.
func TestSignerReachesTheEndpoint(t *testing.T) {
	noEnvironment(t)
	for _, program := range []string{"sh", "openssl", "base64"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(program + " is not installed")
		}
	}
	key := testkeys.EC(t, elliptic.P384())
	file := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(file, []byte(testkeys.PKCS8(t, key)), 0o600); err != nil {
		t.Fatal(err)
	}
	a := newAuthServer(t)
	signed := object{"signer": []any{"sh", "-c", `openssl dgst -sha384 -sign "$0" | base64`, file}, "signing_algorithm": "ES384", "key_id": "k1"}
	configured(t, a.sourcedAt("client_assertion", object{"signed": signed})).token(dataSource, "oauth2", nil)
	header, claims := testkeys.Verify(t, a.asked()[0].form.Get("client_assertion"), "ES384", key.Public())
	if header.KeyID != "k1" || claims["iss"] != "fake-id" || claims["sub"] != "fake-id" {
		t.Errorf("header %v, claims %v", header, claims)
	}
}
