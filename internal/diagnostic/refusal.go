package diagnostic

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// refused words the error of a response that refuses the request.
func (r *report) refused() message {
	m := message{problem: cmp.Or(r.problem(), r.incomplete())}
	switch r.e.Purpose {
	case token.ForToken:
		m.advice = r.tableAdvice()
	case token.ForIdentity:
		m.advice = identityAdvice[r.a.Status]
	default:
	}
	switch r.e.Problem {
	case token.ProblemUntrue:
		m.problem, m.advice = r.untrueProblem(), r.successAdvice()
	case token.ProblemOtherStatus:
		m.advice = fmt.Sprintf("If the request was refused, correct request. If the login worked, add %d to response.success_statuses.", r.a.Status)
	case token.ProblemErrorKey:
		if r.e.Purpose == token.ForRevocation {
			return r.staysValid(r.tell(message{problem: "there is an error in the response"}))
		}
		m.problem = "there is an error in the response, and no token"
		if r.isDescribed() {
			m.advice = r.compareOr(true)
		}
	case token.ProblemPage:
		m.advice = "Check token_url, and that there is no proxy or login page in front of it."
		return r.staysValid(m)
	default:
	}
	m = r.aboutClient(r.aboutLimit(m))
	m.advice = cmp.Or(r.schemeAdvice(), m.advice)
	m.advice = join(r.aboutPage(m.advice), r.unheardAdvice())
	m = r.untilWhen(r.tell(r.byFrontEnd(m)))
	return r.staysValid(r.notSent(m))
}

// schemeAdvice is what to do if the endpoint asks for a kind of authentication that no request of the provider has.
func (r *report) schemeAdvice() string {
	scheme := r.a.Header.OtherScheme()
	if scheme == "" || r.a.Status != http.StatusUnauthorized || r.e.Purpose != token.ForToken {
		return ""
	}
	return "The endpoint wants HTTP " + scheme + ", which this provider does not send. Use another login, if the vendor has one. Otherwise let a program get " +
		"the token: program in request of custom, with curl --" + strings.ToLower(scheme) + "."
}

// unheardAdvice is how to see the message of a refusal, if it is at no usual place of a
// response that the user has described.
func (r *report) unheardAdvice() string {
	if r.e.Problem != 0 || r.e.Purpose != token.ForToken || !r.isDescribed() || r.a.Message() != "" || r.silentAdvice() == "" {
		return ""
	}
	return "To see the vendor's message, set response.error to where it is."
}

// notSent says that the request was not sent, if it was refused before.
func (r *report) notSent(m message) message {
	if r.e.Problem != token.ProblemRefusedBefore {
		return m
	}
	what := "the same request"
	if r.e.RefusesClient {
		what = "this client"
	}
	m.problem = fmt.Sprintf("not sent: this endpoint has already refused %s in this run (HTTP %d)", what, r.e.Status)
	return m
}

// aboutClient adds advice where there is none, and what the request held of the client if that may be wrong.
func (r *report) aboutClient(m message) message {
	code := r.a.Code()
	concernsClient := token.ConcernsClient(code, r.a.Status)
	if concernsClient && len(r.a.Presented) > 0 {
		m.held, m.clock = r.held(), clockSentence(r.a.ClockAhead)
	}
	if m.advice == "" {
		m.advice = r.advise(code)
	}
	if concernsClient {
		m.advice = join(r.quotedAdvice(), m.advice)
	}
	if r.isDescribed() {
		m.advice = join(r.emptyAdvice(), m.advice)
	}
	return m
}

// isDescribed reports whether the user has described the endpoint that was asked.
func (r *report) isDescribed() bool {
	return r.set.Service.IsDescribed && (r.e.Purpose == token.ForToken || r.e.Purpose == token.ForRevocation)
}

// incomplete says why a response could not be read, or that there was no time to ask again.
func (r *report) incomplete() string {
	switch {
	case r.a.Broken != nil:
		reason, _ := r.explain(transport.Classify(r.a.Broken))
		return "its response cannot be read (" + reason + ")"
	case r.a.IsLate:
		return "time ran out before the request could be repeated"
	}
	return ""
}

