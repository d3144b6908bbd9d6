package jose

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/elliptic"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/youmark/pkcs8"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

const passphrase = "fake pässphrase" //nolint:gosec // made up

// lockedBy returns a key that another library has encrypted, in each way that it knows.
func lockedBy(t *testing.T, key crypto.PrivateKey) map[string]string {
	t.Helper()
	found := map[string]string{}
	derivations := map[string]pkcs8.KDFOpts{
		"PBKDF2 with SHA-1":   pkcs8.PBKDF2Opts{SaltSize: 8, IterationCount: 2048, HMACHash: crypto.SHA1},
		"PBKDF2 with SHA-256": pkcs8.PBKDF2Opts{SaltSize: 16, IterationCount: 2048, HMACHash: crypto.SHA256},
		"scrypt":              pkcs8.ScryptOpts{SaltSize: 16, CostParameter: 16384, BlockSize: 8, ParallelizationParameter: 1},
	}
	ciphers := map[string]pkcs8.Cipher{
		"AES-128": pkcs8.AES128CBC, "AES-192": pkcs8.AES192CBC, "AES-256": pkcs8.AES256CBC, "Triple DES": pkcs8.TripleDESCBC,
	}
	for derivation, kdf := range derivations {
		for name, used := range ciphers {
			der, err := pkcs8.MarshalPrivateKey(key, []byte(passphrase), &pkcs8.Opts{Cipher: used, KDFOpts: kdf})
			if err != nil {
				t.Fatal(err)
			}
			found[name+", "+derivation] = testkeys.PEM("ENCRYPTED PRIVATE KEY", der)
		}
	}
	return found
}

// lockedLegacy returns a key in OpenSSL's format before PKCS #8.
func lockedLegacy(t *testing.T, kind string, der []byte) map[string]string {
	t.Helper()
	found := map[string]string{}
	for name, used := range map[string]x509.PEMCipher{
		"AES-128": x509.PEMCipherAES128, "AES-256": x509.PEMCipherAES256, "Triple DES": x509.PEMCipher3DES, "DES": x509.PEMCipherDES,
	} {
		block, err := x509.EncryptPEMBlock(rand.Reader, kind, der, []byte(passphrase), used) //nolint:staticcheck // what users have
		if err != nil {
			t.Fatal(err)
		}
		found[name+", traditional"] = string(pem.EncodeToMemory(block))
	}
	return found
}

func TestEncryptedKeyIsRead(t *testing.T) {
	t.Parallel()
	rsaKey, ec := testkeys.RSA(t, 2048), testkeys.EC(t, elliptic.P256())
	sec1, err := x509.MarshalECPrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	type locked struct {
		table map[string]string
		key   any
	}
	for kind, l := range map[string]locked{
		"EC, ": {lockedBy(t, ec), ec}, "RSA, ": {lockedBy(t, rsaKey), rsaKey},
		"traditional RSA, ": {lockedLegacy(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey)), rsaKey},
		"traditional EC, ":  {lockedLegacy(t, "EC PRIVATE KEY", sec1), ec},
	} {
		for name, text := range l.table {
			t.Run(kind+name, func(t *testing.T) {
				t.Parallel()
				wantKey(t, text, passphrase, l.key)
				wantKey(t, strings.ReplaceAll(text, "\n", "\r\n  "), passphrase, l.key)
				wantKey(t, strings.ReplaceAll(text, "\n", " "), passphrase, l.key)
				wantProblem(t, JWT{Key: said.NewSecret(text)}.Check(time.Now()), PartMissingPassphrase, "it is encrypted", text)
				for _, wrong := range []string{"fake", passphrase + "x"} {
					err := JWT{Key: said.NewSecret(text), Passphrase: said.NewSecret(wrong)}.Check(time.Now())
					wantProblem(t, err, PartPassphrase, "it does not decrypt the private key", text+" "+wrong)
				}
				err := JWT{Key: said.NewSecret(text), Passphrase: said.NewSecret(passphrase + "\n")}.Check(time.Now())
				wantProblem(t, err, PartPassphrase, "begins or ends with whitespace", text)
			})
		}
	}
}

