package token

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// Kind says what went wrong with a request.
type Kind int

// The kinds of Error.
const (
	// KindURL: the endpoint's URL cannot be used, as Cause (a *transport.URLError) says; nil:
	// what is filled into it makes it no URL. Nothing was sent.
	KindURL Kind = iota + 1
	// KindRefused: the endpoint refused the request.
	KindRefused
	// KindWait: the endpoint wants a longer wait than allowed.
	KindWait
	// KindUnreachable: no response came, or not all of it, as Cause says.
	KindUnreachable
	// KindRedirect: the endpoint points elsewhere; it was not followed.
	KindRedirect
	// KindAnswer: the response is a success but holds no usable token.
	KindAnswer
	// KindHeader: there is a token, and the header Name for the API cannot be made.
	KindHeader
	// KindLifetime: the token is good but lives less long than wanted.
	KindLifetime
	// KindSource: the value of the parameter Name could not be obtained, as Cause (a
	// *source.Error or a *BasicError) says. Nothing was sent.
	KindSource
	// KindCertificate: the client certificate cannot be used, as Cause (a *jose.Error)
	// says. Nothing was sent.
	KindCertificate
	// KindDiscovery: the issuer's metadata cannot be used.
	KindDiscovery
	// KindRevocation: the revocation request cannot be made. Where that is known
	// beforehand, no token was requested.
	KindRevocation
	// KindCancelled: the caller gave up.
	KindCancelled
)

// Problem narrows a Kind down.
type Problem int

// The problems of an Error. Zero: the kind and the facts say all.
const (
	// ProblemUntrue (KindRefused): Response.Success is not true.
	ProblemUntrue Problem = iota + 1
	// ProblemErrorBesideToken (KindRefused): the response has an error, and where the
	// token should be is something.
	ProblemErrorBesideToken
	// ProblemErrorKey (KindRefused): the response is a success with an error in it.
	ProblemErrorKey
	// ProblemPage (KindRefused): an HTML page does not confirm a revocation.
	ProblemPage
	// ProblemRefusedBefore (KindRefused): nothing was sent, because the endpoint has
	// refused this client already, with Status.
	ProblemRefusedBefore

	// ProblemOverdue (KindUnreachable): there was no response in time.
	ProblemOverdue
	// ProblemWaitedBefore (KindUnreachable): nothing was sent, because earlier
	// revocations have waited for this host in vain.
	ProblemWaitedBefore

	// ProblemNoTarget (KindRedirect): there is no Location.
	ProblemNoTarget
	// ProblemTargetScheme (KindRedirect): Location is not a web address.
	ProblemTargetScheme
	// ProblemTargetHost (KindRedirect): the host in Location is not fit to be shown.
	ProblemTargetHost
	// ProblemOtherHost (KindRedirect): Location has another host.
	ProblemOtherHost
	// ProblemTargetUser (KindRedirect): Location has a user name or password.
	ProblemTargetUser
	// ProblemRedirects (KindRedirect): there are too many redirects within the host.
	ProblemRedirects
	// ProblemLoss (KindRedirect): to follow it would lose what the request sends.
	ProblemLoss

	// ProblemNotJSON (KindAnswer): the token can only be read from JSON.
	ProblemNotJSON
	// ProblemStructure (KindAnswer): the body is Detail, and not a token by itself.
	ProblemStructure
	// ProblemEmpty (KindAnswer): the body should be the token, and is empty.
	ProblemEmpty
	// ProblemNoToken (KindAnswer): there is no token at its path.
	ProblemNoToken
	// ProblemUnfitToken (KindAnswer): no HTTP header can carry the token.
	ProblemUnfitToken

	// ProblemNoOutput (KindHeader, KindRevocation): the response lacks Output.
	ProblemNoOutput
	// ProblemUnfitOutput (KindHeader): no HTTP header can carry Output.
	ProblemUnfitOutput
	// ProblemUnfitHeader (KindHeader, KindRevocation): no HTTP header can be like Name.
	ProblemUnfitHeader

	// ProblemNoEndpoint (KindRevocation): no revocation endpoint is known.
	ProblemNoEndpoint
	// ProblemEndpoint (KindRevocation, KindDiscovery): the URL of the endpoint Name
	// cannot be used, as Cause says; in metadata, nil: its host holds a secret.
	ProblemEndpoint
	// ProblemBasic (KindRevocation): HTTP Basic cannot carry what Cause says.
	ProblemBasic

	// ProblemNotMetadata (KindDiscovery): it is not a JSON object.
	ProblemNotMetadata
	// ProblemNotText (KindDiscovery): the value of Name is not a text.
	ProblemNotText
	// ProblemTwice (KindDiscovery): there are two values of Name.
	ProblemTwice
	// ProblemNoIssuer (KindDiscovery): it has no issuer.
	ProblemNoIssuer
	// ProblemOtherIssuer (KindDiscovery): it is that of another issuer, Issuer.
	ProblemOtherIssuer
	// ProblemNoTokenEndpoint (KindDiscovery): it has no token_endpoint.
	ProblemNoTokenEndpoint
	// ProblemNoMetadata (KindDiscovery): it is not there, as the status says.
	ProblemNoMetadata
	// ProblemNowhere (KindDiscovery): it is at none of the places.
	ProblemNowhere
	// ProblemHalfKnown (KindDiscovery): one place cannot be read now, and the other has none.
	ProblemHalfKnown
)

