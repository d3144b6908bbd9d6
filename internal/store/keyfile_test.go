//go:build unix

package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/store"
)

// withKeyFile returns the settings of a store whose key is in a file.
func withKeyFile(directory, file string) store.Settings {
	return store.Settings{Directory: directory, KeyFile: func() (string, error) { return file, nil }}
}

// TestOneKeyFile opens many stores at once, of which each finds what the others keep.
func TestOneKeyFile(t *testing.T) {
	t.Parallel()
	directory := newDirectory(t)
	settings := withKeyFile(directory, directory+"-key/below/key")
	const stores = 16
	var all sync.WaitGroup
	for n := range byte(stores) {
		s := open(t, settings)
		all.Go(func() { put(s, n, fmt.Sprint("content ", n), time.Hour); works(t, s) })
	}
	all.Wait()
	s := open(t, settings)
	for n := range byte(stores) {
		holds(t, s, n, fmt.Sprint("content ", n))
	}
	works(t, s)
	if files := names(t, directory+"-key/below"); len(files) != 2 {
		t.Errorf("there are the files %v", files)
	}
}

// TestKeyFiles has key files that a store can use, and some that it must not.
func TestKeyFiles(t *testing.T) {
	t.Parallel()
	isRoot := os.Geteuid() == 0
	good := storeKey('f').Reveal()
	for name, test := range map[string]struct {
		make func(path string) error // in a folder of its own
		want store.Problem           // zero: it is used
		skip bool
	}{
		"good":                      {text(good, 0o600), 0, false},
		"without a line feed":       {text(strings.TrimRight(good, "="), 0o400), 0, false},
		"with the lines of Windows": {text("\r\n"+good+"\r\n", 0o600), 0, false},
		"for the group":             {text(good, 0o640), store.ProblemKeyMode, false},
		"for all":                   {text(good, 0o604), store.ProblemKeyMode, false},
		"empty":                     {text("", 0o600), store.ProblemKeyText, false},
		"damaged":                   {text(good[1:], 0o600), store.ProblemKeyText, false},
		"two keys":                  {text(good+"\n"+good, 0o600), store.ProblemKeyText, false},
		"binary":                    {text(strings.Repeat("\x00", 32), 0o600), store.ProblemKeyText, false},
		"another's":                 {func(path string) error { return errors.Join(text(good, 0o600)(path), os.Chown(path, 12345, 12345)) }, store.ProblemKeyOwner, !isRoot},
		"a pipe":                    {func(path string) error { return syscall.Mkfifo(path, 0o600) }, store.ProblemKeyText, false},
		"a directory":               {func(path string) error { return os.Mkdir(path, 0o700) }, store.ProblemKeyText, false},
		"a link to a key": {func(path string) error {
			return errors.Join(text(good, 0o600)(path+"-other"), os.Symlink(path+"-other", path))
		}, store.ProblemKeyText, false},
		"a link to nothing":  {func(path string) error { return os.Symlink(path+"-other", path) }, store.ProblemKeyText, false},
		"a pipe as its lock": {func(path string) error { return syscall.Mkfifo(path+".lock", 0o600) }, store.ProblemKeyFile, false},
		"a file as its folder": {func(path string) error {
			return errors.Join(os.Remove(filepath.Dir(path)), text("", 0o600)(filepath.Dir(path)))
		}, store.ProblemKeyFile, false},
		"a folder without any right": {func(path string) error { return os.Chmod(filepath.Dir(path), 0) }, store.ProblemKeyFile, isRoot},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.skip {
				t.Skip("it takes another user")
			}
			directory, file := newDirectory(t), filepath.Join(t.TempDir(), "folder", "key")
			clitest.OK(t, errors.Join(os.Mkdir(filepath.Dir(file), 0o700), test.make(file)))
			s := open(t, withKeyFile(directory, file))
			if test.want == 0 {
				put(s, 1, "content", time.Hour)
				holds(t, open(t, store.Settings{Directory: directory, Key: storeKey('f')}), 1, "content")
				works(t, s)
				return
			}
			within(t, atOnce, func() { exercise(t, s) })
			if failed := failure(t, s, test.want); failed.Path != file || strings.Contains(failed.Reason, directory) {
				t.Errorf("it is about %s: %s", failed.Path, failed.Reason)
			}
			if files := names(t, directory); len(files) > 0 {
				t.Errorf("there are %d files", len(files))
			}
		})
	}
}

func text(text string, mode os.FileMode) func(string) error {
	return func(path string) error {
		return errors.Join(os.WriteFile(path, []byte(text), 0o600), os.Chmod(path, mode))
	}
}

