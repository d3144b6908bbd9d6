package token

import (
	"cmp"
	"context"
	"encoding/hex"
	"io"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// SignedJWT is a Source that signs a JWT afresh for each request.
type SignedJWT jose.JWT

// Check reports why no JWT can be signed at that time, or nil. The error reveals no secret.
func (s SignedJWT) Check(now time.Time) error { return jose.JWT(s).Check(now) }

// FixedExpiry returns when the JWT expires, if its claims say so for every request;
// else the zero time.
func (s SignedJWT) FixedExpiry() time.Time { return jose.JWT(s).FixedExpiry() }

func (s SignedJWT) token(_ context.Context, c *call) (said.Secret, error) {
	signed, err := jose.JWT(s).Sign(jose.Moment{
		Now: c.client.runtime.Now(), Audience: cmp.Or(c.audience, c.exchange.Request.URL), ID: c.client.randomID(),
	})
	if err != nil {
		return said.Secret{}, c.exchange.failSource(err.Error())
	}
	return signed, nil
}

func (s SignedJWT) identity() []string {
	return []string{
		"signed", s.Key.Reveal(), s.Passphrase.Reveal(), s.Algorithm, s.KeyID, s.Lifetime.String(), s.Claims.Reveal(), s.Issuer, s.Subject, s.Audience,
	}
}

func (s SignedJWT) secrets() said.Book {
	return said.Book{
		{Name: "private_key_pem", Value: s.Key},
		{Name: "private_key_passphrase", Value: s.Passphrase},
		{Name: "claims", Value: s.Claims},
	}
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
