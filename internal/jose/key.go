package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // x5t is made of it (RFC 7515, section 4.1.7)
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"

	gojose "github.com/go-jose/go-jose/v4"
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

// parsePrivateKey reads a private key from PEM or JWK, and the thumbprints of its
// certificate if that is there. The error quotes none of it.
func parsePrivateKey(raw string) (gojose.JSONWebKey, error) {
	if strings.HasPrefix(strings.TrimSpace(raw), "{") {
		return parseJWK(raw)
	}
	return parsePEM(raw)
}

func parseJWK(raw string) (gojose.JSONWebKey, error) {
	var key gojose.JSONWebKey
	if err := key.UnmarshalJSON([]byte(raw)); err != nil || !key.Valid() {
		return gojose.JSONWebKey{}, errors.New("it is not a valid JWK")
	}
	if key.IsPublic() {
		return gojose.JSONWebKey{}, errors.New("it is a public key; signing needs the private one")
	}
	certificates := key.Certificates
	key.Certificates = nil
	return certified(key, certificates)
}

func parsePEM(raw string) (gojose.JSONWebKey, error) {
	var key gojose.JSONWebKey
	var certificates []*x509.Certificate
	for block, rest := pem.Decode([]byte(raw)); block != nil; block, rest = pem.Decode(rest) {
		var err error
		switch {
		case strings.HasSuffix(block.Type, "PRIVATE KEY") && key.Key == nil:
			key.Key, err = parsePEMBlock(block)
		case block.Type == "CERTIFICATE":
			var certificate *x509.Certificate
			certificate, err = parseCertificate(block)
			certificates = append(certificates, certificate)
		}
		if err != nil {
			return gojose.JSONWebKey{}, err
		}
	}
	if key.Key == nil {
		return gojose.JSONWebKey{}, errors.New("it has no PEM private key (-----BEGIN PRIVATE KEY-----) and is no JWK; " +
			`give the text itself, line breaks and all, such as file("key.pem")`)
	}
	return certified(key, certificates)
}

// certified returns a key with the thumbprints of its certificate, which is one
// of those that came with it.
func certified(key gojose.JSONWebKey, certificates []*x509.Certificate) (gojose.JSONWebKey, error) {
	public := key.Public().Key
	for _, certificate := range certificates {
		certifies, ok := certificate.PublicKey.(interface {
			Equal(other crypto.PublicKey) bool
		})
		if ok && certifies.Equal(public) {
			old, current := sha1.Sum(certificate.Raw), sha256.Sum256(certificate.Raw) //nolint:gosec // x5t is made of it
			key.CertificateThumbprintSHA1, key.CertificateThumbprintSHA256 = old[:], current[:]
			return key, nil
		}
	}
	if len(certificates) > 0 {
		return gojose.JSONWebKey{}, errors.New("none of its certificates belongs to its private key")
	}
	return key, nil
}

func parseCertificate(block *pem.Block) (*x509.Certificate, error) {
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, errors.New("its certificate cannot be read")
	}
	return certificate, nil
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
