package acceptance

import (
	"crypto"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// signedSet is a credential set of jwt, and what its JWT is like.
type signedSet struct {
	hcl    string                             // the set, without lifetime and claims
	header map[string]any                     // of the JWT
	verify func(t *testing.T, raw string)     // checks the signature
	use    func(raw string) map[string]string // the headers for the API; Authorization has the JWT
}

const (
	sharedSecret = "made-up-secret-of-at-least-32-bytes"
	signerLog    = "signer.log"
	// manySigned is how many references of each kind a set has.
	manySigned = 3
)

// signScript signs as a KMS does, and writes down that it was run.
const signScript = `
echo signed >> ` + signerLog + `
openssl dgst -sha384 -sign signer.pem | base64
`

// signedSets are sets with each kind of key, and one for HTTP Basic.
func (l *sandboxLab) signedSets() map[string]signedSet {
	l.T.Helper()
	bySecret := func(t *testing.T, raw string) {
		t.Helper()
		testkeys.Verify(t, raw, "HS256", []byte(sharedSecret))
	}
	secret := `secret = ` + of("secret") + `, secret_encoding = "hex", `
	hs256 := map[string]any{"alg": "HS256", "typ": "JWT"}
	sets := map[string]signedSet{
		"key": {
			fmt.Sprintf("private_key_pem = %s, key_id = %q", of("key"), sandbox.SelfSignedKey),
			map[string]any{"alg": "RS256", "typ": "JWT", "kid": sandbox.SelfSignedKey},
			l.verifyRS256,
			func(raw string) map[string]string { return map[string]string{"Authorization": "Bearer " + raw} },
		},
		"secret": {
			secret + `headers = { Authorization = "Made-Up {token}", Accept-Version = "v5.0" }`, hs256, bySecret,
			func(raw string) map[string]string {
				return map[string]string{"Authorization": "Made-Up " + raw, "Accept-Version": "v5.0"}
			},
		},
		"basic": {
			secret + `basic_auth = { username = "jwt", password = "{token}" }, header = jsonencode({ typ = null, cty = "made-up" })`,
			map[string]any{"alg": "HS256", "cty": "made-up"},
			bySecret,
			func(raw string) map[string]string {
				return map[string]string{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte("jwt:"+raw))}
			},
		},
	}
	if set, ok := l.setWithSigner(); ok {
		sets["signer"] = set
	}
	return sets
}

// setWithSigner is a set whose JWT a program signs; false if there is no such program.
func (l *sandboxLab) setWithSigner() (signedSet, bool) {
	l.T.Helper()
	for _, program := range []string{"sh", "openssl", "base64"} {
		if _, err := exec.LookPath(program); err != nil {
			l.T.Logf("no set has a signer: %s is not installed", program)
			return signedSet{}, false
		}
	}
	key := testkeys.EC(l.T, elliptic.P384())
	l.Write("signer.pem", testkeys.PKCS8(l.T, key))
	l.Write("sign.sh", signScript)
	return signedSet{
		`signer = ["sh", "sign.sh"], signing_algorithm = "ES384"`,
		map[string]any{"alg": "ES384", "typ": "JWT"},
		func(t *testing.T, raw string) {
			t.Helper()
			testkeys.Verify(t, raw, "ES384", key.Public())
		},
		func(raw string) map[string]string { return map[string]string{"Authorization": "Bearer " + raw} },
	}, true
}

// verifyRS256 checks a signature of the sandbox's key without a library for JWTs.
func (l *sandboxLab) verifyRS256(t *testing.T, raw string) {
	t.Helper()
	block, _ := pem.Decode([]byte(l.box.PrivateKeyPEM()))
	key := clitest.Must(x509.ParsePKCS1PrivateKey(block.Bytes))(t)
	at := strings.LastIndex(raw, ".")
	signature := clitest.Must(base64.RawURLEncoding.DecodeString(raw[at+1:]))(t)
	digest := sha256.Sum256([]byte(raw[:at]))
	clitest.OK(t, rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signature))
}

// signedConfiguration has the sets, and references of each kind to each. The data sources are
// read at apply, where the ephemeral resources are opened, too.
func (l *sandboxLab) signedConfiguration(sets map[string]signedSet) []string {
	var block, references, echoed strings.Builder
	for _, name := range slices.Sorted(maps.Keys(sets)) {
		fmt.Fprintf(&block, "    %s = { %s, lifetime = \"20m\", claims = jsonencode({ iss = %q, aud = %q, jti = \"{uuid}\" }) }\n",
			name, sets[name].hcl, sandbox.SelfSignedIssuer, sandbox.SelfSignedAudience)
		for i := range manySigned {
			fmt.Fprintf(&references, `
data "apitoken_jwt" "%[1]s_%[2]d" {
  credentials = %[1]q
  depends_on  = [terraform_data.later]
}

ephemeral "apitoken_jwt" "%[1]s_%[2]d" {
  credentials = %[1]q
}
`, name, i)
			fmt.Fprintf(&echoed, "%[1]s_%[2]d = ephemeral.apitoken_jwt.%[1]s_%[2]d\n", name, i)
		}
	}
	opened := fmt.Sprintf("\ndata \"http\" \"orders\" {\n  url             = %q\n  request_headers = data.apitoken_jwt.key_0.headers\n}\n", l.url+sandbox.SelfSignedPath)
	return []string{
		l.variables(), madeUpVariable, later, providerBlock("", "  jwt = {\n"+block.String()+"  }\n"), references.String(), opened, l.Echo("{\n" + echoed.String() + "}"),
	}
}

