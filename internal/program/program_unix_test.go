//go:build unix

package program

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// script writes a file that can be executed. Nothing is started meanwhile: it would have
// the file open, and a file that is open for writing is not executed.
func script(t *testing.T, content string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "script")
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestScripts(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		content string
		mode    os.FileMode
		want    Problem
		system  syscall.Errno
	}{
		"no permission":       {"#!/bin/sh\necho a\n", 0o600, Denied, 0},
		"no first line":       {"echo a\n", 0o700, NotProgram, syscall.ENOEXEC},
		"no such interpreter": {"#!/nonexistent/sh\n", 0o700, Interpreter, syscall.ENOENT},
		"Windows lines":       {"#!/bin/sh\r\necho a\r\n", 0o700, Interpreter, syscall.ENOENT},
		"it is killed":        {"#!/bin/sh\nkill -TERM $$\n", 0o700, Killed, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Run(t.Context(), []string{script(t, tc.content, tc.mode)}, nil, time.Minute)
			e := wantProblem(t, err, tc.want)
			if e.System != tc.system || tc.system != 0 && !errors.Is(err, tc.system) {
				t.Errorf("the system says %v", e.System)
			}
			if tc.want == Killed && e.Signal != syscall.SIGTERM {
				t.Errorf("the signal is %v", e.Signal)
			}
		})
	}
}

// A program that asks for a password is told that there is no terminal.
func TestNoTerminal(t *testing.T) {
	t.Parallel()
	got, err := Run(t.Context(), self(t, "terminal", "/dev/tty"), nil, time.Minute)
	if err != nil || string(got) != "true" {
		t.Errorf("got %q, %v", got, err)
	}
}

// Where PATH has the current directory, a program in it must be named as one.
func TestProgramHere(t *testing.T) {
	path := script(t, "#!/bin/sh\necho a\n", 0o700)
	t.Chdir(filepath.Dir(path))
	t.Setenv("PATH", ".")
	_, err := Run(t.Context(), []string{"script"}, nil, time.Minute)
	_ = wantProblem(t, err, Here)
	if got, err := Run(t.Context(), []string{"./script"}, nil, time.Minute); err != nil || string(got) != "a\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

// A program that may not be killed, such as one of another user, keeps nobody waiting.
func TestProgramThatLivesOn(t *testing.T) {
	t.Parallel()
	s := listen(t)
	ctx, cancel := context.WithCancel(t.Context())
	r, err := start(ctx, self(t, "hang", s.address), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.accept(2)
	own := r.group
	defer own.kill()
	r.group = 1 << 30 // there is none of this number
	cancel()
	if ended, err := r.wait(ctx); ended || err != nil {
		t.Errorf("ended: %t, %v", ended, err)
	}
}

// A program and what it has started do not outlive the process that runs it, even if that is
// killed and can end nothing.
func TestProgramEndsWithItsRunner(t *testing.T) {
	t.Parallel()
	for verb, programs := range map[string]int{"run": 2, "run alone": 1} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			if verb == "run alone" && runtime.GOOS != "linux" {
				t.Skip("only Linux ends it without a guard")
			}
			s := listen(t)
			args := self(t, verb)
			runner := exec.Command(args[0], args[1:]...) //nolint:noctx,gosec // the test kills it
			runner.Env = append(os.Environ(), addressVariable+"="+s.address)
			if err := runner.Start(); err != nil {
				t.Fatal(err)
			}
			s.accept(programs)
			if err := runner.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = runner.Wait()
			s.wantGone(0)
		})
	}
}

// What has ended well leaves its background processes alone, and no guard.
func TestGuardIsDismissed(t *testing.T) {
	t.Parallel()
	s := listen(t)
	r, err := start(t.Context(), self(t, "hang", s.address), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.group.kill()
	s.accept(2)
	g := r.group.guarded()
	g.dismiss()
	if g.shell == nil || g.shell.ProcessState == nil || !g.shell.ProcessState.Success() {
		t.Errorf("the guard is %v", g.shell)
	}
	if err := syscall.Kill(-int(r.group), 0); err != nil {
		t.Errorf("the program has ended: %v", err)
	}
}

func TestPipeThatNobodyReads(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close() //nolint:errcheck // nothing is written
	if isUnread(int(writer.Fd())) {
		t.Error("a pipe with a reader is said to have none")
	}
	if err = reader.Close(); err != nil || !isUnread(int(writer.Fd())) {
		t.Errorf("a pipe without a reader is said to have one (%v)", err)
	}
}
