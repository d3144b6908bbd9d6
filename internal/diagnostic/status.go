package diagnostic

import "net/http"

// generalAdvice is what to do about a status that the vendor's table does not have.
func generalAdvice(status int) string {
	if advice := statuses[status]; advice != "" || status < http.StatusBadRequest {
		return advice
	}
	return unusual
}

const (
	// pageAdvice is what to do about a refusal that is an HTML page.
	pageAdvice = "The response is an HTML page, so it may come from something in front of the endpoint: a proxy, a firewall, a load " +
		"balancer or a login page. Check token_url, and that requests from this machine are allowed there."
	// unusual is what to do about a status that says little about a token request.
	unusual = "Token endpoints seldom answer with this status, so it may come from a proxy or another server in front of the endpoint. " +
		"Check token_url. Ask the vendor."
	runAgain    = "Run again. The request is not repeated: the endpoint may have read the credentials, and repeated attempts with wrong ones can lock the account."
	noEndpoint  = "There is no token endpoint at this address. Check token_url."
	lockedThere = "The endpoint does not carry out the request now: something is in use or locked there. " +
		"Check with the vendor whether the account is locked, and run again later."
	noCondition = "The endpoint wants a header with a condition, such as If-Match. Ask the vendor which. Set it in request_headers."
)

// statuses are what to do about each status. Servers in front of an endpoint send some, for the form alone.
var statuses = map[int]string{
	http.StatusBadRequest: "The endpoint does not accept the request as it is. Check client_id, client_secret, scopes and token_url of the set.",
	http.StatusUnauthorized: "The endpoint does not accept the credentials. Check client_id, the secret, key or certificate, and client_auth of " +
		"the set, and that they belong to the environment of this endpoint. " + notRepeated,
	http.StatusPaymentRequired: "The vendor wants a payment or an active subscription first. " +
		"Check the subscription and the limits of the account with the vendor.",
	http.StatusForbidden: "The client may lack a permission, so that the endpoint will not issue a token: check with the vendor what the client may do. The " +
		"response may also come from a firewall or bot protection in front of the endpoint: some want another User-Agent (request_headers).",
	http.StatusNotFound:         noEndpoint,
	http.StatusMethodNotAllowed: noEndpoint,
	http.StatusNotAcceptable: "The endpoint does not offer the media type that the request accepts. Set the header Accept to the media type on the vendor's page " +
		"(in request_headers, or headers of a request of custom).",
	http.StatusRequestTimeout:        runAgain,
	http.StatusConflict:              lockedThere,
	http.StatusGone:                  "There is no token endpoint at this address any more. Check token_url.",
	http.StatusLengthRequired:        "The server wants Content-Length, which the request has: a proxy may have removed it. Check the proxy.",
	http.StatusPreconditionFailed:    noCondition,
	http.StatusRequestEntityTooLarge: "The body of the request is larger than the server accepts. Shorten what the set sends, or ask the vendor to allow more.",
	http.StatusRequestURITooLong:     "The URL of the request is longer than the server accepts. Check token_url, and shorten its query.",
	http.StatusUnsupportedMediaType: "The endpoint does not take this kind of body, or a proxy has removed Content-Type. If the endpoint wants " +
		"JSON, set request_format = \"json\" in a set of oauth2; custom describes endpoints that want something else.",
	http.StatusExpectationFailed: "The server or a proxy does not accept the header Expect. Ask its owner. If request_headers has it, remove it there.",
	http.StatusTeapot: "Something in front of the endpoint, such as a firewall, refuses the request. " +
		"Check token_url, and that requests from this machine are allowed there.",
	http.StatusMisdirectedRequest: "The server that was reached does not serve this host. Check token_url, the DNS and the proxy of this machine.",
	http.StatusUnprocessableEntity: "The endpoint can read the request and finds a value in it wrong or missing. " +
		"Check with the vendor which fields it expects, and in which form.",
	http.StatusLocked:                      lockedThere,
	http.StatusTooEarly:                    runAgain,
	http.StatusUpgradeRequired:             "The server wants another protocol, such as a newer version of HTTP or TLS, or https:// in token_url. Ask the vendor.",
	http.StatusPreconditionRequired:        noCondition,
	http.StatusRequestHeaderFieldsTooLarge: "The headers of the request are larger than the server accepts. Shorten request_headers.",
	http.StatusUnavailableForLegalReasons:  "The endpoint is not allowed to serve this machine, often because of where it is. Ask the vendor.",
	lost: "A proxy or another server in front of the endpoint has lost the connection. Run again; if it persists, ask the vendor. " +
		"The request is not repeated: the endpoint may have read the credentials.",
}
