package token

import (
	"net/http"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// discovered is what an issuer says of itself: the metadata of one place or, if
// something in it cannot be used, of each place that has some.
type discovered struct {
	all    []*metadata
	places []place // those that were asked, if something cannot be used
}

// flawed returns the metadata of the places, of which none is without a flaw.
func flawed(places []place) *discovered {
	found := &discovered{places: slices.Clone(places)}
	for _, p := range places {
		if p.found != nil {
			found.all = append(found.all, p.found)
		}
	}
	return found
}

// failures returns what came of asking at each place. The error of one that has not
// answered has no kind.
func failures(places []place) []*Error {
	var found []*Error
	for _, p := range places {
		failed := p.failed
		if failed == nil {
			failed = &Error{Purpose: ForMetadata, Exchange: p.asking}
		}
		found = append(found, failed)
	}
	return found
}

// methods returns the ways to authenticate that the metadata of some place lists.
func (d *discovered) methods() []string {
	return slices.DeleteFunc(slices.Clone(authMethods), func(name string) bool {
		return !slices.ContainsFunc(d.all, func(m *metadata) bool { return slices.Contains(m.methods, name) })
	})
}

func (p place) isFlawless() bool { return p.found != nil && p.failed == nil }

// mayServe reports whether the token endpoint can be used by sets that allow http://.
func (p place) mayServe() bool {
	if p.found == nil {
		return false
	}
	_, problem := p.asking.endpoint(tokenEndpoint, true, p.found.endpoints[tokenEndpoint])
	return problem == nil
}

// flaw says which endpoint of the metadata cannot be used; nil if all can. What is
// plain http:// is usable at once only for an issuer that is.
func (x *Exchange) flaw(m *metadata) (problem *Error) {
	allowHTTP := strings.HasPrefix(x.Issuer, "http://")
	for _, e := range []map[string]said.Foreign{m.endpoints, m.aliases} {
		_, wrongToken := x.endpoint(tokenEndpoint, allowHTTP, e[tokenEndpoint])
		_, wrongRevocation := x.endpoint(revocationEndpoint, allowHTTP, e[revocationEndpoint])
		switch {
		case wrongToken != nil && !e[tokenEndpoint].IsEmpty():
			return wrongToken
		case problem == nil && !e[revocationEndpoint].IsEmpty():
			problem = wrongRevocation
		}
	}
	return problem
}

// nowhere returns the error of an issuer that has metadata at none of the places:
// what came of asking at each, and what it comes to.
func (x *Exchange) nowhere(places []place) *Error {
	telling := *x.mostTelling(places[0].failed, places[1].failed)
	telling.Places = failures(places)
	return &telling
}

// isUnknown reports whether a failure leaves it open that there is metadata.
func (e *Error) isUnknown() bool {
	return e.Kind == KindUnreachable || e.Kind == KindWait || IsTemporary(e.Status)
}

// IsDenied reports whether a status says that metadata is not for everybody.
func IsDenied(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusProxyAuthRequired
}

// IsMissing reports whether a failure says that there is no metadata.
func (e *Error) IsMissing() bool {
	return e.Kind == KindDiscovery && e.Status != http.StatusOK && !e.isUnknown() && !IsDenied(e.Status)
}

// mostTelling returns the failure of the two that says what is wrong, or that it
// takes both.
func (x *Exchange) mostTelling(first, second *Error) *Error {
	both := []*Error{first, second}
	for _, e := range both {
		// That metadata is wrong says more than that there is none.
		if e.Kind == KindDiscovery && e.Status == http.StatusOK {
			return e
		}
	}
	neither := &Error{Kind: KindDiscovery, Problem: ProblemNowhere, Purpose: ForMetadata, Exchange: x}
	unknown := slices.IndexFunc(both, (*Error).isUnknown)
	switch {
	case first.Kind == second.Kind && first.Status == second.Status, first.isUnknown() && second.isUnknown():
		return slices.MaxFunc(both, func(a, b *Error) int { return a.RetryAt.Compare(b.RetryAt) })
	case unknown >= 0:
		neither.Problem, neither.Wait, neither.RetryAt = ProblemHalfKnown, both[unknown].Wait, both[unknown].RetryAt
		return neither
	case IsDenied(first.Status):
		return first
	case IsDenied(second.Status):
		return second
	default:
		return neither
	}
}
