package token

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Kind says what went wrong with a token request.
type Kind int

// The kinds of Error.
const (
	// KindURL: the endpoint's URL cannot be used; nothing was sent.
	KindURL Kind = iota + 1
	// KindRefused: the endpoint answered with a status that is no success.
	KindRefused
	// KindWait: the endpoint wants a longer wait than allowed, until RetryAt.
	KindWait
	// KindUnreachable: no answer came, or not all of it.
	KindUnreachable
	// KindRedirect: the endpoint points elsewhere; it was not followed.
	KindRedirect
	// KindAnswer: the answer is a success but holds no usable token.
	KindAnswer
	// KindHeader: there is a token, and a header for the API cannot be made of the answer.
	KindHeader
	// KindLifetime: the token is good but lives less long than wanted.
	KindLifetime
	// KindSource: an assertion or a token to send could not be obtained; nothing was sent.
	KindSource
	// KindCertificate: the client certificate cannot be used; nothing was sent.
	KindCertificate
	// KindDiscovery: the issuer's metadata cannot be used.
	KindDiscovery
	// KindRevocation: the revocation request cannot be made. Where that is known
	// beforehand, no token was asked for.
	KindRevocation
	// KindCancelled: the caller gave up.
	KindCancelled
)

// Error says why there is no token, or why one was not revoked. It never holds
// an answer's body, a secret or a token: its texts are made of fixed phrases,
// names, and the vendor's message with all secrets taken out.
type Error struct {
	Kind Kind
	// Service and Credentials name who asked.
	Service, Credentials string
	// FromEnvironment says that the credential set comes from environment variables.
	FromEnvironment bool
	// Endpoint is what was asked, such as "token endpoint".
	Endpoint string
	// Host is the endpoint's host, with its port where it has one.
	Host string
	// Status is the HTTP status; 0 where no answer came.
	Status int
	// Problem says what failed, where Status alone does not.
	Problem string
	// VendorMessage is what the vendor said, on one line; it may be empty.
	VendorMessage said.Shown
	// Details are the names of what was sent and what came back; it may be empty.
	Details string
	// Held is what the assertions that were sent held, each in a sentence.
	Held []string
	// ClockAhead is by how much this machine's clock is ahead of the server's,
	// less than 0 if it is behind; 0 where that is not the cause.
	ClockAhead time.Duration
	// Advice is what to do next.
	Advice string
	// RetryAt is when the endpoint wants to be asked again; zero: it does not say.
	RetryAt time.Time
	// refusesClient says that the endpoint refuses the client, whatever it asks for.
	refusesClient bool
	// Attempts is how many attempts there were, and Took for how long, where the
	// failure may be temporary; Took is 0 where that is not known.
	Attempts int
	Took     time.Duration
}

// fail returns e with the names of the exchange and of its URL attribute filled in.
func (x *Exchange) fail(e Error) *Error {
	e.Service, e.Credentials = x.Service, x.Credentials
	e.Endpoint, e.Host = x.endpointName(), x.host()
	e.Advice = x.fitting(e.Advice)
	if name := x.Request.URLName; name != "" {
		e.Advice = strings.ReplaceAll(e.Advice, "token_url", name)
	}
	e.FromEnvironment = x.FromEnvironment
	return &e
}

func (x *Exchange) endpointName() string {
	if x.Endpoint == "" {
		return "token endpoint"
	}
	return x.Endpoint
}

// Error says what failed, what the vendor said and what to do, in paragraphs.
func (e *Error) Error() string {
	lines := []string{e.what()}
	if e.VendorMessage != "" {
		lines = append(lines, "The vendor said: "+string(e.VendorMessage))
	}
	advice := e.Advice
	if e.FromEnvironment { // not before: another set may share the error
		advice = strings.TrimSpace(inEnvironment(e.Service, advice) + " " + beyondEnvironment(e.Problem+" "+advice))
	}
	for _, text := range []string{clockSentence(e.ClockAhead), e.Details, strings.Join(e.Held, "\n"), advice} {
		if text != "" {
			lines = append(lines, text)
		}
	}
	return strings.Join(lines, "\n\n")
}

func (e *Error) what() string {
	who := fmt.Sprintf("Service %s, credential set %q", e.Service, e.Credentials)
	if e.FromEnvironment {
		who += " (from the environment)"
	}
	if e.Host != "" {
		who += ", " + e.Endpoint + " at " + e.Host
	}
	return who + ": " + e.outcome() + "."
}

// outcome says what came of asking.
func (e *Error) outcome() string {
	what := e.Problem
	if e.Status != 0 {
		answered := strings.TrimSpace(fmt.Sprintf("HTTP %d %s", e.Status, http.StatusText(e.Status)))
		if what == "" {
			what = "it answered " + answered
		} else {
			what = "it answered " + answered + ": " + what
		}
	}
	return what + tries{attempts: e.Attempts, took: e.Took}.String()
}
