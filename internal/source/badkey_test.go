package source

import (
	"crypto/ecdh"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/pem"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// unfit is a JWT that cannot be signed and what its error says.
type unfit struct {
	signer Signed
	want   string
}

func TestSignedJWTRefuses(t *testing.T) {
	t.Parallel()
	for name, tc := range merged(unfitKeys(t), unfitAlgorithms(t), unfitClaims(), unfitSigners()) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checked := tc.signer.Check(time.Now())
			if checked == nil {
				t.Fatal("Check finds nothing")
			}
			_, err := signAt(t, tc.signer, time.Now())
			wantProblem(t, err, Unsigned)
			for _, text := range []string{checked.Error(), err.Error()} {
				if !strings.Contains(text, tc.want) {
					t.Errorf("error does not say %q: %s", tc.want, text)
				}
				tokentest.WantNoPiece(t, text, tc.signer.Key.Reveal())
				tokentest.WantNoPiece(t, text, tc.signer.Claims.Reveal())
				tokentest.WantNoPiece(t, text, tc.signer.Header.Reveal())
				tokentest.WantNoPiece(t, text, tc.signer.Secret.Reveal())
			}
		})
	}
}

func merged(tables ...map[string]unfit) map[string]unfit {
	all := map[string]unfit{}
	for _, table := range tables {
		maps.Copy(all, table)
	}
	return all
}

func unfitKeys(t *testing.T) map[string]unfit {
	t.Helper()
	key := testkeys.EC(t, elliptic.P256())
	p224 := testkeys.EC(t, elliptic.P224())
	agreement, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode([]byte(testkeys.SEC1(t, key)))
	locked := &pem.Block{Type: block.Type, Bytes: []byte("hush-hush-hush-hush-hush"), Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00"}}
	oct := jose.JSONWebKey{Key: []byte(strings.Repeat("q", 32))}
	of := func(key, want string) unfit { return unfit{Signed{Key: said.NewSecret(key)}, want} }
	return map[string]unfit{
		"nothing":                      of("", "it is empty"),
		"garbage":                      of("hush-hush-hush-hush-hush", "it has no PEM private key"),
		"half a JWK":                   of(`{"kty":"EC","d":"hush-hush-hush-hush-hush"`, "not a valid JWK"),
		"a JWK without a key":          of(`{"kty":"RSA","n":"hush-hush-hush-hush-hush","d":"AQAB"}`, "not a valid JWK"),
		"a set of JWKs":                of(`{"keys":[{},`+testkeys.JWK(t, jose.JSONWebKey{Key: key})+`]}`, "exactly one key"),
		"a public key":                 of(testkeys.Public(t, key.Public()), "it is a public key"),
		"a public JWK":                 of(testkeys.JWK(t, jose.JSONWebKey{Key: key.Public()}), "public key"),
		"a shared secret as JWK":       of(testkeys.JWK(t, oct), "not a valid JWK"),
		"encrypted PKCS #8":            of(testkeys.PEM("ENCRYPTED PRIVATE KEY", locked.Bytes), "encrypted"),
		"encrypted SEC 1":              of(string(pem.EncodeToMemory(locked)), "encrypted"),
		"PEM of something else":        of(testkeys.PEM("PRIVATE KEY", []byte("hush-hush-hush-hush-hush")), "it is damaged"),
		"broken PKCS #1":               of(testkeys.PEM("RSA PRIVATE KEY", block.Bytes[:90]), "it is cut off"),
		"a key of OpenSSH":             of(testkeys.PEM("OPENSSH PRIVATE KEY", block.Bytes), "ssh-keygen"),
		"a curve without algorithm":    of(testkeys.PKCS8(t, p224), "on the curve P-224"),
		"a key for key agreement":      of(testkeys.PKCS8(t, agreement), "X25519"),
		"PEM with escaped line breaks": of(strings.ReplaceAll(testkeys.PKCS8(t, key), "\n", `\n`), "two characters"),
		"PEM cut off":                  of(testkeys.PKCS8(t, key)[:80], "its last line, with END PRIVATE KEY, is missing"),
		"a JWK and something behind":   of(testkeys.JWK(t, jose.JSONWebKey{Key: key})+" x", "not a valid JWK"),
	}
}

func unfitAlgorithms(t *testing.T) map[string]unfit {
	t.Helper()
	rsaKey, ec, ed := testkeys.RSA(t, 2048), testkeys.EC(t, elliptic.P256()), testkeys.Ed25519(t)
	of := func(key, algorithm, want string) unfit {
		return unfit{Signed{Key: said.NewSecret(key), Algorithm: algorithm}, want}
	}
	return map[string]unfit{
		"ES384 with P-256":                 of(testkeys.PKCS8(t, ec), "ES384", "it fits: ES256"),
		"RS256 with an EC key":             of(testkeys.SEC1(t, ec), "RS256", "it fits: ES256"),
		"EdDSA with an RSA key":            of(testkeys.PKCS8(t, rsaKey), "EdDSA", "it fits: RS256, RS384, RS512, PS256, PS384, PS512"),
		"ES256 with an Ed25519 key":        of(testkeys.PKCS8(t, ed), "ES256", "it fits: EdDSA, Ed25519"),
		"none":                             of(testkeys.PKCS8(t, ec), "none", "does not fit"),
		"an unknown one":                   of(testkeys.PKCS8(t, ec), "XS256", "does not fit"),
		"in small letters":                 of(testkeys.PKCS8(t, ec), "es256", "it fits: ES256"),
		"one of encryption, as a JWK says": of(testkeys.JWK(t, jose.JSONWebKey{Key: rsaKey, Algorithm: "RSA-OAEP"}), "", "does not fit"),
	}
}

func unfitClaims() map[string]unfit {
	table := map[string]unfit{}
	for name, claims := range map[string]string{
		"claims: a list":             `["hush-hush-hush-hush"]`,
		"claims: a text":             `"hush-hush-hush-hush"`,
		"claims: null":               `null`,
		"claims: no JSON":            `hush-hush-hush-hush`,
		"claims: half an object":     `{"hush-hush-hush-hush":1`,
		"claims: two objects":        `{"hush-hush-hush-hush":1} {}`,
		"claims: a brace too many":   `{"hush-hush-hush-hush":1}}`,
		"claims: a bracket too many": `{"hush-hush-hush-hush":1}]`,
		"claims: whitespace, no end": ` {`,
	} {
		table[name] = unfit{
			Signed{Secret: said.NewSecret("k"), Claims: said.NewSecret(claims)},
			"it is not a JSON object",
		}
	}
	return table
}

func unfitSigners() map[string]unfit {
	secret := said.NewSecret("hush-hush-hush-hush")
	return map[string]unfit{
		"a secret with another algorithm": {Signed{Secret: secret, Algorithm: "ES256"}, "it does not fit a shared secret"},
		"a secret's fingerprint":          {Signed{Secret: secret, Claims: said.NewSecret(`{"iss":"{fingerprint}"}`)}, "known only if the private key is given"},
		"a header that is none":           {Signed{Secret: secret, Header: said.NewSecret(`["hush-hush-hush-hush"]`)}, "it is not a JSON object"},
		"another alg":                     {Signed{Secret: secret, Header: said.NewSecret(`{"alg":"hush-hush-hush-hush"}`)}, `its alg is not "HS256"`},
		"a signer without an algorithm":   {Signed{Signer: []string{"sign"}}, "the signer's private key"},
	}
}
