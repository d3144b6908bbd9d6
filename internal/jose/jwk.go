package jose

import (
	"crypto/fips140"
	"encoding/json"
	"slices"

	gojose "github.com/go-jose/go-jose/v4"
)

// fullySpecified is the name of Ed25519 that replaces EdDSA (RFC 9864).
const fullySpecified = "Ed25519"

// members are the members of a JSON object.
type members map[string]json.RawMessage

// text returns a member that is a text, or "".
func (m members) text(name string) string {
	var text string
	if err := json.Unmarshal(m[name], &text); err != nil {
		return ""
	}
	return text
}

// holdPEM reports whether a member is a private key in PEM.
func (m members) holdPEM() bool {
	for name := range m {
		if holds(m.text(name), "PRIVATE KEY") {
			return true
		}
	}
	return false
}

// readJWK reads a private JWK (RFC 7517), or a set of one.
func readJWK(text string) (signingKey, error) {
	var found members
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		return signingKey{}, badKey("it is not a valid JWK: it begins with {, but is not a JSON object")
	}
	if set, ok := found["keys"]; ok {
		var keys []members
		if err := json.Unmarshal(set, &keys); err != nil || len(keys) != 1 {
			return signingKey{}, badKey("it is a set of JWKs that does not have exactly one key; give the key that signs")
		}
		found = keys[0]
	}
	found = found.tidied()
	if what := unfitJWK(found); what.says != "" {
		return signingKey{}, what.of(PartKey)
	}
	if says := found.complete(); says != "" {
		return signingKey{}, badKey(says)
	}
	whole, err := json.Marshal(found)
	if err != nil {
		return signingKey{}, badKey("it is not a valid JWK")
	}
	var key gojose.JSONWebKey
	// The library compares x5t, a SHA-1 digest. Nothing depends on it here.
	fips140.WithoutEnforcement(func() { err = key.UnmarshalJSON(whole) })
	if err != nil || !key.Valid() {
		return signingKey{}, badKey("it is not a valid JWK: its members do not make a key")
	}
	if !isWhole(key.Key) {
		return signingKey{}, badKey("it is a damaged JWK: its d does not belong to its public key")
	}
	certificates := key.Certificates
	key.Certificates = nil
	if fips140.Enforced() {
		key.CertificateThumbprintSHA1 = nil
	}
	return certified(signingKey{private: private{signs: key.Key}, jwk: key}, certificates)
}

// unfitJWK returns the problem of a JSON object that is not a JWK for signing; zero if it
// may be one.
func unfitJWK(found members) problem {
	switch {
	case found["private_key"] != nil:
		return problem{"it is a key file in JSON", TakePrivateKey}
	case found.text("kty") == "" && found.holdPEM():
		return problem{"it is JSON in which one value is the private key", TakeMember}
	default:
		return problem{says: found.unfit()}
	}
}

// unfit says why members are not those of a JWK for signing; "" if they may be.
func (m members) unfit() string {
	switch kind := m.text("kty"); {
	case kind == "":
		return "it is not a valid JWK: it has no kty"
	case kind == "oct":
		return "it is not a valid JWK of a private key, but of a shared secret"
	case kind == "AKP":
		return "it is a key for ML-DSA, which cannot be used; " + usableKeys
	case unusableCurve(m.text("crv")) != "":
		return unusableCurve(m.text("crv"))
	case m["d"] == nil:
		return isPublic
	default:
		return m.otherUse()
	}
}

// otherUse says why a JWK is not for signing (RFC 7517, sections 4.2 and 4.3); "" if it
// may be.
func (m members) otherUse() string {
	if use := m.text("use"); use != "" && use != "sig" {
		return "it is a JWK whose use is not sig, so it does not sign; give the key that signs"
	}
	var operations []string
	if err := json.Unmarshal(m["key_ops"], &operations); err == nil && len(operations) > 0 && !slices.Contains(operations, "sign") {
		return "it is a JWK whose key_ops do not have sign, so it does not sign; give the key that signs"
	}
	return ""
}

// unusableCurve says that keys on a curve cannot be used; "" if they may be usable.
func unusableCurve(name string) string {
	switch name {
	case "secp256k1", "P-256K":
		return "it is an EC key on the curve secp256k1, which cannot be used; " + usableKeys
	case "Ed448", "X25519", "X448":
		return "it is a key for " + name + ", which cannot be used; " + usableKeys
	default:
		return ""
	}
}
