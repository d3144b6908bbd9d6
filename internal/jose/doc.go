// Package jose reads private keys and certificates in the forms that users have, for
// JWTs and for TLS, and signs JWTs. It sends nothing, and does not know endpoints or Terraform.
package jose
