package token

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// The texts of crypto/tls that begin with these are about the server's side of a
// handshake, which would be the same at the next attempt. They have no type.
const (
	tlsUnreadable = "tls: failed to parse certificate from server: "
	tlsOldVersion = "tls: server selected unsupported protocol version"
	tlsNoCipher   = "tls: server chose an unconfigured cipher suite"
)

// alert is the number of one.
type alert uint8

// text returns what crypto/tls calls the alert.
func (a alert) text() string { return tls.AlertError(a).Error() }

// The alerts by which a server says why it ends a handshake (RFC 8446, section 6).
const (
	alertUnexpectedMessage = alert(10)
	alertBadRecordMAC      = alert(20)
	alertRecordOverflow    = alert(22)
	alertHandshakeFailure  = alert(40)
	// Those from alertBadCertificate to alertAccessDenied are about the client's
	// certificate, except illegal_parameter.
	alertBadCertificate       = alert(42)
	alertIllegalParameter     = alert(47)
	alertAccessDenied         = alert(49)
	alertProtocolVersion      = alert(70)
	alertInsufficientSecurity = alert(71)
	alertNoRenegotiation      = alert(100)
	alertUnrecognizedName     = alert(112)
	alertCertificateRequired  = alert(116)
)

// innermostText returns the text of an error that wraps no other and begins so;
// empty if there is none.
func innermostText(err error, begin string) said.Foreign {
	return innermost(err, func(text said.Foreign) bool { return text.HasPrefix(begin) })
}

// innermost returns the first text of an error that wraps no other and is wanted;
// empty if there is none.
func innermost(err error, wanted func(said.Foreign) bool) said.Foreign {
	switch wrapping := err.(type) { //nolint:errorlint // it walks through all that are wrapped
	case interface{ Unwrap() []error }:
		for _, one := range wrapping.Unwrap() {
			if text := innermost(one, wanted); !text.IsEmpty() {
				return text
			}
		}
		return said.Foreign{}
	case interface{ Unwrap() error }:
		if inner := wrapping.Unwrap(); inner != nil {
			return innermost(inner, wanted)
		}
	}
	if err == nil {
		return said.Foreign{}
	}
	text := said.ErrorText(err)
	if !wanted(text) {
		return said.Foreign{}
	}
	return text
}

// tlsText returns what crypto/tls says in an error; empty if it says nothing.
func tlsText(err error) said.Foreign {
	if _, notTLS := errors.AsType[tls.RecordHeaderError](err); notTLS {
		return said.Foreign{}
	}
	return innermostText(err, "tls: ")
}

// isTLSRefusal reports whether a handshake has failed for a reason that stays.
func isTLSRefusal(err error) bool {
	text := tlsText(err)
	return isTLSAlert(err) || text.Is(alertNoRenegotiation.text()) || text.HasPrefix(tlsUnreadable) || text.HasPrefix(tlsOldVersion) || text.HasPrefix(tlsNoCipher)
}

// explainTLS is explain for what TLS has refused; "" if it has refused nothing.
func (c *call) explainTLS(err error) (problem, advice string) {
	if isRootless(err) {
		return "its certificate cannot be checked, because this machine has no CA certificates",
			"Install them: most Linux distributions and container images have a package ca-certificates. Or set the environment variable " +
				"SSL_CERT_FILE to a file that holds them. If the authority is yours, set transport.ca_certificates_pem to its certificate."
	}
	if isTLSAlert(err) {
		return c.explainAlert(err)
	}
	text := tlsText(err)
	reason, unreadable := text.CutPrefix(tlsUnreadable)
	switch {
	case unreadable:
		return "its certificate cannot be read: " + c.quote(reason),
			"The certificate breaks the rules for certificates (RFC 5280). Ask the owner of the server, or of the proxy in front of it, to replace it."
	case text.HasPrefix(tlsOldVersion):
		return oldTLS()
	case text.HasPrefix(tlsNoCipher):
		return "it has chosen a cipher that is not secure", ciphers()
	case text.Is(alertNoRenegotiation.text()):
		return c.explainRenegotiation()
	case !text.IsEmpty():
		reason, _ = text.CutPrefix("tls: ")
		return "the TLS connection failed: " + c.quote(reason),
			"Try again. If it persists, check the proxy, and ask the vendor."
	}
	return "", ""
}

