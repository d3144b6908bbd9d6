// Package secrecy holds the tests that read the provider's own source: that
// what carries a secret is a said.Secret, that a secret is revealed where it
// has to be and nowhere else, that foreign text is a said.Foreign which a judge
// alone shows, and that no message is made of what may hold either. What is
// allowed beside the rules stands in allowed_test.go and allowed_foreign_test.go,
// with its reason.
package secrecy
