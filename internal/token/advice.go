package token

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

const (
	notRepeated = "The request is not repeated: repeated attempts with wrong credentials can lock the account."
	checkSecret = "Otherwise check client_id and client_secret, and that token_url and the credentials belong to the same environment."
)

// advise returns what to do about a refusal that the vendor's own table says nothing of.
func (x *Exchange) advise(a *answer, code string) string {
	switch {
	case a.isClock() && concernsClient(code, a.status):
		return notRepeated // the clocks explain it
	case x.Endpoint != "":
		return x.adviseElsewhere(a, code)
	case isBusyCode(code) && !x.isTemporary(a) && !a.isNoTokenEndpoint():
		return "The endpoint says that it cannot answer now. Run again later; if it persists, ask the vendor."
	case x.Describe, a.isLimit() && code != "invalid_client", x.isTemporary(a):
		return x.refusalAdvice(a)
	default:
		return squeeze(x.adviceOfWords(a, code))
	}
}

// adviceOfWords is advise where the vendor's words may say more than the code.
func (x *Exchange) adviceOfWords(a *answer, code string) string {
	switch told, refused := x.symptomAdvice(a, code), x.refusesClient(a, code); {
	case told != "" && refused:
		return told + " " + x.encodingAdvice(a.status) + " " + notRepeated
	case told != "":
		return told
	case refused:
		return x.methodAdvice() + " " + x.Request.Auth.advice(a, x)
	default:
		return a.adviceAbout(x, code) + " " + x.encodingAdvice(a.status)
	}
}

// adviseElsewhere is advise for another endpoint than that of tokens.
func (x *Exchange) adviseElsewhere(a *answer, code string) string {
	switch {
	case x.Endpoint == revocationEndpoint && a.revocationAdvice(x, code) != "":
		return a.revocationAdvice(x, code)
	case x.Endpoint != revocationEndpoint && x.isTemporary(a):
		return "It is failing or busy. Run again later; if it persists, ask the vendor."
	case x.Describe, x.Request.Auth == nil:
		return ""
	default:
		return x.encodingAdvice(a.status)
	}
}

// refusesClient reports whether a refusal is one of the client, in a set where the
// user chooses how the client proves itself.
func (x *Exchange) refusesClient(a *answer, code string) bool {
	if x.Request.Auth == nil || x.Advice != nil || codeAdvice(code) != "" && code != "invalid_client" {
		return false
	}
	// Where the client proves nothing itself, what is exchanged may be what is wrong.
	_, provesNothing := x.Request.Auth.(ClientID)
	return code == "invalid_client" || a.status == http.StatusUnauthorized && (!provesNothing || a.grantAdvice(x) == "")
}

// encodingAdvice is about characters that HTTP Basic may have sent in another way, or "".
func (x *Exchange) encodingAdvice(status int) string {
	basic, ok := x.Request.Auth.(ClientSecretBasic)
	if !ok || status != http.StatusBadRequest && status != http.StatusUnauthorized {
		return ""
	}
	return basic.encodingAdvice()
}

// adviceAbout is what to do about what was exchanged, the code, or the status.
func (a *answer) adviceAbout(x *Exchange, code string) string {
	advice, grant := codeAdvice(code), a.grantAdvice(x)
	if sent := x.sentAdvice(code); sent != "" && (grant == "" || code != "invalid_grant") {
		return sent
	}
	switch {
	case grant != "" && (code == "invalid_grant" || advice == "" && (a.status == http.StatusBadRequest || a.status == http.StatusUnauthorized)):
		return grant
	case advice != "":
		return advice
	default:
		return x.refusalAdvice(a)
	}
}

// sentAdvice is what to do about a code that means one thing for what was sent; ""
// for any other.
func (x *Exchange) sentAdvice(code string) string {
	sent := x.Request.Form
	switch {
	case code == "invalid_scope" && len(sent["scope"]) == 0:
		return "No scope was sent. Set scopes."
	case code == "invalid_grant" && len(sent["password"]) > 0:
		return "The endpoint does not accept username and password. Check both, and that this user may sign in with a password alone. " + notRepeated
	case code == "invalid_grant" && len(sent["refresh_token"]) > 0:
		return "The endpoint does not accept the refresh token: it is wrong, expired, revoked, used already, or made for another client. Get a new one."
	default:
		return ""
	}
}

// squeeze returns sentences of which some are empty, with one space between them.
func squeeze(text string) string { return strings.Join(strings.Fields(text), " ") }

// concernsClient reports whether a refusal may come from an assertion: whether it
// is about the client or what it presents, and not about what it asks for.
func concernsClient(code string, status int) bool {
	others := []string{"invalid_scope", "invalid_target", "unsupported_grant_type", "invalid_dpop_proof", "use_dpop_nonce"}
	return !slices.Contains(others, code) && !isBusyCode(code) && (status < http.StatusMultipleChoices || status == http.StatusBadRequest ||
		status == http.StatusUnauthorized || status == http.StatusForbidden)
}

// isBusyCode reports whether an error code says that the endpoint cannot answer now.
// RFC 6749 (section 4.1.2.1) has such codes for another endpoint. They are none of
// codeAdvice, whose codes make a 500 final.
func isBusyCode(code string) bool { return code == "temporarily_unavailable" || code == "server_error" }

