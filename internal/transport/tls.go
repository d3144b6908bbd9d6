package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// alertText returns what crypto/tls calls the alert with a number (RFC 8446, section 6).
func alertText(number uint8) string { return tls.AlertError(number).Error() }

// tlsRefusals are what those texts of crypto/tls begin with that are about the
// server's side of a handshake, which would be the same at the next attempt. They have
// no type.
var tlsRefusals = []struct {
	begin  string
	reason Reason
}{
	{"tls: failed to parse certificate from server: ", ReasonUnreadableCertificate},
	{"tls: server selected unsupported protocol version", ReasonOldTLS},
	{"tls: server chose an unconfigured cipher suite", ReasonCipher},
	{alertText(100), ReasonRenegotiation}, // no_renegotiation
}

// isTLSAlert reports whether the server ended the TLS connection by an alert.
func isTLSAlert(err error) bool {
	op, isOperation := errors.AsType[*net.OpError](err)
	return isOperation && op.Op == "remote error"
}

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
	if has[tls.RecordHeaderError](err) {
		return said.Foreign{}
	}
	return innermostText(err, "tls: ")
}

// tlsRefusal returns for which reason that stays a handshake has failed, and what
// follows in the text of crypto/tls; ReasonUnknown if for none.
func tlsRefusal(err error) (reason Reason, rest said.Foreign) {
	text := tlsText(err)
	for _, known := range tlsRefusals {
		if after, begins := text.CutPrefix(known.begin); begins {
			return known.reason, after
		}
	}
	return ReasonUnknown, rest
}

// Alert is what a server's alert of TLS is about.
type Alert int

// The alerts for which there is something to do.
const (
	AlertOther       Alert = iota // something else
	AlertCertificate              // the client's certificate
	AlertCipher                   // the ciphers; Text is said to be a guess
	AlertName                     // the host's name
	AlertRecord                   // what has arrived, and not what it says
)

// alerts say what alerts are about, by their texts.
var alerts = map[string]Alert{
	alertText(10):  AlertRecord,      // unexpected_message
	alertText(20):  AlertRecord,      // bad_record_mac
	alertText(22):  AlertRecord,      // record_overflow
	alertText(40):  AlertCipher,      // handshake_failure
	alertText(42):  AlertCertificate, // bad_certificate
	alertText(43):  AlertCertificate, // unsupported_certificate
	alertText(44):  AlertCertificate, // certificate_revoked
	alertText(45):  AlertCertificate, // certificate_expired
	alertText(46):  AlertCertificate, // certificate_unknown
	alertText(48):  AlertCertificate, // unknown_ca
	alertText(49):  AlertCertificate, // access_denied
	alertText(71):  AlertCipher,      // insufficient_security
	alertText(112): AlertName,        // unrecognized_name
	alertText(116): AlertCertificate, // certificate_required
}

// classifyTLS is Classify for what TLS has refused.
func classifyTLS(err error) Failure {
	if isRootless(err) {
		return Failure{Reason: ReasonNoAuthorities}
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && isTLSAlert(err) {
		return classifyAlert(said.ErrorText(op.Err), errors.Is(err, ErrCertificateAsked))
	}
	switch reason, rest := tlsRefusal(err); reason {
	case ReasonUnknown:
	case ReasonUnreadableCertificate:
		return Failure{Reason: reason, Text: rest}
	default:
		return Failure{Reason: reason}
	}
	if text, isTLS := tlsText(err).CutPrefix("tls: "); isTLS {
		return Failure{Reason: ReasonTLS, Text: text}
	}
	return Failure{}
}

// classifyAlert is classifyTLS for an alert of the server. One that has asked for a
// certificate has accepted the version, the cipher and the name. OpenSSL says
// handshake_failure if it gets no certificate, and internal_error about a chain that
// is too long.
func classifyAlert(text said.Foreign, certificateAsked bool) Failure {
	about := AlertOther
	for known, alert := range alerts {
		if text.Is(known) {
			about = alert
		}
	}
	switch {
	case about == AlertCertificate, about == AlertRecord:
	case certificateAsked:
		about = AlertOther
	case text.Is(alertText(70)): // protocol_version
		return Failure{Reason: ReasonOldTLS}
	}
	return Failure{Reason: ReasonAlert, Text: text, Alert: about}
}

// isRootless reports whether a certificate was refused because this machine has no
// CA certificates.
func isRootless(err error) bool {
	unknownRoot, isUnknown := errors.AsType[x509.UnknownAuthorityError](err)
	return has[x509.SystemRootsError](err) || isUnknown && hintOf(unknownRoot).IsEmpty() && hasNoRoots()
}

// hasNoRoots reports whether this machine has no CA certificates.
func hasNoRoots() bool {
	pool, err := x509.SystemCertPool()
	return err != nil || pool.Equal(x509.NewCertPool())
}
