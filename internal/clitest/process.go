package clitest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// grace is how long a CLI has to end after an interrupt, before it is killed.
const grace = 10 * time.Second

// Process is a running CLI. It and the plugins it starts are a process group.
type Process struct {
	cmd            *exec.Cmd
	args           []string
	cause          func() error
	stdout, stderr *os.File
}

// Start starts the CLI and does not wait: call Wait once.
func (w *Workspace) Start(ctx context.Context, args ...string) (*Process, error) {
	verb := "run"
	if len(args) > 0 {
		verb = args[0]
	}
	name := fmt.Sprintf("%02d-%s", w.runs.Add(1), verb)
	cmd := exec.CommandContext(ctx, w.CLI.Path, args...) //nolint:gosec // it runs what the tests name
	cmd.Dir = filepath.Join(w.Dir, "work")
	cmd.Env = w.environment()
	return start(ctx, cmd, filepath.Join(w.Dir, "out", name))
}

// start writes the output to files rather than to pipes: a plugin that outlives
// the CLI would hold a pipe open and keep Wait from returning.
func start(ctx context.Context, cmd *exec.Cmd, outputs string) (*Process, error) {
	stdout, err := os.Create(outputs + ".stdout") //nolint:gosec // the path is its own
	if err != nil {
		return nil, err
	}
	stderr, err := os.Create(outputs + ".stderr") //nolint:gosec // the path is its own
	if err != nil {
		return nil, errors.Join(err, stdout.Close())
	}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.Cancel = func() error { return interrupt(cmd.Process) }
	cmd.WaitDelay = grace
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, stdout.Close(), stderr.Close())
	}
	cause := func() error { return context.Cause(ctx) }
	return &Process{cmd: cmd, args: cmd.Args[1:], cause: cause, stdout: stdout, stderr: stderr}, nil
}

// Interrupt sends os.Interrupt to the CLI alone, not to its plugins. Windows
// knows no such signal: there the CLI is killed.
func (p *Process) Interrupt() error { return interrupt(p.cmd.Process) }

// Signal sends a signal to the CLI alone, not to its plugins.
func (p *Process) Signal(signal os.Signal) error { return p.cmd.Process.Signal(signal) }

// SignalGroup sends a signal to the CLI and to all that it has started, as a
// terminal does. On Windows, which has no process groups, the CLI is killed.
func (p *Process) SignalGroup(signal syscall.Signal) error { return signalGroup(p.cmd.Process, signal) }

// Kill ends the CLI and its plugins at once. After Wait it ends what is left.
func (p *Process) Kill() error { return killGroup(p.cmd.Process) }

// Wait waits for the CLI, not for its plugins. The error is that of an ended
// context or of a CLI that could not be waited for; then nothing of it is left.
func (p *Process) Wait() (Result, error) {
	err := p.cmd.Wait()
	stdout, outErr := finish(p.stdout)
	stderr, errErr := finish(p.stderr)
	state := p.cmd.ProcessState
	result := Result{Args: p.args, Stdout: stdout, Stderr: stderr, Code: state.ExitCode(), CPU: ProcessorTime(state)}
	if cause := p.cause(); cause != nil {
		return result, errors.Join(cause, p.Kill(), outErr, errErr)
	}
	if _, ok := errors.AsType[*exec.ExitError](err); ok {
		err = nil
	}
	return result, errors.Join(err, outErr, errErr)
}

// ProcessorTime is what an ended process has used, and what the processes that
// it started and waited for have, except on Windows.
func ProcessorTime(state *os.ProcessState) time.Duration {
	if state == nil {
		return 0
	}
	return state.UserTime() + state.SystemTime()
}

// Survivors names the processes of the CLI's group that are still there when
// the time has passed: after Wait, plugins that nobody ended. It returns as
// soon as there is none. On Windows, which has no process groups, it finds none.
func (p *Process) Survivors(within time.Duration) []string {
	deadline := time.Now().Add(within)
	for {
		left := groupMembers(p.cmd.Process.Pid)
		if len(left) == 0 || !time.Now().Before(deadline) {
			return left
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func finish(file *os.File) (string, error) {
	if err := file.Close(); err != nil {
		return "", err
	}
	data, err := os.ReadFile(file.Name())
	return string(data), err
}