// tell adds what the response says, and the names of what was sent and came back.
func (r *report) tell(m message) message {
	m.vendor = r.a.Message()
	m.details = r.details(m.vendor == "")
	m.advice = join(r.movedAdvice(), m.advice)
	return m
}

// identityAdvice is what to do about a refusal of the token service of GitHub Actions.
var identityAdvice = map[int]string{
	http.StatusUnauthorized: "The job's request token is not accepted. It is only valid while the job runs.",
	http.StatusForbidden: "Give the job the permission id-token: write. If it has that, run the job again: " +
		"GitHub also refuses while it still sees the job as pending.",
}

const (
	notRepeated = "The request is not repeated: repeated attempts with wrong credentials can lock the account."
	checkSecret = "Otherwise check client_id and client_secret, and that token_url and the credentials belong to the same environment."
	noProofs    = "The endpoint wants proofs of possession (DPoP, RFC 9449), which this provider does not make. Turn DPoP off for this client at the vendor."
)

// advise returns what to do about a refusal that the vendor's own table says nothing of.
func (r *report) advise(code string) string {
	switch {
	case r.isClock() && token.ConcernsClient(code, r.a.Status):
		return notRepeated // the clocks explain it
	case r.e.Purpose != token.ForToken:
		return r.adviseElsewhere(code)
	case token.IsBusyCode(code) && !r.a.IsTemporary() && r.a.IsTokenStatus():
		return "The endpoint says that it cannot answer now. Run again later; if it persists, ask the vendor."
	case r.isDescribed(), r.a.IsLimit() && code != "invalid_client", r.a.IsTemporary():
		return r.refusalAdvice()
	}
	return r.adviceOfWords(code)
}

// adviceOfWords is advise where the vendor's words may say more than the code.
func (r *report) adviceOfWords(code string) string {
	switch told, refused := r.symptomAdvice(code), r.refusesClient(code); {
	case told != "" && refused:
		return join(told, r.encodingAdvice(), notRepeated)
	case told != "":
		return told
	case refused:
		return join(r.methodAdvice(), r.clientAdvice())
	}
	return join(r.adviceAbout(code), r.encodingAdvice())
}

// adviseElsewhere is advise for another endpoint than that of tokens.
func (r *report) adviseElsewhere(code string) string {
	switch {
	case r.e.Purpose == token.ForRevocation && r.revocationAdvice(code) != "":
		return r.revocationAdvice(code)
	case r.e.Purpose != token.ForRevocation && r.a.IsTemporary():
		return "It is failing or busy. Run again later; if it persists, ask the vendor."
	case r.isDescribed(), r.x.Request.Auth == nil:
		return ""
	}
	return r.encodingAdvice()
}

// refusesClient reports whether a refusal is one of the client, where the user chooses how it proves itself.
func (r *report) refusesClient(code string) bool {
	if r.x.Request.Auth == nil || r.set.Service.Advice != nil || codeAdvice[code] != "" && code != "invalid_client" || r.sentAdvice(code) != "" {
		return false
	}
	// Where the client proves nothing itself, what is exchanged may be what is wrong.
	_, provesNothing := r.x.Request.Auth.(token.ClientID)
	return code == "invalid_client" || r.status() == http.StatusUnauthorized && (!provesNothing || r.grantAdvice() == "")
}

// adviceAbout is what to do about what was exchanged, the code, or the status.
func (r *report) adviceAbout(code string) string {
	advice, grant := codeAdvice[code], r.grantAdvice()
	if sent := r.sentAdvice(code); sent != "" && (grant == "" || code != "invalid_grant") {
		return sent
	}
	if proof := r.proofAdvice(code, grant); proof != "" {
		return proof
	}
	switch {
	case grant != "" && (code == "invalid_grant" || advice == "" && (r.a.Status == http.StatusBadRequest || r.a.Status == http.StatusUnauthorized)):
		return grant
	case advice != "":
		return advice
	}
	return r.refusalAdvice()
}

