package proxy

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// leavesNothing runs tests, and checks that no goroutine and no socket of them is left. Its
// caller does not run in parallel with others.
func leavesNothing(t *testing.T, tests func(t *testing.T)) {
	t.Helper()
	runtime.GC() // so that it closes no socket meanwhile
	before := sockets()
	t.Run("all", tests)
	var left []string
	waitUntil(t, func() bool {
		left = workers()
		return len(left) == 0
	})
	if len(left) > 0 {
		t.Errorf("%d goroutines are left, such as:\n%s", len(left), left[0])
	}
	var now int
	waitUntil(t, func() bool {
		now = sockets()
		return now <= before
	})
	if now > before {
		t.Errorf("%d sockets are open, and were %d", now, before)
	}
}

// workers returns the stacks of net/http, of TLS and of the proxy.
func workers() (stacks []string) {
	all := make([]byte, 64<<20)
	all = all[:runtime.Stack(all, true)]
	for i, stack := range strings.Split(string(all), "\n\n") {
		isWorker := strings.Contains(stack, "net/http") || strings.Contains(stack, "internal/proxy.(*Proxy)") ||
			strings.Contains(stack, "internal/proxy.(*authorizer)") || strings.Contains(stack, "crypto/tls")
		if i > 0 && isWorker { // the first is this one
			stacks = append(stacks, stack)
		}
	}
	return stacks
}

// sockets returns how many sockets the process has, where the system says it.
func sockets() (count int) {
	files, _ := filepath.Glob("/proc/self/fd/*")
	for _, file := range files {
		if target, err := os.Readlink(file); err == nil && strings.HasPrefix(target, "socket:") {
			count++
		}
	}
	return count
}
