package tokentest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

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
