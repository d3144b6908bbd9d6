package clitest

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

const modulePath = "github.com/apitoken/terraform-provider-apitoken"

// noRootError says that neither the directory it was started in nor one above
// it holds the provider's go.mod.
type noRootError struct{ From string }

func (e noRootError) Error() string {
	return "no go.mod of " + modulePath + " in " + e.From + " or above"
}

// Root walks up from the working directory to the root of the repository. The
// modules below tools/ have a go.mod of their own and are passed by.
func Root() (string, error) {
	from, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := from; ; {
		found, err := holdsModule(dir)
		if err != nil || found {
			return dir, err
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", noRootError{From: from}
		}
		dir = parent
	}
}

func holdsModule(dir string) (bool, error) {
	data, err := os.ReadFile(filepath.Join(dir, "go.mod")) //nolint:gosec // the path is its own
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for line := range bytes.Lines(data) {
		if string(bytes.TrimSpace(line)) == "module "+modulePath {
			return true, nil
		}
	}
	return false, nil
}

// MustRoot is Root in a test.
func MustRoot(t *testing.T) string {
	t.Helper()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	return root
}
