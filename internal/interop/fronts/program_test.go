//go:build unix

package fronts_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// patience bounds each wait for a program.
const patience = 30 * time.Second

// program is a front end's program, and below which directory its package is.
type program struct{ path, root string }

// findProgram skips the test if there is no such program; in CI it fails, where
// all that other tests need is there too.
func findProgram(t *testing.T, name string) program {
	t.Helper()
	repository := clitest.Must(clitest.Root())(t)
	for _, root := range []string{filepath.Join(repository, ".bin", "fronts"), "/"} {
		for _, dir := range []string{"sbin", "bin"} {
			if path, err := exec.LookPath(filepath.Join(root, "usr", dir, name)); err == nil {
				return program{path, root}
			}
		}
	}
	if os.Getenv("CI") == "true" && os.Getenv("TF_ACC") != "" {
		t.Fatalf("there is no %s: run make fronts", name)
	}
	t.Skipf("there is no %s: run make fronts", name)
	return program{}
}

// command returns a command of the package, which finds the package's libraries.
func (p program) command(t *testing.T, path string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), path, args...) //nolint:gosec // it runs what the tests name
	libraries := clitest.Must(filepath.Glob(filepath.Join(p.root, "usr", "lib", "*-linux-gnu*")))(t)
	cmd.Env = os.Environ()
	if p.root != "/" && len(libraries) > 0 {
		cmd.Env = append(cmd.Env, "LD_LIBRARY_PATH="+libraries[0])
	}
	return cmd
}

// output keeps what a program says.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (o *output) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(text)
}

// String returns all of it.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// process is a program that runs in the foreground, in a process group that is
// its own: some programs start others.
type process struct {
	cmd    *exec.Cmd
	output output
	ended  chan struct{}
}

// run starts the command. The end of the test kills what is left of it.
func run(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{cmd: cmd, ended: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = &p.output, &p.output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = patience
	clitest.OK(t, cmd.Start())
	go func() {
		defer close(p.ended)
		_ = cmd.Wait() // a program that was told to stop may call that a failure
	}()
	t.Cleanup(func() {
		p.kill(t)
		if t.Failed() {
			t.Logf("%s said:\n%s", cmd.Path, p.output.String())
		}
	})
	return p
}

func (p *process) signal(t *testing.T, signal syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Error(err)
	}
}

// kill ends the program and those that it has started.
func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		t.Error(err)
	}
	<-p.ended
}

// stop lets the program finish, so that its log is complete.
func (p *process) stop(t *testing.T, signal syscall.Signal) {
	t.Helper()
	p.signal(t, signal)
	p.wait(t)
}

// wait waits until the program has ended.
func (p *process) wait(t *testing.T) {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Errorf("%s does not stop", p.cmd.Path)
	}
}

func (p *process) hasEnded() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}
