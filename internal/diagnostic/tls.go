package diagnostic

import (
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// explainTLS is explain for a TLS connection that failed.
func (r *report) explainTLS(f transport.Failure) (problem, advice string) {
	const again = "it asks for another TLS handshake after the request (renegotiation)"
	switch {
	case f.Reason == transport.ReasonOldTLS:
		return "it does not speak TLS 1.2 or 1.3", "Older versions are not secure. " + askOwner + "enable TLS 1.2."
	case f.Reason == transport.ReasonCipher:
		return "it has chosen a cipher that is not secure", ciphers
	case f.Reason == transport.ReasonNotTLS:
		return "it does not speak TLS", "Check the scheme and the port in token_url."
	case f.Reason == transport.ReasonTLS:
		return "the TLS connection failed: " + r.quote(f.Text), "Try again. If it persists, check the proxy, and ask the vendor."
	case r.x.Request.Certificate != nil:
		return again + " more than once",
			"This provider allows one. Ask the vendor to let the server ask for client certificates when a connection begins, or to offer TLS 1.3."
	default: // only in the handshake, a server says whether it wants a certificate
		return again, "Most likely it wants a client certificate: set client_certificate_pem and client_key_pem. " +
			"Otherwise ask the vendor for an address without renegotiation, or with TLS 1.3."
	}
}

// ciphers is what to do about a server that allows no secure cipher.
const ciphers = "It seems to allow only ciphers that are not secure, such as those with RSA key exchange. " + askOwner +
	"enable TLS 1.3, or ECDHE ciphers in TLS 1.2."

// explainAlert is explainTLS for an alert of the server.
func (r *report) explainAlert(f transport.Failure) (problem, advice string) {
	const check = "If the endpoint wants a client certificate, check client_certificate_pem, and that it knows the certificate's authority"
	problem = "it refused the TLS connection: " + r.quote(f.Text)
	switch {
	case f.Alert == transport.AlertCertificate:
		return problem, check + "."
	case f.CertificateAsked && f.Alert != transport.AlertRecord:
		return problem, check + " and allows chains as long as this one. If it persists, ask the vendor."
	case f.Alert == transport.AlertCipher:
		return problem + ": most likely, there is no cipher that both sides accept", ciphers
	case f.Alert == transport.AlertName:
		return problem, "It does not know the host name in token_url. Check that name."
	default:
		return problem, "Check token_url and the proxy. If it persists, ask the vendor."
	}
}

// explainCertificate is explain for a certificate of the server that cannot be trusted.
func (r *report) explainCertificate(f transport.Failure) (problem, advice string) {
	const between = "its certificate, or an intermediate certificate, is signed with a method that "
	switch f.Reason {
	case transport.ReasonNoAuthorities:
		return "its certificate cannot be checked, because this machine has no CA certificates",
			"Install them: most Linux distributions and container images have a package ca-certificates. Or set the environment variable " +
				"SSL_CERT_FILE to a file that holds them. If the authority is yours, set transport.ca_certificates_pem to its certificate."
	case transport.ReasonUnreadableCertificate:
		return "its certificate cannot be read: " + r.quote(f.Text), "The certificate breaks the rules for certificates (RFC 5280). " + askOwner + "replace it."
	case transport.ReasonUntrusted:
		return "its certificate cannot be trusted: " + r.quote(f.Text), "Check the host name in token_url, the server's certificate, and the clock of this machine."
	case transport.ReasonInsecureSignature:
		return between + "is not secure any more: " + r.quoteName(f.Text),
			askOwner + "replace that certificate by one that is signed with SHA-256 or better. transport.ca_certificates_pem does not help."
	case transport.ReasonUnknownSignature:
		return between + "this provider does not know",
			askOwner + "replace that certificate by one that is signed with RSA or ECDSA, and SHA-256 or better."
	case transport.ReasonNoAuthority:
		return "its certificate is signed by a certificate that is not an authority's (basicConstraints or keyUsage)" + r.issuedBy(f),
			"Set transport.ca_certificates_pem to the certificate of an authority (CA:TRUE, with keyCertSign). " +
				"A server's own certificate works only if it is self-signed."
	case transport.ReasonWrongKey:
		return "its certificate is not signed with the key of the authority that has the name of its issuer" + r.issuedBy(f),
			"Most likely the authority has a new key: set transport.ca_certificates_pem to its present certificate."
	case transport.ReasonBadAuthority:
		return "the certificate of its authority cannot be used: " + r.quote(f.Text),
			"Check the authority's certificate, which may be in transport.ca_certificates_pem, and the clock of this machine."
	default:
		return r.explainAuthority(f)
	}
}

// explainAuthority is explainCertificate for an authority that this machine does not know.
func (r *report) explainAuthority(f transport.Failure) (problem, advice string) {
	problem = "its certificate is signed by an authority that this machine does not know" + r.issuedBy(f)
	advice = "If that authority is yours, set transport.ca_certificates_pem to its certificate."
	if !f.IsSelfSigned {
		advice += " If it is public, the server may not send its intermediate certificates: ask its owner to add them. Until then, set " +
			"transport.ca_certificates_pem to them."
	}
	return problem, advice
}

// issuedBy names the issuer of a certificate after a colon; "" if it has no name.
func (r *report) issuedBy(f transport.Failure) string {
	if issuer := r.quoteName(f.Issuer); issuer != "" {
		return ": " + issuer
	}
	return ""
}