// The content decides whether a key is encrypted, and not the label.
func TestEncryptedKeyUnderAnotherLabel(t *testing.T) {
	t.Parallel()
	ec := testkeys.EC(t, elliptic.P256())
	text := testkeys.Locked(t, ec, passphrase)
	for _, label := range []string{"PRIVATE KEY", "RSA PRIVATE KEY"} {
		wantKey(t, strings.ReplaceAll(text, "ENCRYPTED PRIVATE KEY", label), passphrase, ec)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	wantKey(t, strings.Join(lines[1:len(lines)-1], ""), passphrase, ec)
}

// scheme is a way to encrypt a key that the other library does not know.
type scheme struct {
	kdf, cipher string
	parameters  any
	initial     []byte
}

// lockedWith encrypts with AES-256 and PBKDF2 with SHA-512, and writes the parameters of
// the scheme.
func lockedWith(t *testing.T, key crypto.PrivateKey, s scheme) string {
	t.Helper()
	plain, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	derived, err := pbkdf2.Key(sha512.New, passphrase, []byte("fake-salt-of-16-"), 1000, 32)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		t.Fatal(err)
	}
	padding := []byte("\x10\x0f\x0e\x0d\x0c\x0b\x0a\x09\x08\x07\x06\x05\x04\x03\x02\x01")[len(plain)%16:]
	plain = append(plain, bytes.Repeat(padding[:1], len(padding))...)
	cipher.NewCBCEncrypter(block, []byte("fake-iv-of-16-by")).CryptBlocks(plain, plain) //nolint:gosec // a test's own
	algorithm := func(oid string, parameters any) pkix.AlgorithmIdentifier {
		return pkix.AlgorithmIdentifier{Algorithm: parseOID(t, oid), Parameters: asn1.RawValue{FullBytes: marshal(t, parameters)}}
	}
	whole := marshal(t, encryptedInfo{
		algorithm(oidPBES2, pbes2{algorithm(s.kdf, s.parameters), algorithm(s.cipher, s.initial)}), plain,
	})
	return testkeys.PEM("ENCRYPTED PRIVATE KEY", whole)
}

func parseOID(t *testing.T, text string) asn1.ObjectIdentifier {
	t.Helper()
	var oid asn1.ObjectIdentifier
	for number := range strings.SplitSeq(text, ".") {
		next, err := strconv.Atoi(number)
		if err != nil {
			t.Fatal(err)
		}
		oid = append(oid, next)
	}
	return oid
}

