//go:build unix

package store_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/store"
)

// TestSweep removes what nobody needs, and keeps all else.
func TestSweep(t *testing.T) {
	t.Parallel()
	path := newDirectory(t)
	old := open(t, inDirectory(path))
	put(old, 1, "content", time.Hour)
	put(old, 2, "content", 100*time.Millisecond)
	locked(t.Context(), old, 1)()
	locked(t.Context(), old, 2)()
	unlock := locked(t.Context(), old, 3) // of an entry that is being requested
	defer unlock()
	locked(t.Context(), old, 4)()
	keep := names(t, path)
	name := strings.Repeat("ab", 32)
	goes := []string{name + ".ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp", name + ".lock"}
	foreign := []string{
		"notes.txt", "lock", ".lock", "x.lock", name + ".tmp", name + ".ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp.bak", strings.ToUpper(name),
		strings.Repeat("cd", 32), strings.Repeat("ef", 32) + ".ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp",
	}
	for _, file := range append(goes, foreign...) {
		clitest.OK(t, os.WriteFile(filepath.Join(path, file), []byte("of another"), 0o600))
		if !strings.HasPrefix(file, "ef") { // one that is being written
			clitest.OK(t, os.Chtimes(filepath.Join(path, file), time.Time{}, time.Now().Add(-2*time.Hour)))
		}
	}
	pipe := strings.Repeat("01", 32) + ".lock"
	clitest.OK(t, syscall.Mkfifo(filepath.Join(path, pipe), 0o600))
	time.Sleep(1200 * time.Millisecond) // times of expiry are in seconds
	s := open(t, inDirectory(path))
	within(t, atOnce, func() { put(s, 5, "content", time.Hour) })
	works(t, s)
	kept := names(t, path)
	for _, file := range append(foreign, pipe) {
		if !slices.Contains(kept, file) {
			t.Errorf("%s is gone", file)
		}
	}
	for _, file := range goes {
		if slices.Contains(kept, file) {
			t.Errorf("%s is left", file)
		}
	}
	// Of what the old store had, an entry, its lock and the lock that is held are left.
	left := slices.DeleteFunc(keep, func(file string) bool { return !slices.Contains(kept, file) })
	if len(keep) != 6 || len(left) != 3 {
		t.Errorf("of %d files %d are left: %v", len(keep), len(left), left)
	}
	holds(t, s, 1, "content")
	holds(t, s, 5, "content")
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	locked(ctx, s, 3)()
	if ctx.Err() == nil {
		t.Error("two have the lock")
	}
	works(t, s)
}

// TestUnusableLocks puts something else in the place of a lock.
func TestUnusableLocks(t *testing.T) {
	t.Parallel()
	for name, put := range map[string]func(string) error{
		"a directory": func(path string) error { return os.Mkdir(path, 0o700) },
		"a pipe":      func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a link elsewhere": func(path string) error {
			return errors.Join(os.WriteFile(path+"-other", nil, 0o600), os.Symlink(path+"-other", path))
		},
		"a link to none":   func(path string) error { return os.Symlink(path+"-none", path) },
		"a link to itself": func(path string) error { return os.Symlink(path, path) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newDirectory(t)
			s := open(t, inDirectory(path))
			locked(t.Context(), s, 1)()
			lock := filepath.Join(path, names(t, path)[0])
			clitest.OK(t, errors.Join(os.Remove(lock), put(lock)))
			before := len(names(t, path))
			within(t, atOnce, func() { locked(t.Context(), s, 1)() })
			if failed := failure(t, s, store.ProblemLock); failed.Reason == "" {
				t.Error("there is no reason")
			}
			if after := len(names(t, path)); after != before {
				t.Errorf("there are %d files, and there were %d", after, before)
			}
			other := open(t, inDirectory(path))
			locked(t.Context(), other, 2)()
			works(t, other)
		})
	}
}

// TestReplacedDirectory removes the directory of a store that is open.
func TestReplacedDirectory(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]bool{"gone": false, "made again": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newDirectory(t)
			s := open(t, inDirectory(path))
			put(s, 1, "content", time.Hour)
			clitest.OK(t, os.RemoveAll(path))
			if again {
				clitest.OK(t, os.Mkdir(path, 0o700))
			}
			within(t, atOnce, func() { exercise(t, s) })
			fails(t, s, store.ProblemLock)
			works(t, s)
		})
	}
}

