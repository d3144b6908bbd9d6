package transport

// Reason is why a request has no whole response.
type Reason int

// The reasons of a Failure.
const (
	// ReasonUnknown: the request was not carried out, or what came back is not HTTP.
	ReasonUnknown Reason = iota
	// ReasonLookup: the host's name cannot be looked up, as Text says.
	ReasonLookup
	// ReasonTimeout: there was no response in time.
	ReasonTimeout
	// ReasonConnection: the connection failed in Operation, as Text says.
	ReasonConnection
	// ReasonClosed: the connection ended before the response did.
	ReasonClosed
	// ReasonSentOnce: the request was sent and has no response. It is not sent again.
	ReasonSentOnce
	// ReasonNoStream: none of several connections accepted the request.
	ReasonNoStream
	// ReasonTooLarge: the response is larger than 1 MiB.
	ReasonTooLarge
	// ReasonCompressed: the response is compressed and cannot be unpacked.
	ReasonCompressed
	// ReasonRule: the response breaks Rule, which is one of HTTP.
	ReasonRule
	// ReasonReset: the server ended the request over HTTP/2, with Code.
	ReasonReset
	// ReasonHTTP2: the response is not valid HTTP/2.
	ReasonHTTP2
	// ReasonNotTLS: the server does not speak TLS.
	ReasonNotTLS
	// ReasonTLS: the TLS connection failed, as Text says.
	ReasonTLS
	// ReasonAlert: the server refused the TLS connection with Alert, which Text names.
	ReasonAlert
	// ReasonOldTLS: the server does not speak TLS 1.2 or 1.3.
	ReasonOldTLS
	// ReasonCipher: the server has chosen a cipher that is not secure.
	ReasonCipher
	// ReasonRenegotiation: the server wants another handshake after the request.
	ReasonRenegotiation
	// ReasonNoAuthorities: this machine has no certificates of authorities.
	ReasonNoAuthorities
	// ReasonUnreadableCertificate: the server's certificate cannot be read, as Text says.
	ReasonUnreadableCertificate
	// ReasonUntrusted: the server's certificate cannot be trusted, as Text says.
	ReasonUntrusted
	// ReasonUnknownAuthority: this machine does not know Issuer, who has signed the
	// server's certificate.
	ReasonUnknownAuthority
	// ReasonInsecureSignature: a certificate is signed with the insecure method in Text.
	ReasonInsecureSignature
	// ReasonUnknownSignature: a certificate is signed with a method that is not known.
	ReasonUnknownSignature
	// ReasonNoAuthority: Issuer, who has signed the certificate, is not an authority.
	ReasonNoAuthority
	// ReasonWrongKey: the certificate is not signed with the key of Issuer.
	ReasonWrongKey
	// ReasonBadAuthority: the certificate of the authority cannot be used, as Text says.
	ReasonBadAuthority
	// ReasonProxyVariable: the proxy that the environment names cannot be used: Variable.
	ReasonProxyVariable
	// ReasonProxyRefusal: the proxy does not connect to the server: Status and Met.
	ReasonProxyRefusal
	// ReasonProxy: the proxy cannot be used: Inner.
	ReasonProxy
	// ReasonSOCKS: a SOCKS proxy does not connect to the server, as Text says. Status
	// is what an HTTP proxy would have answered.
	ReasonSOCKS
)

// reasonNames are what a log calls the reasons.
var reasonNames = map[Reason]string{
	ReasonUnknown:               "no HTTP response",
	ReasonLookup:                "host not found",
	ReasonTimeout:               "timeout",
	ReasonConnection:            "connection failed",
	ReasonClosed:                "connection closed",
	ReasonSentOnce:              "no response to a request that is sent once",
	ReasonNoStream:              "no connection for the request",
	ReasonTooLarge:              "response too large",
	ReasonCompressed:            "response compressed",
	ReasonRule:                  "response against a rule of HTTP",
	ReasonReset:                 "request reset",
	ReasonHTTP2:                 "no valid HTTP/2",
	ReasonNotTLS:                "no TLS",
	ReasonTLS:                   "TLS failed",
	ReasonAlert:                 "TLS refused",
	ReasonOldTLS:                "TLS too old",
	ReasonCipher:                "insecure cipher",
	ReasonRenegotiation:         "renegotiation",
	ReasonNoAuthorities:         "no certificates of authorities",
	ReasonUnreadableCertificate: "unreadable certificate",
	ReasonUntrusted:             "untrusted certificate",
	ReasonUnknownAuthority:      "unknown authority",
	ReasonInsecureSignature:     "insecure signature",
	ReasonUnknownSignature:      "unknown signature",
	ReasonNoAuthority:           "issuer is no authority",
	ReasonWrongKey:              "wrong key of an authority",
	ReasonBadAuthority:          "unusable authority",
	ReasonProxyVariable:         "unusable proxy variable",
	ReasonProxyRefusal:          "refused by the proxy",
	ReasonProxy:                 "proxy failed",
	ReasonSOCKS:                 "refused by the SOCKS proxy",
}

// String names the reason in a log.
func (r Reason) String() string { return reasonNames[r] }
