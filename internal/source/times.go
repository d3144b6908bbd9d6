package source

import (
	"encoding/json"
	"slices"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// noSeconds are the placeholders that never stand for seconds.
var noSeconds = []string{"uuid", "time_ms", "time_rfc3339", "fingerprint"}

// withTimes returns claims in which each time that is a placeholder and nothing else has its
// value: as a number, if it is one. A JWT has times as numbers (RFC 7519, section 2), and
// jsonencode writes a placeholder as a string only.
func withTimes(claims said.Secret, fill func(said.Secret) said.Secret) said.Secret {
	var found map[string]json.RawMessage
	if json.Unmarshal([]byte(claims.Reveal()), &found) != nil {
		return claims // it is reported elsewhere
	}
	isChanged := false
	for _, name := range jose.TimeClaims() {
		var text string
		if json.Unmarshal(found[name], &text) != nil || !isTime(text) {
			continue
		}
		var number json.Number
		filled := fill(said.NewSecret(text)).Reveal()
		if json.Unmarshal([]byte(filled), &number) == nil && number.String() == filled {
			found[name], isChanged = json.RawMessage(filled), true
		}
	}
	if !isChanged {
		return claims
	}
	encoded, err := json.Marshal(found)
	if err != nil {
		return claims
	}
	return said.NewSecret(string(encoded))
}

// isTime reports whether a text is a placeholder and nothing else, and may stand for seconds.
func isTime(text string) bool {
	return IsPlaceholder(text) && !slices.ContainsFunc(noSeconds, func(name string) bool { return text == "{"+name+"}" })
}
