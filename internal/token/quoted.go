package token

import (
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// quotedAdvice is what to do about credentials in quotes; "" if there are none. They
// are sent as they are, because a secret may have quotes.
func (x *Exchange) quotedAdvice(a *answer) string {
	var names []string
	for _, entry := range slices.Concat(x.Secrets, a.secrets) {
		if isCredential(entry) && isQuoted(entry.Value) && !slices.Contains(names, entry.Name) {
			names = append(names, entry.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return own(x.judge(a), strings.Join(names, ", ")) + ": the value begins and ends with the same quotes. If they are not part of it, remove them: " +
		"docker --env-file and some other tools keep the quotes that are in a file."
}

// isCredential reports whether an entry is a secret, or names who has it. A body has
// quotes for other reasons.
func isCredential(entry said.Entry) bool {
	names, bodies := []string{"client_id", "username"}, []string{"json", "body", "claims"}
	return slices.Contains(names, entry.Name) || !entry.Public && !slices.Contains(bodies, entry.Name)
}

// isQuoted reports whether a value is in quotes.
func isQuoted(value said.Secret) bool {
	text := value.Reveal()
	return len(text) > 1 && (text[0] == '"' || text[0] == '\'') && text[0] == text[len(text)-1]
}
