package clitest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

// Workspace is a directory with a configuration, and the runs on it.
//
// Its directories: work (the configuration, state and plans), home, tmp (what
// the processes take for the system's own), out (what each run printed) and
// logs. Its path is kept short, as the plugins' sockets lie in tmp and a
// socket's path has a limit of about a hundred bytes.
type Workspace struct {
	CLI    CLI
	Dir    string            // holds all that the runs write
	Env    map[string]string // beside the workspace's own, which it overrides
	Config string            // CLI configuration file
	// Proxy lets the runs use the proxy and the certificates that the environment
	// names: for runs that reach out to a registry.
	Proxy bool

	written map[string]bool
	runs    atomic.Int32
}

// NewWorkspace makes an empty workspace in a new directory.
func NewWorkspace(cli CLI, config string) (*Workspace, error) {
	dir, err := os.MkdirTemp("", "apitoken-")
	if err != nil {
		return nil, err
	}
	w := &Workspace{CLI: cli, Dir: dir, Config: config, Env: map[string]string{}, written: map[string]bool{}}
	for _, name := range []string{"work", "home", "tmp", "out", "logs"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			return nil, errors.Join(err, w.Close())
		}
	}
	return w, nil
}

// Path is the path of a file beside the configuration.
func (w *Workspace) Path(name string) string { return filepath.Join(w.Dir, "work", name) }

// Write writes a file beside the configuration, such as main.tf. Search passes
// it by: a test may well write its secrets there.
func (w *Workspace) Write(name, content string) error {
	path := w.Path(name)
	w.written[path] = true
	return os.WriteFile(path, []byte(content), 0o600)
}

// Forget removes what init left, so that the next one starts anew.
func (w *Workspace) Forget() error {
	return errors.Join(os.RemoveAll(w.Path(".terraform")), os.RemoveAll(w.Path(".terraform.lock.hcl")))
}

// Trace has all later runs log at TRACE, and returns the log's path.
func (w *Workspace) Trace() string {
	path := filepath.Join(w.Dir, "logs", "trace.log")
	w.Env["TF_LOG"], w.Env["TF_LOG_PATH"] = "TRACE", path
	return path
}

// Search looks for the needles in all that the runs have written: state,
// plans, logs, output, temporary files.
func (w *Workspace) Search(needles ...Needle) ([]Finding, error) {
	return searchDir(w.Dir, func(path string) bool { return w.written[path] }, needles...)
}

// Close removes the workspace.
func (w *Workspace) Close() error { return os.RemoveAll(w.Dir) }

// Result is what a run of the CLI came to.
type Result struct {
	Args           []string
	Stdout, Stderr string
	Code           int
	CPU            time.Duration // the processor time, that of plugins included except on Windows
}

// runError is a run that ended with an exit code other than 0.
type runError struct{ Result Result }

func (e *runError) Error() string {
	r := e.Result
	return fmt.Sprintf("%s ended with %d\n%s", strings.Join(r.Args, " "), r.Code, strings.TrimSpace(r.Stdout+r.Stderr))
}

// Err is nil after exit code 0, else a *runError that holds the output.
func (r Result) Err() error {
	if r.Code == 0 {
		return nil
	}
	return &runError{Result: r}
}

// Run runs the CLI and waits for it. An exit code other than 0 is no error of
// Run; an ended ctx is: it interrupts the CLI and then kills what is left.
func (w *Workspace) Run(ctx context.Context, args ...string) (Result, error) {
	process, err := w.Start(ctx, args...)
	if err != nil {
		return Result{}, err
	}
	return process.Wait()
}

// Do is Run, where an exit code other than 0 is an error too.
func (w *Workspace) Do(ctx context.Context, args ...string) (Result, error) {
	result, err := w.Run(ctx, args...)
	if err != nil {
		return result, err
	}
	return result, result.Err()
}
