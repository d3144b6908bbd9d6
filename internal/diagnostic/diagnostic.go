package diagnostic

import (
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

const (
	// MinRemaining is the input that says how much life a token must have left.
	MinRemaining = "min_remaining"
	// Upstream is the input that has the URL of an API.
	Upstream = "upstream"
)

// Set is the credential set of whoever reads.
type Set struct {
	// Service is the set's service, which knows its attributes and the vendor's advice.
	Service service.Service
	// Name is the set's.
	Name string
	// FromEnvironment says that the set comes from environment variables, which have
	// no names for most of what a set may have.
	FromEnvironment bool
	// HasStore says that the provider has a token store.
	HasStore bool
	// Other returns the set of another exchange, whose token this set needs.
	Other func(*token.Exchange) Set
}

// Of returns the diagnostic of a request that failed for a set, at the attribute that
// causes it if there is one.
func Of(e *token.Error, set Set) diag.Diagnostic {
	switch e.Kind {
	case token.KindLifetime:
		return diag.NewAttributeErrorDiagnostic(path.Root(MinRemaining), summary(e, set), Text(e, set))
	case token.KindRevocation:
		return diag.NewAttributeErrorDiagnostic(path.Root(service.RevokeInput), summary(e, set), Text(e, set))
	default:
		return diag.NewErrorDiagnostic(summary(e, set), Text(e, set))
	}
}

// summary returns the first line of the diagnostic: that of the other set's error if its
// token is what a set lacks.
func summary(e *token.Error, set Set) string {
	cause := otherCause(e)
	if cause != e {
		set = set.Other(cause.Exchange)
	}
	switch {
	case cause.Purpose == token.ForAPI:
		return "API cannot be reached"
	case cause.Kind == token.KindSource && set.Service.IsLocal:
		return service.Unsigned // there is no request that lacks a value
	}
	return summaries[cause.Kind]
}

// NotRevoked returns the warning about a token of a set that was not revoked.
func NotRevoked(e *token.Error, set Set) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Token not revoked", Text(e, set))
}

// summaries are the first lines of diagnostics. Each has a heading in the guide "Troubleshooting".
var summaries = map[token.Kind]string{
	token.KindURL:         "Endpoint URL cannot be used",
	token.KindRefused:     "Token request refused",
	token.KindWait:        "Token endpoint asks for a longer wait",
	token.KindUnreachable: "Token endpoint cannot be reached",
	token.KindRedirect:    "Token endpoint redirects elsewhere",
	token.KindAnswer:      "No token in the response",
	token.KindHeader:      "Header for the API cannot be made",
	token.KindLifetime:    "Token does not live long enough",
	token.KindSource:      "No value for an assertion or a token",
	token.KindRequest:     "Request cannot be made",
	token.KindCertificate: "Client certificate cannot be used",
	token.KindDiscovery:   "Issuer metadata cannot be used",
	token.KindRevocation:  "Token cannot be revoked",
	token.KindCancelled:   "Token request interrupted",
	token.KindKeeping:     "Refresh token cannot be kept",
	token.KindOther:       "Token of another set lacks an output",
}

// Text says what failed, what the vendor said and what to do, in paragraphs.
func Text(e *token.Error, set Set) string {
	if inner, ok := errors.AsType[*token.Error](e.Cause); ok && e.Kind == token.KindOther {
		return Text(inner, set.Other(inner.Exchange)) + "\n\n" + neededBy(e, set)
	}
	r := about(e, set)
	m := r.message()
	if len(e.Places) > 0 && e.Problem != token.ProblemEndpoint {
		m = r.atPlaces(m)
	}
	advice := r.fitting(m)
	if set.FromEnvironment {
		advice = join(inEnvironment(set.Service, advice), beyondEnvironment(m.problem+" "+advice))
	}
	paragraphs := []string{r.headline(m), vendorSaid(m.vendor), m.clock, m.details, strings.Join(m.held, "\n"), advice}
	return strings.Join(slices.DeleteFunc(paragraphs, isEmpty), "\n\n")
}

// vendorSaid quotes a vendor.
func vendorSaid(vendor said.Shown) string {
	if vendor == "" {
		return ""
	}
	return "The vendor said: " + string(vendor)
}

// message is what a user reads of an error.
type message struct {
	// problem says what failed, where the status alone does not.
	problem string
	// vendor is what the vendor said, on one line.
	vendor said.Shown
	// details are the names of what was sent and what came back.
	details string
	// held is what the assertions that were sent held, each in a sentence.
	held []string
	// clock says that the clocks differ.
	clock string
	// advice is what to do next.
	advice string
	// isFinal says that the advice is for this set already.
	isFinal bool
}

// report is an error with the set that it is about. Its methods word it.
type report struct {
	e   *token.Error
	x   *token.Exchange
	a   *token.Answer
	set Set
	// judging decides what may be said, and naming which names of the user's; nil:
	// nobody has asked yet. To make a judge takes time.
	judging, naming *said.Judge
}

// about returns the report of an error for a set.
func about(e *token.Error, set Set) *report {
	return &report{e: e, x: e.Exchange, a: e.Answer, set: set}
}

// judge returns who decides what may be said.
func (r *report) judge() *said.Judge {
	if r.judging == nil {
		r.judging = r.e.Judge()
	}
	return r.judging
}

// own returns a name that the user has given as it may be shown: it may be a token in the wrong attribute.
func (r *report) own(name string) string {
	if r.naming == nil {
		r.naming = r.x.Secrets.Judge()
	}
	return r.naming.Own(name)
}

// quote returns foreign text for a sentence, with secrets taken out: errors of Windows have a full stop.
func (r *report) quote(text said.Foreign) string {
	return strings.TrimRight(string(r.judge().Message(text)), " .")
}

// show returns a text of the user's, without any secret that is in it.
func (r *report) show(text string) string { return string(r.judge().Message(said.NewForeign(text))) }

// showURL returns a URL or its path, without any secret that is in it and without the query.
func (r *report) showURL(text string) string { return string(r.judge().URL(said.NewForeign(text))) }

// quoteName is quote for a name, of which less is shown.
func (r *report) quoteName(name said.Foreign) string { return string(r.judge().Name(name)) }

// message words an error by its kind.
func (r *report) message() message {
	words := map[token.Kind]func() message{
		token.KindURL:         r.badURL,
		token.KindRefused:     r.refused,
		token.KindWait:        r.waitUntil,
		token.KindUnreachable: r.unreachable,
		token.KindRedirect:    r.redirected,
		token.KindAnswer:      r.unreadable,
		token.KindHeader:      r.unmade,
		token.KindLifetime:    r.shortLived,
		token.KindSource:      r.noValue,
		token.KindRequest:     r.unmadeRequest,
		token.KindCertificate: r.badCertificate,
		token.KindDiscovery:   r.undiscovered,
		token.KindRevocation:  r.cannotRevoke,
		token.KindKeeping:     r.unkept,
		token.KindOther:       r.lacksOutput,
	}
	if word := words[r.e.Kind]; word != nil {
		return word()
	}
	if r.x.Request.Local != nil {
		return message{problem: "the run was interrupted before there was a token"}
	}
	return message{problem: "the run was interrupted before the endpoint answered"}
}

// join returns the sentences that are not empty, with one space between them.
func join(sentences ...string) string {
	return strings.Join(slices.DeleteFunc(sentences, isEmpty), " ")
}

func isEmpty(text string) bool { return text == "" }
