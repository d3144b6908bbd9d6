package acceptance

import (
	"context"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// ending is a way in which a run ends in the middle of an apply.
type ending struct {
	name string
	end  func(p *clitest.Process) error
	// killed says that the CLI is.
	killed bool
	// idle says that no request comes after the one that is never answered: a provider may end
	// by itself when it writes to the log of a CLI that has ended.
	idle bool
}

func (p *proxiedLab) endings() []ending {
	signal := func(s os.Signal) func(*clitest.Process) error {
		return func(run *clitest.Process) error { return run.Signal(s) }
	}
	group := func(s syscall.Signal) func(*clitest.Process) error {
		return func(run *clitest.Process) error { return run.SignalGroup(s) }
	}
	return []ending{
		{name: "interrupt of the CLI", end: signal(os.Interrupt)},
		{name: "interrupt of the group, as a terminal does", end: group(syscall.SIGINT)},
		{name: "SIGTERM to the CLI", end: signal(syscall.SIGTERM)},
		{name: "SIGTERM to the group, as a CI system does", end: group(syscall.SIGTERM)},
		{name: "kill of the CLI", end: signal(os.Kill), killed: true},
		{name: "kill of the CLI without further requests", end: signal(os.Kill), killed: true, idle: true},
		{name: "interrupt of the CLI without further requests", end: signal(os.Interrupt), idle: true},
		{name: "kill of the provider", end: func(run *clitest.Process) error {
			if sent := p.signalPlugins(run, os.Kill); sent != 1 {
				p.T.Errorf("%d processes of the provider", sent)
			}
			return nil
		}},
	}
}

// However a run ends, nothing listens two seconds afterwards, and no process of the provider
// is left.
func testProxiedEnds(l *sandboxLab) {
	if runtime.GOOS != "linux" {
		l.T.Skip("it takes /proc to find the plugin")
	}
	p := l.newProxied()
	for _, e := range p.endings() {
		p.T.Run(e.name, func(t *testing.T) {
			part := *p
			part.sandboxLab = l.within(t)
			part.end(e)
		})
	}
}

func (p *proxiedLab) end(e ending) {
	p.T.Helper()
	more, requests := p.busy(), 12
	if e.idle {
		more, requests = "", 1
	}
	run := p.startProxied(more, requests)
	began := time.Now()
	clitest.OK(p.T, e.end(run))
	p.closed()
	closedAfter := time.Since(began)
	result := clitest.Must(run.Wait())(p.T)
	ended := time.Since(began)
	if want := map[bool]int{true: -1, false: 1}[e.killed]; result.Code != want {
		p.T.Errorf("ended with %d:\n%s", result.Code, result.Stdout+result.Stderr)
	}
	for p.signalPlugins(run, syscall.Signal(0)) > 0 {
		if time.Since(began) > patience {
			p.T.Errorf("processes left: %v", run.Survivors(0))
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	p.T.Logf("nothing listened %s after the end, the run ended after %s, the provider after %s", closedAfter, ended, time.Since(began))
	clitest.OK(p.T, run.Kill()) // the downstream provider and the program outlive a killed CLI
}

const hangingCall = "resource \"caller_calls\" \"hanging\" {\n  provider = caller.this\n  path = \"/hang\"\n}\n"

// busy is calls for two minutes, one after the other.
func (p *proxiedLab) busy() string {
	p.T.Helper()
	return callsOf("this", "count = 2\n  path = \"/orders\"\n  lasts = \"2m\"") + p.program("this", 1, 2*time.Minute)
}

// startProxied returns an apply in whose middle a request is on its way that is never answered,
// after some others.
func (p *proxiedLab) startProxied(more string, requests int) *clitest.Process {
	p.T.Helper()
	p.forgetState()
	p.proxied(p.proxy("this", ""), hangingCall, more)
	before, _ := p.api.counts()
	ctx, cancel := context.WithTimeout(p.T.Context(), time.Minute) // a run that does not end is killed
	p.T.Cleanup(cancel)
	run := clitest.Must(p.Start(ctx, "apply", "-auto-approve"))(p.T)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if answered, _ := p.api.counts(); answered >= before+requests {
			break
		}
		if time.Now().After(deadline) {
			killed := run.Kill()
			result, err := run.Wait()
			p.T.Fatalf("no requests: %v, %v\n%s", killed, err, result.Stdout+result.Stderr)
		}
	}
	noted := p.noted()
	if address := clitest.Must(hostOf(noted[len(noted)-1].URL))(p.T); !isListening(address) {
		p.T.Errorf("nothing listens on %s in the middle of the run", address)
	}
	return run
}
