package diagnostic

import "github.com/apitoken/terraform-provider-apitoken/internal/transport"

const (
	tryAgain      = "Try again; if it persists, ask the vendor."
	checkOrVendor = "Check token_url and the proxy; if it persists, ask the vendor."
	// askOwner begins what only whoever runs a server can do.
	askOwner = "Ask the owner of the server, or of the proxy in front of it, to "
	// ciphers is what to do about a server that allows no secure cipher.
	ciphers = "It seems to allow only ciphers that are not secure, such as those with RSA key exchange. " + askOwner +
		"enable TLS 1.3, or ECDHE ciphers in TLS 1.2."
	// signature begins the problem of a signature in a server's certificates.
	signature = "its certificate, or an intermediate certificate, is signed with a method that "
)

// says returns a message with the problem and the advice.
func says(problem, advice string) message { return message{problem: problem, advice: advice} }

// reasons word what failed in the network. {text} stands for what the network says, {name} for
// a name that it gives, and {issuer} for a colon and an issuer.
var reasons = map[transport.Reason]message{
	transport.ReasonSentOnce: says("it refused the request, or closed the connection, before it answered", tryAgain),
	transport.ReasonNoStream: says("none of several connections to it accepted the request, which was not sent", tryAgain),
	transport.ReasonTooLarge: says("its response is larger than 1 MiB and was refused", "Check token_url: it may be the address of something else."),
	transport.ReasonCompressed: says("its response is compressed and cannot be unpacked",
		"The request accepts gzip alone. Check token_url, and the proxy: something on the way may compress in another way (Content-Encoding). If it persists, ask the vendor."),
	transport.ReasonClosed:     says("it closed the connection before the response was complete", tryAgain),
	transport.ReasonLookup:     says("its name cannot be looked up: {text}", "Check token_url, and the DNS and proxy of this machine."),
	transport.ReasonTimeout:    says("it did not answer in time", "Check the network between this machine and the endpoint, or raise transport.timeout."),
	transport.ReasonConnection: says("the connection failed: {text}", "Check token_url, firewalls and the HTTP proxy, if there is one."),
	transport.ReasonHTTP2:      says("its response is not valid HTTP/2", checkOrVendor),

	transport.ReasonOldTLS: says("it does not speak TLS 1.2 or 1.3", "Older versions are not secure. "+askOwner+"enable TLS 1.2."),
	transport.ReasonCipher: says("it has chosen a cipher that is not secure", ciphers),
	transport.ReasonNotTLS: says("it does not speak TLS", "Check the scheme and the port in token_url."),
	transport.ReasonTLS:    says("the TLS connection failed: {text}", "Try again. If it persists, check the proxy, and ask the vendor."),

	transport.ReasonRenegotiation: says("it asks for another TLS handshake after the request (renegotiation)",
		"Most likely it wants a client certificate: set client_certificate_pem and client_key_pem. "+
			"Otherwise ask the vendor for an address without renegotiation, or with TLS 1.3."),

	transport.ReasonNoAuthorities: says("its certificate cannot be checked, because this machine has no CA certificates",
		"Install them: most Linux distributions and container images have a package ca-certificates. Or set the environment variable "+
			"SSL_CERT_FILE to a file that holds them. If the authority is yours, set transport.ca_certificates_pem to its certificate."),
	transport.ReasonUnreadableCertificate: says("its certificate cannot be read: {text}",
		"The certificate breaks the rules for certificates (RFC 5280). "+askOwner+"replace it."),
	transport.ReasonUntrusted: says("its certificate cannot be trusted: {text}",
		"Check the host name in token_url, the server's certificate, and the clock of this machine."),
	transport.ReasonUnknownAuthority: says("its certificate is signed by an authority that this machine does not know{issuer}",
		"If that authority is yours, set transport.ca_certificates_pem to its certificate."),
	transport.ReasonSelfSigned: says("it has signed its certificate itself{issuer}", "If you trust it, set transport.ca_certificates_pem to this certificate."),
	transport.ReasonInsecureSignature: says(signature+"is not secure any more: {name}",
		askOwner+"replace that certificate by one that is signed with SHA-256 or better. transport.ca_certificates_pem does not help."),
	transport.ReasonUnknownSignature: says(signature+"this provider does not know",
		askOwner+"replace that certificate by one that is signed with RSA or ECDSA, and SHA-256 or better."),
	transport.ReasonNoAuthority: says("its certificate is signed by a certificate that is not an authority's (basicConstraints or keyUsage){issuer}",
		"Set transport.ca_certificates_pem to the certificate of an authority (CA:TRUE, with keyCertSign). "+
			"A server's own certificate works only if it is self-signed."),
	transport.ReasonWrongKey: says("its certificate is not signed with the key of the authority that has the name of its issuer{issuer}",
		"Most likely the authority has a new key: set transport.ca_certificates_pem to its present certificate."),
	transport.ReasonBadAuthority: says("the certificate of its authority cannot be used: {text}",
		"Check the authority's certificate, which may be in transport.ca_certificates_pem, and the clock of this machine."),
}
