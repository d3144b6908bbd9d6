package diagnostic

import (
	"net/url"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// movedAdvice says that a redirect was followed to where the response comes from, which
// need not be where token_url points; "" if none was.
func (r *report) movedAdvice() string {
	if r.a.MovedTo == nil || r.e.Purpose != token.ForToken {
		return ""
	}
	there := "the address"
	if path := r.judge().Message(said.NewForeign(r.a.MovedTo.EscapedPath())); path != "" {
		there = "the path " + string(path)
	}
	return "A redirect of the endpoint was followed within its host, to " + there + ", where this response comes from. " +
		"If that is the token endpoint, set token_url to its address; otherwise ask the vendor for the address."
}

// redirected words the error of a redirect that was not followed.
func (r *report) redirected() message {
	from, to := r.a.RedirectTarget()
	m := message{advice: "Ask the vendor for the token endpoint's address."}
	switch r.e.Problem {
	case token.ProblemTargetScheme:
		m.problem = "it redirects to an address that is not an https:// URL, which is not followed"
	case token.ProblemTargetHost:
		m.problem = "it redirects to another host, " + unfitHost(to.Host) + "; the credentials were not sent there"
	case token.ProblemOtherHost:
		m.problem = "it redirects to " + r.origin(to) + ", where the credentials were not sent"
		m.advice = "If you trust that host with them, set token_url to the endpoint there."
	case token.ProblemTargetUser:
		m.problem = "it redirects within its host to an address with a user name or password, which is not followed"
	case token.ProblemRedirects:
		m.problem = "it redirects within its host more than 5 times"
		m.advice = "Check token_url: it may be the address of something else there."
	case token.ProblemLoss:
		m.problem = "it redirects within its host in a way that would lose what the request sends"
		m.advice = slashAdvice(from, to)
	default:
		m.problem = "it redirects without saying where to"
	}
	if r.e.Purpose == token.ForMetadata { // with which no credentials are sent
		m.advice, m.isFinal = setIssuer, true
		if r.e.Problem == token.ProblemOtherHost {
			m.problem = "it redirects to " + r.origin(to) + ", and metadata is not accepted from another host"
		}
	}
	return r.staysValid(m)
}

// origin returns scheme and host of a URL that a server has named.
func (r *report) origin(u *url.URL) string {
	return string(r.judge().Message(said.NewForeign(u.Scheme + "://" + u.Host)))
}

// slashAdvice is what to do about a redirect within the host that cannot be
// followed. Most are about the slash at the end.
func slashAdvice(from, to *url.URL) string {
	const set = "Set token_url to exactly the address in the vendor's documents, down to the last slash."
	switch {
	case to.Path == from.Path+"/":
		return set + " Add / to the end of the path."
	case from.Path == to.Path+"/":
		return set + " Remove / from the end of the path."
	default:
		return set
	}
}

// unfitHost says why a host is not shown.
func unfitHost(host string) string {
	if transport.IsLongHost(host) {
		return "whose name is too long to be that of a host"
	}
	return "whose name has other characters than letters from a to z, digits, hyphens and dots"
}
