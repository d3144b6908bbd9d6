package clitest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
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
	Proxy  bool              // the runs may use the proxy and the certificates of the environment, to reach a registry

	written map[string]bool
	runs    atomic.Int32
}

// What init leaves beside the configuration.
const (
	pluginDir = ".terraform"
	lockFile  = ".terraform.lock.hcl"
)

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
	return errors.Join(os.RemoveAll(w.Path(pluginDir)), os.RemoveAll(w.Path(lockFile)))
}

// Adopt takes what init left in another workspace: the plugins and the lock file. It counts as
// the first run, which init is in others.
func (w *Workspace) Adopt(from *Workspace) error {
	w.runs.Add(1)
	lock, err := os.ReadFile(from.Path(lockFile))
	if err != nil {
		return err
	}
	if err := os.CopyFS(w.Path(pluginDir), os.DirFS(from.Path(pluginDir))); err != nil {
		return err
	}
	return os.WriteFile(w.Path(lockFile), lock, 0o600) //nolint:gosec // the path is its own
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

// environment starts from nothing, so that neither the user's CLI settings nor
// credentials in the environment nor a proxy reach the run.
func (w *Workspace) environment() []string {
	env := map[string]string{
		"HOME":               filepath.Join(w.Dir, "home"),
		"TMPDIR":             filepath.Join(w.Dir, "tmp"),
		"TF_CLI_CONFIG_FILE": w.Config,
		"TF_IN_AUTOMATION":   "1",
		"CHECKPOINT_DISABLE": "1",
	}
	for _, name := range []string{"init", "plan", "apply", "destroy", "refresh"} {
		env["TF_CLI_ARGS_"+name] = "-no-color -input=false"
	}
	for _, name := range []string{"validate", "output", "show", "test"} {
		env["TF_CLI_ARGS_"+name] = "-no-color"
	}
	// What a process needs to start at all, most of it on Windows, and where a provider
	// built with -cover writes.
	names := []string{"PATH", "GOCOVERDIR", "SYSTEMROOT", "SystemDrive", "COMSPEC", "PATHEXT", "WINDIR"}
	if w.Proxy {
		names = append(names, "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR")
	}
	for _, name := range names {
		if value, ok := os.LookupEnv(name); ok {
			env[name] = value
		}
	}
	if runtime.GOOS == "windows" {
		env["TMP"], env["TEMP"], env["USERPROFILE"] = env["TMPDIR"], env["TMPDIR"], env["HOME"]
	}
	maps.Copy(env, w.Env)
	list := make([]string, 0, len(env))
	for name, value := range env {
		list = append(list, name+"="+value)
	}
	return list
}
