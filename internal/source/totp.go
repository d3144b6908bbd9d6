package source

import (
	"cmp"
	"context"
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

const (
	usualDigits = 6
	usualPeriod = 30 * time.Second
)

// TOTP is a Source that computes a time-based one-time code, as an authenticator app does
// (RFC 6238). All requests within a period have the same code.
type TOTP struct {
	Secret    said.Secret   // the bytes of the shared secret, as DecodeBase32 returns them
	Digits    int           // how many digits a code has, 6 to 8; zero: 6
	Period    time.Duration // how long a code is valid, in whole seconds; zero: 30 seconds
	Algorithm string        // the hash function; empty: SHA1, as most apps use it
}

// Check reports why no code can be computed, as an *Error, or nil.
func (t TOTP) Check() error { return checkApproved(t, t.algorithm(), t.Secret) }

func (t TOTP) algorithm() string { return cmp.Or(t.Algorithm, SHA1) }

// Obtain implements Source.
func (t TOTP) Obtain(_ context.Context, run Run) (said.Secret, error) {
	if err := t.Check(); err != nil {
		return said.Secret{}, err
	}
	return said.NewSecret(t.code(run.Now())), nil
}

// Identity implements Source.
func (t TOTP) Identity() []string {
	return []string{"totp", t.Secret.Reveal(), strconv.Itoa(t.Digits), t.Period.String(), t.Algorithm}
}

// code returns the code of a time: the last digits of 31 bits of an HMAC, which its last four
// bits choose (RFC 4226, section 5.3).
func (t TOTP) code(now time.Time) string {
	const lastBits, positive = 0xf, 1<<31 - 1
	step := now.Unix() / int64(cmp.Or(t.Period, usualPeriod)/time.Second)
	counter, _ := binary.Append(nil, binary.BigEndian, step) // a number has a fixed size
	sum := hashWith(t.algorithm(), t.Secret, counter)
	start := sum[len(sum)-1] & lastBits
	number := strconv.FormatUint(uint64(binary.BigEndian.Uint32(sum[start:])&positive), 10)
	digits := cmp.Or(t.Digits, usualDigits)
	number = strings.Repeat("0", digits) + number
	return number[len(number)-digits:]
}
