package acceptance

import (
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// longestWait is the default of retry_max_wait.
const longestWait = 30 * time.Second

// addresses are those of the tokens of each kind that the CLI knows.
func (l *sandboxLab) addresses() []string {
	var found []string
	for _, kind := range l.kinds() {
		for _, name := range services() {
			found = append(found, kind+".apitoken_"+name+".this")
		}
	}
	return found
}

func (l *sandboxLab) always(fault sandbox.Fault) {
	for _, name := range services() {
		l.box.OrderAlways(name, fault)
	}
}

func (l *sandboxLab) once(fault sandbox.Fault) {
	for _, name := range services() {
		l.box.Order(name, fault)
	}
}

func (l *sandboxLab) heal() {
	for _, name := range services() {
		l.box.Heal(name)
	}
}

// Both kinds refer to each set, and one request serves both with its refusal.
func testRefusals(l *sandboxLab) {
	l.Configure(l.head(hurried), l.everyKind())
	for _, status := range []int{400, 401, 403, 415} {
		l.always(sandbox.Status(status))
		before := l.requests()
		for _, d := range l.ErrorsAt(l.addresses(), "plan") {
			l.Says(d, "Token request refused", fmt.Sprintf("HTTP %d %s", status, http.StatusText(status)))
		}
		l.asked(before, 1, services()...)
	}
}

// An endpoint that fails once and is well again fails no run. The waits that it
// asks for are longer than the provider's own first one, which is a second at most.
func testRetries(l *sandboxLab) {
	l.Configure(l.head(""), l.everyKind())
	for _, failing := range []struct {
		name  string
		fault func() sandbox.Fault
		wait  time.Duration
	}{
		{"500", func() sandbox.Fault { return sandbox.Status(500) }, 0},
		{"a cut connection", sandbox.Cut, 0},
		{"503 with a wait", func() sandbox.Fault { return sandbox.RetryAfterSeconds(503, 4) }, 4 * time.Second},
		{"429 with a date", func() sandbox.Fault { return sandbox.RetryAfterDate(429, time.Now().Add(5*time.Second)) }, 4 * time.Second},
	} {
		before, began := l.requests(), time.Now()
		l.once(failing.fault())
		if found := l.Errors("plan"); len(found) > 0 {
			l.T.Errorf("%s, then well: %+v", failing.name, found)
		}
		l.asked(before, 2, services()...)
		took := time.Since(began)
		if took < failing.wait {
			l.T.Errorf("%s: the run took %s, less than the wait asked for", failing.name, took)
		}
		l.T.Logf("%s, then well: the run took %s", failing.name, took)
	}
}

// The time that an error names is the endpoint's own, or as much later as the response was on
// its way. No run sits out even the longest wait that is allowed.
func testLongWaits(l *sandboxLab) {
	l.Configure(l.head(""), l.everyKind())
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	for _, status := range []int{429, 503} {
		l.always(sandbox.RetryAfterDate(status, until))
		l.namedBetween(until, until.Add(longestWait), l.toldToWait())
	}
	l.always(sandbox.RetryAfterSeconds(429, 3600))
	earliest := time.Now().Add(time.Hour).Truncate(time.Second)
	told := l.toldToWait()
	l.namedBetween(earliest, time.Now().Add(time.Hour), told)
}

func (l *sandboxLab) namedBetween(earliest, latest time.Time, told map[string]clitest.Diagnostic) {
	l.T.Helper()
	for _, d := range told {
		if at := l.namedTime(d); at.Before(earliest) || at.After(latest) {
			l.T.Errorf("the error names %s, want between %s and %s", at, earliest, latest)
		}
	}
}

func (l *sandboxLab) toldToWait() map[string]clitest.Diagnostic {
	l.T.Helper()
	before, began := l.requests(), time.Now()
	told := l.ErrorsAt(l.addresses(), "plan")
	took := time.Since(began)
	for _, d := range told {
		l.Says(d, "Token endpoint asks for a longer wait", "retry_max_wait")
	}
	l.asked(before, 1, services()...)
	if took > longestWait {
		l.T.Errorf("the run took %s", took)
	}
	l.T.Logf("the run ended after %s", took)
	return told
}

// namedTime is the time that an error names.
func (l *sandboxLab) namedTime(d clitest.Diagnostic) time.Time {
	l.T.Helper()
	at, err := time.Parse(time.RFC3339, regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:]+Z`).FindString(d.Detail))
	if err != nil {
		l.T.Errorf("no time in %q: %v", d.Detail, err)
	}
	return at
}
