// Package program runs programs that print a token or a signature. There is no shell, no
// terminal and no input but what is given, and nothing of a program goes into a log.
package program

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// patience is how long a program's output may stay open after its end, as by a child in
// the background, and how long it may take to end after it was killed.
const patience = 2 * time.Second

var (
	errSlow     = errors.New("the time limit has passed")
	errTooLarge = errors.New("there is too much output")
)

// Run runs a program with its arguments, and returns what it writes to stdout, at most
// 1 MiB. args[0] is a path or a name that is looked up in PATH. The program gets the
// environment of this process and stdin, which is empty if it is nil.
//
// The time limit, the end of ctx or that of this process kills the program and the processes
// that it has started. If the program ends well and a child keeps its output open, Run returns after
// two seconds what was printed by then, and kills the child. Run returns an *Error, or
// the error of ctx.
func Run(ctx context.Context, args []string, stdin []byte, timeout time.Duration) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	limited, end := context.WithCancelCause(ctx)
	defer end(nil)
	timed, stop := context.WithTimeoutCause(limited, timeout, errSlow)
	defer stop()
	// To Linux, the parent of a program is the thread that starts it: it must not end before.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	r, err := start(timed, args, stdin, func() { end(errTooLarge) })
	if err != nil {
		return nil, err
	}
	defer r.group.release()
	defer r.group.guarded().dismiss()
	ended, waited := r.wait(timed)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case !ended:
		return nil, &Error{Problem: problemOf(context.Cause(timed))}
	}
	return r.result(waited, context.Cause(timed))
}

// running is a program that has been started.
type running struct {
	cmd    *exec.Cmd
	group  group
	stdout output
	stderr lastLine
}

// start starts a program. tooLarge is called when it has printed too much.
func start(ctx context.Context, args []string, stdin []byte, tooLarge func()) (*running, error) {
	path, err := find(args)
	if err != nil {
		return nil, err
	}
	cmd, err := command(context.WithoutCancel(ctx), path, args) // wait ends it, with its children
	if err != nil {
		return nil, err
	}
	r := &running{cmd: cmd, stdout: output{full: tooLarge}}
	if stdin != nil {
		cmd.Stdin = bytes.NewReader(stdin)
	}
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &r.stdout, &r.stderr, patience
	if err := cmd.Start(); err != nil {
		return nil, startError(path, err)
	}
	r.group = groupOf(cmd.Process)
	return r, nil
}

// find returns the path of a program.
func find(args []string) (string, error) {
	if len(args) == 0 {
		return "", &Error{Problem: NotFound}
	}
	path, err := exec.LookPath(args[0])
	switch {
	case err == nil:
		return path, nil
	case errors.Is(err, exec.ErrDot):
		return "", &Error{Problem: Here}
	case isDirectory(args[0]):
		return "", &Error{Problem: Directory}
	case errors.Is(err, fs.ErrPermission):
		return "", &Error{Problem: Denied}
	default:
		return "", &Error{Problem: NotFound}
	}
}

// isDirectory reports whether the path of a program is that of a directory.
func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir() && strings.ContainsAny(path, `/\`)
}

// startError returns the error of a program that was found and cannot be started.
func startError(path string, err error) error {
	e := &Error{Problem: Unstartable}
	e.System, _ = errors.AsType[syscall.Errno](err)
	switch {
	case isNoProgram(e.System):
		e.Problem = NotProgram
	case errors.Is(err, fs.ErrPermission):
		e.Problem = Denied
	case errors.Is(err, fs.ErrNotExist):
		e.Problem = NotFound
		if _, gone := os.Stat(path); gone == nil {
			e.Problem = Interpreter
		}
	}
	return e
}

// wait waits until the program has ended, and returns what exec.Cmd.Wait does. It kills
// the program when ctx ends. It reports false if the program lives on even so, such as one
// of another user.
func (r *running) wait(ctx context.Context) (ended bool, err error) {
	done := make(chan error, 1)
	go func() { done <- r.cmd.Wait() }()
	select {
	case err = <-done:
	case <-ctx.Done():
		r.group.kill()
		select {
		case err = <-done:
		case <-time.After(patience):
			return false, nil
		}
	}
	if err != nil {
		r.group.kill()
	}
	if errors.Is(err, exec.ErrWaitDelay) { // the program has ended well, and a child has kept its output open
		err = nil
	}
	return true, err
}

// result returns the output of a program that has ended. waited is what exec.Cmd.Wait
// has returned, and cause why the program was killed, if it was.
func (r *running) result(waited, cause error) ([]byte, error) {
	e := &Error{LastLine: said.NewForeign(r.stderr.text()), Printed: said.NewSecret(r.stdout.text())}
	exit, hasFailed := errors.AsType[*exec.ExitError](waited)
	switch {
	case cause != nil && (waited != nil || errors.Is(cause, errTooLarge)):
		e.Problem = problemOf(cause)
	case hasFailed:
		e.Problem, e.Status = Failed, exit.ExitCode()
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			e.Problem, e.Signal = Killed, status.Signal()
		}
	case waited != nil:
		e.Problem = Unstartable
		e.System, _ = errors.AsType[syscall.Errno](waited)
	case strings.TrimSpace(e.Printed.Reveal()) == "":
		e.Problem = Silent
	default:
		return r.stdout.written, nil
	}
	return nil, e
}

// problemOf returns why a program was killed.
func problemOf(cause error) Problem {
	if errors.Is(cause, errTooLarge) {
		return TooLarge
	}
	return Slow
}
