// Package clitest runs the real Terraform or OpenTofu on the provider as it is
// built from this tree. Tests, benchmarks and the demo share it.
//
// A Harness holds what is made once: the built provider, a mirror that serves it
// with other plugins, and the CLIs found. A Workspace is one configuration and the
// runs on it; all that they write lies below its directory, where Search finds it.
// A Lab is a workspace in a test: what goes wrong in it fails the test.
package clitest

import (
	"path/filepath"
	"runtime/debug"
	"slices"
	"testing"
)

// Harness is what all labs of a test binary share.
type Harness struct {
	Root   string // of the repository
	CLIs   []CLI  // one of each product, the preferred one first
	Config string // the CLI configuration that installs the provider and the plugins
}

// NewHarness finds the CLIs, builds the provider, with the race detector where
// the test has it, and installs it with the plugins until the end of the test.
func NewHarness(t *testing.T, plugins ...Plugin) *Harness {
	t.Helper()
	var flags []string
	if Raced() {
		flags = append(flags, "-race")
	}
	return harnessWith(t, flags, plugins)
}

// NewPlainHarness is NewHarness without the race detector in the provider: for tests of
// what is in a configuration, where others test what happens at once. With it a start of
// the provider takes longer, and each run has several.
func NewPlainHarness(t *testing.T, plugins ...Plugin) *Harness {
	t.Helper()
	return harnessWith(t, nil, plugins)
}

// Raced reports whether the test has the race detector.
func Raced() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

func harnessWith(t *testing.T, flags []string, plugins []Plugin) *Harness {
	t.Helper()
	root, dir := Must(Root())(t), t.TempDir()
	binary := Must(BuildProvider(t.Context(), root, dir, flags...))(t)
	all := append(slices.Clone(plugins), Apitoken(binary))
	return &Harness{
		Root: root, CLIs: Must(FindCLIs(t.Context(), root, t.Logf))(t),
		Config: Must(Install(filepath.Join(dir, "mirror"), false, all...))(t),
	}
}

// NewLab makes a lab in which the CLI finds the harness's plugins.
func (h *Harness) NewLab(t *testing.T, cli CLI) *Lab {
	t.Helper()
	return NewLab(t, cli, h.Config)
}

// MustHTTP is the http provider, as NewHarness takes it.
func MustHTTP(t *testing.T) Plugin {
	t.Helper()
	return HTTP(Must(HTTPProvider(t.Context(), Must(Root())(t), t.TempDir()))(t))
}

// Must returns a function that returns the value of a call, and ends the test if the
// call failed.
func Must[T any](value T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		OK(tb, err)
		return value
	}
}

// OK ends the test if there is an error.
func OK(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
