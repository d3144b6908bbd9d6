package interop_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

const (
	etcdKey   = "greeting"
	etcdValue = "hello"
)

// etcdSets are the guide's set, at the test's own server.
const etcdSets = `
  custom = {
    etcd = {
      request = {
        url  = "%[1]s/v3/auth/authenticate"
        json = jsonencode({ name = "%[2]s", password = var.secrets["user"] })
      }
      response    = { token = "token" }
      default_ttl = "5m"
      headers     = { Authorization = "{token}" }
    }
    wrong = {
      request = {
        url  = "%[1]s/v3/auth/authenticate"
        json = jsonencode({ name = "%[2]s", password = var.secrets["wrong"] })
      }
      response = { token = "token" }
      headers  = { Authorization = "{token}" }
    }
  }
`

// etcd takes its token in Authorization without a scheme, and says nothing of
// how long it holds.
func testEtcd(l *serverLab) {
	secrets := map[string]string{"user": random(), "wrong": random()}
	l.setSecrets(secrets)
	web := &http.Client{Timeout: patience}
	l.T.Cleanup(web.CloseIdleConnections)
	url := startEtcd(l.T, web, etcdCommand(l.T, l.Root))
	protectEtcd(l.T, web, url, secrets["user"])
	l.opens = func(ctx context.Context, _ string, headers map[string]string) error {
		return readEtcd(ctx, web, url, headers)
	}
	l.custom = fmt.Sprintf(etcdSets, url, user)
	given := l.open([]string{"etcd"}, "")["etcd"]
	if given.ExpiresIn != 300 {
		l.T.Errorf("it expires in %v s, want the set's default_ttl", given.ExpiresIn)
	}
	if n := authentications(l.T, web, url); n != "2" {
		l.T.Errorf("etcd was asked %s times, want once by plan and once by apply", n)
	}
	l.refused("HTTP 400", "etcdserver: authentication failed, invalid user ID or password", "JSON keys: name, password")
	if n := authentications(l.T, web, url); n != "3" {
		l.T.Errorf("the wrong password made the requests %s in number, want 3", n)
	}
	l.MustNotHold(l.secretNeedles()...)
}

// startEtcd starts etcd, which the end of the test stops. It cannot say which
// port it took of those that are free, so the test looks for one, which
// something else may take before etcd does.
func startEtcd(t *testing.T, web *http.Client, command string) string {
	t.Helper()
	for range 3 {
		url := "http://127.0.0.1:" + clitest.FreePorts(t, 1)[0]
		if runEtcd(t, web, command, url) {
			return url
		}
	}
	t.Fatal("etcd did not start")
	return ""
}

// runEtcd reports whether etcd serves.
func runEtcd(t *testing.T, web *http.Client, command, url string) bool {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), command, "--data-dir", t.TempDir(), "--logger", "zap", //nolint:gosec // it runs what the tests name
		"--log-level", "error", "--listen-client-urls", url, "--advertise-client-urls", url, "--listen-peer-urls", "http://127.0.0.1:0")
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	clitest.OK(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		select {
		case err := <-ended:
			t.Logf("etcd ended: %v\n%s", err, output.String())
			return false
		default:
		}
		if _, err := call(t.Context(), web, http.MethodGet, url+"/health", nil, nil); err == nil {
			t.Cleanup(func() { stop(t, cmd, ended) })
			return true
		}
	}
	stop(t, cmd, ended)
	t.Logf("etcd said:\n%s", output.String())
	return false
}

// stop kills: what the server has stored goes with the test.
func stop(t *testing.T, cmd *exec.Cmd, ended <-chan error) {
	t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	if err := <-ended; err == nil {
		t.Error("etcd has ended before it was killed")
	}
}

// protectEtcd stores the value, and lets only the user read it.
func protectEtcd(t *testing.T, web *http.Client, url, password string) {
	t.Helper()
	key := base64.StdEncoding.EncodeToString([]byte(etcdKey))
	for _, step := range []struct {
		path string
		body map[string]any
	}{
		{"kv/put", map[string]any{"key": key, "value": base64.StdEncoding.EncodeToString([]byte(etcdValue))}},
		{"auth/user/add", map[string]any{"name": "root", "password": random()}},
		{"auth/role/add", map[string]any{"name": "root"}},
		{"auth/user/grant", map[string]any{"user": "root", "role": "root"}},
		{"auth/role/add", map[string]any{"name": "reader"}},
		{"auth/role/grant", map[string]any{"name": "reader", "perm": map[string]any{"permType": "READ", "key": key}}},
		{"auth/user/add", map[string]any{"name": user, "password": password}},
		{"auth/user/grant", map[string]any{"user": user, "role": "reader"}},
		{"auth/enable", map[string]any{}},
	} {
		if _, err := call(t.Context(), web, http.MethodPost, url+"/v3/"+step.path, nil, step.body); err != nil {
			t.Fatalf("%s: %v", step.path, err)
		}
	}
}

func readEtcd(ctx context.Context, web *http.Client, url string, headers map[string]string) error {
	body := map[string]any{"key": base64.StdEncoding.EncodeToString([]byte(etcdKey))}
	answer, err := call(ctx, web, http.MethodPost, url+"/v3/kv/range", headers, body)
	if err != nil {
		return err
	}
	if !strings.Contains(fmt.Sprint(answer["kvs"]), base64.StdEncoding.EncodeToString([]byte(etcdValue))) {
		return closedError{Answer: answer}
	}
	return nil
}

// authentications is how often etcd has been asked for a token, by its metrics.
func authentications(t *testing.T, web *http.Client, url string) string {
	t.Helper()
	req := clitest.Must(http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/metrics", http.NoBody))(t)
	resp, err := web.Do(req)
	clitest.OK(t, err)
	text, err := io.ReadAll(resp.Body)
	if closed := resp.Body.Close(); err != nil || closed != nil {
		t.Fatal(err, closed)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "grpc_server_started_total{") && strings.Contains(line, `grpc_method="Authenticate"`) {
			return line[strings.LastIndex(line, " ")+1 : len(line)-1]
		}
	}
	return "0"
}