// explainRenegotiation is explainTLS for a handshake after the request that was not
// carried out. Only in it, a server says whether it wants a certificate.
func (c *call) explainRenegotiation() (problem, advice string) {
	const again = "it asks for another TLS handshake after the request (renegotiation)"
	if c.exchange.Request.Certificate != nil {
		return again + " more than once",
			"This provider allows one. Ask the vendor to let the server ask for client certificates when a connection begins, or to offer TLS 1.3."
	}
	return again, "Most likely it wants a client certificate: set client_certificate_pem and client_key_pem. " +
		"Otherwise ask the vendor for an address without renegotiation, or with TLS 1.3."
}

// explainAlert is explainTLS for an alert of the server.
func (c *call) explainAlert(err error) (problem, advice string) {
	var op *net.OpError
	if !errors.As(err, &op) {
		return "", ""
	}
	text := said.ErrorText(op.Err)
	problem = "it refused the TLS connection: " + c.quote(text)
	const check = "If the endpoint wants a client certificate, check client_certificate_pem, and that it knows the certificate's authority"
	switch {
	case isCertificateAlert(text):
		return problem, check + "."
	// A server that has asked for a certificate has accepted the version, the cipher
	// and the name. OpenSSL says handshake_failure if it gets no certificate, and
	// internal_error about a chain that is too long.
	case errors.Is(err, errCertificateAsked) && !isBrokenRecord(text):
		return problem, check + " and allows chains as long as this one. If it persists, ask the vendor."
	case text.Is(alertProtocolVersion.text()):
		return oldTLS()
	case text.Is(alertHandshakeFailure.text()), text.Is(alertInsufficientSecurity.text()):
		return problem + ": most likely, there is no cipher that both sides accept", ciphers()
	case text.Is(alertUnrecognizedName.text()):
		return problem, "It does not know the host name in token_url. Check that name."
	}
	return problem, "Check token_url and the proxy. If it persists, ask the vendor."
}

// isBrokenRecord reports whether an alert is about what has arrived, and not about what it says.
func isBrokenRecord(text said.Foreign) bool {
	return text.Is(alertUnexpectedMessage.text()) || text.Is(alertBadRecordMAC.text()) || text.Is(alertRecordOverflow.text())
}

// isCertificateAlert reports whether an alert is about the client's certificate.
func isCertificateAlert(text said.Foreign) bool {
	for one := alertBadCertificate; one <= alertAccessDenied; one++ {
		if one != alertIllegalParameter && text.Is(one.text()) {
			return true
		}
	}
	return text.Is(alertCertificateRequired.text())
}

func oldTLS() (problem, advice string) {
	return "it does not speak TLS 1.2 or 1.3",
		"Older versions are not secure. Ask the owner of the server, or of the proxy in front of it, to enable TLS 1.2."
}

func ciphers() (advice string) {
	return "It seems to allow only ciphers that are not secure, such as those with RSA key exchange. Ask the owner of the server, or of the proxy in " +
		"front of it, to enable TLS 1.3, or ECDHE ciphers in TLS 1.2."
}

// isRootless reports whether a certificate was refused because this machine has no
// CA certificates.
func isRootless(err error) bool {
	var (
		unknownRoot x509.UnknownAuthorityError
		noRoots     x509.SystemRootsError
	)
	return errors.As(err, &noRoots) || errors.As(err, &unknownRoot) && hintOf(unknownRoot).IsEmpty() && hasNoRoots()
}

// hasNoRoots reports whether this machine has no CA certificates.
func hasNoRoots() bool {
	pool, err := x509.SystemCertPool()
	return err != nil || pool.Equal(x509.NewCertPool())
}
