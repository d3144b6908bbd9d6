package source

import (
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

func TestFIPS(t *testing.T) { testkeys.InFIPS(t, checkFIPS) }

func checkFIPS(t *testing.T) {
	t.Helper()
	long, short := said.NewSecret("fake-key-of-14"), said.NewSecret("fake-key-of-1")
	for name, tc := range map[string]struct {
		from    Source
		problem Problem // 0: there is none
	}{
		"HMAC with SHA-256":         {HMAC{Key: long}, 0},
		"HMAC with SHA-384":         {HMAC{Key: long, Algorithm: SHA384}, 0},
		"HMAC with SHA-512":         {HMAC{Key: long, Algorithm: SHA512}, 0},
		"HMAC with SHA-1":           {HMAC{Key: long, Algorithm: SHA1}, Unapproved},
		"HMAC with a short key":     {HMAC{Key: short}, ShortKey},
		"HMAC with SHA-1 and short": {HMAC{Key: short, Algorithm: SHA1}, Unapproved},
		"TOTP":                      {TOTP{Secret: long}, Unapproved},
		"TOTP with SHA-256":         {TOTP{Secret: long, Algorithm: SHA256}, 0},
		"TOTP with a short secret":  {TOTP{Secret: short, Algorithm: SHA256}, ShortKey},
	} {
		value, err := tc.from.Obtain(t.Context(), Run{Now: time.Now})
		if tc.problem != 0 {
			wantProblem(t, err, tc.problem)
		} else if err != nil || value.IsEmpty() {
			t.Errorf("%s: %v", name, err)
		}
	}
}
