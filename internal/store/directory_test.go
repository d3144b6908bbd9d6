//go:build unix

package store_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/store"
)

// newDirectory returns the path of a directory that is not there yet.
func newDirectory(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "store")
}

// TestModes looks at what a store makes where the user has no umask.
//
//nolint:paralleltest // the umask is that of the process
func TestModes(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	path := filepath.Join(newDirectory(t), "below")
	settings := store.Settings{Directory: path, KeyFile: func() (string, error) { return filepath.Join(path+"-key", "key"), nil }}
	s := open(t, settings)
	unlock := locked(t.Context(), s, 1)
	put(s, 1, "content", time.Hour)
	unlock()
	holds(t, s, 1, "content")
	works(t, s)
	files := 0
	clitest.OK(t, filepath.WalkDir(filepath.Dir(path), func(path string, entry fs.DirEntry, err error) error {
		clitest.OK(t, err)
		want := fs.FileMode(0o600)
		if entry.IsDir() {
			want = 0o700
		}
		if info := clitest.Must(entry.Info())(t); info.Mode().Perm() != want {
			t.Errorf("%s has the mode %v", path, info.Mode())
		}
		files++
		return nil
	}))
	if files != 7 { // two directories and the one above, an entry, its lock, a key, its lock
		t.Errorf("there are %d files", files)
	}
}

// TestUnusableDirectories puts something else in the place of the directory of a store.
func TestUnusableDirectories(t *testing.T) {
	t.Parallel()
	isRoot := os.Geteuid() == 0
	for name, test := range map[string]struct {
		make   func(path string) error
		want   store.Problem
		reason string
		skip   bool
	}{
		"for the group":        {mode(0o710), store.ProblemMode, "", false},
		"for all to read":      {mode(0o704), store.ProblemMode, "", false},
		"for all to write":     {mode(0o702), store.ProblemMode, "", false},
		"as /tmp":              {mode(0o777 | fs.ModeSticky), store.ProblemMode, "", false},
		"of another user":      {owned, store.ProblemOwner, "", !isRoot},
		"by a link to another": {linked, store.ProblemOwner, "", !isRoot},
		"a file":               {func(path string) error { return os.WriteFile(path, nil, 0o600) }, store.ProblemNoFolder, "a part of the path is not a directory", false},
		"a pipe":               {func(path string) error { return syscall.Mkfifo(path, 0o600) }, store.ProblemNoFolder, "a part of the path is not a directory", false},
		"a link to nothing":    {func(path string) error { return os.Symlink("nothing", path) }, store.ProblemDirectory, "a part of the path is not a directory", false},
		"a link to itself":     {func(path string) error { return os.Symlink(path, path) }, store.ProblemDirectory, "a part of the path is not a directory", false},
		"without rights":       {mode(0), store.ProblemDirectory, "permission denied", isRoot},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.skip {
				t.Skip("it takes another user")
			}
			path := newDirectory(t)
			clitest.OK(t, test.make(path))
			s := open(t, inDirectory(path))
			within(t, atOnce, func() { exercise(t, s) })
			if failed := failure(t, s, test.want); failed.Reason != test.reason || failed.Path != path {
				t.Errorf("the reason is %q, of %s", failed.Reason, failed.Path)
			}
		})
	}
}

func mode(mode fs.FileMode) func(string) error {
	return func(path string) error { return errors.Join(os.Mkdir(path, 0o700), os.Chmod(path, mode)) }
}

func owned(path string) error {
	return errors.Join(os.Mkdir(path, 0o700), os.Chown(path, 12345, 12345))
}

func linked(path string) error {
	return errors.Join(owned(path+"-other"), os.Symlink(path+"-other", path))
}

// TestLinkedDirectory follows a link of the user to a directory of the user.
func TestLinkedDirectory(t *testing.T) {
	t.Parallel()
	path := newDirectory(t)
	clitest.OK(t, errors.Join(os.Mkdir(path, 0o700), os.Symlink(path, path+"-link")))
	s := open(t, inDirectory(path+"-link"))
	put(s, 1, "content", time.Hour)
	holds(t, open(t, inDirectory(path)), 1, "content")
	works(t, s)
}

// entry returns the path of the only entry of a directory.
func entry(t *testing.T, directory string) string {
	t.Helper()
	var found []string
	for _, file := range clitest.Must(os.ReadDir(directory))(t) {
		if regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(file.Name()) {
			found = append(found, filepath.Join(directory, file.Name()))
		}
	}
	if len(found) != 1 {
		t.Fatalf("there are %d entries", len(found))
	}
	return found[0]
}

