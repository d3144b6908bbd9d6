package diagnostic

import "github.com/apitoken/terraform-provider-apitoken/internal/source"

// isComputed reports whether it was computed with a key that the vendor has, too.
func (p assertion) isComputed() bool { return p.computation() != "" }

// computation says what to check of an HMAC or a one-time code; "" for everything else. The
// vendor can only say that it is wrong.
func (p assertion) computation() string {
	switch p.Source.(type) {
	case source.HMAC:
		return "Compare " + p.Name + ".hmac with the vendor's page: message must be the same, byte for byte, with its line breaks; and key_encoding, algorithm and encoding must fit."
	case source.TOTP:
		return "Many servers accept a one-time code only once: if another run has just used that of " + p.Name + ".totp, run again when its period is over. " +
			"Otherwise check secret, digits, period and algorithm, and the clock of this machine."
	}
	return ""
}
