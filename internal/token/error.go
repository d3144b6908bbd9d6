package token

import (
	"fmt"
	"net/http"
	"strings"
	"time"
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
	// KindLifetime: the token is good but lives less long than wanted.
	KindLifetime
	// KindCancelled: the caller gave up.
	KindCancelled
)

// Error is why there is no token. It never holds an answer's body, a secret or
// a token: its texts are made of known phrases and the vendor's message with
// all secrets taken out.
type Error struct {
	Kind Kind
	// Service and Credentials name who asked.
	Service, Credentials string
	// Host is the token endpoint's host, with its port where it has one.
	Host string
	// Status is the HTTP status; 0 where no answer came.
	Status int
	// Problem says what failed, where Status alone does not.
	Problem string
	// VendorMessage is what the vendor said, on one line; it may be empty.
	VendorMessage string
	// Advice is what to do next.
	Advice string
	// RetryAt is when to come back (KindWait).
	RetryAt time.Time
}

// fail returns e with what identifies the exchange.
func (x *Exchange) fail(e Error) *Error {
	e.Service, e.Credentials, e.Host = x.Service, x.Credentials, x.host()
	return &e
}

// Error says it all on several lines: what failed, what the vendor said, what to do.
func (e *Error) Error() string {
	lines := []string{e.what()}
	if e.VendorMessage != "" {
		lines = append(lines, "The vendor said: "+e.VendorMessage)
	}
	if e.Advice != "" {
		lines = append(lines, e.Advice)
	}
	return strings.Join(lines, "\n\n")
}

func (e *Error) what() string {
	who := fmt.Sprintf("Service %s, credential set %q", e.Service, e.Credentials)
	if e.Host != "" {
		who += ", token endpoint at " + e.Host
	}
	what := e.Problem
	if e.Status != 0 {
		answered := strings.TrimSpace(fmt.Sprintf("HTTP %d %s", e.Status, http.StatusText(e.Status)))
		if what == "" {
			what = "it answered " + answered
		} else {
			what = "it answered " + answered + ": " + what
		}
	}
	return who + ": " + what + "."
}

// generalAdvice is what to do about a status that the vendor's table does not have.
func generalAdvice(status int) string {
	switch {
	case status == http.StatusBadRequest:
		return "The endpoint does not accept the request as it is. Check client_id, client_secret, scopes and token_url of the set."
	case status == http.StatusUnauthorized:
		return "The endpoint does not accept the credentials. Check client_id and client_secret of the set, and that token_url is " +
			"the environment they belong to. The request is not repeated: wrong credentials, sent often, lock accounts."
	case status == http.StatusForbidden:
		return "The endpoint knows the client and does not let it have a token. Check with the vendor what the client may do."
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return "There is no token endpoint at this address. Check token_url."
	case status == http.StatusTooManyRequests:
		return "The endpoint limits how often tokens are asked for. Wait, or raise transport.max_retries or transport.retry_max_wait."
	case status >= http.StatusInternalServerError:
		return "The endpoint is failing, and went on failing when asked again. Try later, or raise transport.max_retries."
	default:
		return ""
	}
}
