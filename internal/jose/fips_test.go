package jose

import (
	"bytes"
	"crypto/elliptic"
	"crypto/fips140"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"math/big"
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
	checkRSAInFIPS(t)
}

// An RSA key that FIPS 140 does not allow is reported before anything is signed.
func checkRSAInFIPS(t *testing.T) {
	t.Helper()
	for name, exponent := range map[string]int{"exponent 3": 3, "exponent 65535": 65535} {
		text := testkeys.PKCS1(rsaWith(t, exponent))
		wantProblem(t, JWT{Key: said.NewSecret(text)}.Check(time.Now()), PartKey, "FIPS 140", name)
	}
}

// rsaWith returns an RSA key with a public exponent.
func rsaWith(t *testing.T, exponent int) *rsa.PrivateKey {
	t.Helper()
	one, e := big.NewInt(1), big.NewInt(int64(exponent))
	for {
		var p, q *big.Int
		var errP, errQ error
		fips140.WithoutEnforcement(func() {
			p, errP = rand.Prime(rand.Reader, 1024)
			q, errQ = rand.Prime(rand.Reader, 1024)
		})
		if err := errors.Join(errP, errQ); err != nil {
			t.Fatal(err)
		}
		n := new(big.Int).Mul(p, q)
		d := new(big.Int).ModInverse(e, new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one)))
		if d == nil || n.BitLen() != 2048 {
			continue
		}
		key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: exponent}, D: d, Primes: []*big.Int{p, q}}
		fips140.WithoutEnforcement(key.Precompute)
		return key
	}
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
	shortSalt := struct { // as OpenSSL writes it before 3.2
		Salt       []byte
		Iterations int
		PRF        pkix.AlgorithmIdentifier
	}{salt[:8], 1000, pkix.AlgorithmIdentifier{Algorithm: parseOID(t, "1.2.840.113549.2.9"), Parameters: asn1.NullRawValue}}
	text := lockedWith(t, ec, scheme{kdf: oidPBKDF2, cipher: aes256, parameters: shortSalt, initial: iv})
	wantProblem(t, JWT{Key: said.NewSecret(text), Passphrase: said.NewSecret(passphrase)}.Check(time.Now()), PartKey, "OpenSSL 3.2", "short salt")
}
