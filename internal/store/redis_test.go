//go:build unix

package store_test

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/store"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// guarded runs a server until stdin ends, as it does when the test does, even if that is
// killed.
const guarded = `"$@" </dev/null & read -r line; kill -s KILL $!; wait`

// node is a Redis server of a test.
type node struct {
	port, dir string
	args      []string
	shell     *exec.Cmd
	guard     io.Closer
}

// startRedis starts a server, which the end of the test ends.
func startRedis(t *testing.T, args ...string) *node {
	t.Helper()
	clitest.NeedRedis(t)
	n := &node{port: clitest.FreePorts(t, 1)[0], dir: shortDir(t)}
	n.args = append([]string{
		"--port", n.port, "--bind", "127.0.0.1", "--dir", n.dir, "--save", "", "--daemonize", "no",
		"--cluster-port", clitest.FreePorts(t, 1)[0], "--unixsocket", n.socket(), "--repl-diskless-sync-delay", "0",
	}, args...)
	n.start(t)
	t.Cleanup(func() { n.kill(t) })
	return n
}

// start starts the server, and waits until it answers.
func (n *node) start(t *testing.T) {
	t.Helper()
	n.shell = exec.CommandContext(context.WithoutCancel(t.Context()), "/bin/sh", append([]string{"-c", guarded, "sh", "redis-server"}, n.args...)...) //nolint:gosec // it runs what the tests name
	n.shell.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	n.guard = clitest.Must(n.shell.StdinPipe())(t)
	clitest.OK(t, n.shell.Start())
	eventually(t, "the server answers", func() bool {
		_, err := n.try("PING")
		_, isRefusal := errors.AsType[redis.Error](err)
		return err == nil || isRefusal
	})
}

// kill ends the server at once.
func (n *node) kill(t *testing.T) {
	t.Helper()
	if n.shell == nil {
		return
	}
	_ = n.guard.Close() // the shell is waited for
	_ = n.shell.Wait()
	n.shell = nil
}

// freeze stops the server where it is, as one that hangs. thaw lets it go on.
func (n *node) freeze(t *testing.T) (thaw func()) {
	t.Helper()
	var id int
	for line := range strings.Lines(n.say(t, "INFO", "server")) {
		if found, isID := strings.CutPrefix(strings.TrimSpace(line), "process_id:"); isID {
			id = clitest.Must(strconv.Atoi(found))(t)
		}
	}
	clitest.OK(t, syscall.Kill(id, syscall.SIGSTOP))
	return func() { clitest.OK(t, syscall.Kill(id, syscall.SIGCONT)) }
}

// try sends a command to the server through its socket, where nobody needs a password
// unless the test sets one.
func (n *node) try(command string, args ...any) (any, error) {
	conn, err := redis.Dial("unix", n.socket(), redis.DialReadTimeout(patience))
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	return conn.Do(command, args...)
}

// say sends a command to the server, and returns the text of the answer.
func (n *node) say(t *testing.T, command string, args ...any) string {
	t.Helper()
	reply, err := n.try(command, args...)
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	if text, isText := reply.([]byte); isText {
		return string(text)
	}
	return fmt.Sprint(reply)
}

func (n *node) socket() string  { return filepath.Join(n.dir, "s") }
func (n *node) address() string { return "127.0.0.1:" + n.port }

// settings returns those of a store on the server.
func (n *node) settings() store.Settings { return at("redis://" + n.address()) }

func at(url string) store.Settings {
	return store.Settings{URL: said.NewSecret(url), Key: storeKey('k')}
}

// shortDir returns a directory whose path is short enough for that of a socket.
func shortDir(t *testing.T) string {
	t.Helper()
	dir := clitest.Must(os.MkdirTemp("", "redis"))(t) //nolint:usetesting // that of the test has a long path
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never came that %s", what)
		}
	}
}

// startTLS starts a server that speaks TLS, and returns the settings of a store on it.
func startTLS(t *testing.T) (*node, store.Settings) {
	t.Helper()
	ca := testkeys.Issue(t, testkeys.Ed25519(t), &x509.Certificate{
		Subject: pkix.Name{CommonName: "store test"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil)
	pair := testkeys.Issue(t, testkeys.Ed25519(t), &x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}, &ca)
	dir, port := t.TempDir(), clitest.FreePorts(t, 1)[0]
	certificate, private := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	clitest.OK(t, errors.Join(os.WriteFile(certificate, []byte(pair.Certificate), 0o600), os.WriteFile(private, []byte(pair.Key), 0o600)))
	n := startRedis(t, "--tls-port", port, "--tls-cert-file", certificate, "--tls-key-file", private,
		"--tls-ca-cert-file", certificate, "--tls-auth-clients", "no")
	settings := at("rediss://127.0.0.1:" + port)
	settings.Roots = x509.NewCertPool()
	settings.Roots.AddCert(ca.Leaf)
	return n, settings
}
