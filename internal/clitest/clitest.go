// Package clitest runs the real Terraform or OpenTofu on the provider as it is
// built from this tree. Tests, benchmarks and the demo share it.
//
// A Harness holds what is made once: the built provider, a mirror that serves it
// with other plugins, and the CLIs found. A Workspace is one configuration and the
// runs on it; all that they write lies below its directory, where Search finds it.
// A Lab is a workspace in a test: what goes wrong in it fails the test.
package clitest

import "testing"

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
