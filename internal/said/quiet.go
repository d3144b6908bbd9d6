package said

import "fmt"

// QuietError is an error that may quote a peer, such as one of the network, of TLS or of
// certificates. It does not print. errors.Is and errors.As look into it.
//
// The error is behind a pointer because fmt does not call the methods of unexported
// fields.
type QuietError struct{ inner *error }

// NewQuiet returns an error that does not print; nil for nil.
func NewQuiet(err error) error {
	if err == nil {
		return nil
	}
	return QuietError{&err}
}

// Error returns a placeholder.
func (QuietError) Error() string { return unjudged }

// Format writes a placeholder for every verb.
func (QuietError) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(unjudged)) }

// MarshalText returns a placeholder.
func (QuietError) MarshalText() ([]byte, error) { return []byte(unjudged), nil }

// Unwrap returns the error itself.
func (q QuietError) Unwrap() error {
	if q.inner == nil {
		return nil
	}
	return *q.inner
}