// TestUnusableEntries puts something else in the place of an entry. A new content takes that
// place, unless nobody may remove what is there.
func TestUnusableEntries(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change  func(t *testing.T, path string)
		want    store.Problem
		remains bool
	}{
		"empty":             {content(nil), store.ProblemEntry, false},
		"foreign":           {content([]byte("something else of another program")), store.ProblemEntry, false},
		"of 5 MiB":          {content([]byte(strings.Repeat("apitoken\x01", 5<<20/9))), store.ProblemEntry, false},
		"of version 2":      {changed(func(b []byte) []byte { b[8] = 2; return b }), store.ProblemVersion, false},
		"damaged":           {changed(func(b []byte) []byte { b[200] ^= 1; return b }), store.ProblemEntry, false},
		"lasting longer":    {changed(func(b []byte) []byte { b[12]++; return b }), store.ProblemEntry, false},
		"truncated":         {changed(func(b []byte) []byte { return b[:500] }), store.ProblemEntry, false},
		"cut in the header": {changed(func(b []byte) []byte { return b[:10] }), store.ProblemEntry, false},
		"longer":            {changed(func(b []byte) []byte { return append(b, 0) }), store.ProblemEntry, false},
		"that of another":   {swapped, store.ProblemEntry, false},
		"a pipe":            {replaced(func(path string) error { return syscall.Mkfifo(path, 0o600) }), store.ProblemEntry, false},
		"a link elsewhere":  {replaced(func(path string) error { return os.Symlink("/etc/passwd", path) }), store.ProblemEntry, false},
		"a link to itself":  {replaced(func(path string) error { return os.Symlink(path, path) }), store.ProblemEntry, false},
		"a directory":       {replaced(func(path string) error { return os.MkdirAll(filepath.Join(path, "below"), 0o700) }), store.ProblemEntry, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newDirectory(t)
			s := open(t, inDirectory(path))
			put(s, 1, "content", time.Hour)
			test.change(t, entry(t, path))
			within(t, atOnce, func() { holds(t, s, 1, "") })
			fails(t, s, test.want)
			holds(t, s, 1, "")
			works(t, s)
			again := open(t, inDirectory(path))
			put(again, 1, "new content", time.Hour)
			if test.remains {
				fails(t, again, store.ProblemWrite)
				holds(t, again, 1, "")
				return
			}
			holds(t, again, 1, "new content")
			works(t, again)
		})
	}
}

func content(content []byte) func(*testing.T, string) {
	return func(t *testing.T, path string) { t.Helper(); clitest.OK(t, os.WriteFile(path, content, 0o600)) }
}

func changed(change func([]byte) []byte) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		clitest.OK(t, os.WriteFile(path, change(clitest.Must(os.ReadFile(path))(t)), 0o600)) //nolint:gosec // the path is its own
	}
}

func replaced(by func(string) error) func(*testing.T, string) {
	return func(t *testing.T, path string) { t.Helper(); clitest.OK(t, errors.Join(os.Remove(path), by(path))) }
}

// swapped puts the entry of another digest in the place of an entry.
func swapped(t *testing.T, path string) {
	t.Helper()
	elsewhere := newDirectory(t)
	s := open(t, inDirectory(elsewhere))
	put(s, 2, "content of another", time.Hour)
	clitest.OK(t, os.Rename(entry(t, elsewhere), path))
}

// TestReplayed puts an entry back that has been replaced, and one that has expired.
func TestReplayed(t *testing.T) {
	t.Parallel()
	path := newDirectory(t)
	s := open(t, inDirectory(path))
	put(s, 1, "old", 2*time.Second)
	file := entry(t, path)
	old := clitest.Must(os.ReadFile(file))(t) //nolint:gosec // the path is its own
	put(s, 1, "new", time.Hour)
	clitest.OK(t, os.WriteFile(file, old, 0o600))
	holds(t, s, 1, "old") // as before: it is what this store has kept, until it expires
	eventually(t, "it has expired", func() bool { return get(s, 1) == "" })
	works(t, s)
}

// TestSystemSays words errors of files, which name none.
func TestSystemSays(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]string{
		syscall.EACCES: "permission denied", syscall.EPERM: "permission denied", syscall.ENOENT: "there is no such file or directory",
		syscall.ENOSPC: "there is no space left", syscall.EDQUOT: "there is no space left", syscall.EROFS: "the file system is read-only",
		syscall.ENOTDIR: "a part of the path is not a directory", syscall.EEXIST: "a part of the path is not a directory",
		syscall.ENOLCK: "the file system has no locks", syscall.ENOTSUP: "the file system has no locks", syscall.ENOSYS: "the file system has no locks",
		syscall.EIO: "the operating system refuses it", errors.New("of no kind"): "the operating system refuses it",
	} {
		for _, wrapped := range []error{err, &fs.PathError{Op: "open", Path: "/secret/path", Err: err}, fmt.Errorf("/secret/path: %w", err)} {
			if got := store.SystemSays(wrapped); got != want {
				t.Errorf("%v: %q, want %q", err, got, want)
			}
		}
	}
}

// names returns the names of the files in a directory, in order.
func names(t *testing.T, directory string) []string {
	t.Helper()
	var found []string
	for _, file := range clitest.Must(os.ReadDir(directory))(t) {
		found = append(found, file.Name())
	}
	slices.Sort(found)
	return found
}
