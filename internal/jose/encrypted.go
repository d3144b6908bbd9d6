package jose

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" //nolint:gosec // keys encrypted with it exist
	"crypto/fips140"
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // the default of PBKDF2 (RFC 8018, appendix A.2)
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"hash"
	"slices"
	"strings"

	"golang.org/x/crypto/scrypt"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// encryptedInfo is EncryptedPrivateKeyInfo (RFC 5208, section 6).
type encryptedInfo struct {
	Algorithm pkix.AlgorithmIdentifier
	Data      []byte
}

// pbes2 are the parameters of PBES2 (RFC 8018, appendix A.4).
type pbes2 struct{ Derivation, Encryption pkix.AlgorithmIdentifier }

// pbkdf2Parameters are those of PBKDF2 (RFC 8018, appendix A.2).
type pbkdf2Parameters struct {
	Salt       []byte
	Iterations int
	Length     int                      `asn1:"optional"`
	PRF        pkix.AlgorithmIdentifier `asn1:"optional"`
}

// scryptParameters are those of scrypt (RFC 7914, section 7).
type scryptParameters struct {
	Salt                 []byte
	Cost, Size, Parallel int
	Length               int `asn1:"optional"`
}

const (
	oidPBES2  = "1.2.840.113549.1.5.13"
	oidPBKDF2 = "1.2.840.113549.1.5.12"
	oidScrypt = "1.3.6.1.4.1.11591.4.11"

	// mostIterations and mostMemory limit what the derivation of a key may cost: to 16
	// and 4 times what tools use at most.
	mostIterations = 10_000_000
	mostMemory     = 1 << 29

	// isUnsupported and isNotFIPS are why a key cannot be decrypted. OpenSSL writes a salt that
	// is long enough for FIPS 140 since 3.2.
	isUnsupported = "it is encrypted in a way that cannot be read; encrypt it again: " + reencrypt + toNew
	isNotFIPS     = "it is encrypted in a way that FIPS 140 does not allow; encrypt it again, with OpenSSL 3.2 or later: " + reencrypt + toNew
	reencrypt     = "openssl pkcs8"
	toNew         = " -topk8 -v2 aes-256-cbc -in OLD.pem -out NEW.pem"
)

// unsupported says how to encrypt a key again. OpenSSL needs an option to read the oldest
// encryptions.
func unsupported(way string) string {
	const pkcs5, pkcs12 = "1.2.840.113549.1.5.", "1.2.840.113549.1.12.1."
	switch way {
	case pkcs5 + "1", pkcs5 + "3", pkcs5 + "4", pkcs5 + "6", pkcs5 + "10", pkcs5 + "11", // MD2, MD5 and SHA-1 with DES and RC2
		pkcs12 + "1", pkcs12 + "2", pkcs12 + "5", pkcs12 + "6", // RC4 and RC2
		"1.2.840.113549.3.2", "1.2.840.113549.3.4", "1.3.14.3.2.7": // RC2, RC4 and DES
	default:
		if name, _, _ := strings.Cut(way, "-"); !slices.Contains([]string{"RC2", "RC4", "RC5", "DES", "BF", "CAST5", "IDEA", "SEED"}, name) {
			return isUnsupported
		}
	}
	return strings.Replace(isUnsupported, reencrypt, reencrypt+" -provider default -provider legacy", 1)
}

// isEncrypted reports whether a block is an encrypted key.
func isEncrypted(block *pem.Block) bool {
	var info encryptedInfo
	if block.Headers["DEK-Info"] != "" || strings.HasPrefix(block.Type, "ENCRYPTED") {
		return true
	}
	rest, err := asn1.Unmarshal(block.Bytes, &info)
	return err == nil && len(rest) == 0
}

// decrypt returns the DER of an encrypted key.
func decrypt(block *pem.Block, passphrase said.Secret) ([]byte, error) {
	if passphrase.IsEmpty() {
		return nil, problem{says: "it is encrypted, and has no passphrase"}.of(PartMissingPassphrase)
	}
	if block.Headers["DEK-Info"] != "" {
		return decryptLegacy(block, passphrase)
	}
	var info encryptedInfo
	if _, err := asn1.Unmarshal(block.Bytes, &info); err != nil {
		if isShort(block.Bytes) {
			return nil, badKey(isCutOff)
		}
		return nil, badKey("it is damaged: what it holds is not an encrypted private key")
	}
	var scheme pbes2
	if _, err := asn1.Unmarshal(info.Algorithm.Parameters.FullBytes, &scheme); err != nil || info.Algorithm.Algorithm.String() != oidPBES2 {
		return nil, badKey(unsupported(info.Algorithm.Algorithm.String()))
	}
	newCipher, size, initial := encryption(scheme.Encryption)
	if newCipher == nil {
		return nil, badKey(unsupported(scheme.Encryption.Algorithm.String()))
	}
	derive := map[string]derivation{oidPBKDF2: derivePBKDF2, oidScrypt: deriveScrypt}[scheme.Derivation.Algorithm.String()]
	if derive == nil {
		return nil, badKey(isUnsupported)
	}
	derived, problem := derive(scheme.Derivation.Parameters.FullBytes, passphrase, size)
	if problem != "" {
		return nil, badKey(problem)
	}
	usedCipher, err := newCipher(derived)
	if err != nil {
		return nil, badKey(isNotFIPS)
	}
	der, ok := decryptCBC(usedCipher, initial, info.Data)
	if !ok {
		return nil, wrongPassphrase(passphrase)
	}
	return der, nil
}

