package said

import (
	"encoding/json"
	"fmt"
)

// Hidden is the placeholder for a secret.
const Hidden = "(sensitive)"

// Secret is a string that does not print: formatting it with any verb, or encoding it as
// text or JSON, gives a placeholder. Only Reveal returns its value, so that a search for
// Reveal finds every place where a secret is used.
//
// The value is behind a pointer because fmt does not call the methods of unexported
// fields. It prints the address of a pointer inside a struct.
type Secret struct{ value *string }

// NewSecret returns value as a Secret.
func NewSecret(value string) Secret { return Secret{value: &value} }

// Reveal returns the secret's value; "" for the zero Secret.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsEmpty reports whether there is no value.
func (s Secret) IsEmpty() bool { return s.Reveal() == "" }

// Equal reports whether both have the same value.
func (s Secret) Equal(other Secret) bool { return s.Reveal() == other.Reveal() }

// String returns a placeholder.
func (Secret) String() string { return Hidden }

// GoString returns a placeholder.
func (Secret) GoString() string { return Hidden }

// Format writes a placeholder for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(Hidden)) }

// MarshalText returns a placeholder; keys of JSON objects, encoding/xml and
// log/slog use it.
func (Secret) MarshalText() ([]byte, error) { return []byte(Hidden), nil }

// MarshalJSON returns a placeholder.
func (Secret) MarshalJSON() ([]byte, error) { return json.Marshal(Hidden) }
