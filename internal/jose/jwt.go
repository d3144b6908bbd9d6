package jose

import (
	"cmp"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	gojose "github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// assertionLifetime is the default lifetime of a signed JWT.
const assertionLifetime = 5 * time.Minute

const (
	// longestBack and backShare are how far iat is in the past: that long, or that
	// part of the lifetime if it is shorter.
	longestBack = time.Minute
	backShare   = 10
)

// JWT is a JWT that is signed for each request (RFC 7523, section 3).
type JWT struct {
	// Key signs: a private key as PEM (PKCS #8, PKCS #1 or SEC 1) or JWK, or the shared
	// secret of an HS algorithm. If the certificate comes with the private key, the
	// header has its thumbprints.
	Key             said.Secret
	Passphrase      said.Secret   // decrypts the private key; empty: it is not encrypted
	Algorithm       string        // the JWS algorithm; empty: the one that the key suggests
	KeyID           string        // the header's kid; empty: the JWK's own, or none
	Lifetime        time.Duration // the time from iat to exp; zero: five minutes
	Claims          said.Secret   // a JSON object. Those below are added if it does not have them; null leaves a claim out
	Issuer, Subject string        // iss and sub; empty: not added
	Audience        string        // aud; empty: the URL of the token endpoint
}

// Check reports why no JWT can be signed at that time, or nil. The error reveals no secret.
func (s JWT) Check(now time.Time) error {
	_, bad := s.signer(now)
	_, badClaims := s.claims()
	return cmp.Or(bad, badClaims)
}

// Moment is what a JWT takes from the request that it is signed for.
type Moment struct {
	Now      time.Time // the time
	Audience string    // the aud of a JWT that sets none
	ID       string    // the jti of a JWT that sets none
}

// Sign returns the JWT, signed. The error reveals no secret.
func (s JWT) Sign(m Moment) (said.Secret, error) {
	signer, err := s.signer(m.Now)
	if err != nil {
		return said.Secret{}, errors.New("the JWT cannot be signed: its key cannot be used: " + err.Error())
	}
	claims, err := s.claims()
	if err != nil {
		return said.Secret{}, errors.New("the JWT cannot be made: claims cannot be used: " + err.Error())
	}
	payload, err := json.Marshal(s.complete(claims, m))
	if err != nil {
		return said.Secret{}, errors.New("the JWT's claims do not encode")
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return said.Secret{}, errors.New("the JWT cannot be signed with this key and algorithm")
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		return said.Secret{}, errors.New("the signed JWT does not encode")
	}
	return said.NewSecret(compact), nil
}

func (s JWT) claims() (map[string]any, error) {
	claims := map[string]any{}
	if s.Claims.IsEmpty() {
		return claims, nil
	}
	decoder := json.NewDecoder(strings.NewReader(s.Claims.Reveal()))
	decoder.UseNumber()
	err := decoder.Decode(&claims)
	if _, end := decoder.Token(); err != nil || claims == nil || !errors.Is(end, io.EOF) {
		return nil, problem{"it is not a JSON object", WriteJSON}.of(PartClaims)
	}
	return claims, nil
}

// FixedExpiry returns when the JWT expires if the given claims decide that, by their exp or,
// without exp, by their iat; else the zero time.
func (s JWT) FixedExpiry() time.Time {
	claims, err := s.claims()
	if err != nil {
		return time.Time{}
	}
	exp, isSet := claims["exp"]
	if seconds, ok := wholeSeconds(exp); ok {
		return time.Unix(seconds, 0)
	}
	if seconds, ok := wholeSeconds(claims["iat"]); ok && !isSet {
		return time.Unix(seconds, 0).Add(cmp.Or(s.Lifetime, assertionLifetime))
	}
	return time.Time{}
}

func wholeSeconds(claim any) (int64, bool) {
	number, _ := claim.(json.Number)
	seconds, err := number.Int64()
	return seconds, err == nil
}

// complete adds the claims that the user has not set, and removes those that are null.
// The JWT begins a little before now: otherwise a server whose clock is behind would
// refuse it.
func (s JWT) complete(claims map[string]any, m Moment) map[string]any {
	lifetime := cmp.Or(s.Lifetime, assertionLifetime)
	issuedAt := m.Now.Add(-min(longestBack, lifetime/backShare)).Unix()
	if given, ok := wholeSeconds(claims["iat"]); ok {
		issuedAt = given
	}
	for name, value := range map[string]any{
		"iss": s.Issuer, "sub": s.Subject, "aud": cmp.Or(s.Audience, m.Audience),
		"iat": issuedAt, "exp": issuedAt + int64(math.Ceil(lifetime.Seconds())), "jti": m.ID,
	} {
		if _, set := claims[name]; !set && value != "" {
			claims[name] = value
		}
	}
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	return claims
}

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
