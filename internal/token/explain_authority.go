package token

import (
	"bytes"
	"crypto/x509"
	"strconv"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// explainAuthority is explain for a certificate whose issuer is not known. Servers that
// send no intermediate certificates are the usual cause: browsers fetch these.
func (c *call) explainAuthority(err x509.UnknownAuthorityError) (problem, advice string) {
	last := err.Cert
	if hint := hintOf(err); !hint.IsEmpty() {
		return c.explainHint(last, hint)
	}
	problem = "its certificate is signed by an authority that this machine does not know"
	advice = "If that authority is yours, set transport.ca_certificates_pem to its certificate."
	if last == nil {
		return problem, advice
	}
	problem += c.issuedBy(last)
	if !bytes.Equal(last.RawIssuer, last.RawSubject) {
		advice += " If it is public, the server may not send its intermediate certificates: ask its owner to add them. Until then, set " +
			"transport.ca_certificates_pem to them."
	}
	return problem, advice
}

// hintOf returns why crypto/x509 has refused a certificate that has the name of the
// authority; empty if there is none, or if the issuer has no name, which many may
// lack. Only the text has it, in quotes.
func hintOf(err x509.UnknownAuthorityError) said.Foreign {
	quoted, found := said.ErrorText(err).CutPrefix("x509: certificate signed by unknown authority (possibly because of ")
	if !found || err.Cert == nil || err.Cert.Issuer.String() == "" {
		return said.Foreign{}
	}
	prefix, bad := strconv.QuotedPrefix(quoted.Use())
	if bad != nil {
		return said.Foreign{}
	}
	hint, _ := strconv.Unquote(prefix) // it is quoted
	return said.NewForeign(hint)
}

// explainHint is explainAuthority for an authority that is known by its name, and was
// refused nevertheless.
func (c *call) explainHint(last *x509.Certificate, hint said.Foreign) (problem, advice string) {
	const replace = "Ask the owner of the server, or of the proxy in front of it, to replace "
	method, isInsecure := hint.CutPrefix("x509: cannot verify signature: insecure algorithm ")
	switch {
	case isInsecure:
		return "its certificate, or that of an authority between, is signed with a method that is not secure any more: " + c.quoteName(method),
			replace + "that certificate by one that is signed with SHA-256 or better. transport.ca_certificates_pem does not help."
	case hint.HasPrefix("x509: cannot verify signature: algorithm unimplemented"):
		return "its certificate, or that of an authority between, is signed with a method that this provider does not know",
			replace + "that certificate by one that is signed with RSA or ECDSA, and SHA-256 or better."
	case hint.HasPrefix("x509: invalid signature: parent certificate cannot sign this kind of certificate"), hint.HasPrefix("x509: certificate is not authorized to sign "):
		return "its certificate is signed by one that is not an authority's (basicConstraints or keyUsage)" + c.issuedBy(last),
			"Set transport.ca_certificates_pem to the certificate of an authority (CA:TRUE, with keyCertSign). A server's own certificate is none unless it is self-signed."
	case isWrongKey(hint):
		return "its certificate is not signed with the key of the authority that has the name of its issuer" + c.issuedBy(last),
			"Most likely the authority has a new key: set transport.ca_certificates_pem to its present certificate."
	}
	reason, _ := hint.CutPrefix("x509: ")
	return "the certificate of its authority cannot be used: " + c.quote(reason),
		"Check the authority's certificate, which may be in transport.ca_certificates_pem, and the clock of this machine."
}

// issuedBy names the issuer of a certificate after a colon; "" if it has no name.
func (c *call) issuedBy(last *x509.Certificate) string {
	if last == nil {
		return ""
	}
	if issuer := c.quoteName(said.NewForeign(last.Issuer.String())); issuer != "" {
		return ": " + issuer
	}
	return ""
}

// isWrongKey reports whether a signature is not that of the authority's key.
func isWrongKey(hint said.Foreign) bool {
	return hint.Is("crypto/rsa: verification error") || hint.HasPrefix("x509: ECDSA verification failure") || hint.HasPrefix("x509: Ed25519 verification failure") ||
		hint.HasPrefix("x509: signature algorithm specifies an ")
}
