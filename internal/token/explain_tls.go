package token

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
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
	alertHandshakeFailure = alert(40)
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

// innermost returns the text of an error that wraps no other and begins so; "" if
// there is none.
func innermost(err error, begin string) string {
	switch wrapping := err.(type) { //nolint:errorlint // it walks through all that are wrapped
	case interface{ Unwrap() []error }:
		for _, one := range wrapping.Unwrap() {
			if text := innermost(one, begin); text != "" {
				return text
			}
		}
		return ""
	case interface{ Unwrap() error }:
		if inner := wrapping.Unwrap(); inner != nil {
			return innermost(inner, begin)
		}
	}
	if err == nil || !strings.HasPrefix(err.Error(), begin) {
		return ""
	}
	return err.Error()
}

// tlsText returns what crypto/tls says in an error; "" if it says nothing.
func tlsText(err error) string {
	if _, notTLS := errors.AsType[tls.RecordHeaderError](err); notTLS {
		return ""
	}
	return innermost(err, "tls: ")
}

// isTLSRefusal reports whether a handshake has failed for a reason that stays.
func isTLSRefusal(err error) bool {
	text := tlsText(err)
	return isTLSAlert(err) || text == alertNoRenegotiation.text() || strings.HasPrefix(text, tlsUnreadable) || strings.HasPrefix(text, tlsOldVersion) || strings.HasPrefix(text, tlsNoCipher)
}

// explainTLS is explain for what TLS has refused; "" if it has refused nothing.
func (c *call) explainTLS(err error) (problem, advice string) {
	var (
		unknownRoot x509.UnknownAuthorityError
		noRoots     x509.SystemRootsError
	)
	if errors.As(err, &noRoots) || errors.As(err, &unknownRoot) && hasNoRoots() {
		return "its certificate cannot be checked, because this machine has no CA certificates",
			"Install them: most Linux distributions and container images have a package ca-certificates. Or set the environment variable " +
				"SSL_CERT_FILE to a file that holds them. If the authority is yours, set transport.ca_certificates_pem to its certificate."
	}
	if isTLSAlert(err) {
		return c.explainAlert(err)
	}
	text := tlsText(err)
	reason, unreadable := strings.CutPrefix(text, tlsUnreadable)
	switch {
	case unreadable:
		return "its certificate cannot be read: " + c.quote(reason),
			"The certificate breaks the rules for certificates (RFC 5280). Ask the owner of the server, or of the proxy in front of it, to replace it."
	case strings.HasPrefix(text, tlsOldVersion):
		return oldTLS()
	case strings.HasPrefix(text, tlsNoCipher):
		return "it has chosen a cipher that is not secure", ciphers()
	case text == alertNoRenegotiation.text():
		return "it asks for a client certificate after the request", "Set client_certificate_pem and client_key_pem."
	case text != "":
		return "the TLS connection failed: " + c.quote(strings.TrimPrefix(text, "tls: ")),
			"Try again. If it persists, check the proxy, and ask the vendor."
	}
	return "", ""
}

// explainAlert is explainTLS for an alert of the server.
func (c *call) explainAlert(err error) (problem, advice string) {
	var op *net.OpError
	if !errors.As(err, &op) {
		return "", ""
	}
	problem = "it refused the TLS connection: " + c.quote(op.Err.Error())
	switch text := op.Err.Error(); {
	// OpenSSL says handshake_failure where it misses the client's certificate, and
	// where there is no cipher in common. Only the former has asked for one.
	case isCertificateAlert(text), text == alertHandshakeFailure.text() && errors.Is(err, errCertificateAsked):
		return problem, "Where the endpoint wants a client certificate, check client_certificate_pem, and that it knows the certificate's authority."
	case text == alertProtocolVersion.text():
		return oldTLS()
	case text == alertHandshakeFailure.text(), text == alertInsufficientSecurity.text():
		return problem + ": most likely, there is no cipher that both sides accept", ciphers()
	case text == alertUnrecognizedName.text():
		return problem, "It does not know the host name in token_url. Check that name."
	}
	return problem, "Check token_url and the proxy. If it persists, ask the vendor."
}

// isCertificateAlert reports whether an alert is about the client's certificate.
func isCertificateAlert(text string) bool {
	for one := alertBadCertificate; one <= alertAccessDenied; one++ {
		if one != alertIllegalParameter && text == one.text() {
			return true
		}
	}
	return text == alertCertificateRequired.text()
}

func oldTLS() (problem, advice string) {
	return "it does not speak TLS 1.2 or 1.3",
		"Older versions are not secure. Ask the owner of the server, or of the proxy in front of it, to enable TLS 1.2."
}

func ciphers() (advice string) {
	return "It seems to allow only ciphers that are not secure, such as those with RSA key exchange. Ask the owner of the server, or of the proxy in " +
		"front of it, to enable TLS 1.3, or ECDHE ciphers in TLS 1.2."
}

// hasNoRoots reports whether this machine has no CA certificates.
func hasNoRoots() bool {
	pool, err := x509.SystemCertPool()
	return err != nil || pool.Equal(x509.NewCertPool())
}
