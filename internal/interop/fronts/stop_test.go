//go:build unix

package fronts_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func (f *front) drains(t *testing.T, r row) {
	t.Helper()
	p := newPlugin(t, f.block(r))
	given := make(chan string, 1)
	go func() {
		token, _ := p.ask(t, setName(0))
		given <- token
	}()
	f.awaitRequest(t)
	f.signal(t, f.kind.stop)
	close(f.endpoint.release)
	if <-given == "" {
		t.Error("a request under way has no token")
	}
	f.wait(t)
	_, diags := p.ask(t, setName(1))
	if len(diags) != 1 || diags[0].Summary != unreachable || !strings.Contains(diags[0].Detail, "refused") {
		t.Errorf("after it has ended: %s", say(diags))
	}
	if n := f.endpoint.asked(r.name); n != 1 {
		t.Errorf("%d requests reached the endpoint, want 1", n)
	}
}

// awaitRequest waits until the endpoint holds a request.
func (f *front) awaitRequest(t *testing.T) {
	t.Helper()
	select {
	case <-f.endpoint.holding:
	case <-time.After(patience):
		t.Error("no request has come to the endpoint")
	}
}

// reloads has the front end start anew while a request is under way, and asks
// again. Said is in the front end's log once it has begun to.
func (f *front) reloads(t *testing.T, r row, signal syscall.Signal, said string) {
	t.Helper()
	p := newPlugin(t, f.block(r))
	given := make(chan string, 1)
	go func() {
		token, diags := p.ask(t, setName(0))
		given <- token + say(diags)
	}()
	f.awaitRequest(t)
	f.signal(t, signal)
	f.awaitLog(t, said)
	close(f.endpoint.release)
	tokens := []string{<-given}
	for i := 1; i < r.times; i++ {
		token, diags := p.ask(t, setName(i))
		tokens = append(tokens, token+say(diags))
	}
	for i, token := range tokens {
		if !strings.HasPrefix(token, "fake-token-") {
			t.Errorf("%s has no token: %s", setName(i), token)
		}
	}
	if n := f.endpoint.asked(r.name); n != r.times {
		t.Errorf("%d requests reached the endpoint, want %d", n, r.times)
	}
}

// awaitLog waits until the front end has said something.
func (f *front) awaitLog(t *testing.T, said string) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		file, err := os.ReadFile(filepath.Join(f.Dir, "error.log"))
		if err == nil && strings.Contains(string(file), said) || strings.Contains(f.output.String(), said) {
			return
		}
	}
	t.Errorf("%s does not say %q", f.kind.name, said)
}
