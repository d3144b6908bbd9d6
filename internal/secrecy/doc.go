// Package secrecy holds the tests that read the provider's own source: that what
// is taken out of a said.Secret or a said.Foreign, or read of a server, a file or
// the environment, gets into no message, error or log; that a judge alone makes
// what is shown; and that messages are made of plain values. What is allowed beside
// the rules stands in allowed_test.go, with its reason.
package secrecy
