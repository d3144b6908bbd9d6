package program

import (
	"fmt"
	"syscall"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Problem is why a program has no output.
type Problem int

// The problems of an Error.
const (
	NotFound    Problem = iota + 1 // there is no such file, or none in the directories of PATH
	Here                           // it is in the current directory, and its name has no directory
	Denied                         // it may not be executed
	Directory                      // it is a directory
	NotProgram                     // the system cannot execute it: a script without #!, or a program for another system
	Interpreter                    // it is a script, and the program in its first line does not exist
	Arguments                      // it is a batch file, and cmd.exe would change an argument
	Unstartable                    // it cannot be started for another reason, as System says
	Failed                         // it has ended with Status
	Killed                         // a signal has ended it, as Signal says
	Slow                           // it has not ended in time, and was killed
	TooLarge                       // it has printed more than 1 MiB, and was killed
	Silent                         // it has printed nothing
)

// Error says why a program has no output. It repeats nothing that the program has printed.
type Error struct {
	Problem  Problem
	Status   int            // the exit status
	Signal   syscall.Signal // the signal that has ended it
	System   syscall.Errno  // what the system says; 0: nothing
	LastLine said.Foreign   // the last line that it has written to stderr; empty: none
	Printed  said.Secret    // what it has written to stdout, which no message may repeat
}

// Error names the problem by its number.
func (e *Error) Error() string {
	return fmt.Sprintf("the program has no output: problem %d", e.Problem)
}

// Format writes what Error says for every verb, so that nothing of the program is
// printed by accident.
func (e Error) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(e.Error())) }

// MarshalText returns what Error says; encoding/json, encoding/xml and log/slog use it.
func (e Error) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

// Unwrap returns what the system says, or nil.
func (e *Error) Unwrap() error {
	if e.System == 0 {
		return nil
	}
	return e.System
}
