// Package secrecy holds the tests that read the provider's own source: that
// what carries a secret is a said.Secret, that a secret is revealed where it
// has to be and nowhere else, and that no message is made of what may hold one.
// What is allowed beside the rules stands in allowed_test.go, with its reason.
package secrecy
