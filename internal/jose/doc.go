// Package jose signs JWTs: it reads private keys and certificates in the forms that users
// have, and makes claims. It sends nothing, and does not know endpoints or Terraform.
package jose
