package tokentest

import (
	"runtime/pprof"
	"strings"
	"testing"
)

func TestNoLeakFindsOne(t *testing.T) {
	t.Parallel()
	const id = "made-up-id"
	pprof.SetGoroutineLabels(pprof.WithLabels(t.Context(), pprof.Labels("test", id)))
	started, end, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		go func() {
			close(started)
			<-end
			close(ended)
		}()
	}()
	pprof.SetGoroutineLabels(t.Context())
	<-started
	if left := labelled(id); !strings.Contains(left, "TestNoLeakFindsOne") {
		t.Errorf("it found %q", left)
	}
	close(end)
	<-ended
}