// grantAdvice is what to do about the assertion or the token that is exchanged; ""
// where none was sent.
func (a *answer) grantAdvice(x *Exchange) string {
	for _, p := range a.presented {
		if p.name != "client_assertion" && p.name != "jwt" {
			return a.assertionAdvice(x, p.name)
		}
	}
	return ""
}

// assertionAdvice is what to do about an assertion that is not accepted: of one
// that was signed here, the set says what it holds.
func (a *answer) assertionAdvice(x *Exchange, name string) string {
	at := slices.IndexFunc(a.presented, func(p presented) bool { return p.name == name })
	if at == -1 {
		return ""
	}
	p := a.presented[at]
	if p.signed == nil {
		return p.givenAdvice(x, a.received)
	}
	message := x.vendorMessage(a)
	if p.hasKeyPair() && namesCertificate(message) {
		return certificateAdvice(p.lacksThumbprint())
	}
	part := p.partNamed(message)
	text := "The endpoint does not accept the " + p.what() + p.partAdvice(x, part)
	if part == partAudience || part == "" && !p.hasChosenAudience(x) {
		text += " " + x.audienceAdvice(a, p)
	}
	return text
}

// namesCertificate reports whether a vendor's message is about the certificate of a
// key, by which Microsoft Entra and AD FS find it.
func namesCertificate(message said.Shown) bool {
	return regexp.MustCompile(`(?i)thumbprint|\bx5t\b|certificate`).MatchString(string(message))
}

func certificateAdvice(isMissing bool) string {
	if isMissing {
		return "The endpoint finds the key by its certificate, and the assertion had no x5t. Add the certificate to private_key_pem: " +
			"Microsoft Entra and AD FS need it."
	}
	return "The endpoint finds the key by its certificate. Check that the certificate in private_key_pem is the one that the endpoint has for this client."
}

// audienceAdvice is which audience the endpoint may expect instead of the one that
// an assertion had; "" if nothing is known.
func (x *Exchange) audienceAdvice(a *answer, p presented) string {
	setter, within := "assertion_audience", ""
	if p.name != "client_assertion" {
		setter, within = "aud", " in claims"
	}
	endpoint, _, _ := strings.Cut(x.Request.URL, "?") // the query may hold a key
	set := func(to string) string {
		return fmt.Sprintf("set %s = %q%s.", setter, own(x.judge(a), to), within)
	}
	switch audience := p.audience(); {
	case audience == "":
		return ""
	case audience != x.Request.URL:
		return "Some servers, such as Okta and Microsoft Entra, expect the URL of the token endpoint as audience: " + set(endpoint)
	case x.Issuer != "":
		return "Some servers expect their issuer as audience: " + set(x.Issuer)
	default:
		return "Some servers expect their issuer as audience: set " + setter + within + " to it."
	}
}

// generalAdvice is what to do about a status that the vendor's table does not have.
func generalAdvice(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "The endpoint does not accept the request as it is. Check client_id, client_secret, scopes and token_url of the set."
	case http.StatusUnauthorized:
		return "The endpoint does not accept the credentials. Check client_id, the secret, key or certificate, and client_auth of " +
			"the set, and that it asks the environment they belong to. " + notRepeated
	case http.StatusForbidden:
		return "The client may lack a permission, so that the endpoint will not issue a token: check with the vendor what the client may do. The " +
			"answer may also come from a firewall or bot protection in front of the endpoint: some want another User-Agent (request_headers)."
	case http.StatusNotAcceptable:
		return "The endpoint does not answer with what the request accepts. Set the header Accept to the media type on the vendor's page " +
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

// codeAdvice is what to do about an error code of RFC 6749 (section 5.2), RFC
// 8707 (section 2) or RFC 9449 (sections 5 and 8); "" for any other.
func codeAdvice(code string) string {
	switch code {
	case "invalid_request":
		return "The request lacks a parameter, or has one too many. Check with the vendor which of scopes, audience, resources and " +
			"params it expects, and check client_auth: some endpoints refuse two ways of authentication at once."
	case "invalid_client":
		return "The endpoint does not know the client, or does not accept how it authenticates. Check client_id, the secret, key (key_id) " +
			"or certificate, client_auth, and the audience of an assertion. " + notRepeated
	case "invalid_grant":
		return "What is exchanged for the token (a refresh token, password, assertion or subject token) is wrong, expired, revoked, " +
			"or made for another client or audience. Get a new one; for an assertion, check its audience and issuer, and the clocks."
	case "unauthorized_client":
		return "The client may not use this grant. Allow it for the client at the vendor, or set grant to one that is allowed."
	case "unsupported_grant_type":
		return "The endpoint does not know this grant. Check grant, and that token_url is the token endpoint."
	case "invalid_scope":
		return "A scope is unknown, malformed, or not granted to this client. Check scopes."
	case "invalid_target":
		return "The endpoint does not know this audience or resource. Check audience and resources."
	case "invalid_dpop_proof", "use_dpop_nonce":
		return "The endpoint wants proofs of possession (DPoP, RFC 9449), which this provider does not make. " +
			"Turn DPoP off for this client at the vendor."
	default:
		return ""
	}
}
