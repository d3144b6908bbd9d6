package acceptance

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// patience is how long a run may go on after an interrupt. It should be over
// within two seconds; the rest is for a busy machine. An interrupt that reaches
// no token request shows all the same: with the default transport the retries
// of a single one last two minutes and more.
const patience = 8 * time.Second

const (
	deferredRead = later + `
data "apitoken_emtech" "this" {
  depends_on = [terraform_data.later]
}
`
	deferredOpening = later + `
ephemeral "apitoken_emtech" "this" {
  open_after = terraform_data.later.id
}
`
	usedToken     = "ephemeral.apitoken_emtech.this.access_token"
	severalTokens = `join("", [` + usedToken + `, ephemeral.apitoken_epgl.this.access_token, ephemeral.apitoken_oauth2.this.access_token])`
)

// hanging is a run that waits for token requests when the interrupt comes.
type hanging struct {
	name   string
	config string
	// apply interrupts the apply of a plan that was saved while all was well.
	apply bool
	fault sandbox.Fault
	// flags are more flags of the run.
	flags []string
}

func hangingRuns() []hanging {
	oneByOne := []string{"-parallelism=1"}
	several := ephemerals("emtech", "epgl", "oauth2")
	return []hanging{
		{name: "plan, data source", config: dataSources("emtech"), fault: sandbox.Hang()},
		{name: "plan, ephemeral resource", config: ephemerals("emtech"), fault: sandbox.Hang()},
		{name: "plan, between two attempts", config: dataSources("emtech") + ephemerals("emtech"), fault: sandbox.RetryAfterSeconds(503, 25)},
		{name: "apply, data source", config: deferredRead, apply: true, fault: sandbox.Hang()},
		{name: "apply, ephemeral resource", config: deferredOpening + use(usedToken), apply: true, fault: sandbox.Hang()},
		{name: "apply, opened at plan too", config: ephemerals("emtech") + use(usedToken), apply: true, fault: sandbox.Hang()},
		// The CLIs open what is left in the queue although they were interrupted.
		{name: "plan, others in the queue", config: several, fault: sandbox.Hang(), flags: oneByOne},
		{name: "apply, others in the queue", config: several + use(severalTokens), apply: true, fault: sandbox.Hang(), flags: oneByOne},
	}
}

func testInterrupt(l *sandboxLab) {
	if runtime.GOOS == "windows" {
		l.T.Skip("Windows knows no interrupt of another process")
	}
	for _, h := range hangingRuns() {
		l.T.Run(h.name, func(t *testing.T) { l.within(t).interrupt(h) })
	}
}

func (l *sandboxLab) interrupt(h hanging) {
	l.T.Helper()
	ctx, cancel := context.WithCancel(l.T.Context())
	defer cancel()
	p := l.startHanging(ctx, h)
	began := time.Now()
	clitest.OK(l.T, p.Interrupt())
	// The end of the context is a second interrupt, upon which the CLI gives up.
	defer time.AfterFunc(patience, cancel).Stop()
	result, err := p.Wait()
	took := time.Since(began)
	if errors.Is(err, context.Canceled) {
		l.T.Fatalf("still running %s after the interrupt:\n%s", took, result.Stdout+result.Stderr)
	}
	if err != nil {
		l.T.Fatal(err)
	}
	if result.Code != 1 || !strings.Contains(result.Stderr, "Token request interrupted") {
		l.T.Errorf("ended with %d:\n%s", result.Code, result.Stdout+result.Stderr)
	}
	if left := p.Survivors(patience); len(left) > 0 {
		l.T.Errorf("processes left: %v", left)
	}
	l.T.Logf("the run ended %s after the interrupt, the last process %s after it", took, time.Since(began))
}

// startHanging returns the run once the first token request has arrived.
func (l *sandboxLab) startHanging(ctx context.Context, h hanging) *clitest.Process {
	l.T.Helper()
	l.heal()
	l.forgetState()
	l.Configure(l.head(""), h.config)
	args := append([]string{"plan"}, h.flags...)
	if h.apply {
		l.Must("plan", "-out="+savedPlan)
		args = append(append([]string{"apply"}, h.flags...), savedPlan)
	}
	l.always(h.fault)
	before := l.requests()
	p := clitest.Must(l.Start(ctx, args...))(l.T)
	for deadline := time.Now().Add(time.Minute); sum(l.requests()) == sum(before); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			killed := p.Kill()
			result, err := p.Wait()
			l.T.Fatalf("no token request: %v, %v\n%s", killed, err, result.Stdout+result.Stderr)
		}
	}
	return p
}

func (l *sandboxLab) forgetState() {
	l.T.Helper()
	clitest.OK(l.T, os.RemoveAll(l.Path("terraform.tfstate")))
}

func sum(counts map[string]int) int {
	total := 0
	for _, n := range counts {
		total += n
	}
	return total
}

// Without an interrupt the request's own time limit ends the run. What a run
// takes here is the CLI's start and two attempts of a second.
func testTimeLimit(l *sandboxLab) {
	const limits = `transport = { timeout = "1s", max_retries = 1, retry_max_wait = "10ms" }`
	l.Configure(l.head(limits), dataSources("epgl"), ephemerals("oauth2"), deferredOpening, use(usedToken))
	for _, name := range []string{"epgl", "oauth2"} {
		l.box.OrderAlways(name, sandbox.Hang())
	}
	l.timedOut([]string{"data.apitoken_epgl.this", "ephemeral.apitoken_oauth2.this"}, "plan")
	l.asked(nil, 2, "epgl", "oauth2")
	l.heal()

	l.Must("plan", "-out="+savedPlan)
	l.box.OrderAlways("emtech", sandbox.Hang())
	l.timedOut([]string{"ephemeral.apitoken_emtech.this"}, "apply", savedPlan)
	l.asked(nil, 2, "emtech")
}

func (l *sandboxLab) timedOut(addresses []string, args ...string) {
	l.T.Helper()
	began := time.Now()
	for _, d := range l.ErrorsAt(addresses, args...) {
		l.Says(d, "Token endpoint cannot be reached", "did not answer in time", "transport.timeout")
	}
	l.T.Logf("%s: twice a second's limit ended the run after %s", args[0], time.Since(began))
}
