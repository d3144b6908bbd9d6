package token

import (
	"cmp"
	"errors"
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
	KindURL         Kind = iota + 1 // Cause (a *transport.URLError): the endpoint's URL; nil: what is filled into it makes it no URL
	KindRefused                     // the endpoint refused the request
	KindWait                        // the endpoint wants a longer wait than allowed
	KindUnreachable                 // no response came, or not all of it, as Cause says
	KindRedirect                    // the endpoint points elsewhere; it was not followed
	KindAnswer                      // the response is a success but holds no usable token
	KindHeader                      // there is a token, and the header Name for the API cannot be made
	KindLifetime                    // the token is good but lives less long than wanted
	KindSource                      // Cause (a *source.Error): no value for the parameter Name; nothing was sent
	KindRequest                     // Cause (a *BasicError), or the header Name: the values do not make a request; nothing was sent
	KindCertificate                 // Cause (a *jose.Error): the client certificate cannot be used; nothing was sent
	KindDiscovery                   // the issuer's metadata cannot be used
	KindRevocation                  // the revocation request cannot be made; if that is known beforehand, no token was requested
	KindCancelled                   // the caller gave up
	KindKeeping                     // Cause (of the Store; nil: there is none): the newest refresh token cannot be had; nothing was sent
	KindOther                       // Cause (an *Error): no token of another set for the source Name, or it lacks Output; nothing was sent
)

// Problem narrows a Kind down.
type Problem int

// The problems of an Error. Zero: the kind and the facts say all.
const (
	ProblemUntrue           Problem = iota + 1 // (KindRefused): Response.Success is not true
	ProblemErrorBesideToken                    // (KindRefused): the response has an error, and where the token should be is something
	ProblemOtherStatus                         // (KindRefused): the status is 2xx, but not one of Response.SuccessStatuses
	ProblemErrorKey                            // (KindRefused): the response is a success with an error in it
	ProblemPage                                // (KindRefused): an HTML page does not confirm a revocation
	ProblemRefusedBefore                       // (KindRefused): nothing was sent, because the endpoint has refused this client already, with Status

	ProblemOverdue      // (KindUnreachable, KindSource): there was no response, or no value, in time
	ProblemWaitedBefore // (KindUnreachable, KindSource): nothing was sent, because earlier revocations have waited for this host, or this source, in vain
	ProblemNoTimeLeft   // (KindUnreachable): nothing was sent, because revoking the tokens that needed this one has taken all the time

	ProblemNoTarget     // (KindRedirect): there is no Location
	ProblemTargetScheme // (KindRedirect): Location is not a web address
	ProblemTargetHost   // (KindRedirect): the host in Location is not fit to be shown
	ProblemOtherHost    // (KindRedirect): Location has another host
	ProblemTargetUser   // (KindRedirect): Location has a user name or password
	ProblemRedirects    // (KindRedirect): there are too many redirects within the host
	ProblemLoss         // (KindRedirect): to follow it would lose what the request sends

	ProblemNotJSON    // (KindAnswer): the token can only be read from JSON
	ProblemStructure  // (KindAnswer): the body is Detail, and not a token by itself
	ProblemEmpty      // (KindAnswer): the body should be the token, and is empty
	ProblemNoToken    // (KindAnswer): there is no token at its path
	ProblemUnfitToken // (KindAnswer): no HTTP header can carry the token

	ProblemNoOutput    // (KindHeader, KindRevocation, KindOther): the response lacks Output
	ProblemUnfitOutput // (KindHeader): no HTTP header can carry Output
	ProblemUnfitSource // (KindHeader, KindRequest): no HTTP header can carry the value of the source Output
	ProblemUnfitHeader // (KindHeader, KindRevocation): no HTTP header can be like Name

	ProblemNoEndpoint // (KindRevocation): no revocation endpoint is known
	// ProblemEndpoint (KindRevocation, KindDiscovery): the URL of the endpoint Name
	// cannot be used, as Cause says; in metadata, nil: its host holds a secret.
	ProblemEndpoint
	ProblemBasic // (KindHeader, KindRevocation): HTTP Basic cannot carry what Cause says

	ProblemNotMetadata     // (KindDiscovery): it is not a JSON object
	ProblemNotText         // (KindDiscovery): the value of Name is not a text
	ProblemTwice           // (KindDiscovery): there are two values of Name
	ProblemNoIssuer        // (KindDiscovery): it has no issuer
	ProblemOtherIssuer     // (KindDiscovery): it is that of another issuer, Issuer
	ProblemNoTokenEndpoint // (KindDiscovery): it has no token_endpoint
	ProblemNoMetadata      // (KindDiscovery): it is not there, as the status says
	ProblemNowhere         // (KindDiscovery): it is at none of the places
	ProblemHalfKnown       // (KindDiscovery): one place cannot be read now, and the other has none
)

// Error says why there is no token, or why one was not revoked: a kind and facts.
// What it holds of a server is foreign text, or behind a judge.
type Error struct {
	Kind          Kind
	Problem       Problem
	Purpose       Purpose         // what the request was for
	Exchange      *Exchange       // what was to be carried out
	Answer        *Answer         // the response; nil: none came
	Status        int             // the HTTP status; 0 where no response came
	Cause         error           // what failed besides, which does not print if it is not an error of this module; it may be nil
	Name          string          // the parameter, the header or the member of the metadata that it is about
	Output        string          // the output that it is about
	Detail        string          // says more, in a few words
	Issuer        said.Foreign    // the issuer that the metadata names
	Proxy         transport.Proxy // the one that the request was to go through
	Tries         Tries           // the attempts, where the failure may be temporary
	Wait          time.Duration   // what the endpoint asks for, or a proxy; zero: it does not say
	RetryAt       time.Time       // when that ends
	MinRemaining  time.Duration   // how much life the token should have had
	Token         *Token          // the one that is too short, or that stays valid
	Places        []*Error        // what came of asking for metadata at each place
	Also          []*Error        // why the token of a failed request, or one that it needed, was not revoked
	RefusesClient bool            // the endpoint refuses the client, whatever it asks for
	IsKeptToken   bool            // the refresh token that was sent is not that of the configuration, but a newer one
	secrets       said.Book       // those that no message may repeat besides the exchange's own
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

// Format writes what Error says for every verb, so that no fact is printed by accident.
func (e Error) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(e.Error())) }

// MarshalText returns what Error says; encoding/json, encoding/xml and log/slog use it.
func (e Error) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

// Errors returns each *Error of joined errors, but not their causes.
func Errors(err error) []*Error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var found []*Error
		for _, one := range joined.Unwrap() {
			found = append(found, Errors(one)...)
		}
		return found
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return []*Error{e}
	}
	return nil
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
	ForAPI        Purpose = "API"                           // what the token is for
)

// String names who is asked.
func (p Purpose) String() string { return string(cmp.Or(p, "token endpoint")) }
