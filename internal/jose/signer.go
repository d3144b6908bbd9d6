package jose

import (
	"cmp"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	gojose "github.com/go-jose/go-jose/v4"
)

func (s JWT) signer(now time.Time) (gojose.Signer, error) {
	key, err := s.signingKey(now)
	if err != nil {
		return nil, err
	}
	options := (&gojose.SignerOptions{}).WithType("JWT")
	if s.KeyID != "" { // otherwise the library takes that of a JWK
		options = options.WithHeader("kid", s.KeyID)
	}
	switch private := key.Key.(type) {
	case gojose.JSONWebKey:
		options = withThumbprints(options, private)
	case ed25519Signer:
		options = withThumbprints(options, private.jwk)
	}
	signer, err := gojose.NewSigner(key, options)
	if err != nil {
		return nil, badKey(fmt.Sprintf("the key does not fit the algorithm %s", key.Algorithm))
	}
	return signer, nil
}

// withThumbprints adds the thumbprints of the key's certificate to the header (RFC 7515,
// sections 4.1.7 and 4.1.8). Some servers find the key by them.
func withThumbprints(options *gojose.SignerOptions, key gojose.JSONWebKey) *gojose.SignerOptions {
	for name, thumbprint := range map[gojose.HeaderKey][]byte{"x5t": key.CertificateThumbprintSHA1, "x5t#S256": key.CertificateThumbprintSHA256} {
		if len(thumbprint) > 0 {
			options = options.WithHeader(name, base64.RawURLEncoding.EncodeToString(thumbprint))
		}
	}
	return options
}

func (s JWT) signingKey(now time.Time) (gojose.SigningKey, error) {
	smallestSecrets := map[string]int{"HS256": 32, "HS384": 48, "HS512": 64}
	if smallest, ok := smallestSecrets[s.Algorithm]; ok {
		if len(s.Key.Reveal()) < smallest {
			return gojose.SigningKey{}, badKey(fmt.Sprintf("%s needs a secret of at least %d bytes (RFC 7518, section 3.2)", s.Algorithm, smallest))
		}
		return gojose.SigningKey{Algorithm: gojose.SignatureAlgorithm(s.Algorithm), Key: []byte(s.Key.Reveal())}, nil
	}
	key, err := readKey(s.Key, s.Passphrase)
	if err != nil {
		return gojose.SigningKey{}, err
	}
	if key.certificate != nil && outside(key.certificate, now) != "" {
		return gojose.SigningKey{}, badKey("its certificate " + outside(key.certificate, now))
	}
	if rsaKey, ok := key.signs.(*rsa.PrivateKey); ok && rsaKey.N.BitLen() < smallestRSA {
		return gojose.SigningKey{}, badKey(tooSmall(rsaKey.N.BitLen()))
	}
	fitting := key.algorithms()
	if len(fitting) == 0 {
		return gojose.SigningKey{}, badKey(unfitKind(key.signs))
	}
	algorithm := cmp.Or(s.Algorithm, key.jwk.Algorithm, fitting[0])
	switch {
	case !slices.Contains(fitting, algorithm):
		return gojose.SigningKey{}, badKey("it does not fit the algorithm " + quoted(algorithm) + "; it fits: " + strings.Join(fitting, ", "))
	case algorithm == fullySpecified:
		return gojose.SigningKey{Algorithm: fullySpecified, Key: ed25519Signer{key}}, nil
	default:
		return gojose.SigningKey{Algorithm: gojose.SignatureAlgorithm(algorithm), Key: key.jwk}, nil
	}
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
