package transport

import (
	"bytes"
	"crypto/x509"
	"strconv"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// classifyAuthority is Classify for a certificate whose issuer is not known, or was
// refused. Servers that send no intermediate certificates are the usual cause:
// browsers fetch these.
func classifyAuthority(err x509.UnknownAuthorityError) Failure {
	f := Failure{Reason: ReasonUnknownAuthority}
	if last := err.Cert; last != nil {
		f.Issuer, f.IsSelfSigned = said.NewForeign(last.Issuer.String()), bytes.Equal(last.RawIssuer, last.RawSubject)
	}
	hint := hintOf(err)
	method, isInsecure := hint.CutPrefix("x509: cannot verify signature: insecure algorithm ")
	switch {
	case hint.IsEmpty():
	case isInsecure:
		f.Reason, f.Text = ReasonInsecureSignature, method
	case hint.HasPrefix("x509: cannot verify signature: algorithm unimplemented"):
		f.Reason = ReasonUnknownSignature
	case hint.HasPrefix("x509: invalid signature: parent certificate cannot sign this kind of certificate"), hint.HasPrefix("x509: certificate is not authorized to sign "):
		f.Reason = ReasonNoAuthority
	case isWrongKey(hint):
		f.Reason = ReasonWrongKey
	default:
		f.Reason = ReasonBadAuthority
		f.Text, _ = hint.CutPrefix("x509: ")
	}
	return f
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

// isWrongKey reports whether a signature is not that of the authority's key.
func isWrongKey(hint said.Foreign) bool {
	return hint.Is("crypto/rsa: verification error") || hint.HasPrefix("x509: ECDSA verification failure") || hint.HasPrefix("x509: Ed25519 verification failure") ||
		hint.HasPrefix("x509: signature algorithm specifies an ")
}
