// Package clitest runs the real Terraform or OpenTofu on the provider as it is
// built from this tree. Tests, benchmarks and the demo share it.
//
// A Harness holds what is made once: the built provider, a mirror that serves it
// with other plugins, and the CLIs found. A Workspace is one configuration and the
// runs on it; all that they write lies below its directory, where Search finds it.
// A Lab is a workspace in a test: what goes wrong in it fails the test.
package clitest
