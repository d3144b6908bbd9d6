package source

import (
	"context"
	"encoding/hex"
	"io"
	"strconv"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Signed is a Source that signs a JWT for each request.
type Signed jose.JWT

// Check reports why no JWT can be signed at that time, as a *jose.Error, or nil. It takes it
// that each placeholder which may be a time will be one.
func (s Signed) Check(now time.Time) error {
	s.Claims = withTimes(s.Claims, func(said.Secret) said.Secret { return said.NewSecret("0") })
	return jose.JWT(s).Check(now)
}

// IsHMAC reports whether a shared secret signs, and not a private key.
func (s Signed) IsHMAC() bool { return !s.Secret.IsEmpty() }

// ShortSecret says that the shared secret is shorter than its algorithm wants; "" if it
// is not.
func (s Signed) ShortSecret() string { return jose.JWT(s).ShortSecret() }

// FixedExpiry returns when the JWT expires, if its claims say so for every request;
// else the zero time.
func (s Signed) FixedExpiry() time.Time { return jose.JWT(s).FixedExpiry() }

// Obtain implements Source.
func (s Signed) Obtain(ctx context.Context, run Run) (said.Secret, error) {
	var failed error // that of the signer
	id := RandomID(run.Random)
	signed, err := jose.JWT(s).Sign(jose.Moment{
		Now: run.Now(), Audience: run.Audience, ID: hex.EncodeToString(id[:]),
		Run: func(args []string, input []byte) (printed []byte, err error) {
			printed, failed = output(ctx, run, s, args, input)
			return []byte(decodeText(printed)), failed
		},
	})
	switch {
	case failed != nil:
		return said.Secret{}, failed
	case err != nil:
		return said.Secret{}, &Error{Source: s, Problem: Unsigned, Cause: err}
	}
	return signed, nil
}

// Texts implements Filler.
func (s Signed) Texts() []said.Secret { return []said.Secret{s.Claims, s.Header} }

// Fill implements Filler.
func (s Signed) Fill(fill Fill) Source {
	s.Claims, s.Header = fill.JSON(withTimes(s.Claims, fill.Plain)), fill.JSON(s.Header)
	return s
}

// Identity implements Source.
func (s Signed) Identity() []string {
	return append([]string{
		"signed", s.Key.Reveal(), s.Passphrase.Reveal(), s.Secret.Reveal(), s.Algorithm, s.KeyID, s.Header.Reveal(), s.Lifetime.String(), s.Claims.Reveal(),
		s.Issuer, s.Subject, s.Audience, strconv.FormatBool(s.OnlyTimes),
	}, s.Signer...)
}

// RandomID returns 128 random bits. Without them there is no safe way on: it panics.
func RandomID(random io.Reader) (id [16]byte) {
	if _, err := io.ReadFull(random, id[:]); err != nil {
		panic("no random bytes")
	}
	return id
}
