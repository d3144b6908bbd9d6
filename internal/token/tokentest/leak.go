package tokentest

import (
	"bytes"
	"context"
	"crypto/rand"
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
