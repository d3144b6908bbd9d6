package diagnostic

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// revocationAdvice is what to do about a revocation that is refused.
func (r *report) revocationAdvice(code string) string {
	const none = "There is no revocation endpoint at this address. "
	switch {
	case r.isMissing() && r.x.Request.Discovered:
		return none + "Check the metadata of issuer, or set revocation_url."
	case r.isMissing() && r.isDescribed() && strings.Contains(r.x.Request.URL, "{"):
		return none + "Check token_url. A value in a URL is escaped, so that / becomes %2F: use the id of a session there, and not its address from the header Location."
	case r.isMissing():
		return none + "Check token_url."
	case r.isDescribed():
		return ""
	case code == "unsupported_token_type", code == token.CodeUnauthorizedClient:
		return "The endpoint does not revoke tokens of this kind, or not for this client. If the vendor does not allow it, remove revoke_on_close."
	case code == token.CodeInvalidClient, r.a.Status == http.StatusUnauthorized:
		return join("The endpoint does not accept this client, which has just got a token. Check that token_url belongs to the same server, and that it "+
			"accepts this client_auth.", r.encodingAdvice())
	}
	return ""
}

// isMissing reports whether there is no endpoint at the address that was asked.
func (r *report) isMissing() bool {
	return slices.Contains([]int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone}, r.a.Status)
}

// staysValid adds to the message about a failed revocation until when the token is valid.
func (r *report) staysValid(m message) message {
	if r.e.Purpose != token.ForRevocation {
		return m
	}
	valid := "The token stays valid until it expires"
	if r.mayBeRevoked() {
		valid = "Unless the endpoint has revoked it all the same, the token stays valid until it expires"
	}
	if at := r.e.Token.ExpiresAt; !at.IsZero() {
		valid += ", at " + at.Format(time.RFC3339)
	}
	m.advice = join(m.advice, valid+".")
	return m
}

// mayBeRevoked reports whether a revocation that failed may have had an effect.
func (r *report) mayBeRevoked() bool {
	if r.e.Cause == nil {
		return r.e.Status >= http.StatusInternalServerError
	}
	reason := transport.Classify(r.e.Cause).Reason
	return reason == transport.ReasonTimeout || reason == transport.ReasonClosed
}

// cannotRevoke words the error of a revocation that cannot be made, and what to change.
func (r *report) cannotRevoke() message {
	setting := r.set.Service.RevocationURLName
	if r.set.Service.IsDescribed && (r.x.Revoke == nil || r.x.Revoke.URL == "") {
		setting = "revoke"
	}
	m := message{problem: r.problem(), advice: "Set " + setting + " in the credential set, or remove revoke_on_close."}
	const change = "Correct outputs, or the outputs that the revocation request uses, or remove revoke_on_close. This token is not revoked and stays " +
		"valid until it expires."
	switch {
	case r.e.Problem == token.ProblemEndpoint && r.e.Purpose == token.ForMetadata:
		m.problem = "for the issuer at " + r.x.Host() + ": " + r.endpointProblem()
		m.details = r.outcomes(m)
	case r.e.Problem == token.ProblemEndpoint:
		m.problem = "the URL of the revocation endpoint cannot be used: " + r.urlProblem(r.e.Cause)
	case r.e.Problem == token.ProblemNoOutput:
		m.problem = fmt.Sprintf("the revocation request has {%s}, but the response to the token request has no output %s: there is nothing at %q",
			r.e.Output, r.e.Output, r.own(r.x.Response.Outputs[r.e.Output].String()))
		m.advice = change
	case r.e.Problem == token.ProblemUnfitHeader:
		m.problem = "the header " + r.e.Name + " of the revocation request cannot be made: an output holds a line break or " +
			"another character that no HTTP header can carry"
		m.advice = change
	case r.e.Problem == token.ProblemBasic:
		m.problem, m.advice = "basic_auth of the revocation request cannot be made: "+r.e.Cause.Error(), change
	default:
	}
	return m
}