// encryption returns the cipher of PBES2, the size of its key, and its initialization
// vector; nil if the cipher is unknown.
func encryption(scheme pkix.AlgorithmIdentifier) (newCipher func([]byte) (cipher.Block, error), size int, initial []byte) {
	switch scheme.Algorithm.String() {
	case "2.16.840.1.101.3.4.1.2":
		newCipher, size = aes.NewCipher, 16
	case "2.16.840.1.101.3.4.1.22":
		newCipher, size = aes.NewCipher, 24
	case "2.16.840.1.101.3.4.1.42":
		newCipher, size = aes.NewCipher, 32
	case "1.2.840.113549.3.7":
		newCipher, size = des.NewTripleDESCipher, 24
	case "1.3.14.3.2.7":
		newCipher, size = des.NewCipher, 8
	}
	if _, err := asn1.Unmarshal(scheme.Parameters.FullBytes, &initial); err != nil {
		return nil, 0, nil
	}
	return newCipher, size, initial
}

// derivation returns the key of that size for a passphrase, or why there is none.
type derivation func(parameters []byte, passphrase said.Secret, size int) (derived []byte, problem string)

func derivePBKDF2(parameters []byte, passphrase said.Secret, size int) (derived []byte, problem string) {
	var p pbkdf2Parameters
	_, err := asn1.Unmarshal(parameters, &p)
	used := newHash(p.PRF.Algorithm.String())
	if err != nil || used == nil || p.Iterations < 1 || p.Iterations > mostIterations || p.Length != 0 && p.Length != size {
		return nil, isUnsupported
	}
	derived, err = pbkdf2.Key(used, passphrase.Reveal(), p.Salt, p.Iterations, size)
	if err != nil {
		return nil, isNotFIPS
	}
	return derived, ""
}

// newHash returns the hash of a PBKDF2 by its OID; nil if it is unknown.
func newHash(oid string) func() hash.Hash {
	return map[string]func() hash.Hash{
		"":                    sha1.New,
		"1.2.840.113549.2.7":  sha1.New,
		"1.2.840.113549.2.8":  sha256.New224,
		"1.2.840.113549.2.9":  sha256.New,
		"1.2.840.113549.2.10": sha512.New384,
		"1.2.840.113549.2.11": sha512.New,
		"1.2.840.113549.2.12": sha512.New512_224,
		"1.2.840.113549.2.13": sha512.New512_256,
	}[oid]
}

func deriveScrypt(parameters []byte, passphrase said.Secret, size int) (derived []byte, problem string) {
	var p scryptParameters
	_, err := asn1.Unmarshal(parameters, &p)
	const most = 1 << 20
	if err != nil || min(p.Cost, p.Size, p.Parallel) < 1 || max(p.Size, p.Parallel) > 64 || p.Cost > most || 128*int64(p.Cost)*int64(p.Size) > mostMemory {
		return nil, isUnsupported
	}
	if fips140.Enforced() { // it does not include scrypt
		return nil, isNotFIPS
	}
	derived, err = scrypt.Key([]byte(passphrase.Reveal()), p.Salt, p.Cost, p.Size, p.Parallel, size)
	if err != nil {
		return nil, isUnsupported
	}
	return derived, ""
}

// decryptCBC decrypts, and removes the padding (RFC 8018, section 6.1.1). It reports
// whether the result is whole, which it hardly ever is with the wrong key.
func decryptCBC(block cipher.Block, initial, encrypted []byte) (plain []byte, ok bool) {
	size := block.BlockSize()
	if len(initial) != size || len(encrypted) == 0 || len(encrypted)%size != 0 {
		return nil, false
	}
	plain = make([]byte, len(encrypted))
	cipher.NewCBCDecrypter(block, initial).CryptBlocks(plain, encrypted)
	last := plain[len(plain)-1:]
	padding := int(last[0])
	if padding < 1 || padding > size || !bytes.Equal(plain[len(plain)-padding:], bytes.Repeat(last, padding)) {
		return nil, false
	}
	plain = plain[:len(plain)-padding]
	var whole asn1.RawValue
	rest, err := asn1.Unmarshal(plain, &whole)
	return plain, err == nil && len(rest) == 0
}

// decryptLegacy decrypts a key in OpenSSL's format before PKCS #8 (RFC 1421).
func decryptLegacy(block *pem.Block, passphrase said.Secret) ([]byte, error) {
	if fips140.Enforced() { // it derives the key with MD5
		return nil, badKey(isNotFIPS)
	}
	//nolint:staticcheck // weak, but what users have: the alternative is the key in clear text
	der, err := x509.DecryptPEMBlock(block, []byte(passphrase.Reveal()))
	if err != nil && !errors.Is(err, x509.IncorrectPasswordError) {
		return nil, badKey(unsupported(block.Headers["DEK-Info"]))
	}
	var whole asn1.RawValue
	if rest, problem := asn1.Unmarshal(der, &whole); err != nil || problem != nil || len(rest) > 0 {
		return nil, wrongPassphrase(passphrase)
	}
	return der, nil
}

func wrongPassphrase(passphrase said.Secret) error {
	wrong := problem{says: "it does not decrypt the private key"}
	if strings.TrimSpace(passphrase.Reveal()) != passphrase.Reveal() {
		wrong = problem{wrong.says + ", and it begins or ends with whitespace", Trim}
	}
	return wrong.of(PartPassphrase)
}
