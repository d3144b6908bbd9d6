package transport

import (
	"errors"
	"fmt"
)

// PanicError is a panic in a goroutine of the engine, which would end the process
// there. Rethrow panics with it again in the caller's goroutine, which recovers.
type PanicError struct {
	// Type is the Go type of the panic's value. The value itself is not kept: it may
	// hold a secret.
	Type string
}

// Error names the type.
func (e *PanicError) Error() string { return "a panic with " + e.Type }

// NewPanicError returns the error of a panic with a value. A panic that was caught
// before keeps its type.
func NewPanicError(value any) *PanicError {
	var caught *PanicError
	if err, ok := value.(error); ok && errors.As(err, &caught) {
		return caught
	}
	return &PanicError{Type: fmt.Sprintf("%T", value)}
}

// Caught calls f, and returns a panic in it as a *PanicError.
func Caught(f func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = NewPanicError(value)
		}
	}()
	return f()
}

// Rethrow panics if err is a panic that Caught has returned: only the caller's
// goroutine can report it.
func Rethrow(err error) {
	if panicked, ok := errors.AsType[*PanicError](err); ok {
		panic(panicked)
	}
}
