package source

import (
	"crypto/fips140"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // vendors sign with HMAC-SHA1, and authenticator apps use it
	"crypto/sha256"
	"crypto/sha512"
	"hash"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// The hash functions of HMAC and TOTP.
const (
	SHA1   = "SHA1"
	SHA256 = "SHA256"
	SHA384 = "SHA384" // not in TOTP: RFC 6238 does not have it
	SHA512 = "SHA512"
)

// hashes are the hash functions by name.
var hashes = map[string]func() hash.Hash{SHA1: sha1.New, SHA256: sha256.New, SHA384: sha512.New384, SHA512: sha512.New}

// shortestApproved is the size in bytes of the shortest key that FIPS 140 allows: 112 bits
// (NIST SP 800-131A, section 10).
const shortestApproved = 112 / 8

// hashWith returns the HMAC of a message (RFC 2104).
func hashWith(algorithm string, key said.Secret, message []byte) []byte {
	mac := hmac.New(hashes[algorithm], []byte(key.Reveal()))
	_, _ = mac.Write(message) // a hash returns no error
	return mac.Sum(nil)
}

// checkApproved reports a hash function or a key that FIPS 140 does not allow, if this process
// is restricted to it. crypto/hmac would panic.
func checkApproved(from Source, algorithm string, key said.Secret) error {
	switch {
	case !fips140.Enforced():
		return nil
	case algorithm == SHA1:
		return &Error{Source: from, Problem: Unapproved}
	case len(key.Reveal()) < shortestApproved:
		return &Error{Source: from, Problem: ShortKey}
	}
	return nil
}
