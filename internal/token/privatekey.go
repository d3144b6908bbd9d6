package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// algorithms returns the JWS algorithms that a private key fits, the usual one first.
func algorithms(key any) []string {
	switch key := key.(type) {
	case *rsa.PrivateKey:
		return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
	case *ecdsa.PrivateKey:
		switch key.Curve {
		case elliptic.P256():
			return []string{"ES256"}
		case elliptic.P384():
			return []string{"ES384"}
		case elliptic.P521():
			return []string{"ES512"}
		}
	case ed25519.PrivateKey:
		return []string{"EdDSA"}
	}
	return nil
}

// parsePrivateKey reads a private key from PEM or JWK. The error tells none of it.
func parsePrivateKey(raw string) (jose.JSONWebKey, error) {
	if strings.HasPrefix(strings.TrimSpace(raw), "{") {
		var key jose.JSONWebKey
		if err := key.UnmarshalJSON([]byte(raw)); err != nil || !key.Valid() {
			return jose.JSONWebKey{}, errors.New("it is not a valid JWK")
		}
		if key.IsPublic() {
			return jose.JSONWebKey{}, errors.New("it is a public key; signing needs the private one")
		}
		// Certificates of the key have no place in an assertion's header.
		return jose.JSONWebKey{Key: key.Key, KeyID: key.KeyID, Algorithm: key.Algorithm}, nil
	}
	for rest := []byte(raw); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return jose.JSONWebKey{}, errors.New("it has no PEM private key (-----BEGIN PRIVATE KEY-----) and is no JWK")
		}
		if strings.HasSuffix(block.Type, "PRIVATE KEY") {
			key, err := parsePEMBlock(block)
			return jose.JSONWebKey{Key: key}, err
		}
	}
}

func parsePEMBlock(block *pem.Block) (crypto.PrivateKey, error) {
	if block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
		return nil, errors.New("the private key is encrypted; give it decrypted, from a secret store")
	}
	var key crypto.PrivateKey
	var err error
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	if err != nil {
		return nil, errors.New("the PEM block is not a private key of a kind that JWTs are signed with")
	}
	return key, nil
}
