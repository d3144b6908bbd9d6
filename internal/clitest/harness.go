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
	root := MustRoot(t)
	clis, err := FindCLIs(t.Context(), root, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	var flags []string
	if raced() {
		flags = append(flags, "-race")
	}
	dir := t.TempDir()
	binary, err := BuildProvider(t.Context(), root, dir, flags...)
	if err != nil {
		t.Fatal(err)
	}
	config, err := Install(filepath.Join(dir, "mirror"), false, append(slices.Clone(plugins), Apitoken(binary))...)
	if err != nil {
		t.Fatal(err)
	}
	return &Harness{Root: root, CLIs: clis, Config: config}
}

// NewLab makes a lab in which the CLI finds the harness's plugins.
func (h *Harness) NewLab(t *testing.T, cli CLI) *Lab {
	t.Helper()
	return NewLab(t, cli, h.Config)
}

// MustHTTP is the http provider, as NewHarness takes it.
func MustHTTP(t *testing.T) Plugin {
	t.Helper()
	binary, err := HTTPProvider(t.Context(), MustRoot(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return HTTP(binary)
}

// raced reports whether the test binary was built with the race detector.
func raced() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
