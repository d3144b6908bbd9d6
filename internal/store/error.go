package store

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"syscall"
)

// Problem says what is wrong with a store.
type Problem int

// The problems of an Error.
const (
	ProblemKey        Problem = iota + 1 // the key is not 32 bytes in base64
	ProblemURL                           // the URL is not that of a server, as Reason says
	ProblemNoKey                         // a server is given, and no key
	ProblemRelative                      // Path is not absolute
	ProblemUnreplaced                    // Path is a part of the directory that only a shell replaces
	ProblemDirectory                     // Path cannot be made or opened, as Reason says
	ProblemNoFolder                      // Path is not a directory
	ProblemOwner                         // Path belongs to another user
	ProblemMode                          // others than the owner may use Path
	ProblemNoHome                        // the user has no configuration directory for the key file
	ProblemKeyInside                     // the key file would be in the directory of the store
	ProblemKeyOwner                      // the key file Path belongs to another user
	ProblemKeyMode                       // others than the owner may use the key file Path
	ProblemKeyFile                       // the key file Path cannot be read or made, as Reason says
	ProblemKeyText                       // the key file Path does not have a key
	ProblemRead                          // an entry cannot be read, as Reason says
	ProblemWrite                         // an entry cannot be written, as Reason says
	ProblemLock                          // there is no lock, as Reason says
	ProblemEntry                         // an entry is damaged, or something else is in its place
	ProblemVersion                       // another version of the provider has written an entry
	ProblemLarge                         // a content is too large
	ProblemServer                        // the server cannot be reached, as Cause says
	ProblemSilent                        // the server did not answer in time
	ProblemRefused                       // the server refused a command with the error code Reason, or for one of the reasons below
)

// Reasons of ProblemRefused that the error code of a server does not tell, which is ERR.
const (
	ReasonNoDatabase = "no such database"
	ReasonNoCommand  = "no such command"
)

// Error says why a store, or an entry of one, cannot be used. Its facts are for whoever words
// it: it prints its problem alone.
type Error struct {
	Problem Problem
	Path    string // the directory or the file that it is about
	Reason  string // says more, in fixed words
	Cause   error  // what the network says of a server, which does not print
}

// Error names the problem, for a log of Go's. It is not what users read.
func (e Error) Error() string { return fmt.Sprintf("token store: problem %d", e.Problem) }

// Format writes what Error says for every verb.
func (e Error) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(e.Error())) }

// MarshalText returns what Error says; encoding/json, encoding/xml and log/slog use it.
func (e Error) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// isOutage reports whether the next call would fail as well.
func (e *Error) isOutage() bool {
	return e.Problem == ProblemServer || e.Problem == ProblemSilent || slices.Contains([]string{"NOAUTH", "WRONGPASS", ReasonNoDatabase}, e.Reason)
}

// fileError returns the error of a directory or a file; err may be nil.
func fileError(problem Problem, path string, err error) *Error {
	e := &Error{Problem: problem, Path: path}
	if err != nil {
		e.Reason = systemSays(err)
	}
	return e
}

// systemSays words an error of a file. The texts of the operating system and of Go name
// files, and differ.
func systemSays(err error) string {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file or directory"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, errQuota):
		return "there is no space left"
	case errors.Is(err, syscall.EROFS):
		return "the file system is read-only"
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, fs.ErrExist):
		return "a part of the path is not a directory"
	case errors.Is(err, syscall.ENOLCK), errors.Is(err, errors.ErrUnsupported):
		return "the file system has no locks"
	case errors.Is(err, errPlace):
		return errPlace.Error()
	default:
		return "the operating system refuses it"
	}
}
