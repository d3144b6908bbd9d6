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
	isNamed := r.e.Kind == token.KindRevocation && r.e.Problem == token.ProblemEndpoint && r.e.Purpose == token.ForMetadata // in the problem
	if host := r.x.Host(); host != "" && !isNamed {
		who += ", " + r.e.Purpose.String() + " at " + host
	}
	// A name at the end may have a full stop of its own.
	return who + ": " + strings.TrimSuffix(r.outcome(m.problem), ".") + "."
}

// outcome says what came of asking.
func (r *report) outcome(problem string) string {
	if r.e.Status != 0 && r.e.Problem != token.ProblemRefusedBefore {
		answered := "it answered " + inWords(r.e.Status)
		if problem != "" {
			answered += ": " + problem
		}
		problem = answered
	}
	return problem + after(r.e.Tries)
}

// inWords returns a status with its name, if it has one.
func inWords(status int) string {
	return strings.TrimSpace(fmt.Sprintf("HTTP %d %s", status, http.StatusText(status)))
}

// after says how many attempts there were, if more than one, and for how long.
func after(t token.Tries) string {
	took := t.Took.Round(time.Second)
	switch {
	case t.Attempts < 2:
		return ""
	case took <= 0:
		return fmt.Sprintf(" (after %d attempts)", t.Attempts)
	}
	return fmt.Sprintf(" (after %d attempts in %s)", t.Attempts, took)
}

// clockSentence says by how much this machine's clock is wrong.
func clockSentence(ahead time.Duration) string {
	if ahead == 0 {
		return ""
	}
	direction := "ahead of"
	if ahead < 0 {
		direction = "behind"
	}
	return "This machine's clock is " + ahead.Abs().String() + " " + direction + " the server's. Correct whichever is wrong: JWTs, one-time codes and times of expiry depend on both."
}