// All references to a set have the same JWT in a walk, whatever their kind. It is signed with
// the key, has the claims of the set and the times, and opens the API. Neither key nor secret is stored.
func testJWT(l *sandboxLab) {
	secret := hex.EncodeToString([]byte(sharedSecret))
	l.Env["TF_VAR_made_up"] = string(clitest.Must(json.Marshal(map[string]string{"key": l.box.PrivateKeyPEM(), "secret": secret}))(l.T))
	sets := l.signedSets()
	began := time.Now()
	l.Configure(l.signedConfiguration(sets)...)
	l.Must("apply", "-auto-approve")
	state, echoed := l.State(), l.Echoed()
	for name, set := range sets {
		raw, _ := state["data.apitoken_jwt."+name+"_0"]["access_token"].(string)
		l.T.Run(name, func(t *testing.T) {
			set.verify(t, raw)
			set.checkContent(t, raw)
			for i := range manySigned {
				reference := fmt.Sprintf("%s_%d", name, i)
				ephemeral, _ := echoed[reference].(map[string]any)
				for kind, got := range map[string]map[string]any{"data": state["data.apitoken_jwt."+reference], "ephemeral": ephemeral} {
					set.checkOutputs(t, kind, name, raw, got)
					clitest.OK(t, checkTimes(got, began))
				}
			}
		})
	}
	if _, has := sets["signer"]; has {
		if got := strings.Count(l.Read(l.Path(signerLog)), "signed"); got != 2 {
			l.T.Errorf("the program has signed %d times, want once in each of plan and apply", got)
		}
	}
	if l.box.SelfSignedOpened() != 1 {
		l.T.Error("the API was not opened")
	}
	l.asked(nil, 0, services()...)
	l.MustNotHold(clitest.Needle{Name: "key", Value: l.box.PrivateKeyPEM()}, clitest.Needle{Name: "secret", Value: secret}, clitest.Needle{Name: "secret", Value: sharedSecret})
}

// checkContent checks the header and the claims of a JWT.
func (s signedSet) checkContent(t *testing.T, raw string) {
	t.Helper()
	header, claims, err := answer.DecodeJWT(raw)
	clitest.OK(t, err)
	if diff := cmp.Diff(s.header, header); diff != "" {
		t.Error(diff)
	}
	number := func(name string) int64 {
		value, _ := claims[name].(json.Number)
		return clitest.Must(value.Int64())(t)
	}
	if life := number("exp") - number("iat"); life != 20*60 {
		t.Errorf("it is valid for %d seconds", life)
	}
	id, _ := claims["jti"].(string)
	if !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(id) {
		t.Errorf("its jti is %q", id)
	}
	maps.DeleteFunc(claims, func(name string, _ any) bool { return slices.Contains([]string{"exp", "iat", "jti"}, name) })
	if diff := cmp.Diff(map[string]any{"iss": sandbox.SelfSignedIssuer, "aud": sandbox.SelfSignedAudience}, claims); diff != "" {
		t.Error(diff)
	}
}

// checkOutputs checks all attributes of a reference, each once. iat is a minute in the past.
func (s signedSet) checkOutputs(t *testing.T, kind, name, raw string, got map[string]any) {
	t.Helper()
	headers := map[string]knownvalue.Check{}
	for header, value := range s.use(raw) {
		headers[header] = knownvalue.StringExact(value)
	}
	checks := map[string]knownvalue.Check{
		"credentials":   knownvalue.StringExact(name),
		"min_remaining": knownvalue.Null(),
		"access_token":  knownvalue.StringExact(raw),
		"token_type":    knownvalue.StringExact("Bearer"),
		"expires_in":    knownvalue.Int64Func(fitsIAT),
		"expires_at":    knownvalue.NotNull(),
		"issued_at":     knownvalue.NotNull(),
		"header_name":   knownvalue.StringExact("Authorization"),
		"header_value":  headers["Authorization"],
		"headers":       knownvalue.MapExact(headers),
	}
	if kind == "ephemeral" {
		checks["open_after"] = knownvalue.Null()
	}
	if err := knownvalue.ObjectExact(checks).CheckValue(got); err != nil {
		t.Errorf("%s: %v", kind, err)
	}
}

// fitsIAT allows a second between issued_at and the time at which the JWT is signed.
func fitsIAT(seconds int64) error {
	if life := int64(19 * 60); seconds < life || seconds > life+1 {
		return fmt.Errorf("expires_in is %d, want %d", seconds, life)
	}
	return nil
}

// A JWT that a program does not sign is an error of each reference, which says what the program said.
func testJWTUnsigned(l *sandboxLab) {
	if _, err := exec.LookPath("openssl"); err != nil {
		l.T.Skip("openssl is not installed")
	}
	l.Configure(l.variables(), providerBlock("", `
  jwt = {
    default = { signer = ["openssl", "dgst", "-sha256", "-sign", "missing.pem"], signing_algorithm = "ES256" }
  }
`), blocks("data", "jwt"), blocks("ephemeral", "jwt"), use("ephemeral.apitoken_jwt.this.access_token"))
	for _, d := range l.ErrorsAt([]string{"data.apitoken_jwt.this", "ephemeral.apitoken_jwt.this"}, "plan") {
		l.Says(d, "JWT cannot be signed: ", `Service jwt, credential set "default": the JWT cannot be signed: the program openssl ended with exit status`, "The program said: ")
	}
	l.asked(nil, 0, services()...)
}
