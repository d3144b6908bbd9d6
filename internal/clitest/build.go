package clitest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// HTTPProviderEnv names a built hashicorp/http provider, for machines that have one.
const HTTPProviderEnv = "APITOKEN_TEST_HTTP_PROVIDER"

const (
	httpProviderPackage = "github.com/terraform-providers/terraform-provider-http"
	tofuPackage         = "github.com/opentofu/opentofu/cmd/tofu"
)

// BuildProvider builds the provider into dir and returns the binary's path.
// Flags are more flags of `go build`, such as -race.
func BuildProvider(ctx context.Context, root, dir string, flags ...string) (string, error) {
	return build(ctx, root, ".", filepath.Join(dir, "terraform-provider-apitoken"), flags...)
}

// HTTPProvider returns a built hashicorp/http provider: the one that
// HTTPProviderEnv names, else the one in .bin, else one that it builds into dir.
func HTTPProvider(ctx context.Context, root, dir string) (string, error) {
	if path := os.Getenv(HTTPProviderEnv); path != "" {
		return filepath.Abs(path)
	}
	path := filepath.Join(root, ".bin", executable("terraform-provider-http"))
	_, err := os.Stat(path)
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return path, err
	}
	module := filepath.Join(root, "tools", "terraform-provider-http")
	return build(ctx, module, httpProviderPackage, filepath.Join(dir, "terraform-provider-http"))
}

// build runs in the module's own directory and outside any go.work, so that
// the module's pinned versions count. Version control is left out of it: the
// tree may be an unpacked archive.
func build(ctx context.Context, module, pkg, target string, flags ...string) (string, error) {
	target = executable(target)
	args := append([]string{"build", "-trimpath", "-buildvcs=false", "-o", target}, flags...)
	cmd := exec.CommandContext(ctx, "go", append(args, pkg)...) //nolint:gosec // it runs what the tests name
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "GOWORK=off")
	output, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", pkg, err, bytes.TrimSpace(output))
	}
	return target, nil
}

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
