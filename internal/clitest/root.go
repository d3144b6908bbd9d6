package clitest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const modulePath = "github.com/apitoken/terraform-provider-apitoken"

// Root walks up from the working directory to the root of the repository. The
// modules below tools/ have a go.mod of their own and are passed by.
func Root() (string, error) {
	from, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := from; ; dir = filepath.Dir(dir) {
		data, err := os.ReadFile(filepath.Join(dir, "go.mod")) //nolint:gosec // the path is its own
		first, _, _ := strings.Cut(string(data), "\n")
		switch {
		case strings.TrimSpace(first) == "module "+modulePath:
			return dir, nil
		case err != nil && !errors.Is(err, os.ErrNotExist):
			return "", err
		case dir == filepath.Dir(dir):
			return "", fmt.Errorf("no go.mod of %s in %s or above", modulePath, from)
		}
	}
}
