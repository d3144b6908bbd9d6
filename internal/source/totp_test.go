package source

import (
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// at returns a run at a time.
func at(seconds int64) Run { return Run{Now: func() time.Time { return time.Unix(seconds, 0) }} }

// TestTOTPVectors is RFC 6238, appendix B. Its secrets are as long as the hash is.
func TestTOTPVectors(t *testing.T) {
	t.Parallel()
	const digits = "1234567890123456789012345678901234567890123456789012345678901234"
	secrets := map[string]string{SHA1: digits[:20], SHA256: digits[:32], SHA512: digits}
	for seconds, want := range map[int64]map[string]string{
		59:          {SHA1: "94287082", SHA256: "46119246", SHA512: "90693936"},
		1111111109:  {SHA1: "07081804", SHA256: "68084774", SHA512: "25091201"},
		1111111111:  {SHA1: "14050471", SHA256: "67062674", SHA512: "99943326"},
		1234567890:  {SHA1: "89005924", SHA256: "91819424", SHA512: "93441116"},
		2000000000:  {SHA1: "69279037", SHA256: "90698825", SHA512: "38618901"},
		20000000000: {SHA1: "65353130", SHA256: "77737706", SHA512: "47863826"},
	} {
		for algorithm, code := range want {
			for digits := 6; digits <= 8; digits++ {
				from := TOTP{Secret: said.NewSecret(secrets[algorithm]), Digits: digits, Algorithm: algorithm}
				if got := obtained(t, from, at(seconds)); got != code[8-digits:] {
					t.Errorf("%s at %d: %s", algorithm, seconds, got)
				}
			}
		}
	}
}

// The codes of RFC 4226, appendix D, are those of the counters 0 to 9.
func TestTOTPPeriods(t *testing.T) {
	t.Parallel()
	secret := said.NewSecret("12345678901234567890")
	hotp := []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"}
	for name, tc := range map[string]struct {
		period  time.Duration
		seconds []int64 // times at which the counters 0, 1, 2 … hold
	}{
		"as usual":         {0, []int64{0, 30, 60, 119, 149, 150, 209}},
		"half a minute":    {30 * time.Second, []int64{29, 59, 89, 90}},
		"a minute":         {time.Minute, []int64{59, 60, 120, 239}},
		"a second":         {time.Second, []int64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}},
		"an odd period":    {7 * time.Second, []int64{6, 7, 20, 21}},
		"longer than an h": {2 * time.Hour, []int64{7199, 7200}},
	} {
		for counter, seconds := range tc.seconds {
			if got := obtained(t, TOTP{Secret: secret, Period: tc.period}, at(seconds)); got != hotp[counter] {
				t.Errorf("%s, %d seconds: %s", name, seconds, got)
			}
		}
	}
}

func TestDecodeBase32(t *testing.T) {
	t.Parallel()
	const hello = "Hello!\xde\xad\xbe\xef"
	for name, tc := range map[string]struct {
		text, want string
	}{
		"base32":                    {"JBSWY3DPEHPK3PXP", hello},
		"lower case":                {"jbswy3dpehpk3pxp", hello},
		"in groups":                 {"jbsw y3dp ehpk 3pxp", hello},
		"in groups with hyphens":    {"JBSW-Y3DP-EHPK-3PXP", hello},
		"padded":                    {"GEZDGNBVGY======", "123456"},
		"padded for no need":        {"GEZDGNBV========", "12345"},
		"not padded":                {"GEZDGNBVGY", "123456"},
		"padded, in groups":         {"GEZD GNBV GY== ====", "123456"},
		"cut off":                   {"GEZDGNBVG", ""},
		"cut off by two":            {"JBSWY3DPEHPK3P", ""},
		"another digit":             {"JBSWY3DPEHPK3PX1", ""},
		"hexadecimal":               {"3132333435363738393031323334353637383930", ""},
		"base64":                    {"SGVsbG8h3q2+7w==", ""},
		"a URL":                     {"otpauth://totp/a?secret=JBSWY3DPEHPK3PXP", ""},
		"a letter that looks right": {"JBSWY3DPEHPK3PXſ", ""},
		"groups of nothing":         {" - ", ""},
		"nothing":                   {"", ""},
		"padding in the middle":     {"GEZDGNBVGY======GEZDGNBVGY======", ""},
	} {
		secret, ok := DecodeBase32(said.NewSecret(tc.text))
		if ok != (tc.want != "") || ok && secret.Reveal() != tc.want {
			t.Errorf("%s: %q, %t", name, secret.Reveal(), ok)
		}
	}
}

// The code of a request is the same as long as the period lasts, so a second attempt sends
// the one that the server may have seen.
func TestTOTPWithinAPeriod(t *testing.T) {
	t.Parallel()
	from := TOTP{Secret: said.NewSecret("12345678901234567890")}
	first, second, next := obtained(t, from, at(1_800_000_000)), obtained(t, from, at(1_800_000_029)), obtained(t, from, at(1_800_000_030))
	if first != second || first == next || strings.Trim(first, "0123456789") != "" || len(first) != 6 {
		t.Errorf("got %s, %s and %s", first, second, next)
	}
}
