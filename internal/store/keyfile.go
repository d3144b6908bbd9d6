package store

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/store/seal"
)

// keyTime is how long the key file may take that another process is making.
const keyTime = 10 * time.Second

// KeyFile returns the path of the key file in the configuration directory of the user.
func KeyFile() (string, error) {
	configuration, err := os.UserConfigDir()
	if err != nil || !filepath.IsAbs(configuration) { // one of no user, such as HOME=.
		return "", &Error{Problem: ProblemNoHome}
	}
	return filepath.Join(configuration, "terraform-provider-apitoken", "token_store.key"), nil
}

// keyFromFile returns the key in a file, which it makes if it is not there. The file must
// not be in the directory of the store: who has the one should not have the other.
func keyFromFile(file func() (string, error), store string) (key [seal.KeySize]byte, err error) {
	path, err := file()
	if err != nil {
		return key, err
	}
	folder, name := filepath.Split(path)
	if isWithin(folder, store) {
		return key, &Error{Problem: ProblemKeyInside, Path: path}
	}
	text, problem, err := readKey(folder, name)
	switch {
	case err != nil:
		return key, fileError(ProblemKeyFile, path, err)
	case problem != 0:
		return key, fileError(problem, path, nil)
	}
	if key, err = decodeKey(text); err != nil {
		return key, fileError(ProblemKeyText, path, nil)
	}
	return key, nil
}

// keyProblems are those of a key file, by those of a directory.
var keyProblems = map[Problem]Problem{ProblemOwner: ProblemKeyOwner, ProblemMode: ProblemKeyMode}

// readKey reads a key file, which it makes if it is not there. problem says why its key
// must not be used.
func readKey(folder, name string) (text said.Secret, problem Problem, err error) {
	if made := os.MkdirAll(folder, directoryMode); made != nil {
		return text, 0, made
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return text, 0, err
	}
	content, err := readFile(root, name)
	if errors.Is(err, fs.ErrNotExist) {
		content, err = makeKey(root, filepath.Join(folder, name), name)
	}
	switch {
	case err != nil:
	case len(content) == 0: // a link, for example: see readFile
		problem = ProblemKeyText
	default:
		problem = keyProblems[foreignTo(root, name)]
	}
	_ = root.Close() // every file in it was closed by itself
	return said.NewSecret(strings.TrimSpace(string(content))), problem, err
}

// makeKey writes a new key, unless another process has done so meanwhile, and returns the
// text of the file.
func makeKey(root *os.Root, path, name string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), keyTime)
	defer cancel()
	if !isLockable(root, name+lockSuffix) {
		return nil, errPlace
	}
	lock := flock.New(path+lockSuffix, flock.SetPermissions(entryMode))
	defer func() { _ = lock.Close() }() // the key is there, or the error says why not
	if _, err := lock.TryLockContext(ctx, poll); err != nil {
		return nil, err
	}
	if text, err := readFile(root, name); !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	key := make([]byte, seal.KeySize)
	_, _ = rand.Read(key) // it never fails
	text := []byte(base64.StdEncoding.EncodeToString(key) + "\n")
	return text, writeFile(root, name, text)
}

// isWithin reports whether a folder is a directory, or in it.
func isWithin(folder, directory string) bool {
	relative, err := filepath.Rel(withoutLinks(directory), withoutLinks(folder))
	return err == nil && filepath.IsLocal(relative)
}

// withoutLinks returns a path without links, as far as it is there.
func withoutLinks(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	resolved, err := filepath.EvalSymlinks(absolute)
	if err == nil {
		return resolved
	}
	parent := filepath.Dir(absolute)
	if parent == absolute {
		return absolute
	}
	return filepath.Join(withoutLinks(parent), filepath.Base(absolute))
}