// TestKilledHolder kills a process that has a lock.
func TestKilledHolder(t *testing.T) {
	t.Parallel()
	path := newDirectory(t)
	cmd := exec.CommandContext(t.Context(), clitest.Must(os.Executable())(t), holdCommand) //nolint:gosec // it is this test
	cmd.Env = append(os.Environ(), holdVariable+"="+path)
	output := clitest.Must(cmd.StdoutPipe())(t)
	clitest.OK(t, cmd.Start())
	if line := clitest.Must(bufio.NewReader(output).ReadString('\n'))(t); line != "held\n" {
		t.Fatalf("it says %q", line)
	}
	s := open(t, inDirectory(path))
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	locked(ctx, s, 1)()
	if ctx.Err() == nil {
		t.Error("two have the lock")
	}
	clitest.OK(t, cmd.Process.Kill())
	if err := cmd.Wait(); err == nil {
		t.Error("it was not killed")
	}
	within(t, atOnce, func() { locked(t.Context(), s, 1)() })
	works(t, s)
}

// TestLocksWhileSweeping has stores lock while others sweep, which removes the locks again
// and again. Each store puts once, as it sweeps once.
func TestLocksWhileSweeping(t *testing.T) {
	t.Parallel()
	path := newDirectory(t)
	var all sync.WaitGroup
	var holders, turns atomic.Int32
	end := time.Now().Add(2 * time.Second)
	for range 6 {
		all.Go(func() {
			for time.Now().Before(end) {
				s := store.New(inDirectory(path), time.Now)
				unlock := locked(t.Context(), s, 1)
				if holders.Add(1) != 1 {
					t.Error("two have the lock")
				}
				turns.Add(1)
				holders.Add(-1)
				unlock()
				works(t, s)
				s.Close()
			}
		})
		all.Go(func() {
			for time.Now().Before(end) {
				s := store.New(inDirectory(path), time.Now)
				put(s, 2, "content", time.Hour)
				works(t, s)
				s.Close()
			}
		})
	}
	all.Wait()
	if turns.Load() < 20 {
		t.Errorf("it was locked %d times", turns.Load())
	}
}

// mounted returns a store on a file system of its own, and its directory.
func mounted(t *testing.T, options string) (s *store.Store, path string) {
	t.Helper()
	if os.Geteuid() != 0 || runtime.GOOS != "linux" {
		t.Skip("only root can mount a file system")
	}
	path = newDirectory(t)
	clitest.OK(t, os.Mkdir(path, 0o700))
	if output, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", options, "tmpfs", path).CombinedOutput(); err != nil { //nolint:gosec // the path is its own
		t.Skipf("it cannot be mounted: %v, %s", err, output)
	}
	s = store.New(inDirectory(path), time.Now)
	t.Cleanup(func() {
		s.Close()
		clitest.OK(t, exec.CommandContext(context.WithoutCancel(t.Context()), "umount", path).Run()) //nolint:gosec // the path is its own
	})
	return s, path
}

// A directory in which nothing can be written is not one without locks.
func TestReadOnlyDisk(t *testing.T) {
	t.Parallel()
	s, _ := mounted(t, "ro,mode=0700")
	locked(t.Context(), s, 1)()
	if failed := failure(t, s, store.ProblemWrite); failed.Reason != "the file system is read-only" {
		t.Errorf("the reason is %q", failed.Reason)
	}
}

// TestFullDisk has a file system of 64 KiB. Small entries that were there before stay.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	s, path := mounted(t, "size=64k,mode=0700")
	put(s, 1, "content", time.Hour)
	works(t, s)
	put(s, 1, strings.Repeat("x", 100<<10), time.Hour)
	if failed := failure(t, s, store.ProblemWrite); failed.Reason != "there is no space left" {
		t.Errorf("the reason is %q", failed.Reason)
	}
	holds(t, s, 1, "content")
	if left := names(t, path); len(left) != 1 {
		t.Errorf("there are %d files", len(left))
	}
	put(s, 2, "content", time.Hour)
	holds(t, s, 2, "content")
	works(t, s)
}
