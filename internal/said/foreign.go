package said

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Foreign is text from a server, an issuer, a proxy or a certificate. It does not print:
// formatting it with any verb, or encoding it as text or JSON, gives a placeholder. Only
// a [Judge] shows it. Its methods answer questions about it; Use is for everything else,
// but never for showing it.
//
// The value is behind a pointer because fmt does not call the methods of
// unexported fields.
type Foreign struct{ value *string }

// NewForeign returns text as Foreign.
func NewForeign(text string) Foreign { return Foreign{value: &text} }

// ErrorText returns the text of an error that may quote a peer, such as an error of the
// network, of TLS or of certificates.
func ErrorText(err error) Foreign { return NewForeign(err.Error()) }

// IsEmpty reports whether there is no text.
func (f Foreign) IsEmpty() bool { return f.raw() == "" }

// Is reports whether the text is this one.
func (f Foreign) Is(text string) bool { return f.raw() == text }

// Equal reports whether both have the same text.
func (f Foreign) Equal(other Foreign) bool { return f.raw() == other.raw() }

// EqualFold reports whether the text is this one, in any case.
func (f Foreign) EqualFold(text string) bool { return strings.EqualFold(f.raw(), text) }

// Contains reports whether this is a part of the text.
func (f Foreign) Contains(part string) bool { return strings.Contains(f.raw(), part) }

// HasPrefix reports whether the text begins with this.
func (f Foreign) HasPrefix(beginning string) bool { return strings.HasPrefix(f.raw(), beginning) }

// CutPrefix returns the text without its beginning, and whether it begins so.
func (f Foreign) CutPrefix(beginning string) (rest Foreign, found bool) {
	text, found := strings.CutPrefix(f.raw(), beginning)
	return NewForeign(text), found
}

// Use returns the text itself, to be parsed, compared or passed on. A test has the list
// of the functions that may call it. None of them shows the text.
func (f Foreign) Use() string { return f.raw() }

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
