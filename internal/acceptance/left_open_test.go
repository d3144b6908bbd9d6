package acceptance

import (
	"context"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// However an apply ends, the token that it used is revoked.
func testLeftOpen(l *sandboxLab) {
	if runtime.GOOS == "windows" {
		l.T.Skip("Windows knows no interrupt of another process")
	}
	for name, signals := range map[string][]os.Signal{
		"interrupt":      {os.Interrupt},
		"two interrupts": {os.Interrupt, os.Interrupt},
		"kill":           {os.Kill},
	} {
		l.T.Run(name, func(t *testing.T) { l.within(t).leaveOpen(signals) })
	}
}

// leaveOpen sends the CLI the signals in the middle of an apply.
func (l *sandboxLab) leaveOpen(signals []os.Signal) {
	l.T.Helper()
	l.forgetState()
	c := newClosing(l, false)
	l.Configure(c.configuration(l), useBy("touch used && exec sleep 60", closingToken))
	ctx, cancel := context.WithTimeout(l.T.Context(), time.Minute) // a run that does not end is killed
	defer cancel()
	run := clitest.Must(l.Start(ctx, "apply", "-auto-approve"))(l.T)
	l.await("the use of the token", time.Minute, func() bool { return os.Remove(l.Path("used")) == nil })
	for _, s := range signals {
		clitest.OK(l.T, run.Signal(s))
		time.Sleep(100 * time.Millisecond) // signals of one kind that come at once are one
	}
	result := clitest.Must(run.Wait())(l.T)
	l.await("the revocation", patience, func() bool { return c.issued.Load() > 0 && c.closed.Load() == c.issued.Load() })
	l.T.Logf("%s revoked; the run ended with %d:\n%s", c.counts(), result.Code, result.Stdout+result.Stderr)
	clitest.OK(l.T, run.Kill()) // the command outlives a killed CLI
}

func (l *sandboxLab) await(what string, most time.Duration, happened func() bool) {
	l.T.Helper()
	for deadline := time.Now().Add(most); !happened(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			l.T.Fatalf("%s did not happen", what)
		}
	}
}
