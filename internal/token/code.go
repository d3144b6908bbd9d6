package token

import (
	"net/http"
	"regexp"
	"slices"
)

// The error codes of RFC 6749 (section 5.2) that are about who the client is.
const (
	CodeInvalidClient      = "invalid_client"
	CodeUnauthorizedClient = "unauthorized_client"
)

var (
	// codesOfClient are about the client and what it presents (RFC 6749, section 5.2).
	codesOfClient = []string{CodeInvalidClient, CodeUnauthorizedClient, "invalid_request", "invalid_grant"}
	// codesOfPurpose are about what is asked for: those of RFC 6749 (section 5.2), RFC
	// 8707 (section 2) and RFC 9449 (sections 5 and 8).
	codesOfPurpose = []string{"unsupported_grant_type", "invalid_scope", "invalid_target", "invalid_dpop_proof", "use_dpop_nonce"}
)

// isRefusalCode reports whether an error code says that the endpoint refuses the request.
func isRefusalCode(code string) bool {
	return slices.Contains(codesOfClient, code) || slices.Contains(codesOfPurpose, code)
}

// IsBusyCode reports whether an error code says that the endpoint cannot answer now.
// RFC 6749 (section 4.1.2.1) has such codes for another endpoint.
func IsBusyCode(code string) bool { return code == "temporarily_unavailable" || code == "server_error" }

// ConcernsClient reports whether a refusal may come from an assertion: whether it
// is about the client or what it presents, and not about what it asks for.
func ConcernsClient(code string, status int) bool {
	return !slices.Contains(codesOfPurpose, code) && !IsBusyCode(code) && (status < http.StatusMultipleChoices || status == http.StatusBadRequest ||
		status == http.StatusUnauthorized || status == http.StatusForbidden)
}

// The words with which vendors say that a refusal is about the credentials, about what the
// token is for, or about the grant.
var (
	ofCredentials = regexp.MustCompile(`(?i)AADSTS700016\b|\binvalid client\b|\bclient (secret|credentials)\b|not identified`)
	ofPurpose     = regexp.MustCompile(`(?i)\bscopes?\b`)
	ofGrant       = regexp.MustCompile(`(?i)\bgrants?\b|\bservice account|\bflow\b|\bnot (allowed|authorized|enabled|permitted)\b`)
)

// Code returns the error code that a refusal stands for. Keycloak and others call
// wrong credentials unauthorized_client, which is about the grant (RFC 6749, section 5.2).
func (a *Answer) Code() string {
	code := a.Content.Code()
	if code != CodeUnauthorizedClient {
		return code
	}
	message := string(a.Message())
	isCredentials := ofCredentials.MatchString(message) || a.Status == http.StatusUnauthorized && !ofGrant.MatchString(message)
	if isCredentials && a.Exchange.Request.Auth != nil {
		return CodeInvalidClient
	}
	return code
}

// refusesClient reports whether an answer refuses the client, whatever it asks for. A
// 401 does, unless its code or message is about what is asked for, or a server in front of the
// endpoint has made the answer.
func (a *Answer) refusesClient() bool {
	code := a.Code()
	isOfClient := code == CodeInvalidClient || a.Status == http.StatusUnauthorized && ConcernsClient(code, a.Status)
	return isOfClient && a.FrontEnd() == FrontEndNone && !ofPurpose.MatchString(string(a.Message()))
}

// FrontEnd is what a refusal tells of a server in front of the endpoint.
type FrontEnd int

// What pages of common servers say where their status alone misleads: a 400 or 403
// of theirs has nothing to do with the client.
const (
	FrontEndNone            FrontEnd = iota // nothing is known
	FrontEndNoCertificate                   // it requires a client certificate, and none was sent
	FrontEndBadCertificate                  // it does not accept the client certificate
	FrontEndLargeHeaders                    // the headers of the request are too large for it
	FrontEndTLS                             // the port speaks TLS, and the request came without
	FrontEndLateCertificate                 // it asks for a client certificate after the request, which net/http cannot answer with TLS 1.3
	FrontEndSquid                           // a proxy (squid) has answered
)

var frontEndPhrases = []struct {
	phrase string
	is     FrontEnd
}{
	// nginx
	{"No required SSL certificate was sent", FrontEndNoCertificate},
	{"The SSL certificate error", FrontEndBadCertificate},
	{"Request Header Or Cookie Too Large", FrontEndLargeHeaders},
	{"The plain HTTP request was sent to HTTPS port", FrontEndTLS},
	// Apache httpd
	{"speaking plain HTTP to an SSL-enabled server port", FrontEndTLS},
	{"Cannot perform Post-Handshake Authentication", FrontEndLateCertificate},
	// net/http
	{"Client sent an HTTP request to an HTTPS server", FrontEndTLS},
}

// FrontEnd returns what is known of the server that answered.
func (a *Answer) FrontEnd() FrontEnd {
	if a.Content.IsJSON() { // it is the endpoint's own
		return FrontEndNone
	}
	for _, known := range frontEndPhrases {
		if a.body.Contains(known.phrase) {
			return known.is
		}
	}
	if !a.Header.SquidError().IsEmpty() {
		return FrontEndSquid
	}
	return FrontEndNone
}
