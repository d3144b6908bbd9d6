package service

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// byPart are the attributes that hold a key or certificate, by part.
type byPart map[jose.Part]string

// problemWith returns an error of jose, which quotes no secret, as a problem at the
// attribute that causes it.
func problemWith(err error, summary string, attributes byPart) *RuleError {
	found, ok := errors.AsType[*jose.Error](err)
	switch {
	case !ok:
		return &RuleError{attributes[jose.PartKey], summary, unusable + "it cannot sign."}
	case found.Part == jose.PartMissingPassphrase:
		return &RuleError{attributes[jose.PartKey], summary, unusable + "it is encrypted. Set " + attributes[jose.PartPassphrase] +
			" to its passphrase, or decrypt the key."}
	default:
		return &RuleError{attributes[found.Part], summary, unusable + inHCL(found) + "."}
	}
}

// keyRule requires a key or secret that can sign client assertions.
func keyRule(v values) *RuleError {
	auth := v.auth()
	attribute := map[string]string{authPrivateKey: "private_key_pem", authSecretJWT: "client_secret"}[auth]
	if p := unusedPassphrase(v, "private_key_passphrase", "private_key_pem"); p != nil {
		return p
	}
	if attribute == "" || !v.isSet(attribute) || !v.known(attribute, "private_key_passphrase", "signing_algorithm") {
		return nil
	}
	algorithm := v.text("signing_algorithm", "")
	if algorithm != "" && !slices.Contains(signingAlgorithms(), algorithm) || v.text("client_secret", "-") == "" || v.text("private_key_passphrase", "-") == "" {
		return nil // their own validators say so
	}
	if algorithm != "" && isHMAC(algorithm) != (auth == authSecretJWT) {
		return &RuleError{"signing_algorithm", "Algorithm does not fit", fmt.Sprintf("signing_algorithm = %q does not go with client_auth = %q: "+
			"the HS algorithms sign with client_secret, all others with private_key_pem.", algorithm, auth)}
	}
	return unsignedClient(signedClientAssertion(v), attribute)
}

// unsignedClient returns a problem with a client assertion that cannot be signed; attribute
// has its key or secret.
func unsignedClient(signed source.Signed, attribute string) *RuleError {
	const summary = "Client assertion cannot be signed"
	if err := signed.Check(time.Now()); err != nil {
		return problemWith(err, summary, byPart{
			jose.PartKey: attribute, jose.PartPassphrase: "private_key_passphrase", jose.PartCertificate: attribute, jose.PartSecret: attribute,
		})
	}
	if short := signed.ShortSecret(); short != "" { // authorization servers keep to the RFC, and refuse it
		return &RuleError{attribute, summary, unusable + short + "."}
	}
	return nil
}

// unusedPassphrase returns a problem with a passphrase whose key is not set.
func unusedPassphrase(v values, passphrase, key string) *RuleError {
	if v.isGiven(passphrase) && !v.isSet(key) {
		return &RuleError{passphrase, "Passphrase is not used", fmt.Sprintf("%s is the passphrase of %s, which is not set.", passphrase, key)}
	}
	return nil
}

// certificateRule requires a client certificate and its key to fit each other.
func certificateRule(v values) *RuleError {
	certificate, key := v.isSet("client_certificate_pem"), v.isSet("client_key_pem")
	if p := unusedPassphrase(v, "client_key_passphrase", "client_key_pem"); p != nil {
		return p
	}
	switch {
	case v.text("client_certificate_pem", "-") == "", v.text("client_key_pem", "-") == "":
		return nil // their own validators say so
	case v.isGiven("client_certificate_pem") && !key:
		return &RuleError{"client_key_pem", "No key for the certificate", "client_certificate_pem needs its private key in client_key_pem."}
	case v.isGiven("client_key_pem") && !certificate:
		return &RuleError{"client_certificate_pem", "No certificate for the key", "client_key_pem needs its certificate in client_certificate_pem."}
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

// clientCertificate returns the client certificate, nil if there is none.
func clientCertificate(v values) *token.ClientCertificate {
	if !v.isSet("client_certificate_pem") {
		return nil
	}
	return &token.ClientCertificate{
		CertificatePEM: v.text("client_certificate_pem", ""), KeyPEM: v.secret("client_key_pem"), Passphrase: v.secret("client_key_passphrase"),
	}
}
