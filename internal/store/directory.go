package store

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"github.com/apitoken/terraform-provider-apitoken/internal/store/seal"
)

const (
	entryMode     = 0o600
	directoryMode = 0o700
	largest       = 4 << 20               // an entry: a token is part of a response of 1 MiB at most
	poll          = 25 * time.Millisecond // how often a lock is asked for that somebody else has
	abandoned     = time.Hour             // the age of a file that nobody writes any more
	mostSweeps    = 100                   // how often a sweep may remove a lock that is being taken
)

// The files of a directory: an entry, its lock, and an entry that is being written.
var (
	entryName     = regexp.MustCompile(`^[0-9a-f]{64}$`)
	temporaryName = regexp.MustCompile(`^[0-9a-f]{64}\.[0-9A-Z]{26}\.tmp$`)
	lockName      = regexp.MustCompile(`^[0-9a-f]{64}\.lock$`)
)

const lockSuffix = ".lock"

// directory is a place for the processes of one user. Entries are reached through root, so that
// no link in it leads elsewhere. A lock is opened by its path, after a look at what it is.
type directory struct {
	path  string
	root  *os.Root
	now   func() time.Time
	sweep func() // removes what nobody needs, once
}

// openDirectory opens a directory, and makes it if it is not there. Only its owner may be
// able to use it.
func openDirectory(path string, now func() time.Time) (*directory, error) {
	if err := os.MkdirAll(path, directoryMode); err != nil {
		if info, statErr := os.Stat(path); statErr == nil && !info.IsDir() {
			return nil, fileError(ProblemNoFolder, path, err)
		}
		return nil, fileError(ProblemDirectory, path, err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fileError(ProblemDirectory, path, err)
	}
	if problem := foreignTo(root, "."); problem != 0 {
		_ = root.Close() // it was read only
		return nil, fileError(problem, path, nil)
	}
	d := &directory{path: path, root: root, now: now}
	d.sweep = sync.OnceFunc(d.removeOld)
	return d, nil
}

func (d *directory) close() { _ = d.root.Close() } // every file in it was closed by itself

// get implements place.
func (d *directory) get(_ context.Context, name string) ([]byte, error) {
	entry, err := readFile(d.root, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fileError(ProblemRead, d.path, err)
	}
	return entry, nil
}

// readFile reads a small file. What somebody has put in its place, such as a pipe, is not
// waited for.
func readFile(root *os.Root, name string) ([]byte, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return []byte{}, nil
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(file, largest))
	_ = file.Close() // it was read only
	return content, err
}

// put implements place: it writes a file beside the entry, and renames it.
func (d *directory) put(_ context.Context, name string, entry []byte, _ time.Duration) error {
	if err := writeFile(d.root, name, entry); err != nil {
		return fileError(ProblemWrite, d.path, err)
	}
	d.sweep()
	return nil
}

// writeFile writes a file whole or not at all, and syncs it and its directory to disk.
func writeFile(root *os.Root, name string, content []byte) (err error) {
	temporary := name + "." + rand.Text() + ".tmp"
	file, err := root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, entryMode)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = root.Remove(temporary) // the error says more
		}
	}()
	_, err = file.Write(content)
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return err
	}
	err = root.Rename(temporary, name)
	if parent, failed := root.Open("."); failed == nil {
		_ = parent.Sync() // Windows has no sync for directories
		_ = parent.Close()
	}
	return err
}

// drop implements place.
func (d *directory) drop(_ context.Context, name string) error {
	if err := d.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fileError(ProblemWrite, d.path, err)
	}
	return nil
}

// lock implements place. The operating system ends the lock of a process that is killed.
func (d *directory) lock(ctx context.Context, name string) (func(), error) {
	for range mostSweeps {
		if !isLockable(d.root, name+lockSuffix) {
			break
		}
		file := flock.New(filepath.Join(d.path, name+lockSuffix), flock.SetPermissions(entryMode))
		_, err := file.TryLockContext(ctx, poll)
		switch {
		case ctx.Err() != nil:
			_ = file.Close()
			return nil, ctx.Err()
		case isUnwritable(err):
			return nil, fileError(ProblemWrite, d.path, err)
		case err != nil:
			return nil, fileError(ProblemLock, d.path, err)
		case d.isCurrent(file):
			return func() { _ = file.Close() }, nil
		}
		_ = file.Close() // a sweep has removed the file meanwhile
	}
	return nil, fileError(ProblemLock, d.path, errPlace)
}

// errPlace says that a file cannot be locked.
var errPlace = errors.New("something else is in the place of the file of a lock")

// isUnwritable reports whether the file of a lock cannot be made: it is the first file that a
// run makes.
func isUnwritable(err error) bool {
	return slices.ContainsFunc([]error{fs.ErrPermission, syscall.EROFS, syscall.ENOSPC, errQuota}, func(e error) bool { return errors.Is(err, e) })
}

// isLockable reports whether a file can be locked: one that is not there yet, or a regular
// one. A link leads elsewhere, and a pipe is waited for.
func isLockable(root *os.Root, name string) bool {
	info, err := root.Lstat(name)
	return err != nil || info.Mode().IsRegular()
}

// isCurrent reports whether a locked file is the one that others would lock.
func (d *directory) isCurrent(file *flock.Flock) bool {
	locked, err := file.Stat()
	if err != nil {
		return false
	}
	current, err := d.root.Lstat(filepath.Base(file.Path()))
	return err == nil && os.SameFile(locked, current)
}

// removeOld removes entries that have expired, locks that have no entry, and what a killed
// process has left. What cannot be removed stays.
func (d *directory) removeOld() {
	files, err := fs.ReadDir(d.root.FS(), ".")
	if err != nil {
		return
	}
	for _, file := range files {
		switch name := file.Name(); {
		case entryName.MatchString(name):
			d.removeExpired(name)
		case lockName.MatchString(name):
			d.removeLock(name)
		case temporaryName.MatchString(name):
			if info, err := file.Info(); err == nil && d.now().Sub(info.ModTime()) > abandoned {
				_ = d.root.Remove(name)
			}
		}
	}
}

func (d *directory) removeExpired(name string) {
	entry, err := readFile(d.root, name)
	if err != nil {
		return
	}
	if until, err := seal.Until(entry); err == nil && d.now().After(until) {
		_ = d.root.Remove(name)
	}
}

// removeLock removes the lock of an entry that is not there, unless somebody has it.
func (d *directory) removeLock(name string) {
	if _, err := d.root.Lstat(name[:len(name)-len(lockSuffix)]); !errors.Is(err, fs.ErrNotExist) {
		return
	}
	if !isLockable(d.root, name) {
		return
	}
	file := flock.New(filepath.Join(d.path, name), flock.SetPermissions(entryMode))
	if locked, err := file.TryLock(); err == nil && locked {
		_ = d.root.Remove(name)
	}
	_ = file.Close()
}
