// Package clitest runs the real Terraform or OpenTofu on the provider as it is
// built from this tree. Acceptance tests, the search for leaked secrets, the
// interrupt test, benchmarks and the demo share it.
//
// A Harness holds what is made once: the built providers, a mirror that serves
// them and the CLIs found. A Workspace is one configuration and the runs on it,
// and all that they write lies below its directory, where Search finds it.
package clitest
