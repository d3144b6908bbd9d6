package source

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// How the bytes of an HMAC are written.
const (
	LowerHex  = "hex"
	UpperHex  = "HEX"
	Base64    = "base64"    // RFC 4648, section 4, with padding
	Base64URL = "base64url" // RFC 4648, section 5, without padding: a user can add it, but not remove it
)

// HMAC is a Source that computes the HMAC of a message (RFC 2104), which proves that the client
// has the key.
type HMAC struct {
	Key       said.Secret // the bytes of the key, as DecodeKey returns them
	Algorithm string      // the hash function; empty: SHA256
	Message   said.Secret
	Encoding  string // how the value is written; empty: LowerHex
}

// Check reports why no HMAC can be computed, as an *Error, or nil.
func (h HMAC) Check() error { return checkApproved(h, h.algorithm(), h.Key) }

func (h HMAC) algorithm() string { return cmp.Or(h.Algorithm, SHA256) }

// Obtain implements Source.
func (h HMAC) Obtain(context.Context, Run) (said.Secret, error) {
	if err := h.Check(); err != nil {
		return said.Secret{}, err
	}
	return said.NewSecret(written(hashWith(h.algorithm(), h.Key, []byte(h.Message.Reveal())), h.Encoding)), nil
}

// Texts implements Filler.
func (h HMAC) Texts() []said.Secret { return []said.Secret{h.Message} }

// Fill implements Filler. A message that is JSON is filled as the JSON of a request is, so
// that both are the same text.
func (h HMAC) Fill(fill Fill) Source {
	put := fill.Plain
	if json.Valid([]byte(h.Message.Reveal())) {
		put = fill.JSON
	}
	h.Message = put(h.Message)
	return h
}

// Identity implements Source.
func (h HMAC) Identity() []string {
	return []string{"hmac", h.Key.Reveal(), h.Algorithm, h.Message.Reveal(), h.Encoding}
}

func written(sum []byte, encoding string) string {
	switch encoding {
	case UpperHex:
		return strings.ToUpper(hex.EncodeToString(sum))
	case Base64:
		return base64.StdEncoding.EncodeToString(sum)
	case Base64URL:
		return base64.RawURLEncoding.EncodeToString(sum)
	default:
		return hex.EncodeToString(sum)
	}
}
