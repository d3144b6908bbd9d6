package said

import (
	"encoding/json"
	"fmt"
)

// Foreign is text that a server, an issuer, a proxy or a certificate has sent. It
// does not print: formatting it with any verb, or encoding it as text or JSON,
// gives a placeholder. A judge is the one way to show it.
//
// The value is behind a pointer because fmt does not call the methods of
// unexported fields.
type Foreign struct{ value *string }

// NewForeign returns text as Foreign.
func NewForeign(text string) Foreign { return Foreign{value: &text} }

// IsEmpty reports whether there is no text.
func (f Foreign) IsEmpty() bool { return f.raw() == "" }

func (f Foreign) raw() string {
	if f.value == nil {
		return ""
	}
	return *f.value
}

// String returns a placeholder.
func (Foreign) String() string { return unjudged }

// GoString returns a placeholder.
func (Foreign) GoString() string { return unjudged }

// Format writes a placeholder for every verb.
func (Foreign) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(unjudged)) }

// MarshalText returns a placeholder.
func (Foreign) MarshalText() ([]byte, error) { return []byte(unjudged), nil }

// MarshalJSON returns a placeholder.
func (Foreign) MarshalJSON() ([]byte, error) { return json.Marshal(unjudged) }

// unjudged is printed in the place of foreign text.
const unjudged = "(foreign text)"
