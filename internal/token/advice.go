package token

import "net/http"

// generalAdvice is what to do about a status that the vendor's table does not have.
func generalAdvice(status int) string {
	switch {
	case status == http.StatusBadRequest:
		return "The endpoint does not accept the request as it is. Check client_id, client_secret, scopes and token_url of the set."
	case status == http.StatusUnauthorized:
		return "The endpoint does not accept the credentials. Check client_id, the secret, key or certificate, and client_auth of " +
			"the set, and that it asks the environment they belong to. The request is not repeated: wrong credentials, sent repeatedly, lock accounts."
	case status == http.StatusForbidden:
		return "The endpoint knows the client, but does not let it have a token. Check with the vendor what the client may do."
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return "There is no token endpoint at this address. Check token_url."
	case status == http.StatusUnsupportedMediaType:
		return "The endpoint does not take this kind of body, or a proxy has removed Content-Type. Where oauth2 sends a form and the endpoint " +
			"wants JSON, custom describes it."
	case status == http.StatusProxyAuthRequired:
		return "This answer comes from the proxy. " + proxyAdvice(status)
	case status == http.StatusTooManyRequests:
		return "The endpoint limits how often tokens are requested. Wait, or raise transport.max_retries or transport.retry_max_wait."
	case status >= http.StatusInternalServerError:
		return "The endpoint is failing, and kept failing when it was asked again. Try later, or raise transport.max_retries."
	default:
		return sizeAdvice(status)
	}
}

// proxyAdvice is what to do about a proxy that answers with a status, or, where
// that is 0, that cannot be used at all.
func proxyAdvice(status int) string {
	const where = "transport.proxy_url, or HTTPS_PROXY, HTTP_PROXY and NO_PROXY in the environment"
	switch status {
	case http.StatusProxyAuthRequired:
		return "Give the proxy a user name and a password (NAME:PASSWORD@ before its host) in " + where + "."
	case http.StatusForbidden:
		return "Allow the endpoint's host on the proxy, or set another proxy, or none for that host, in " + where + "."
	default:
		return "Check " + where + "."
	}
}

// codeAdvice is what to do about an error code of RFC 6749 (section 5.2), RFC
// 8707 (section 2) or RFC 9449 (sections 5 and 8); "" for any other.
func codeAdvice(code string) string {
	switch code {
	case "invalid_request":
		return "The request lacks a parameter, or has one too many. Check with the vendor which of scopes, audience, resources and " +
			"params it expects, and check client_auth: some endpoints refuse two ways of authentication at once."
	case "invalid_client":
		return "The endpoint does not know the client, or does not accept how it authenticates. Check client_id, the secret, key (key_id) " +
			"or certificate, client_auth, and the audience of an assertion. The request is not repeated: wrong credentials, sent repeatedly, lock accounts."
	case "invalid_grant":
		return "What is exchanged for the token (a refresh token, password, assertion or subject token) is wrong, expired, revoked, " +
			"or made for another client or audience. Get a new one; for an assertion, check its audience and issuer, and the clocks."
	case "unauthorized_client":
		return "The client may not use this grant. Allow it for the client at the vendor, or set grant to one that is allowed."
	case "unsupported_grant_type":
		return "The endpoint does not know this grant. Check grant, and that token_url is the token endpoint."
	case "invalid_scope":
		return "A scope is unknown, malformed, or more than the client may have. Check scopes."
	case "invalid_target":
		return "The endpoint does not serve what audience or resources name. Check both."
	case "invalid_dpop_proof", "use_dpop_nonce":
		return "The endpoint wants proofs of possession (DPoP, RFC 9449), which this provider does not make. Have the vendor's settings " +
			"of the client do without them."
	default:
		return ""
	}
}
