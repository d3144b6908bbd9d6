package token

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// assertionLifetime is the default lifetime of a signed JWT.
const assertionLifetime = 5 * time.Minute

// smallestRSA is the smallest RSA key in bits.
const smallestRSA = 2048

// SignedJWT is a Source that signs a JWT afresh for each request (RFC 7523, section 3).
type SignedJWT struct {
	// Key signs: a private key as PEM (PKCS #8, PKCS #1 or SEC 1) or JWK, or
	// with an HS algorithm the shared secret itself. If the private key's
	// certificate is there too, the header has its thumbprints.
	Key said.Secret
	// Algorithm is the JWS algorithm; empty: the one that the key suggests.
	Algorithm string
	// KeyID is the header's kid; empty: the JWK's own, or none.
	KeyID string
	// Lifetime is the time from iat to exp; zero: five minutes.
	Lifetime time.Duration
	// Claims are claims as a JSON object; those below are added where it has none.
	Claims said.Secret
	// Issuer and Subject are iss and sub; empty: not added.
	Issuer, Subject string
	// Audience is aud; empty: the URL of the token endpoint.
	Audience string
}

// Check reports why no JWT can be signed, or nil. The error reveals no secret.
func (s SignedJWT) Check() error {
	_, err := s.signer()
	if err != nil {
		return err
	}
	_, err = s.claims()
	return err
}

func (s SignedJWT) token(_ context.Context, c *call) (said.Secret, error) {
	signer, err := s.signer()
	if err != nil {
		return said.Secret{}, c.exchange.failSource("the JWT cannot be signed: " + err.Error())
	}
	claims, err := s.claims()
	if err != nil {
		return said.Secret{}, c.exchange.failSource("the JWT cannot be made: " + err.Error())
	}
	payload, err := json.Marshal(s.complete(claims, c))
	if err != nil {
		return said.Secret{}, c.exchange.failSource("the JWT's claims do not encode")
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return said.Secret{}, c.exchange.failSource("the JWT cannot be signed with this key and algorithm")
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		return said.Secret{}, c.exchange.failSource("the signed JWT does not encode")
	}
	return said.NewSecret(compact), nil
}

func (s SignedJWT) identity() []string {
	return []string{
		"signed", s.Key.Reveal(), s.Algorithm, s.KeyID, s.Lifetime.String(), s.Claims.Reveal(), s.Issuer, s.Subject, s.Audience,
	}
}

func (s SignedJWT) secrets() said.Book {
	return said.Book{{Name: "private_key_pem", Value: s.Key}, {Name: "claims", Value: s.Claims}}
}

func (s SignedJWT) claims() (map[string]any, error) {
	claims := map[string]any{}
	if s.Claims.IsEmpty() {
		return claims, nil
	}
	decoder := json.NewDecoder(strings.NewReader(s.Claims.Reveal()))
	decoder.UseNumber()
	if err := decodeOne(decoder, &claims); err != nil || claims == nil {
		return nil, errors.New("claims is not a JSON object; write it with jsonencode({ … })")
	}
	return claims, nil
}

// complete adds the claims that the user has not set.
func (s SignedJWT) complete(claims map[string]any, c *call) map[string]any {
	now := c.client.runtime.Now()
	lifetime := s.Lifetime
	if lifetime == 0 {
		lifetime = assertionLifetime
	}
	audience := s.Audience
	if audience == "" {
		audience = c.audience
	}
	if audience == "" {
		audience = c.exchange.Request.URL
	}
	for name, value := range map[string]any{
		"iss": s.Issuer, "sub": s.Subject, "aud": audience,
		"iat": now.Unix(), "exp": now.Add(lifetime).Unix(), "jti": c.client.randomID(),
	} {
		if _, set := claims[name]; !set && value != "" {
			claims[name] = value
		}
	}
	return claims
}

// randomID returns 128 random bits as text.
func (c *Client) randomID() string {
	var id [16]byte
	if _, err := io.ReadFull(c.runtime.Random, id[:]); err != nil {
		// Without randomness there is no safe way on.
		panic("no random bytes: " + err.Error())
	}
	return hex.EncodeToString(id[:])
}

func (s SignedJWT) signer() (jose.Signer, error) {
	key, err := s.signingKey()
	if err != nil {
		return nil, err
	}
	options := (&jose.SignerOptions{}).WithType("JWT")
	if s.KeyID != "" { // otherwise it is that of a JWK
		options = options.WithHeader("kid", s.KeyID)
	}
	if private, ok := key.Key.(jose.JSONWebKey); ok {
		options = withThumbprints(options, private)
	}
	signer, err := jose.NewSigner(key, options)
	if err != nil {
		return nil, fmt.Errorf("the key does not fit the algorithm %s", key.Algorithm)
	}
	return signer, nil
}

// withThumbprints adds those of the key's certificate to the header (RFC 7515,
// sections 4.1.7 and 4.1.8): some servers find the key by them.
func withThumbprints(options *jose.SignerOptions, key jose.JSONWebKey) *jose.SignerOptions {
	for name, thumbprint := range map[jose.HeaderKey][]byte{"x5t": key.CertificateThumbprintSHA1, "x5t#S256": key.CertificateThumbprintSHA256} {
		if len(thumbprint) > 0 {
			options = options.WithHeader(name, base64.RawURLEncoding.EncodeToString(thumbprint))
		}
	}
	return options
}

func (s SignedJWT) signingKey() (jose.SigningKey, error) {
	if smallest, ok := hmacKeySize(s.Algorithm); ok {
		if len(s.Key.Reveal()) < smallest {
			return jose.SigningKey{}, fmt.Errorf("%s needs a secret of at least %d bytes (RFC 7518, section 3.2)", s.Algorithm, smallest)
		}
		return jose.SigningKey{
			Algorithm: jose.SignatureAlgorithm(s.Algorithm),
			Key:       []byte(s.Key.Reveal()),
		}, nil
	}
	key, err := parsePrivateKey(s.Key.Reveal())
	if err != nil {
		return jose.SigningKey{}, err
	}
	fitting := algorithms(key.Key)
	algorithm := s.Algorithm
	if algorithm == "" {
		algorithm = key.Algorithm
	}
	if algorithm == "" && len(fitting) > 0 {
		algorithm = fitting[0]
	}
	if rsaKey, ok := key.Key.(*rsa.PrivateKey); ok && rsaKey.N.BitLen() < smallestRSA {
		return jose.SigningKey{}, fmt.Errorf("RSA keys need at least %d bits (RFC 7518, section 3.3)", smallestRSA)
	}
	if len(fitting) == 0 {
		return jose.SigningKey{}, errors.New("the key does not fit any algorithm that JWTs are signed with")
	}
	if !slices.Contains(fitting, algorithm) {
		return jose.SigningKey{}, fmt.Errorf("the key does not fit the algorithm %q; it fits: %s", algorithm, strings.Join(fitting, ", "))
	}
	return jose.SigningKey{Algorithm: jose.SignatureAlgorithm(algorithm), Key: key}, nil
}

// hmacKeySize returns the smallest secret of an HS algorithm in bytes.
func hmacKeySize(algorithm string) (smallest int, ok bool) {
	switch algorithm {
	case "HS256":
		return 32, true
	case "HS384":
		return 48, true
	case "HS512":
		return 64, true
	default:
		return 0, false
	}
}
