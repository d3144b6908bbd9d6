package service_test

import (
	"crypto"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

const passphrase = "fake-passphrase"

// The error of a key says what to write in the configuration.
func TestKeyRemedy(t *testing.T) {
	good := testkeys.PKCS8(t, testkeys.EC(t, elliptic.P256()))
	encoded := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	quoted, err := json.Marshal(good)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{ //nolint:gosec // made up
		"":                             "it is empty; if it comes from a variable, check that the variable has a value",
		"hush-hush-hush-hush":          `is not a JWK; give the text itself, with its line breaks, such as file("key.pem")`,
		"0\u0082\u0001\ufffd\x00":      `it is not text; give PEM, or DER in base64 such as filebase64("key.der")`,
		"key.pem":                      `this is a file name; use file("…") to read the file`,
		"file:///etc/fake/key.pem":     `this is the URL of a file; use file("…") with its path to read the file`,
		"https://vault.example/key":    "it is a URL, and the text that is there is needed; read it with a data source or an ephemeral resource",
		"secret/data/fake/key":         "the text that is there is needed; read it with a data source or an ephemeral resource",
		"var.fake_key":                 "it is the name of a variable, and its value is needed; write the name without quotes",
		"data:;base64,aHVzaA":          "it is a data: URL; give what is behind the comma alone, and write base64decode(…) around it",
		encoded(good):                  "it is PEM in base64; write base64decode(…) around it",
		encoded(encoded(good)):         "it is PEM in base64, twice; write base64decode(base64decode(…)) around it",
		`{"private_key":"hush"}`:       `it is a key file in JSON; give its private key: jsondecode(file("…")).private_key`,
		`{"a":` + string(quoted) + `}`: "it is JSON in which one value is the private key; give that value alone: jsondecode(…).NAME",
		`[{"kty":"EC"}]`:               "it is a list of JWKs; give the key that signs alone: jsonencode(jsondecode(…)[0]) is the first",
		"ssh-ed25519 AAAA fake":        "it is a public key, and the private key is needed",
	} {
		err := service.WithRemedy(jose.JWT{Key: said.NewSecret(text)}.Check(time.Now()))
		if err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%.20q: %v; want %s", text, err, want)
		}
	}
}

// The same is said of claims, a passphrase and a certificate.
func TestOtherRemedies(t *testing.T) {
	key := testkeys.EC(t, elliptic.P256())
	now, good := time.Now(), testkeys.PKCS8(t, key)
	_, noPEM := jose.Authorities("hush-hush-hush-hush")
	for want, err := range map[string]error{
		"it is not a JSON object; write it with jsonencode({ … })": jose.JWT{Key: said.NewSecret(good), Claims: said.NewSecret("[]")}.Check(now),
		"it does not decrypt the private key, and it begins or ends with whitespace; write trimspace(…) around it": jose.JWT{
			Key: said.NewSecret(testkeys.Locked(t, key, passphrase)), Passphrase: said.NewSecret(passphrase + "\n"),
		}.Check(now),
		`it has no PEM certificate (-----BEGIN CERTIFICATE-----); give the text itself, with its line breaks, such as file("certificate.pem")`: noPEM,
		"another error": errors.New("another error"),
	} {
		if got := service.WithRemedy(err); got == nil || got.Error() != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
}

// replaced does what the advice in an error says: Terraform's replace, whose first
// text is a regular expression if slashes are around it.
func replaced(t *testing.T, advice, text string) string {
	t.Helper()
	found := regexp.MustCompile(`; write replace\(…, ("[^"]*"), ("[^"]*")\) around it$`).FindStringSubmatch(advice)
	if found == nil {
		t.Fatalf("no replace in %s", advice)
	}
	var arguments [2]string
	for i := range arguments {
		var err error
		if arguments[i], err = strconv.Unquote(found[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if inner, ok := strings.CutPrefix(arguments[0], "/"); ok {
		return regexp.MustCompile(strings.TrimSuffix(inner, "/")).ReplaceAllString(text, arguments[1])
	}
	return strings.ReplaceAll(text, arguments[0], arguments[1])
}

// Line breaks that a shell, JSON or a secret store has escaped are named, with what
// undoes them (node-jsonwebtoken#191).
func TestEscapedKey(t *testing.T) {
	rsaKey, ec := testkeys.RSA(t, 2048), testkeys.EC(t, elliptic.P256())
	for kind, of := range map[string]struct {
		text string
		key  crypto.Signer
	}{
		"PKCS #8": {testkeys.PKCS8(t, rsaKey), rsaKey}, "PKCS #1": {testkeys.PKCS1(rsaKey), rsaKey}, "locked": {testkeys.Locked(t, rsaKey, passphrase), rsaKey},
		"SEC 1": {testkeys.SEC1(t, ec), ec}, "EC, locked": {testkeys.Locked(t, ec, passphrase), ec},
	} {
		text, key := of.text, of.key
		for name, breaks := range map[string]string{
			"LF": `\n`, "CRLF": `\r\n`, "CR": `\r`, "CRLF and a line break": `\r` + "\n", "LF and a line break": `\n` + "\n",
			"twice": `\\n`, "twice, CRLF": `\\r\\n`, "thrice": `\\\n`,
		} {
			t.Run(kind+", "+name, func(t *testing.T) { wantUnescaped(t, strings.ReplaceAll(text, "\n", breaks), key) })
		}
		t.Run(kind+", mixed", func(t *testing.T) {
			wantUnescaped(t, strings.Replace(strings.ReplaceAll(text, "\n", `\r\n`), `\r\n`, `\n`, 2), key)
		})
		t.Run(kind+", slashes", func(t *testing.T) {
			// The first replacement leaves slashes that need another.
			escaped := strings.ReplaceAll(strings.ReplaceAll(text, "/", `\/`), "\n", `\n`)
			if strings.Contains(escaped, `\/`) {
				wantUnescaped(t, replaced(t, keyError(escaped).Error(), escaped), key)
			}
		})
	}
}

// wantUnescaped fails unless a text becomes the key by what its error says.
func wantUnescaped(t *testing.T, text string, key crypto.Signer) {
	t.Helper()
	certificate := testkeys.PEM("CERTIFICATE", testkeys.Certificate(t, key, time.Now(), time.Now().Add(time.Hour)).Raw)
	refused := keyError(text)
	if refused == nil {
		t.Fatal("it was read")
	}
	if _, err := jose.Pair(certificate, said.NewSecret(replaced(t, refused.Error(), text)), said.NewSecret(passphrase), time.Now()); err != nil {
		t.Error(err)
	}
}

func keyError(text string) error {
	return service.WithRemedy(jose.JWT{Key: said.NewSecret(text), Passphrase: said.NewSecret(passphrase)}.Check(time.Now()))
}