func TestEncryptionSchemes(t *testing.T) {
	t.Parallel()
	key := testkeys.EC(t, elliptic.P256())
	const aes256, sha512PRF = "2.16.840.1.101.3.4.1.42", "1.2.840.113549.2.11"
	type withLength struct {
		Salt               []byte
		Iterations, Length int
		PRF                pkix.AlgorithmIdentifier
	}
	type without struct {
		Salt       []byte
		Iterations int64
		PRF        pkix.AlgorithmIdentifier
	}
	prf := func(oid string) pkix.AlgorithmIdentifier {
		return pkix.AlgorithmIdentifier{Algorithm: parseOID(t, oid), Parameters: asn1.NullRawValue}
	}
	salt, iv := []byte("fake-salt-of-16-"), []byte("fake-iv-of-16-by")
	good := without{salt, 1000, prf(sha512PRF)}
	for name, tc := range map[string]struct {
		scheme scheme
		want   string
	}{
		"SHA-512":               {scheme{kdf: oidPBKDF2, cipher: aes256, parameters: good, initial: iv}, ""},
		"SHA-512 with a length": {scheme{kdf: oidPBKDF2, cipher: aes256, parameters: withLength{salt, 1000, 32, prf(sha512PRF)}, initial: iv}, ""},
		"another length":        {scheme{kdf: oidPBKDF2, cipher: aes256, parameters: withLength{salt, 1000, 16, prf(sha512PRF)}, initial: iv}, "in a way that cannot be read; encrypt it again: openssl pkcs8"},
		"another PRF":           {scheme{kdf: oidPBKDF2, cipher: aes256, parameters: without{salt, 1000, prf("1.2.3.4")}, initial: iv}, "in a way that cannot be read"},
		"another cipher":        {scheme{kdf: oidPBKDF2, cipher: "1.2.3.4", parameters: good, initial: iv}, "in a way that cannot be read"},
		"another derivation":    {scheme{kdf: "1.2.3.4", cipher: aes256, parameters: good, initial: iv}, "in a way that cannot be read"},
		"no iterations":         {scheme{kdf: oidPBKDF2, cipher: aes256, parameters: without{salt, 0, prf(sha512PRF)}, initial: iv}, "in a way that cannot be read"},
		"iterations for years":  {scheme{kdf: oidPBKDF2, cipher: aes256, parameters: without{salt, 1 << 31, prf(sha512PRF)}, initial: iv}, "in a way that cannot be read"},
		"scrypt of 1 TiB":       {scheme{kdf: oidScrypt, cipher: aes256, parameters: scryptParameters{salt, 1 << 30, 8, 1, 32}, initial: iv}, "in a way that cannot be read"},
		"scrypt of 0":           {scheme{kdf: oidScrypt, cipher: aes256, parameters: scryptParameters{salt, 0, 8, 1, 32}, initial: iv}, "in a way that cannot be read"},
		"scrypt, no power of 2": {scheme{kdf: oidScrypt, cipher: aes256, parameters: scryptParameters{salt, 1000, 8, 1, 32}, initial: iv}, "in a way that cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := lockedWith(t, key, tc.scheme)
			if tc.want == "" {
				wantKey(t, text, passphrase, key)
				return
			}
			wantProblem(t, JWT{Key: said.NewSecret(text), Passphrase: said.NewSecret(passphrase)}.Check(time.Now()), PartKey, tc.want, text)
		})
	}
	for _, initial := range [][]byte{nil, []byte("short"), []byte("fake-iv-of-17-byt")} {
		text := lockedWith(t, key, scheme{kdf: oidPBKDF2, cipher: aes256, parameters: good, initial: initial})
		if err := (JWT{Key: said.NewSecret(text), Passphrase: said.NewSecret(passphrase)}).Check(time.Now()); err == nil {
			t.Errorf("an initialization vector of %d bytes is used", len(initial))
		}
	}
}

// A key that can be decrypted and cannot sign is named.
func TestEncryptedKeyThatCannotSign(t *testing.T) {
	t.Parallel()
	text := testkeys.Locked(t, testkeys.EC(t, elliptic.P224()), passphrase)
	wantProblem(t, JWT{Key: said.NewSecret(text), Passphrase: said.NewSecret(passphrase)}.Check(time.Now()), PartKey, "P-224", text)
	for _, der := range [][]byte{nil, []byte("hush"), {0x30, 0x82, 0x10, 0}} {
		text := testkeys.PEM("ENCRYPTED PRIVATE KEY", der)
		if err := (JWT{Key: said.NewSecret(text), Passphrase: said.NewSecret(passphrase)}).Check(time.Now()); err == nil || !strings.Contains(err.Error(), "damaged") && !strings.Contains(err.Error(), "cut off") {
			t.Errorf("%x: %v", der, err)
		}
	}
}

