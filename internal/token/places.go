package token

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// discovered is what an issuer says of itself: the metadata of one place or, if
// something in it cannot be used, of each place that has some.
type discovered struct {
	all []*metadata
	// places are those that were asked, if something cannot be used.
	places []place
}

// flawed returns the metadata of the places, of which none is without a flaw.
func (x *Exchange) flawed(places []place) *discovered {
	found := &discovered{places: slices.Clone(places)}
	for _, p := range places {
		if p.found != nil {
			found.all = append(found.all, p.found)
		}
	}
	return found
}

// methods returns the ways to authenticate that the metadata of some place lists.
func (d *discovered) methods() []string {
	return slices.DeleteFunc(authMethods(), func(name string) bool {
		return !slices.ContainsFunc(d.all, func(m *metadata) bool { return slices.Contains(m.methods, name) })
	})
}

// mayServe reports whether some set may use the token endpoint of the metadata.
func (d *discovered) mayServe(asking *Exchange) bool {
	return slices.ContainsFunc(d.all, func(m *metadata) bool { return asking.mayUse(m) })
}

func (p *place) isFlawless() bool { return p.found != nil && p.failed == nil }

func (p *place) mayServe() bool { return p.found != nil && p.asking.mayUse(p.found) }

// mayUse reports whether the token endpoint can be used by sets that allow http://.
func (x *Exchange) mayUse(m *metadata) bool {
	_, problem := x.endpoint("token_endpoint", true, m.token)
	return problem == ""
}

// flaw says which endpoint of the metadata cannot be used; "" if all can. What is
// plain http:// is usable at once only for an issuer that is.
func (x *Exchange) flaw(m *metadata) (problem string) {
	allowHTTP := strings.HasPrefix(x.Issuer, "http://")
	for _, e := range []endpoints{m.endpoints, m.aliases} {
		_, wrongToken := x.endpoint("token_endpoint", allowHTTP, e.token)
		_, wrongRevocation := x.endpoint("revocation_endpoint", allowHTTP, e.revocation)
		switch {
		case wrongToken != "" && !e.token.IsEmpty():
			return wrongToken
		case problem == "" && !e.revocation.IsEmpty():
			problem = wrongRevocation
		}
	}
	return problem
}

// nowhere returns the error of an issuer that has metadata at none of the places:
// what came of asking at each, and what it comes to.
func (x *Exchange) nowhere(places []place) *Error {
	first, second := places[0].failed, places[1].failed
	both := x.mostTelling(first, second)
	if first.isMissing() && second.isMissing() {
		both.Advice = missingAdvice(first.VendorMessage + " " + second.VendorMessage)
	}
	both.VendorMessage = commonMessage(first.VendorMessage, second.VendorMessage)
	both.Details = x.outcomes(places, &both)
	return &both
}

// unknown reports whether a failure leaves it open that there is metadata.
func (e *Error) unknown() bool {
	return e.Kind == KindUnreachable || e.Kind == KindWait || retryable(e.Status)
}

// mostTelling returns the failure of the two that says what is wrong, or that it
// takes both.
func (x *Exchange) mostTelling(first, second *Error) Error {
	both := []*Error{first, second}
	for _, e := range both {
		// That metadata is wrong says more than that there is none.
		if e.Kind == KindDiscovery && e.Status == http.StatusOK {
			return *e
		}
	}
	switch {
	case first.Kind == second.Kind && first.Status == second.Status, first.unknown() && second.unknown():
		return *slices.MaxFunc(both, func(a, b *Error) int { return a.RetryAt.Compare(b.RetryAt) })
	case first.unknown():
		return *x.undecided(first)
	case second.unknown():
		return *x.undecided(second)
	}
	for _, e := range both {
		if isDenied(e.Status) {
			return *e
		}
	}
	return *x.undiscovered(0, "its metadata is at neither place")
}

// undecided returns the error of an issuer that fails at one place, and has nothing
// at the other.
func (x *Exchange) undecided(failing *Error) *Error {
	e := x.undiscovered(0, "one of the two places where its metadata may be cannot be read now, and there is none at the other")
	e.RetryAt = failing.RetryAt
	e.Advice = later(e.RetryAt) + " If it persists, set token_url instead of issuer."
	return e
}

// later is what to do about what may be over some time.
func later(at time.Time) string {
	if at.IsZero() {
		return "Run again later."
	}
	return "Run again after " + at.Format(time.RFC3339) + "."
}

// isDenied reports whether a status says that metadata is not for everybody.
func isDenied(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusProxyAuthRequired
}

// unread returns the error of an answer that is not metadata, by its status.
func (x *Exchange) unread(a *answer) *Error {
	e := x.undiscovered(a.status, "it has no metadata there")
	e.RetryAt, e.VendorMessage = a.retryAt(), x.issuerMessage(a)
	const orName = " If it persists, set token_url instead of issuer."
	switch {
	case a.status == http.StatusProxyAuthRequired:
		e.Problem, e.Advice = "the proxy does not let the request for its metadata through", a.proxyAdvice()
	case isDenied(a.status):
		e.Problem = "it does not give its metadata to this machine, which asks for it without credentials"
		e.Advice = "Check issuer, and that requests from this machine are allowed there, or set token_url."
	case a.status == http.StatusTooManyRequests:
		e.Problem, e.Advice = "it limits how often its metadata is requested", later(e.RetryAt)+orName
	case retryable(a.status):
		e.Problem, e.Advice = cmp.Or(a.problem, "it is failing, so it is not known whether it has metadata there"), later(e.RetryAt)+orName
	}
	return e
}

// redirectedMetadata words the error of a redirect for metadata, with which no
// credentials are sent.
func (x *Exchange) redirectedMetadata(e Error, base, target *url.URL, judge *said.Judge) Error {
	e.Advice = x.undiscovered(0, "").Advice
	if target != nil && !sameHost(base, target) && isPlainHost(target.Host) {
		e.Problem = "it redirects to " + string(judge.Message(origin(target))) + ", and metadata is not accepted from another host"
	}
	return e
}
