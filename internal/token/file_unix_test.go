//go:build unix

package token

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func newPipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip("no named pipes here")
	}
	return path
}

// releasePipe ends the wait of those who still want to read a pipe, now or later: it
// is open for writing until the tests end.
func releasePipe(t *testing.T, path string) {
	t.Helper()
	if _, err := syscall.Open(path, syscall.O_RDWR, 0); err != nil { // which does not wait
		t.Fatal(err)
	}
}

func TestFileIsAPipe(t *testing.T) {
	t.Parallel()
	path := newPipe(t)
	endpoint, seen := subjectTokens(t)
	go func() { _ = os.WriteFile(path, []byte("fake-token\n"), 0o600) }()
	if _, err := do(t, clientIn(t, nil), exchangeOf(endpoint, File{path})); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"fake-token"}, *seen); diff != "" {
		t.Error(diff)
	}
}

// A pipe that nobody writes to does not hold the run up.
func TestFileIsAPipeWithoutEnd(t *testing.T) {
	t.Parallel()
	for name, interrupt := range map[string]bool{"until the timeout": false, "until an interrupt": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newPipe(t)
			client := clientIn(t, nil)
			client.settings.Timeout = time.Millisecond
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			kind, want := KindSource, "within transport.timeout (1ms)"
			if interrupt {
				client.settings.Timeout = time.Hour
				kind, want = KindCancelled, "interrupted"
				time.AfterFunc(time.Millisecond, cancel)
			}
			_, err := client.Do(ctx, exchangeOf(tokenURL, File{path}))
			if e := wantError(t, err, kind); !strings.Contains(e.Error(), want) {
				t.Errorf("error does not say %q: %v", want, err)
			}
			releasePipe(t, path)
		})
	}
}

// A device has no end.
func TestFileIsADevice(t *testing.T) {
	t.Parallel()
	_, err := do(t, clientIn(t, nil), exchangeOf(tokenURL, File{"/dev/zero"}))
	if e := wantError(t, err, KindSource); !strings.Contains(e.Problem, "larger than 1 MiB") {
		t.Error(err)
	}
}

// A file that cannot be opened because too many are open is read as soon as others
// are closed.
func TestFileWhenFree(t *testing.T) {
	t.Parallel()
	if !alone(t) {
		return
	}
	path := filepath.Join(t.TempDir(), "token")
	writeFile(t, path, "fake-token\n")
	endpoint, seen := subjectTokens(t)
	client := clientIn(t, nil)
	client.settings.Timeout = time.Minute
	limit := syscall.Rlimit{Cur: 40, Max: 40}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	var open []*os.File
	for {
		file, err := os.Open(path) //nolint:gosec // of this test
		if err != nil {
			break // there are too many
		}
		open = append(open, file)
	}
	if _, err := readFile(t.Context(), path); !isExhausted(err) {
		t.Fatalf("with %d open files: %v", len(open), err)
	}
	time.AfterFunc(50*time.Millisecond, func() {
		for _, file := range open {
			_ = file.Close()
		}
	})
	if _, err := do(t, client, exchangeOf(endpoint, File{path})); err != nil {
		t.Fatal(err)
	}
	if len(*seen) != 1 || (*seen)[0] != "fake-token" {
		t.Errorf("sent %q", *seen)
	}
	finish(t)
}
