package jose

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"slices"

	gojose "github.com/go-jose/go-jose/v4"
)

// header returns the header of the JWT, without alg, which signing adds.
func (s JWT) header(key signing) (map[gojose.HeaderKey]any, error) {
	given, err := readObject[json.RawMessage](s.Header.Reveal(), PartHeader)
	if err != nil {
		return nil, err
	}
	if says := badField(given, string(key.key.Algorithm)); says != "" {
		return nil, problem{says: says}.of(PartHeader)
	}
	header := map[gojose.HeaderKey]any{"typ": "JWT"}
	if s.KeyID != "" {
		key.keyID = s.KeyID
	}
	if key.keyID != "" {
		header["kid"] = key.keyID
	}
	// Some servers find the key by the thumbprints of its certificate (RFC 7515,
	// sections 4.1.7 and 4.1.8).
	for name, thumbprint := range key.thumbprints {
		if len(thumbprint) > 0 {
			header[gojose.HeaderKey(name)] = base64.RawURLEncoding.EncodeToString(thumbprint)
		}
	}
	for name, value := range given {
		if isNull(value) {
			delete(header, gojose.HeaderKey(name))
		} else {
			header[gojose.HeaderKey(name)] = value
		}
	}
	return header, nil
}

func isNull(value json.RawMessage) bool { return string(value) == "null" }

// badField says which header field that the user has set cannot be used, and why; "" if
// all can.
func badField(given members, algorithm string) string {
	critical, hasCritical := given["crit"]
	alg, hasAlg := given["alg"]
	b64, hasB64 := given["b64"]
	switch {
	case hasAlg && isNull(alg):
		return "it leaves alg out, which every JWT needs"
	case hasAlg && given.text("alg") != algorithm:
		return "its alg is not " + quoted(algorithm) + ", with which the JWT is signed; leave alg out"
	case hasB64 && !isNull(b64):
		return "it has b64, but the claims of a JWT are always encoded (RFC 7797, section 7); leave b64 out"
	case hasCritical && !isNull(critical):
		return badCritical(critical, given)
	}
	return ""
}

// badCritical says why crit cannot be used (RFC 7515, section 4.1.11); "" if it can.
func badCritical(critical json.RawMessage, given members) string {
	var names []string
	if err := json.Unmarshal(critical, &names); err != nil || len(names) == 0 {
		return "its crit is not a list of names of header fields"
	}
	registered := []string{"alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit"}
	for _, name := range names {
		if value, ok := given[name]; !ok || isNull(value) {
			return "its crit names a field that it does not have"
		}
		if slices.Contains(registered, name) {
			return "its crit names a field that every server must know anyway (RFC 7515, section 4.1.11)"
		}
	}
	return ""
}

// fingerprintPlace stands for the fingerprint of the public key in claims.
const fingerprintPlace = "{fingerprint}"

// fingerprint returns SHA256: and the SHA-256 of the public key (SubjectPublicKeyInfo) in
// base64, as Snowflake shows it:
// https://docs.snowflake.com/en/developer-guide/sql-api/authenticating#using-key-pair-authentication
func (s JWT) fingerprint() (string, error) {
	if len(s.Signer) > 0 || !s.Secret.IsEmpty() {
		return "", problem{says: "it has " + fingerprintPlace + ", the fingerprint of a public key, which is known only if the private key is given"}.of(PartClaims)
	}
	key, err := readKey(s.Key, s.Passphrase)
	if err != nil {
		return "", err
	}
	signer, ok := key.signs.(crypto.Signer)
	if !ok {
		return "", badKey(unfitKind(key.signs))
	}
	der, err := x509.MarshalPKIXPublicKey(signer.Public())
	if err != nil {
		return "", badKey("its public key does not encode")
	}
	digest := sha256.Sum256(der)
	return "SHA256:" + base64.StdEncoding.EncodeToString(digest[:]), nil
}
