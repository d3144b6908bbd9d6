// Package jose signs JWTs: it reads private keys and certificates as users have
// them, and makes claims. It asks nobody and knows no endpoint.
package jose
