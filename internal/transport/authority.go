package transport

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"strconv"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// classifyAuthority is Classify for a certificate whose issuer is not known, or was
// refused. Servers that send no intermediate certificates are the usual cause:
// browsers fetch these. verify has the certificates that the server has sent; nil: nobody knows.
func classifyAuthority(err x509.UnknownAuthorityError, verify *tls.CertificateVerificationError) Failure {
	f := Failure{Reason: ReasonUnknownAuthority}
	if last := err.Cert; last != nil {
		f.Issuer, f.IsSelfSigned = said.NewForeign(last.Issuer.String()), bytes.Equal(last.RawIssuer, last.RawSubject)
	}
	if f.IsSelfSigned && isServers(err.Cert, verify) && hasOwnSignature(err.Cert) {
		f.Reason = ReasonSelfSigned // whatever other authority has its name
		return f
	}
	hint := hintOf(err)
	if hint.IsEmpty() {
		return f
	}
	for _, known := range authorityHints {
		if rest, begins := hint.CutPrefix(known.begin); begins {
			f.Reason = known.reason
			if f.Reason == ReasonInsecureSignature {
				f.Text = rest // names the method
			}
			return f
		}
	}
	f.Reason = ReasonBadAuthority
	f.Text, _ = hint.CutPrefix("x509: ")
	return f
}

// isServers reports whether a certificate is the first that a server has sent: its own.
func isServers(c *x509.Certificate, verify *tls.CertificateVerificationError) bool {
	return verify != nil && len(verify.UnverifiedCertificates) > 0 && verify.UnverifiedCertificates[0].Equal(c)
}

// hasOwnSignature reports whether a certificate is signed with its own key: another one may have
// the same name.
func hasOwnSignature(c *x509.Certificate) bool {
	return c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

// authorityHints are what the texts of crypto/x509 and crypto/rsa begin with, and what
// they mean.
var authorityHints = []struct {
	begin  string
	reason Reason
}{
	{"x509: cannot verify signature: insecure algorithm ", ReasonInsecureSignature},
	{"x509: cannot verify signature: algorithm unimplemented", ReasonUnknownSignature},
	{"x509: invalid signature: parent certificate cannot sign this kind of certificate", ReasonNoAuthority},
	{"x509: certificate is not authorized to sign ", ReasonNoAuthority},
	{"crypto/rsa: verification error", ReasonWrongKey},
	{"x509: ECDSA verification failure", ReasonWrongKey},
	{"x509: Ed25519 verification failure", ReasonWrongKey},
	{"x509: signature algorithm specifies an ", ReasonWrongKey},
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