// TestKeyFileInside puts the key file into the directory of the store, in several ways.
func TestKeyFileInside(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	directory := filepath.Join(root, "store")
	link, below := filepath.Join(root, "link"), filepath.Join(root, "below")
	clitest.OK(t, errors.Join(os.Mkdir(directory, 0o700), os.Symlink(directory, link), os.Mkdir(filepath.Join(directory, "deep"), 0o700)))
	clitest.OK(t, os.Symlink(filepath.Join(directory, "deep"), below))
	for name, test := range map[string]struct {
		directory, file string
		want            store.Problem
	}{
		"in it":                      {directory, directory + "/key", store.ProblemKeyInside},
		"below it":                   {directory, directory + "/not/there/key", store.ProblemKeyInside},
		"by a link":                  {directory, link + "/key", store.ProblemKeyInside},
		"by a link to what is below": {directory, below + "/not/there/key", store.ProblemKeyInside},
		"the store by a link":        {link, directory + "/key", store.ProblemKeyInside},
		"with dots":                  {directory, root + "/other/../store/key", store.ProblemKeyInside},
		"beside it":                  {directory, root + "/store-key/key", 0},
		"above it":                   {directory, root + "/key", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, withKeyFile(test.directory, test.file))
			put(s, 1, "content", time.Hour)
			if test.want == 0 {
				works(t, s)
				return
			}
			fails(t, s, test.want)
			if _, err := os.Lstat(test.file); err == nil {
				t.Error("the key is there")
			}
		})
	}
}

// TestKeyFilePath looks for the configuration directory of the user.
func TestKeyFilePath(t *testing.T) {
	for name, test := range map[string]struct{ home, configuration, want string }{
		"home":               {"/home/user", "", "/home/user/.config/terraform-provider-apitoken/token_store.key"},
		"configuration":      {"/home/user", "/config", "/config/terraform-provider-apitoken/token_store.key"},
		"none":               {"", "", ""},
		"a relative home":    {"home", "", ""},
		"a relative setting": {"/home/user", "config", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("HOME", test.home)
			t.Setenv("XDG_CONFIG_HOME", test.configuration)
			path, err := store.KeyFile()
			failed, _ := errors.AsType[*store.Error](err)
			if path != test.want || (err == nil) != (test.want != "") || err != nil && failed.Problem != store.ProblemNoHome {
				t.Errorf("%q, %v", path, err)
			}
			if err == nil {
				return
			}
			s := open(t, store.Settings{Directory: newDirectory(t), KeyFile: store.KeyFile})
			exercise(t, s)
			fails(t, s, store.ProblemNoHome)
		})
	}
}

// TestCheck reports what of the settings can never work.
func TestCheck(t *testing.T) {
	t.Parallel()
	raw := strings.TrimRight(storeKey('k').Reveal(), "=")
	for name, test := range map[string]struct {
		settings store.Settings
		want     store.Problem
	}{
		"a directory":                {store.Settings{Directory: "/x"}, 0},
		"a directory and a key":      {store.Settings{Directory: "/x", Key: storeKey('k')}, 0},
		"a key without padding":      {store.Settings{Directory: "/x", Key: said.NewSecret(raw)}, 0},
		"a key for URLs":             {store.Settings{Directory: "/x", Key: said.NewSecret(strings.Repeat("-_", 21) + "8")}, 0},
		"a key of 31 bytes":          {store.Settings{Directory: "/x", Key: said.NewSecret(raw[:42])}, store.ProblemKey},
		"a key of 33 bytes":          {store.Settings{Directory: "/x", Key: said.NewSecret(raw + "a")}, store.ProblemKey},
		"a password":                 {store.Settings{Directory: "/x", Key: said.NewSecret("correct horse battery staple")}, store.ProblemKey},
		"a URL":                      {store.Settings{URL: said.NewSecret("rediss://h")}, store.ProblemNoKey},
		"a URL and a key":            {at("rediss://h"), 0},
		"a wrong URL without a key":  {store.Settings{URL: said.NewSecret("https://h")}, store.ProblemURL},
		"a wrong URL and a key":      {at("https://h"), store.ProblemURL},
		"a URL and half of a key":    {store.Settings{URL: said.NewSecret("rediss://h"), Key: said.NewSecret("a")}, store.ProblemKey},
		"neither URL nor directory ": {store.Settings{}, store.ProblemURL},
	} {
		failed := test.settings.Check()
		if (failed == nil) != (test.want == 0) || failed != nil && failed.Problem != test.want {
			t.Errorf("%s: %v", name, failed)
		}
	}
}
