package jose

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/fips140"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // x5t is made of it (RFC 7515, section 4.1.7)
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"strconv"
	"strings"

	gojose "github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// smallestRSA is the smallest RSA key in bits.
const smallestRSA = 2048

// isUnfitForFIPS is why an RSA key cannot be used where only FIPS 140 is allowed.
const isUnfitForFIPS = "FIPS 140 does not allow its RSA key: it needs an even number of bits, two primes of the same size, and a public exponent above 65536"

func tooSmall(bits int) string {
	return "its RSA key has " + strconv.Itoa(bits) + " bits, and at least " + strconv.Itoa(smallestRSA) + " bits are needed (RFC 7518, section 3.3)"
}

// unfitRSA says why nothing is signed with an RSA key; "" if it is not one, or if it signs.
func unfitRSA(key any) string {
	rsaKey, ok := key.(*rsa.PrivateKey)
	switch {
	case !ok:
		return ""
	case rsaKey.N.BitLen() < smallestRSA:
		return tooSmall(rsaKey.N.BitLen())
	case !fips140.Enforced():
		return ""
	}
	// Only crypto/rsa knows all that FIPS 140 wants of a key.
	digest := sha256.Sum256(nil)
	if _, err := rsaKey.Sign(rand.Reader, digest[:], crypto.SHA256); err != nil {
		return isUnfitForFIPS
	}
	return ""
}

// algorithms returns the JWS algorithms of a private key, the usual one first.
func (p private) algorithms() []string {
	switch key := p.signs.(type) {
	case *rsa.PrivateKey:
		if p.onlyPSS {
			return []string{"PS256", "PS384", "PS512"}
		}
		return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
	case *ecdsa.PrivateKey:
		switch key.Curve {
		case elliptic.P256():
			return []string{"ES256"}
		case elliptic.P384():
			return []string{"ES384"}
		case elliptic.P521():
			return []string{"ES512"}
		}
	case ed25519.PrivateKey:
		return []string{"EdDSA", fullySpecified}
	}
	return nil
}

// signingKey is a private key with the facts in its JWK or its certificate.
type signingKey struct {
	private
	jwk         gojose.JSONWebKey // has its key id, its algorithm and the thumbprints of its certificate, if any
	certificate *x509.Certificate // the one that came with the key, if any
}

// readKey reads a private key from PEM, DER in base64, or JWK, and the thumbprints of the
// certificate with it. The error does not quote the text.
func readKey(raw, passphrase said.Secret) (signingKey, error) {
	text := plainText(raw.Reveal())
	if strings.HasPrefix(text, "{") {
		return readJWK(text)
	}
	found, certificates, err := readPrivate(text, passphrase)
	if err != nil {
		return signingKey{}, err
	}
	return certified(signingKey{private: found, jwk: gojose.JSONWebKey{Key: found.signs}}, certificates)
}

// readPrivate reads a private key from PEM or from DER in base64, and the certificates
// with it.
func readPrivate(text string, passphrase said.Secret) (found private, certificates []*x509.Certificate, err error) {
	if text == "" {
		return private{}, nil, problem{"it is empty", SetIt}.of(PartKey)
	}
	blocks, err := readPEM(text)
	if err != nil {
		return private{}, nil, err
	}
	if len(blocks) == 0 {
		der, ok := readBase64(text)
		if !ok || len(der) == 0 || der[0] != sequence {
			return private{}, nil, unlike(text).of(PartKey)
		}
		blocks = []*pem.Block{{Type: "PRIVATE KEY", Bytes: der}}
	}
	var keys []*pem.Block
	for _, block := range blocks {
		switch {
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			keys = append(keys, block)
		case labelled(block.Type) == isCertificate:
			certificate, problem := readCertificate(block)
			if problem != "" {
				return private{}, nil, badKey("its certificate cannot be read: " + problem)
			}
			certificates = append(certificates, certificate)
		}
	}
	found, err = onlyKey(blocks, keys, passphrase)
	return found, certificates, err
}

// onlyKey returns the private key in the blocks that are keys.
func onlyKey(blocks, keys []*pem.Block, passphrase said.Secret) (private, error) {
	if len(keys) == 0 {
		for _, block := range blocks {
			if what := labelled(block.Type); what != "" {
				return private{}, badKey(what)
			}
		}
		return private{}, problem{isUnknown, GiveText}.of(PartKey)
	}
	for _, other := range keys[1:] {
		if !bytes.Equal(other.Bytes, keys[0].Bytes) {
			return private{}, badKey("it has more than one private key; give the one that signs")
		}
	}
	block := keys[0]
	if strings.HasPrefix(block.Type, "OPENSSH") {
		return private{}, badKey(isOpenSSH)
	}
	// First, because the label may say that the key is encrypted and be wrong.
	found, err := readDER(block.Bytes)
	if err == nil || !isEncrypted(block) {
		return found, err
	}
	der, err := decrypt(block, passphrase)
	if err != nil {
		return private{}, err
	}
	return readDER(der)
}

// certified returns a key with its certificate, which is one of those given, and the
// thumbprints of that.
func certified(key signingKey, certificates []*x509.Certificate) (signingKey, error) {
	for _, certificate := range certificates {
		if !belongs(certificate, key.signs) {
			continue
		}
		current := sha256.Sum256(certificate.Raw)
		key.certificate, key.jwk.CertificateThumbprintSHA256 = certificate, current[:]
		if !fips140.Enforced() {
			old := sha1.Sum(certificate.Raw) //nolint:gosec // x5t is made of it
			key.jwk.CertificateThumbprintSHA1 = old[:]
		}
		return key, nil
	}
	if len(certificates) > 0 {
		return signingKey{}, badKey("none of its certificates belongs to its private key")
	}
	return key, nil
}

// belongs reports whether a certificate belongs to a private key.
func belongs(certificate *x509.Certificate, key any) bool {
	signs, ok := key.(crypto.Signer)
	if !ok {
		return false
	}
	public, ok := signs.Public().(interface {
		Equal(other crypto.PublicKey) bool
	})
	return ok && public.Equal(certificate.PublicKey)
}
