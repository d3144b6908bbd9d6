package diagnostic

import (
	"fmt"
	"net/url"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// movedAdvice says that a redirect was followed to where the response comes from, beside token_url.
func (r *report) movedAdvice() string {
	if r.a.MovedTo == nil || r.e.Purpose != token.ForToken {
		return ""
	}
	there := "the address"
	if path := r.showURL(r.a.MovedTo.EscapedPath()); path != "" {
		there = "the path " + path
	}
	advice := "A redirect of the endpoint was followed within its host, to " + there + ", where this response comes from. " +
		"If that is the token endpoint, set token_url to its address; otherwise ask the vendor for the address."
	place, _ := r.x.Response.Token.In()
	if isHead := place == answer.PlaceHeader || place == answer.PlaceCookie; isHead && r.isDescribed() {
		advice += fmt.Sprintf(" If the redirect itself has the token, set response.success_statuses = [%d].", r.a.MovedBy)
	}
	return advice
}

// redirected words the error of a redirect that was not followed.
func (r *report) redirected() message {
	from, to := r.a.RedirectTarget()
	m := message{problem: r.problem(), advice: "Ask the vendor for the token endpoint's address."}
	switch r.e.Problem {
	case token.ProblemTargetHost:
		wrong := "whose name has other characters than letters from a to z, digits, hyphens and dots"
		if transport.IsLongHost(to.Host) {
			wrong = "whose name is too long to be that of a host"
		}
		m.problem = "it redirects to another host, " + wrong + "; the credentials were not sent there"
	case token.ProblemOtherHost:
		consequence := ", where the credentials were not sent"
		if r.e.Purpose == token.ForMetadata { // with which none are sent
			consequence = ", and metadata is not accepted from another host"
		}
		m.problem = "it redirects to " + r.show(to.Scheme+"://"+to.Host) + consequence
		m.advice = "If you trust that host with them, set token_url to the endpoint there."
	case token.ProblemRedirects:
		m.advice = "Check token_url: it may be the address of something else there."
	case token.ProblemLoss:
		m.advice = slashAdvice(from, to)
	default:
	}
	if r.isDescribed() && r.e.Purpose == token.ForToken && !r.x.Response.Token.IsJSON() {
		m.advice += fmt.Sprintf(" If this response itself has the token, add %d to response.success_statuses.", r.a.Status)
	}
	if r.e.Purpose == token.ForMetadata {
		m.advice, m.isFinal = setIssuer, true
	}
	return r.staysValid(m)
}

// slashAdvice is what to do about a redirect within the host that is not followed: most add or remove a slash.
func slashAdvice(from, to *url.URL) string {
	const set = "Set token_url to exactly the address in the vendor's documents, down to the last slash."
	switch {
	case to.Path == from.Path+"/":
		return set + " Add / to the end of the path."
	case from.Path == to.Path+"/":
		return set + " Remove / from the end of the path."
	}
	return set
}
