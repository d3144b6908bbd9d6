package transport

import "cmp"

// Reason is why a request has no whole response, as a log says it.
type Reason string

// The reasons of a Failure.
const (
	ReasonUnknown               Reason = ""                                           // not carried out, or what came back is not HTTP
	ReasonLookup                Reason = "host not found"                             // Text says why
	ReasonTimeout               Reason = "timeout"                                    // there was no response in time
	ReasonConnection            Reason = "connection failed"                          // as Text says
	ReasonClosed                Reason = "connection closed"                          // before the response ended
	ReasonSentOnce              Reason = "no response to a request that is sent once" // it is not sent again
	ReasonNoStream              Reason = "no connection for the request"              // none of several accepted it
	ReasonTooLarge              Reason = "response too large"                         // larger than 1 MiB
	ReasonCompressed            Reason = "response compressed"                        // and it cannot be unpacked
	ReasonRule                  Reason = "response against a rule of HTTP"            // against Rule
	ReasonReset                 Reason = "request reset"                              // by the server over HTTP/2, with Code
	ReasonHTTP2                 Reason = "no valid HTTP/2"                            // in the response
	ReasonNotTLS                Reason = "no TLS"                                     // the server does not speak it
	ReasonTLS                   Reason = "TLS failed"                                 // as Text says
	ReasonAlert                 Reason = "TLS refused"                                // by the server with Alert, which Text names
	ReasonOldTLS                Reason = "TLS too old"                                // the server speaks neither TLS 1.2 nor 1.3
	ReasonCipher                Reason = "insecure cipher"                            // the server has chosen it
	ReasonRenegotiation         Reason = "renegotiation"                              // the server wants another handshake after the request
	ReasonNoAuthorities         Reason = "no certificates of authorities"             // on this machine
	ReasonUnreadableCertificate Reason = "unreadable certificate"                     // the server's, as Text says
	ReasonUntrusted             Reason = "untrusted certificate"                      // the server's, as Text says
	ReasonUnknownAuthority      Reason = "unknown authority"                          // Issuer, who has signed the server's certificate
	ReasonSelfSigned            Reason = "self-signed certificate"                    // the server's, of Issuer
	ReasonInsecureSignature     Reason = "insecure signature"                         // of a certificate, by the method in Text
	ReasonUnknownSignature      Reason = "unknown signature"                          // of a certificate, by a method that is not known
	ReasonNoAuthority           Reason = "issuer is no authority"                     // Issuer, who has signed the certificate
	ReasonWrongKey              Reason = "wrong key of an authority"                  // the certificate is not signed with the key of Issuer
	ReasonBadAuthority          Reason = "unusable authority"                         // its certificate cannot be used, as Text says
	ReasonProxyVariable         Reason = "unusable proxy variable"                    // in the environment: Variable
	ReasonProxyRefusal          Reason = "refused by the proxy"                       // with Status and Met
	ReasonProxy                 Reason = "proxy failed"                               // as Inner says
	ReasonSOCKS                 Reason = "refused by the SOCKS proxy"                 // as Text says; Status is that of an HTTP proxy
)

// String names the reason in a log.
func (r Reason) String() string { return string(cmp.Or(r, "no HTTP response")) }