// Error says why there is no token, or why one was not revoked: a kind and facts.
// What it holds of a server is foreign text, or behind a judge.
type Error struct {
	Kind    Kind
	Problem Problem
	// Purpose is what the request was for.
	Purpose Purpose
	// Exchange is what was to be carried out.
	Exchange *Exchange
	// Answer is the response; nil: none came.
	Answer *Answer
	// Status is the HTTP status; 0 where no response came.
	Status int
	// Cause is what failed besides; it may be nil.
	Cause error
	// Name is the parameter, the header or the member of the metadata that it is about.
	Name string
	// Output is the output that it is about.
	Output string
	// Detail says more, in a few words.
	Detail string
	// Issuer is the issuer that the metadata names.
	Issuer said.Foreign
	// Proxy is the one that the request was to go through.
	Proxy transport.Proxy
	// Tries are the attempts, where the failure may be temporary.
	Tries Tries
	// Wait is what the endpoint asks for, or a proxy, and RetryAt when that ends; zero:
	// it does not say.
	Wait    time.Duration
	RetryAt time.Time
	// MinRemaining is how much life the token should have had.
	MinRemaining time.Duration
	// Token is the one that is too short, or that stays valid.
	Token *Token
	// Places are what came of asking for metadata at each place.
	Places []*Error
	// Also is why the token of a failed request was not revoked.
	Also *Error
	// RefusesClient says that the endpoint refuses the client, whatever it asks for.
	RefusesClient bool
	// secrets are those that no message may repeat besides the exchange's own.
	secrets said.Book
}

// Judge returns who decides what may be said of what a server, a proxy or the user
// has written.
func (e *Error) Judge() *said.Judge {
	if e.Answer != nil {
		return e.Answer.Judge()
	}
	return slices.Concat(e.Exchange.Secrets, e.secrets).Judge()
}

// Error names the request and what failed, for a log of Go's. It is not what users read.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s %q: the %s: kind %d, problem %d", e.Exchange.Service, e.Exchange.Credentials, e.Purpose, e.Kind, e.Problem)
	if e.Status != 0 {
		text += fmt.Sprintf(", HTTP %d", e.Status)
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Purpose is what a request is for, by who is asked.
type Purpose string

// The purposes.
const (
	ForToken      Purpose = "" // a token
	ForMetadata   Purpose = "issuer"
	ForRevocation Purpose = "revocation endpoint"
	ForIdentity   Purpose = "GitHub Actions' token service" // an identity token
)

// String names who is asked.
func (p Purpose) String() string { return string(cmp.Or(p, "token endpoint")) }