// sentAdvice is what to do about a code that means one thing for what was sent.
func (r *report) sentAdvice(code string) string {
	sent := r.x.Request.Form
	switch {
	case code == "invalid_scope" && len(sent["scope"]) == 0:
		return "No scope was sent. Set scopes."
	case len(sent["password"]) > 0 && r.concernsUser(code):
		return "The endpoint does not accept username and password. Check both, and that this user may sign in with a password alone. " + notRepeated
	case code == "invalid_grant" && len(sent["refresh_token"]) > 0:
		return r.refreshAdvice()
	}
	return ""
}

// concernsUser reports whether a refusal is one of the user whose password was sent. access_denied is that of oVirt:
// token endpoints have no other use for it (RFC 6749, section 4.1.2.1).
func (r *report) concernsUser(code string) bool {
	return code == "invalid_grant" || code == "access_denied" || code == "" && r.saysCredentials()
}

// refreshAdvice is what to do about a refresh token that the endpoint does not accept.
func (r *report) refreshAdvice() string {
	switch {
	case r.e.IsKeptToken:
		return "The endpoint does not accept the newest refresh token, which token_store keeps in the place of refresh_token: it has expired, was revoked, or was used: elsewhere, or by a run that ended before it had the response. " +
			"Get a new one, and set refresh_token to it. If refresh_token is valid, remove what the store has."
	case r.x.KeepRefreshToken:
		return "The endpoint does not accept the refresh token of the configuration. token_store has no newer one: this is the first run with it, or the store was emptied, or has another key. Get a new one."
	default:
		return "The endpoint does not accept the refresh token: it is wrong, expired, revoked, used already, or made for another client. Get a new one; " +
			"if the endpoint issues a new one with each token, set keep_refresh_token."
	}
}

// codeAdvice is what to do about an error code of RFC 6749 (section 5.2), RFC 8707
// (section 2) or RFC 9449 (sections 5 and 8).
var codeAdvice = map[string]string{
	"invalid_request": "The request lacks a parameter, or has one too many. Check with the vendor which of scopes, audience, resources and " +
		"params it expects, and check client_auth: some endpoints refuse two ways of authentication at once.",
	"invalid_client": "The endpoint does not know the client, or does not accept how it authenticates. Check client_id, the secret, key (key_id) " +
		"or certificate, client_auth, and the audience of an assertion. " + notRepeated,
	"invalid_grant": "What is exchanged for the token (a refresh token, password, assertion or subject token) is wrong, expired, revoked, " +
		"or made for another client or audience. Get a new one; for an assertion, check its audience and issuer, and the clocks.",
	"unauthorized_client":    "The client may not use this grant. Allow it for the client at the vendor, or set grant to one that is allowed.",
	"unsupported_grant_type": "The endpoint does not know this grant. Check grant, and that token_url is the token endpoint.",
	"invalid_scope":          "A scope is unknown, malformed, or not granted to this client. Check scopes.",
	"invalid_target":         "The endpoint does not know this audience or resource. Check audience and resources.",
	"invalid_dpop_proof":     noProofs,
	"use_dpop_nonce":         noProofs,
}

// refusalAdvice is what to do about a refusal of which neither the vendor's table nor codeAdvice knows.
func (r *report) refusalAdvice() string {
	switch {
	case r.a.SaysWhy():
		return "This is the failure that response.error describes. Check what the set sends, credentials first. " + notRepeated
	case r.a.IsSuccess() && r.a.SaysError():
		return generalAdvice(http.StatusBadRequest)
	case r.a.IsLimit() && !token.IsTemporary(r.a.Status):
		return limited
	case !r.a.IsTokenStatus():
		return "A token endpoint does not respond like this. Check token_url and the proxy."
	case r.a.Status == http.StatusProxyAuthRequired:
		return "This response comes from the proxy. " + r.proxyAdvice()
	case r.a.Status == http.StatusForbidden && r.a.Content.Code() != "":
		return "The endpoint knows the client but will not issue this token. Check with the vendor what the client may do."
	case token.IsTemporary(r.a.Status):
		return join(r.triesAdvice(), r.limitAdvice())
	}
	return r.statusAdvice()
}
