package jose

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"strings"
	"time"

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

// JWT is a JWT that is signed for each request (RFC 7523, section 3). Exactly one of
// Key, Secret and Signer signs it.
type JWT struct {
	// Key is a private key as PEM (PKCS #8, PKCS #1 or SEC 1) or JWK. If the certificate
	// comes with it, the header has its thumbprints.
	Key        said.Secret
	Passphrase said.Secret // decrypts the private key; empty: it is not encrypted
	Secret     said.Secret // the bytes of the shared secret of an HS algorithm
	// Signer is a program and its arguments, which Moment.Run runs. It reads the JWS
	// signing input and prints the signature.
	Signer          []string
	Algorithm       string        // the JWS algorithm; empty: the one that the key suggests, or HS256. A Signer needs one
	KeyID           string        // the header's kid; empty: the JWK's own, or none
	Header          said.Secret   // a JSON object of header fields, which replace those above; null leaves a field out
	Lifetime        time.Duration // the time from iat to exp; zero: five minutes
	Claims          said.Secret   // a JSON object. Those below are added if it does not have them; null leaves a claim out
	Issuer, Subject string        // iss and sub; empty: not added
	Audience        string        // aud; empty: the URL of the token endpoint
	OnlyTimes       bool          // adds no claims but iat and exp
}

// Check reports why no JWT can be signed at that time, as an *Error, or nil. The error
// reveals no secret.
func (s JWT) Check(now time.Time) error {
	key, err := s.signingKey(now, nil)
	if err != nil {
		return err
	}
	_, badHeader := s.header(key)
	_, badClaims := s.claims()
	return cmp.Or(badHeader, badClaims)
}

// Moment is what a JWT takes from the request that it is signed for.
type Moment struct {
	Now      time.Time // the time
	Audience string    // the aud of a JWT that sets none
	ID       string    // the jti of a JWT that sets none
	Run      Runner    // runs the JWT's Signer; nil if it has none
}

// Runner runs a program with its arguments and an input, and returns what it prints.
type Runner func(args []string, input []byte) ([]byte, error)

// Sign returns the JWT, signed. The error is an *Error, which reveals no secret and
// nothing of the error of m.Run.
func (s JWT) Sign(m Moment) (said.Secret, error) {
	key, err := s.signingKey(m.Now, m.Run)
	if err != nil {
		return said.Secret{}, err
	}
	header, err := s.header(key)
	if err != nil {
		return said.Secret{}, err
	}
	claims, err := s.claims()
	if err != nil {
		return said.Secret{}, err
	}
	payload, err := json.Marshal(s.complete(claims, m))
	if err != nil {
		return said.Secret{}, problem{says: "it does not encode as JSON"}.of(PartClaims)
	}
	return key.sign(header, payload)
}

// claims returns the claims that the user has set.
func (s JWT) claims() (map[string]any, error) {
	text := s.Claims.Reveal()
	if strings.Contains(text, fingerprintPlace) {
		fingerprint, err := s.fingerprint()
		if err != nil {
			return nil, err
		}
		text = strings.ReplaceAll(text, fingerprintPlace, fingerprint)
	}
	claims, err := readObject[any](text, PartClaims)
	if err != nil {
		return nil, err
	}
	return claims, checkTimes(claims)
}

// TimeClaims returns the claims that are times, which are numbers (RFC 7519, section 2, and
// OpenID Connect Core, section 2).
func TimeClaims() []string { return []string{"iat", "exp", "nbf", "auth_time"} }

// checkTimes reports a time that is no number. One that is null is left out.
func checkTimes(claims map[string]any) error {
	for _, name := range TimeClaims() {
		value, isSet := claims[name]
		if _, ok := value.(json.Number); isSet && !ok && value != nil {
			return problem{says: "its " + name + " is not a number of seconds since 1970 (RFC 7519, section 2). Write a number without quotes, or " +
				"\"{time}\" and nothing else, which becomes one"}.of(PartClaims)
		}
	}
	return nil
}

// readObject decodes a JSON object; no text is an object without members.
func readObject[V any](text string, part Part) (map[string]V, error) {
	found := map[string]V{}
	if text == "" {
		return found, nil
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	err := decoder.Decode(&found)
	if _, end := decoder.Token(); err != nil || found == nil || !errors.Is(end, io.EOF) {
		return nil, problem{"it is not a JSON object", WriteJSON}.of(part)
	}
	return found, nil
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
	added := map[string]any{"iat": issuedAt, "exp": issuedAt + int64(math.Ceil(lifetime.Seconds()))}
	if !s.OnlyTimes {
		maps.Copy(added, map[string]any{"iss": s.Issuer, "sub": s.Subject, "aud": cmp.Or(s.Audience, m.Audience), "jti": m.ID})
	}
	for name, value := range added {
		if _, set := claims[name]; !set && value != "" {
			claims[name] = value
		}
	}
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	return claims
}
