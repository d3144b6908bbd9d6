package diagnostic

import (
	"net/http"
)

// generalAdvice is what to do about a status that the vendor's table does not have.
func generalAdvice(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "The endpoint does not accept the request as it is. Check client_id, client_secret, scopes and token_url of the set."
	case http.StatusUnauthorized:
		return "The endpoint does not accept the credentials. Check client_id, the secret, key or certificate, and client_auth of " +
			"the set, and that they belong to the environment of this endpoint. " + notRepeated
	case http.StatusForbidden:
		return "The client may lack a permission, so that the endpoint will not issue a token: check with the vendor what the client may do. The " +
			"response may also come from a firewall or bot protection in front of the endpoint: some want another User-Agent (request_headers)."
	case http.StatusNotAcceptable:
		return "The endpoint does not offer the media type that the request accepts. Set the header Accept to the media type on the vendor's page " +
			"(in request_headers, or headers of a request of custom)."
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return "There is no token endpoint at this address. Check token_url."
	case http.StatusRequestTimeout, http.StatusTooEarly:
		return "Run again. The request is not repeated: the endpoint may have read the credentials, and repeated attempts with wrong ones can lock the account."
	case http.StatusUnprocessableEntity:
		return "The endpoint can read the request and finds a value in it wrong or missing. Check with the vendor which fields it expects, and in which form."
	case http.StatusUnsupportedMediaType:
		return "The endpoint does not take this kind of body, or a proxy has removed Content-Type. Where oauth2 sends a form and the endpoint " +
			"wants JSON, custom describes it."
	default:
		return sizeAdvice(status)
	}
}

// pageAdvice is what to do about a refusal that is an HTML page.
const pageAdvice = "The response is an HTML page, so it may come from something in front of the endpoint: a proxy, a firewall, a load " +
	"balancer or a login page. Check token_url, and that requests from this machine are allowed there."

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
