package token

import (
	"bytes"
	"net/http"
)

// pageAdvice is what to do about a refusal that is an HTML page.
const pageAdvice = "The answer is an HTML page, so it may come from something in front of the endpoint: a proxy, a firewall, a load " +
	"balancer or a login page. Check token_url, and that requests from this machine are allowed there."

// frontEnd is what a refusal tells of a server in front of the endpoint, if a
// page of that server has the phrase. It is said in words of ours: of a page in
// HTML nothing is shown.
type frontEnd struct{ phrase, problem, advice string }

// frontEnds are what the pages of common servers say where their status
// alone misleads: a 400 or 403 of theirs has nothing to do with id and secret.
func frontEnds() []frontEnd {
	const speaksTLS, writeTLS = "the port speaks TLS, and the request came without", "Write https:// instead of http:// in token_url."
	return []frontEnd{
		// nginx
		{
			"No required SSL certificate was sent",
			"a server in front of the endpoint requires a client certificate, and none was sent",
			"Set client_certificate_pem and client_key_pem to the certificate that the vendor knows, and to its key.",
		},
		{
			"The SSL certificate error",
			"a server in front of the endpoint does not accept the client certificate",
			"Check that client_certificate_pem is the certificate that the vendor knows, that it has not expired, and that the " +
				"certificates between it and its authority follow it.",
		},
		{
			"Request Header Or Cookie Too Large",
			"the headers of the request are larger than the server accepts",
			"Shorten request_headers. A long secret can go into the body instead: client_auth = \"client_secret_post\".",
		},
		{"The plain HTTP request was sent to HTTPS port", speaksTLS, writeTLS},
		// Apache httpd
		{"speaking plain HTTP to an SSL-enabled server port", speaksTLS, writeTLS},
		{
			"Cannot perform Post-Handshake Authentication",
			"the server asks for a client certificate after the request, which this provider cannot answer with TLS 1.3",
			"Ask the vendor to request client certificates when a connection begins (with Apache httpd, SSLVerifyClient outside of " +
				"Location and Directory), or to offer TLS 1.2 at most. Set client_certificate_pem and client_key_pem.",
		},
		// net/http
		{"Client sent an HTTP request to an HTTPS server", speaksTLS, writeTLS},
	}
}

// frontEnd returns what is known of the server that answered; empty if nothing is.
func (a *answer) frontEnd() frontEnd {
	// What is JSON is the endpoint's own.
	if a.content.IsJSON() {
		return frontEnd{}
	}
	for _, known := range frontEnds() {
		if bytes.Contains(a.body, []byte(known.phrase)) {
			return known
		}
	}
	if a.header.Has("X-Squid-Error") {
		problem := "the answer comes from a proxy (squid), not from the endpoint"
		if met := squidProblem(a.header.SquidError()); met != "" {
			problem += ": " + met
		}
		return frontEnd{"", problem, a.proxyAdvice()}
	}
	return frontEnd{}
}

// aboutPage returns the advice for a refusal, with what an HTML page says of it.
func (x *Exchange) aboutPage(a *answer, advice string) string {
	switch {
	case x.Endpoint != "", !a.content.IsPage(), a.status == http.StatusNotFound, a.status == http.StatusMethodNotAllowed, a.status == http.StatusGone,
		a.status == http.StatusProxyAuthRequired:
		return advice
	case advice == "", advice == unusual, advice == generalAdvice(http.StatusForbidden): // which speaks of what is in front, too
		return pageAdvice + " Some firewalls want another User-Agent (request_headers)."
	default:
		return advice + " " + pageAdvice
	}
}

// unusual is what to do about a status that says little about a token request.
const unusual = "Token endpoints seldom answer with this status, so it may come from a proxy or another server in front of the endpoint. Check token_url. Ask the vendor."

// sizeAdvice is what to do about statuses with which servers in front of an
// endpoint refuse a request by its form alone, and about rare ones; "" for a success.
func sizeAdvice(status int) string {
	switch status {
	case http.StatusGone:
		return "There is no token endpoint at this address any more. Check token_url."
	case http.StatusRequestEntityTooLarge:
		return "The body of the request is larger than the server accepts. Shorten what the set sends, or ask the vendor to allow more."
	case http.StatusRequestURITooLong:
		return "The URL of the request is longer than the server accepts. Check token_url, and shorten its query."
	case http.StatusRequestHeaderFieldsTooLarge:
		return "The headers of the request are larger than the server accepts. Shorten request_headers."
	case http.StatusMisdirectedRequest:
		return "The server that was reached does not serve this host. Check token_url, the DNS and the proxy of this machine."
	case http.StatusConflict, http.StatusLocked:
		return "The endpoint does not carry out the request now: something is in use or locked there. Check with the vendor whether the account is locked, and run again later."
	case http.StatusUnavailableForLegalReasons:
		return "The endpoint is not allowed to serve this machine, often because of where it is. Ask the vendor."
	case http.StatusTeapot:
		return "Something in front of the endpoint, such as a firewall, refuses the request. Check token_url, and that requests from this machine are allowed there."
	default:
		return rareAdvice(status)
	}
}

func rareAdvice(status int) string {
	const closed = 499 // of nginx
	switch status {
	case http.StatusPaymentRequired:
		return "The vendor wants a payment or an active subscription first. Check the subscription and the limits of the account with the vendor."
	case http.StatusLengthRequired:
		return "The server wants Content-Length, which the request has: a proxy may have removed it. Check the proxy."
	case http.StatusExpectationFailed:
		return "The server or a proxy does not accept the header Expect. Ask its owner. If request_headers has it, remove it there."
	case http.StatusUpgradeRequired:
		return "The server wants another protocol, such as a newer version of HTTP or TLS, or https:// in token_url. Ask the vendor."
	case http.StatusPreconditionRequired, http.StatusPreconditionFailed:
		return "The endpoint wants a header with a condition, such as If-Match. Ask the vendor which. Set it in request_headers."
	case closed:
		return "A proxy or another server in front of the endpoint has lost the connection. Run again; if it persists, ask the vendor. The request is not " +
			"repeated: the endpoint may have read the credentials."
	}
	if status < http.StatusBadRequest {
		return ""
	}
	return unusual
}
