package service

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// unusable begins the detail of a problem with a value. errorAt puts the
// attribute before it.
const unusable = "cannot be used: "

// byPart are the attributes of a key or certificate, by the part that they hold.
type byPart map[jose.Part]string

// problemWith returns the problem of a key or certificate, at the attribute that
// causes it. The error is one of jose, which quotes no secret.
func problemWith(err error, summary string, attributes byPart) *problem {
	found, ok := errors.AsType[*jose.Error](err)
	switch {
	case !ok:
		return &problem{attributes[jose.PartKey], summary, unusable + "it cannot sign."}
	case found.Part == jose.PartMissingPassphrase:
		return &problem{attributes[jose.PartKey], summary, unusable + "it is encrypted. Set " + attributes[jose.PartPassphrase] +
			" to its passphrase, or give the key decrypted."}
	default:
		return &problem{attributes[found.Part], summary, unusable + inHCL(found) + "."}
	}
}

// keyRule is that a client assertion can be signed with the set's key or secret.
func keyRule(v values) *problem {
	auth := v.text("client_auth", authBasic)
	attribute := map[string]string{authPrivateKey: "private_key_pem", authSecretJWT: "client_secret"}[auth]
	if p := unusedPassphrase(v, "private_key_passphrase", "private_key_pem"); p != nil {
		return p
	}
	if !v.isSet(attribute) || !v.known(attribute, "private_key_passphrase", "signing_algorithm") {
		return nil
	}
	algorithm := v.text("signing_algorithm", "")
	if algorithm != "" && !slices.Contains(signingAlgorithms(), algorithm) || v.text("client_secret", "-") == "" || v.text("private_key_passphrase", "-") == "" {
		return nil // their own validators say so
	}
	if algorithm != "" && isHMAC(algorithm) != (auth == authSecretJWT) {
		return &problem{
			"signing_algorithm", "Algorithm does not fit",
			fmt.Sprintf("signing_algorithm = %q does not go with client_auth = %q: the HS algorithms sign with client_secret, all others with private_key_pem.",
				algorithm, auth),
		}
	}
	if err := signedClientAssertion(v).Check(time.Now()); err != nil {
		return problemWith(err, "Client assertion cannot be signed", byPart{
			jose.PartKey: attribute, jose.PartPassphrase: "private_key_passphrase", jose.PartCertificate: attribute,
		})
	}
	return nil
}

// unusedPassphrase is that a passphrase has the key that it decrypts.
func unusedPassphrase(v values, passphrase, key string) *problem {
	if v.isGiven(passphrase) && !v.isSet(key) {
		return &problem{passphrase, "Passphrase is not used", fmt.Sprintf("%s is the passphrase of %s, which is not set.", passphrase, key)}
	}
	return nil
}

// certificateRule is that a client certificate and its key can be used.
func certificateRule(v values) *problem {
	certificate, key := v.isSet("client_certificate_pem"), v.isSet("client_key_pem")
	if p := unusedPassphrase(v, "client_key_passphrase", "client_key_pem"); p != nil {
		return p
	}
	switch {
	case v.text("client_certificate_pem", "-") == "", v.text("client_key_pem", "-") == "":
		return nil // their own validators say so
	case v.isGiven("client_certificate_pem") && !key:
		return &problem{"client_key_pem", "No key for the certificate", "client_certificate_pem needs its private key in client_key_pem."}
	case v.isGiven("client_key_pem") && !certificate:
		return &problem{"client_certificate_pem", "No certificate for the key", "client_key_pem needs its certificate in client_certificate_pem."}
	case !certificate || !v.known("client_certificate_pem", "client_key_pem", "client_key_passphrase") || v.text("client_key_passphrase", "-") == "":
		return nil
	}
	if err := clientCertificate(v).Check(time.Now()); err != nil {
		return problemWith(err, "Client certificate cannot be used", byPart{
			jose.PartKey: "client_key_pem", jose.PartPassphrase: "client_key_passphrase", jose.PartCertificate: "client_certificate_pem",
		})
	}
	return nil
}

// clientCertificate returns the client certificate; nil if the set has none.
func clientCertificate(v values) *token.ClientCertificate {
	if !v.isSet("client_certificate_pem") {
		return nil
	}
	return &token.ClientCertificate{
		CertificatePEM: v.text("client_certificate_pem", ""), KeyPEM: v.secret("client_key_pem"), Passphrase: v.secret("client_key_passphrase"),
	}
}
