package token

import (
	"fmt"
	"net/http"
	"time"
)

// tries are the attempts of a call so far.
type tries struct {
	attempts int
	// took is how long they took, with the waits; zero: it is not known.
	took time.Duration
	// cut says that a wait would have been longer but for the longest wait allowed.
	cut bool
}

// tries returns the attempts that have ended.
func (c *call) tries() tries {
	found := tries{attempts: c.attempts, cut: c.cut}
	if !c.once { // otherwise the attempts before were other calls
		found.took = c.client.runtime.Now().Sub(c.began)
	}
	return found
}

// String says how many attempts there were, and for how long; "" if there was one.
func (t tries) String() string {
	took := t.took.Round(time.Second)
	switch {
	case t.attempts < 2:
		return ""
	case took <= 0:
		return fmt.Sprintf(" (after %d attempts)", t.attempts)
	default:
		return fmt.Sprintf(" (after %d attempts in %s)", t.attempts, took)
	}
}

// advice is what to do about an endpoint that did not answer better in the end. It
// names the settings that would have changed that.
func (t tries) advice(status int) string {
	settings := "transport.max_retries"
	if t.cut {
		settings += " or transport.retry_max_wait"
	}
	switch {
	case status == http.StatusTooManyRequests:
		return "The endpoint limits how often tokens are requested. Wait, or raise " + settings + "."
	case t.attempts > 1:
		return "The endpoint is failing, and kept failing when it was asked again. Try later, or raise " + settings + "."
	default:
		return "The endpoint failed. It was asked once. Try later, or raise transport.max_retries so that it is asked again."
	}
}
