package token

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
)

// alone runs the test once more in a process of its own with the environment, and
// reports whether this is that process, which says with finish how it went. It is
// for what can be set once in a process, or never ends.
func alone(t *testing.T, environment ...string) bool {
	t.Helper()
	const mark = "APITOKEN_TEST_ALONE"
	if os.Getenv(mark) != "" {
		return true
	}
	noLeak(t)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.timeout=2m") // #nosec G204 G702 -- this very program
	// It ends without cleaning up, so what it writes is in a directory of this one.
	cmd.Env = append(append(os.Environ(), mark+"=1", "TMPDIR="+t.TempDir()), environment...)
	if out, err := cmd.CombinedOutput(); err != nil || !strings.HasSuffix(string(out), "it went well\n") {
		t.Errorf("%v:\n%s", err, out)
	}
	return false
}

// finish ends the process of alone.
func finish(t *testing.T) {
	t.Helper()
	if t.Failed() {
		return // the test's own messages come when it ends
	}
	fmt.Println("it went well")
	os.Exit(0) //nolint:revive // what this process has left running would end the test otherwise
}

// A server can make net/http wait for a lock that is never released. The attempt
// ends in time all the same, and the next one does not use that connection.
func TestStuckConnection(t *testing.T) {
	t.Parallel()
	if !alone(t) {
		return
	}
	certificate, trusted := memnet.Certify(t, "localhost", -time.Hour, time.Hour)
	overflow := wire.Frames(func(f *http2.Framer, r *wire.Request) error { return f.WriteWindowUpdate(r.Stream, 1<<31-1) })
	server := &wire.Server{
		Answers: []wire.Answer{overflow},
		TLS:     &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12},
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server.Start(t, l)
	client, err := NewClient(Transport{Timeout: 300 * time.Millisecond, MaxRetries: 1, RetryMaxWait: time.Millisecond, CACertificatesPEM: trusted}, testRuntime())
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_, err = client.Do(context.Background(), testExchange("https://localhost:"+port+"/token"))
	if e := wantError(t, err, KindUnreachable); !strings.Contains(e.Error(), "did not answer in time (after 2 attempts") {
		t.Errorf("error: %v", err)
	}
	if server.Requests() != 2 || server.Connections() != 2 {
		t.Errorf("%d requests on %d connections", server.Requests(), server.Connections())
	}
	finish(t)
}