// Keys of OpenSSL are read in all formats that it writes.
func TestKeysOfOpenSSL(t *testing.T) {
	t.Parallel()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl")
	}
	place := t.TempDir()
	rsaKey, ec := testkeys.RSA(t, 2048), testkeys.EC(t, elliptic.P384())
	for name, text := range map[string]string{"rsa": testkeys.PKCS8(t, rsaKey), "ec": testkeys.PKCS8(t, ec)} {
		if err := os.WriteFile(filepath.Join(place, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	both := []string{
		"pkcs8 -topk8 -v2 aes-256-cbc", "pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA1", "pkcs8 -topk8 -v2 aes-192-cbc -v2prf hmacWithSHA224",
		"pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA384", "pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA512",
		"pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA512-256", "pkcs8 -topk8 -v2 des3", "pkcs8 -topk8 -scrypt", "pkcs8 -topk8 -scrypt -scrypt_N 8192",
		"pkcs8 -topk8 -v2 aes-256-cbc -iter 100000",
	}
	of := map[string][]string{
		"rsa": slices.Concat(both, []string{"rsa -aes128 -traditional", "rsa -aes256", "rsa -des3 -traditional"}),
		"ec":  slices.Concat(both, []string{"ec -aes128", "ec -aes192", "ec -des3"}),
	}
	for name, key := range map[string]any{"rsa": rsaKey, "ec": ec} {
		for _, arguments := range of[name] {
			t.Run(name+", "+arguments, func(t *testing.T) {
				t.Parallel()
				line := append(strings.Fields(arguments), "-in", filepath.Join(place, name), "-passout", "pass:"+passphrase)
				written, err := exec.CommandContext(t.Context(), openssl, line...).Output() //nolint:gosec // the table's own arguments
				if err != nil {
					t.Fatalf("%v: %v", line, err)
				}
				wantKey(t, string(written), passphrase, key)
			})
		}
	}
}

// The command in the error makes keys usable that OpenSSL has encrypted in its oldest
// ways.
func TestOldestKeysOfOpenSSL(t *testing.T) {
	t.Parallel()
	openssl, err := exec.LookPath("openssl")
	if err != nil || exec.CommandContext(t.Context(), openssl, "list", "-providers", "-provider", "legacy").Run() != nil { // #nosec G204 -- found on PATH
		t.Skip("no openssl with its legacy provider")
	}
	ec := testkeys.EC(t, elliptic.P256())
	for _, way := range []string{
		"pkcs8 -provider default -provider legacy -topk8 -v1 PBE-SHA1-RC4-128", "pkcs8 -provider default -provider legacy -topk8 -v1 PBE-SHA1-RC2-40",
		"pkcs8 -provider default -provider legacy -topk8 -v1 PBE-MD5-DES", "pkcs8 -provider default -provider legacy -topk8 -v1 PBE-SHA1-DES",
		"pkcs8 -topk8 -v1 PBE-SHA1-3DES", "pkcs8 -provider default -provider legacy -topk8 -v2 rc2-cbc", "pkcs8 -topk8 -v2 camellia-256-cbc",
		"ec -provider default -provider legacy -seed", "ec -camellia128",
	} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			o := openSSL{openssl, t.TempDir()}
			if err := os.WriteFile(filepath.Join(o.place, "plain"), []byte(testkeys.PKCS8(t, ec)), 0o600); err != nil {
				t.Fatal(err)
			}
			old := o.write(t, "OLD.pem", append(strings.Fields(way), "-in", "plain", "-out", "OLD.pem", "-passout", "pass:"+passphrase))
			_, err := readKey(said.NewSecret(old), said.NewSecret(passphrase))
			if err == nil {
				t.Fatal("it was read")
			}
			wantProblem(t, err, PartKey, "encrypt it again: openssl pkcs8 ", old)
			if strings.Contains(way, "legacy") != strings.Contains(err.Error(), "legacy") {
				t.Errorf("%s", err)
			}
			_, advice, _ := strings.Cut(err.Error(), ": openssl ")
			renewed := o.write(t, "NEW.pem", append(strings.Fields(advice), "-passin", "pass:"+passphrase, "-passout", "pass:"+passphrase))
			wantKey(t, renewed, passphrase, ec)
		})
	}
}

// openSSL runs the program in a folder.
type openSSL struct{ program, place string }

// write runs it with arguments, and returns the file that it writes.
func (o openSSL) write(t *testing.T, file string, line []string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), o.program, line...) //nolint:gosec // the tests' own arguments
	command.Dir = o.place
	if printed, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v: %s", line, err, printed)
	}
	text, err := os.ReadFile(filepath.Join(o.place, file)) //nolint:gosec // written by this test
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
