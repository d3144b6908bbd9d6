package clitest

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// Lab is a workspace in a test: what goes wrong in it fails the test.
type Lab struct {
	*Workspace
	T *testing.T
}

// NewLab makes a lab, which the end of the test removes.
func NewLab(t *testing.T, cli CLI, config string) *Lab {
	t.Helper()
	w := Must(NewWorkspace(cli, config))(t)
	t.Cleanup(func() { OK(t, w.Close()) })
	// A plugin's standard error is seen by nobody: a race must end it instead.
	w.Env["GORACE"] = "halt_on_error=1 atexit_sleep_ms=0"
	return &Lab{Workspace: w, T: t}
}

// Within is the same lab in a part of its test.
func (l *Lab) Within(t *testing.T) *Lab {
	t.Helper()
	return &Lab{Workspace: l.Workspace, T: t}
}

// check ends the test if something failed.
func (l *Lab) check(err error) {
	l.T.Helper()
	if err != nil {
		l.T.Fatalf("%s: %v", l.CLI, err)
	}
}

// Write writes a file beside the configuration.
func (l *Lab) Write(name, content string) {
	l.T.Helper()
	l.check(l.Workspace.Write(name, content))
}

// Configure replaces main.tf.
func (l *Lab) Configure(parts ...string) {
	l.T.Helper()
	l.Write("main.tf", strings.Join(parts, "\n"))
}

// Read returns a file.
func (l *Lab) Read(path string) string {
	l.T.Helper()
	return string(Must(os.ReadFile(path))(l.T)) //nolint:gosec // the path is its own
}

// Run runs the CLI, which may well fail.
func (l *Lab) Run(args ...string) Result {
	l.T.Helper()
	result, err := l.Workspace.Run(l.T.Context(), args...)
	l.check(err)
	return result
}

// Must runs the CLI and ends the test where it fails.
func (l *Lab) Must(args ...string) Result {
	l.T.Helper()
	result := l.Run(args...)
	l.check(result.Err())
	return result
}

// Output reads an output of the applied configuration.
func (l *Lab) Output(name string, into any) {
	l.T.Helper()
	l.check(json.Unmarshal([]byte(l.Must("output", "-json", name).Stdout), into))
}

// Diagnostics runs the CLI with -json and returns its errors and warnings.
func (l *Lab) Diagnostics(args ...string) []Diagnostic {
	l.T.Helper()
	result := l.Run(slices.Insert(args, 1, "-json")...)
	found := Must(readDiagnostics(result.Stdout))(l.T)
	if failed := slices.ContainsFunc(found, Diagnostic.isError); failed != (result.Code != 0) {
		l.T.Fatalf("it says %v, and %v", found, result.Err())
	}
	return found
}

// Errors is Diagnostics without the warnings.
func (l *Lab) Errors(args ...string) []Diagnostic {
	l.T.Helper()
	return slices.DeleteFunc(l.Diagnostics(args...), func(d Diagnostic) bool { return !d.isError() })
}

// ErrorsAt is Errors for runs in which there must be exactly one error at each of
// the addresses, and no other.
func (l *Lab) ErrorsAt(addresses []string, args ...string) map[string]Diagnostic {
	l.T.Helper()
	found := l.Errors(args...)
	at := ByAddress(found)
	for _, address := range addresses {
		if _, ok := at[address]; !ok {
			l.T.Errorf("no error at %s", address)
		}
	}
	if len(found) != len(addresses) {
		l.T.Errorf("got %d errors, want %d: %v", len(found), len(addresses), found)
	}
	return at
}

// Says checks that a diagnostic has all the parts in its text.
func (l *Lab) Says(d Diagnostic, parts ...string) {
	l.T.Helper()
	for _, part := range parts {
		if !strings.Contains(d.Summary+": "+d.Detail, part) {
			l.T.Errorf("%q is missing in: %s", part, d)
		}
	}
}

// Search looks for the needles in all that the runs have written.
func (l *Lab) Search(needles ...Needle) []Finding {
	l.T.Helper()
	return Must(l.Workspace.Search(needles...))(l.T)
}

// MustNotHold fails the test where a needle is in anything that the runs wrote.
func (l *Lab) MustNotHold(needles ...Needle) {
	l.T.Helper()
	for _, finding := range l.Search(needles...) {
		l.T.Errorf("%s: found %s", l.CLI, finding)
	}
}

// Self is the path of the test binary, for provisioners and mirrors that run it.
func (l *Lab) Self() string {
	l.T.Helper()
	return Must(os.Executable())(l.T)
}
