package tokentest

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"runtime/pprof"
	"strings"
	"testing"
	"time"
)

// NoLeak fails the test where a goroutine is left that it has started from now
// on, or that such a one has started. A goroutine has the labels of the one that
// started it: so tests in parallel, which goleak cannot tell apart, do not see
// each other's. What runs in a bubble of testing/synctest needs no check: a
// bubble fails where a goroutine is left.
func NoLeak(t *testing.T) {
	t.Helper()
	id := rand.Text()
	pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels("test", id)))
	t.Cleanup(func() {
		pprof.SetGoroutineLabels(context.Background()) // this one ends with the test
		left := labelled(id)
		for range 300 {
			if left == "" {
				return
			}
			time.Sleep(10 * time.Millisecond) // what has been told to end needs a moment
			left = labelled(id)
		}
		t.Errorf("goroutines are left:\n%s", left)
	})
}

// labelled returns the stacks of the goroutines that have the id among their labels.
func labelled(id string) string {
	var all bytes.Buffer
	_ = pprof.Lookup("goroutine").WriteTo(&all, 1) // a buffer takes everything
	var found []string
	for stack := range strings.SplitSeq(all.String(), "\n\n") {
		if strings.Contains(stack, id) {
			found = append(found, stack)
		}
	}
	return strings.Join(found, "\n\n")
}

// Alone runs the test once more in a process of its own with the environment, and
// reports whether this is that process, which says with Finish how it went. It is
// for what can be set once in a process, or never ends.
func Alone(t *testing.T, environment ...string) bool {
	t.Helper()
	const mark = "APITOKEN_TEST_ALONE"
	if os.Getenv(mark) != "" {
		return true
	}
	NoLeak(t)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.timeout=2m") // #nosec G204 G702 -- this very program
	// It ends without cleaning up, so what it writes is in a directory of this one.
	cmd.Env = append(append(os.Environ(), mark+"=1", "TMPDIR="+t.TempDir()), environment...)
	if out, err := cmd.CombinedOutput(); err != nil || !strings.HasSuffix(string(out), "it went well\n") {
		t.Errorf("%v:\n%s", err, out)
	}
	return false
}

// Finish ends the process of Alone.
func Finish(t *testing.T) {
	t.Helper()
	if t.Failed() {
		return // the test's own messages come when it ends
	}
	fmt.Println("it went well")
	os.Exit(0) //nolint:revive // what this process has left running would end the test otherwise
}
