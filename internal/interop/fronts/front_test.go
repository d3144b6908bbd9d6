//go:build unix

package fronts_test

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// nobodyListens is an address that refuses connections: the port is reserved.
const nobodyListens = "127.0.0.1:1"

// kind is a front end: its program, how it is run, and what its configuration needs.
type kind struct {
	name string
	// config is the name of its configuration below testdata.
	config string
	// more are the names of further files below testdata.
	more []string
	// account is the user that it becomes if root starts it; empty: it stays root.
	account string
	// ports are the names of those it listens at.
	ports []string
	// parent is the port of a proxy for what it cannot do itself.
	parent string
	// before, if not nil, prepares its directory.
	before func(t *testing.T, p program, dir string)
	args   func(config string) []string
	// stop is the signal that lets it finish.
	stop syscall.Signal
}

// place is what the configuration of a front end is filled in with.
type place struct {
	Dir, Root, Account       string
	Endpoint, Secure, Nobody string
	Parent                   string
	Port                     map[string]string
	// Statuses are those with which requests are denied.
	Statuses []int
}

// front is a front end that runs.
type front struct {
	*process
	place
	kind     kind
	endpoint *endpoint
	keys     *keyring
}

// start starts a front end before a new endpoint. A port that is free may be taken
// by something else before the front end listens there, so it tries again.
func start(t *testing.T, k kind) *front {
	t.Helper()
	found := findProgram(t, k.name)
	keys := newKeyring(t)
	f := &front{kind: k, keys: keys, endpoint: newEndpoint(t, keys)}
	for range 3 {
		f.place = f.newPlace(t, found)
		if k.before != nil {
			k.before(t, found, f.Dir)
		}
		for _, name := range append(k.more, k.config) {
			f.configure(t, name)
		}
		config := filepath.Join(f.Dir, k.config)
		f.own(t)
		f.process = run(t, found.command(t, found.path, k.args(config)...))
		if f.isReady(t) {
			return f
		}
		f.kill(t)
	}
	t.Fatalf("%s does not start:\n%s", k.name, f.output.String())
	return nil
}

// newPlace makes a directory that the front end's own account can enter, which
// those of testing are not.
func (f *front) newPlace(t *testing.T, p program) place {
	t.Helper()
	dir := clitest.Must(os.MkdirTemp("", "front-"))(t) //nolint:usetesting // as above
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	k := f.keys
	for name, text := range map[string]string{
		"authority.pem": k.authority.Certificate, "server.pem": k.server.Both(), "other.pem": k.other.Both(), "expired.pem": k.expired.Both(),
		"rsa.pem": k.rsa.Both(), "clients.pem": k.clients.Certificate, "interceptor.pem": k.interceptor.Both(),
		"stranger.pem": k.stranger.Both(),
	} {
		clitest.OK(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	made := place{
		Dir: dir, Root: p.root, Nobody: nobodyListens, Port: map[string]string{},
		Statuses: denials(), Parent: f.kind.parent,
		Endpoint: f.endpoint.plain.Listener.Addr().String(), Secure: f.endpoint.secure.Listener.Addr().String(),
	}
	if os.Geteuid() == 0 {
		made.Account = f.kind.account
	}
	for i, port := range clitest.FreePorts(t, len(f.kind.ports)) {
		made.Port[f.kind.ports[i]] = port
	}
	return made
}

// configure writes a file of the configuration.
func (f *front) configure(t *testing.T, name string) {
	t.Helper()
	tmpl := clitest.Must(template.New(name).Option("missingkey=error").ParseFiles(filepath.Join("testdata", name)))(t)
	var text strings.Builder
	clitest.OK(t, tmpl.Execute(&text, f.place))
	clitest.OK(t, os.WriteFile(filepath.Join(f.Dir, name), []byte(text.String()), 0o600))
}

// own gives the directory to the front end's account.
func (f *front) own(t *testing.T) {
	t.Helper()
	if f.Account == "" {
		return
	}
	account := clitest.Must(user.Lookup(f.Account))(t)
	uid, _ := strconv.Atoi(account.Uid)
	gid, _ := strconv.Atoi(account.Gid)
	root := clitest.Must(os.OpenRoot(f.Dir))(t)
	defer func() { _ = root.Close() }()
	err := fs.WalkDir(root.FS(), ".", func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, root.Lchown(path, uid, gid))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// isReady reports whether the front end listens at all its ports.
func (f *front) isReady(t *testing.T) bool {
	t.Helper()
	waiting := slices.Collect(maps.Values(f.Port))
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if f.hasEnded() {
			t.Logf("%s ended:\n%s", f.kind.name, f.output.String())
			return false
		}
		if !isListening(t.Context(), waiting[0]) {
			continue
		}
		if waiting = waiting[1:]; len(waiting) == 0 {
			return true
		}
	}
	return false
}

func isListening(ctx context.Context, port string) bool {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", "127.0.0.1:"+port)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

// finish stops the front end and returns how often each name is in its log,
// whose lines begin with the path, and then the status, of a request.
func (f *front) finish(t *testing.T) map[string]int {
	t.Helper()
	f.stop(t, f.kind.stop)
	text := f.output.String()
	if file, err := os.ReadFile(filepath.Join(f.Dir, "access.log")); err == nil {
		text = string(file)
	}
	seen := map[string]int{}
	for line := range strings.Lines(text) {
		where, _, _ := strings.Cut(line, " ")
		seen[where[strings.LastIndex(where, "/")+1:]]++
	}
	return seen
}

// mustRun runs a command to its end.
func mustRun(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", cmd.Path, err, text)
	}
}

// The passwords for proxies are made up.
const (
	proxyPassword = "fake-password-of-the-proxy"
	wrongPassword = "fake-password-that-is-wrong"
)
