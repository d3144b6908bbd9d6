package source

import (
	"fmt"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
)

// Problem is why a source has no value.
type Problem int

// The problems of an Error.
const (
	Unset      Problem = iota + 1 // the environment variable, or what a CI run sets, is not set
	BadURL                        // the URL in the environment variable cannot be used, as Cause says
	Empty                         // the file, or what the program prints, is empty
	NotFound                      // there is no such file
	Denied                        // the file may not be read
	Directory                     // the file is a directory
	Exhausted                     // too many files are open
	Unreadable                    // the file cannot be read for another reason
	Slow                          // the file gave nothing in time, as a named pipe to which nobody writes
	TooLarge                      // the file is larger than 1 MiB
	PrivateKey                    // the value is a private key, which is never sent
	Character                     // the value has a character that a token does not have, as Detail says
	Unsigned                      // the JWT cannot be signed, as Cause says
	Unapproved                    // FIPS 140, to which this process is restricted, does not allow the hash function
	ShortKey                      // FIPS 140, to which this process is restricted, does not allow a key of less than 14 bytes
	Failed                        // the program has no output, as Cause says
	NotJSON                       // the text is not JSON, in which there is a path to the value
	NoText                        // the path finds no text and no number in Content
	Late                          // there was no value in the time of a request that needed it, which Detail says
)

// Error says why a source has no value to send. It does not repeat the value.
type Error struct {
	Source  Source
	Problem Problem
	Detail  string          // names the character, or how long the file or the program has had
	Cause   error           // the *jose.Error of a JWT that cannot be signed, the *program.Error of a program or a signer, or a *transport.URLError
	Content *answer.Content // the JSON in which the path finds no text
}

// Error says that there is no value, and for a JWT or a program why.
func (e *Error) Error() string {
	if e.Problem == Unsigned {
		return e.Cause.Error()
	}
	return "the source has no value"
}

// Format writes what Error says for every verb, so that nothing of the source is
// printed by accident.
func (e Error) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(e.Error())) }

// MarshalText returns what Error says; encoding/json, encoding/xml and log/slog use it.
func (e Error) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }
