package diagnostic

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// headline says whose request failed, where, and what came of it.
func (r *report) headline(m message) string {
	who := fmt.Sprintf("Service %s, credential set %q", r.set.Service.Name, r.set.Name)
	if r.set.FromEnvironment {
		who += " (from the environment)"
	}
	if host := r.host(); host != "" {
		who += ", " + r.e.Purpose.String() + " at " + host
	}
	return who + ": " + r.outcome(m.problem) + "."
}

// host returns the host that was asked; "" if nobody was to be asked.
func (r *report) host() string {
	if r.e.Kind == token.KindRevocation && r.e.Problem == token.ProblemEndpoint && r.e.Purpose == token.ForMetadata {
		return "" // the problem names it
	}
	return r.x.Host()
}

// outcome says what came of asking.
func (r *report) outcome(problem string) string {
	if status := r.status(); status != 0 {
		answered := strings.TrimSpace(fmt.Sprintf("HTTP %d %s", status, http.StatusText(status)))
		if problem == "" {
			problem = "it answered " + answered
		} else {
			problem = "it answered " + answered + ": " + problem
		}
	}
	return problem + after(r.e.Tries)
}

// status is that of the response to this request; 0 if there was none.
func (r *report) status() int {
	if r.e.Problem == token.ProblemRefusedBefore {
		return 0
	}
	return r.e.Status
}

// after says how many attempts there were, and for how long; "" if there was one.
func after(t token.Tries) string {
	took := t.Took.Round(time.Second)
	switch {
	case t.Attempts < 2:
		return ""
	case took <= 0:
		return fmt.Sprintf(" (after %d attempts)", t.Attempts)
	default:
		return fmt.Sprintf(" (after %d attempts in %s)", t.Attempts, took)
	}
}

// clockSentence says by how much this machine's clock is wrong; "" if it is right.
func clockSentence(ahead time.Duration) string {
	if ahead == 0 {
		return ""
	}
	direction := "ahead of"
	if ahead < 0 {
		direction = "behind"
	}
	return "This machine's clock is " + ahead.Abs().String() + " " + direction + " the server's. Correct whichever is wrong: JWTs and times of expiry depend on both."
}
