package token

import (
	"net/http"
	"net/url"

	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

func (a *Answer) redirected() *Error {
	e := a.fail(KindRedirect, ProblemNoTarget)
	from, to := a.RedirectTarget()
	switch {
	case to == nil && !a.Header.Location().IsEmpty():
		e.Problem = ProblemTargetScheme
	case to == nil:
	case !transport.SameHost(from, to) && !transport.IsPlainHost(to.Host):
		e.Problem = ProblemTargetHost
	case !transport.SameHost(from, to):
		e.Problem = ProblemOtherHost
	case to.User != nil:
		e.Problem = ProblemTargetUser
	case a.Status == http.StatusTemporaryRedirect, a.Status == http.StatusPermanentRedirect, a.Exchange.Request.Verb() == http.MethodGet:
		e.Problem = ProblemRedirects
	default:
		e.Problem = ProblemLoss
	}
	return e
}

// RedirectTarget returns the endpoint's URL and that of a redirect, which is nil if
// it is not a web address. A server has named it.
func (a *Answer) RedirectTarget() (from, to *url.URL) {
	location := a.Header.Location()
	from, err := url.Parse(a.Exchange.Request.URL)
	if err != nil || location.IsEmpty() {
		return from, nil
	}
	to, err = from.Parse(location.Use())
	if err != nil || to.Hostname() == "" || to.Scheme != "https" && to.Scheme != "http" {
		return from, nil
	}
	return from, to
}

// redirectStatus returns the status of the first of the redirects that have led to a request.
func redirectStatus(req *http.Request) (status int) {
	for req != nil && req.Response != nil {
		status, req = req.Response.StatusCode, req.Response.Request
	}
	return status
}
