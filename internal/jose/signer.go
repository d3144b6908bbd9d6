package jose

import (
	"cmp"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/fips140"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"strings"
	"time"

	gojose "github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// signing is what signs a JWT, and what that adds to its header.
type signing struct {
	key         gojose.SigningKey
	keyID       string            // the kid of the JWK, if the key is one
	thumbprints map[string][]byte // those of the certificate, by header field
}

// sign signs a payload with a header. Its error is an *Error.
func (s signing) sign(header map[gojose.HeaderKey]any, payload []byte) (said.Secret, error) {
	signer, err := gojose.NewSigner(s.key, &gojose.SignerOptions{ExtraHeaders: header})
	if err != nil {
		return said.Secret{}, badKey("it does not fit the algorithm " + quoted(string(s.key.Algorithm)))
	}
	signed, err := signer.Sign(payload)
	switch _, isOurs := errors.AsType[*Error](err); {
	case isOurs:
		return said.Secret{}, err
	case err != nil:
		return said.Secret{}, badKey("it cannot sign with the algorithm " + quoted(string(s.key.Algorithm)))
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		return said.Secret{}, problem{says: "it does not encode as JSON"}.of(PartHeader)
	}
	return said.NewSecret(compact), nil
}

// signingKey returns what signs the JWT at that time. Only a JWT with a Signer needs run.
func (s JWT) signingKey(now time.Time, run Runner) (signing, error) {
	switch {
	case len(s.Signer) > 0:
		return s.outside(run)
	case !s.Secret.IsEmpty():
		return s.shared()
	}
	key, err := readKey(s.Key, s.Passphrase)
	if err != nil {
		return signing{}, err
	}
	if key.certificate != nil && outside(key.certificate, now) != "" {
		return signing{}, badKey("its certificate " + outside(key.certificate, now))
	}
	if problem := unfitRSA(key.signs); problem != "" {
		return signing{}, badKey(problem)
	}
	fitting := key.algorithms()
	if len(fitting) == 0 {
		return signing{}, badKey(unfitKind(key.signs))
	}
	algorithm := cmp.Or(s.Algorithm, key.jwk.Algorithm, fitting[0])
	if !slices.Contains(fitting, algorithm) {
		return signing{}, badKey("it does not fit the algorithm " + quoted(algorithm) + "; it fits: " + strings.Join(fitting, ", "))
	}
	found := signing{
		key: gojose.SigningKey{Algorithm: gojose.SignatureAlgorithm(algorithm), Key: key.signs}, keyID: key.jwk.KeyID,
		thumbprints: map[string][]byte{"x5t": key.jwk.CertificateThumbprintSHA1, "x5t#S256": key.jwk.CertificateThumbprintSHA256},
	}
	if private, ok := key.signs.(ed25519.PrivateKey); ok && algorithm == fullySpecified { // which go-jose does not know
		found.key = opaqueKey(algorithm, func(input []byte) ([]byte, error) { return ed25519.Sign(private, input), nil })
	}
	return found, nil
}

// quoted returns the name of an algorithm as messages show it: the alg of a JWK
// could be anything.
func quoted(algorithm string) string {
	if len(algorithm) > len("ECDH-ES+A256KW") {
		return "that it names"
	}
	return strconv.Quote(algorithm)
}

// unfitKind says of which kind a key is that crypto/x509 reads and that cannot be used.
func unfitKind(key any) string {
	switch key := key.(type) {
	case *ecdsa.PrivateKey:
		return "it is an EC key on the curve " + key.Curve.Params().Name + ", which cannot be used; " + usableKeys
	case *ecdh.PrivateKey:
		return "it is a key for X25519, which cannot be used; " + usableKeys
	default:
		return "it is a key of a kind that cannot be used; " + usableKeys
	}
}

// macs returns the HS algorithms with their hash functions (RFC 7518, section 3.2).
func macs() map[string]func() hash.Hash {
	return map[string]func() hash.Hash{"HS256": sha256.New, "HS384": sha512.New384, "HS512": sha512.New}
}

// defaultMAC signs with a shared secret if no algorithm is set.
const defaultMAC = "HS256"

// smallestFIPS is the length in bytes of the shortest secret that FIPS 140 allows.
const smallestFIPS = 14

// shared returns what signs with the shared secret.
func (s JWT) shared() (signing, error) {
	algorithm := cmp.Or(s.Algorithm, defaultMAC)
	newHash := macs()[algorithm]
	switch {
	case newHash == nil:
		return signing{}, problem{says: "it does not fit a shared secret, which signs with HS256, HS384 or HS512"}.of(PartAlgorithm)
	case fips140.Enforced() && len(s.Secret.Reveal()) < smallestFIPS:
		return signing{}, problem{says: fmt.Sprintf("it has %d bytes, and FIPS 140 needs at least %d", len(s.Secret.Reveal()), smallestFIPS)}.of(PartSecret)
	}
	return signing{key: opaqueKey(algorithm, func(input []byte) ([]byte, error) {
		mac := hmac.New(newHash, []byte(s.Secret.Reveal()))
		_, _ = mac.Write(input) // never fails
		return mac.Sum(nil), nil
	})}, nil
}

// ShortSecret says that the shared secret is shorter than RFC 7518, section 3.2, wants;
// "" if it is not, or if there is none. Some vendors issue such secrets.
func (s JWT) ShortSecret() string {
	algorithm := cmp.Or(s.Algorithm, defaultMAC)
	newHash, length := macs()[algorithm], len(s.Secret.Reveal())
	if newHash == nil || length == 0 || length >= newHash().Size() {
		return ""
	}
	return fmt.Sprintf("%s needs a secret of at least %d bytes (RFC 7518, section 3.2), and it has %d", algorithm, newHash().Size(), length)
}

// outside returns what signs with a program.
func (s JWT) outside(run Runner) (signing, error) {
	if lengths()[s.Algorithm].bytes == 0 {
		return signing{}, problem{says: "it must be the algorithm with which the signer's private key signs"}.of(PartAlgorithm)
	}
	return signing{key: opaqueKey(s.Algorithm, func(input []byte) ([]byte, error) {
		printed, err := run(s.Signer, input)
		if err != nil {
			return nil, badSignature("it has failed")
		}
		return readSignature(printed, s.Algorithm)
	})}, nil
}

// opaque is a signer that go-jose knows no key of.
type opaque struct {
	algorithm gojose.SignatureAlgorithm
	sign      func(input []byte) ([]byte, error)
}

func opaqueKey(algorithm string, sign func(input []byte) ([]byte, error)) gojose.SigningKey {
	named := gojose.SignatureAlgorithm(algorithm)
	return gojose.SigningKey{Algorithm: named, Key: opaque{named, sign}}
}

// Public implements gojose.OpaqueSigner.
func (opaque) Public() *gojose.JSONWebKey { return nil }

// Algs implements gojose.OpaqueSigner.
func (o opaque) Algs() []gojose.SignatureAlgorithm { return []gojose.SignatureAlgorithm{o.algorithm} }

// SignPayload implements gojose.OpaqueSigner.
func (o opaque) SignPayload(payload []byte, _ gojose.SignatureAlgorithm) ([]byte, error) {
	return o.sign(payload)
}
