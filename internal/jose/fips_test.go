package jose

import (
	"bytes"
	"crypto/elliptic"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	gojose "github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

func TestFIPS(t *testing.T) { testkeys.InFIPS(t, checkFIPS) }

func checkFIPS(t *testing.T) {
	t.Helper()
	wantProblem(t, JWT{Secret: said.NewSecret("hush-hush-hus")}.Check(time.Now()), PartSecret, "FIPS 140 needs at least 14", "")
	if _, err := (JWT{Secret: said.NewSecret("hush-hush-hush")}).Sign(Moment{Now: time.Now()}); err != nil {
		t.Error(err)
	}
	rsaKey := testkeys.RSA(t, 2048)
	certificate := certificateOf(t, rsaKey)
	withPEM := testkeys.PKCS8(t, rsaKey) + testkeys.PEM("CERTIFICATE", certificate.Raw)
	withJWK := strings.TrimSuffix(testkeys.JWK(t, gojose.JSONWebKey{Key: rsaKey}), "}") + `,"x5c":["` +
		base64.StdEncoding.EncodeToString(certificate.Raw) + `"]}`
	for _, text := range []string{withPEM, withJWK} {
		signed, err := JWT{Key: said.NewSecret(text)}.Sign(Moment{Now: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		header, err := base64.RawURLEncoding.DecodeString(strings.Split(signed.Reveal(), ".")[0])
		if err != nil || strings.Contains(string(header), `"x5t"`) || !strings.Contains(string(header), `"x5t#S256"`) {
			t.Errorf("header %s, %v", header, err)
		}
	}
	for name, text := range lockedLegacyInFIPS() {
		wantProblem(t, JWT{Key: said.NewSecret(text), Passphrase: said.NewSecret(passphrase)}.Check(time.Now()), PartKey, "FIPS 140", name)
	}
	if _, err := Pair(testkeys.PEM("CERTIFICATE", certificate.Raw), said.NewSecret(testkeys.PKCS8(t, rsaKey)), said.Secret{}, time.Now()); err != nil {
		t.Error(err)
	}
	checkLockedInFIPS(t)
}

// lockedLegacyInFIPS are keys that are encrypted in ways that FIPS 140 does not allow. Their
// content does not matter.
func lockedLegacyInFIPS() map[string]string {
	body := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("hush"), 16))
	return map[string]string{
		"traditional": "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n" + body + "\n-----END RSA PRIVATE KEY-----",
	}
}

func checkLockedInFIPS(t *testing.T) {
	t.Helper()
	ec := testkeys.EC(t, elliptic.P256())
	const aes256, des3 = "2.16.840.1.101.3.4.1.42", "1.2.840.113549.3.7"
	salt, iv := []byte("fake-salt-of-16-"), []byte("fake-iv-of-16-by")
	sha1Default := struct {
		Salt       []byte
		Iterations int
	}{salt, 1000}
	for name, s := range map[string]scheme{
		"PBKDF2 with SHA-1": {kdf: oidPBKDF2, cipher: aes256, parameters: sha1Default, initial: iv},
		"Triple DES":        {kdf: oidPBKDF2, cipher: des3, parameters: sha1Default, initial: iv[:8]},
		"scrypt":            {kdf: oidScrypt, cipher: aes256, parameters: scryptParameters{salt, 1024, 8, 1, 32}, initial: iv},
	} {
		text := lockedWith(t, ec, s)
		if err := (JWT{Key: said.NewSecret(text), Passphrase: said.NewSecret(passphrase)}).Check(time.Now()); err == nil || !strings.Contains(err.Error(), "FIPS 140") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
