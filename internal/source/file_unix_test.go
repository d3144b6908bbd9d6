//go:build unix

package source

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
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
	go func() { _ = os.WriteFile(path, []byte("fake-token\n"), 0o600) }()
	got, err := File{Name: path}.Obtain(t.Context(), Run{Timeout: time.Minute})
	if err != nil || got.Reveal() != "fake-token" {
		t.Errorf("got %q, error %v", got.Reveal(), err)
	}
}

// A pipe that nobody writes to does not hold the run up.
func TestFileIsAPipeWithoutEnd(t *testing.T) {
	t.Parallel()
	for name, interrupt := range map[string]bool{"until the timeout": false, "until an interrupt": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newPipe(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			run := Run{Timeout: time.Millisecond}
			if interrupt {
				run.Timeout = time.Hour
				time.AfterFunc(time.Millisecond, cancel)
			}
			_, err := File{Name: path}.Obtain(ctx, run)
			if interrupt && !errors.Is(err, context.Canceled) {
				t.Errorf("the error is %v", err)
			} else if !interrupt {
				wantProblem(t, err, Slow)
				if e, ok := errors.AsType[*Error](err); !ok || e.Detail != "1ms" {
					t.Errorf("the error does not say how long it waited: %v", err)
				}
			}
			releasePipe(t, path)
		})
	}
}

// A device has no end.
func TestFileIsADevice(t *testing.T) {
	t.Parallel()
	_, err := File{Name: "/dev/zero"}.Obtain(t.Context(), Run{Timeout: time.Minute})
	wantProblem(t, err, TooLarge)
}

// A file that cannot be opened because too many are open is read as soon as others
// are closed.
func TestFileWhenFree(t *testing.T) {
	t.Parallel()
	if !tokentest.Alone(t) {
		return
	}
	path := filepath.Join(t.TempDir(), "token")
	writeFile(t, path, "fake-token\n")
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
	if _, err := readFile(t.Context(), path); !transport.IsExhausted(err) {
		t.Fatalf("with %d open files: %v", len(open), err)
	}
	time.AfterFunc(50*time.Millisecond, func() {
		for _, file := range open {
			_ = file.Close()
		}
	})
	got, err := File{Name: path}.Obtain(t.Context(), Run{Timeout: time.Minute})
	if err != nil || got.Reveal() != "fake-token" {
		t.Errorf("got %q, error %v", got.Reveal(), err)
	}
	tokentest.Finish(t)
}
