package interop_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// installedMark is the file that holds the sum of the lock file which what is
// installed beside it came from.
const installedMark = "node_modules/.installed"

// oidcProviderCommand installs oidc-provider where that is not done, and
// returns how to start the server.
func oidcProviderCommand(t *testing.T, root string) []string {
	t.Helper()
	dir := filepath.Join(root, "internal", "interop", "oidcprovider")
	return nodeCommand(t, dir)
}

// verdaccioCommand installs verdaccio where that is not done, and returns how
// to start the server.
func verdaccioCommand(t *testing.T, root string) []string {
	t.Helper()
	return nodeCommand(t, filepath.Join(root, "internal", "interop", "verdaccio"))
}

func nodeCommand(t *testing.T, dir string) []string {
	t.Helper()
	node := findTool(t, filepath.Base(dir), "node")
	install(t, dir, findTool(t, filepath.Base(dir), "npm"))
	return []string{node, filepath.Join(dir, "server.mjs")}
}

// etcdCommand finds etcd, which .ci/run unpacks into .bin.
func etcdCommand(t *testing.T, root string) string {
	t.Helper()
	if path, err := exec.LookPath(filepath.Join(root, ".bin", "etcd")); err == nil {
		return path
	}
	return findTool(t, "the test of etcd", "etcd")
}

// findTool skips the test where there is no such tool; in CI it fails.
func findTool(t *testing.T, user, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
		return path
	case os.Getenv("CI") == "true":
		t.Fatalf("%s needs %s: %v", user, name, err)
	default:
		t.Skipf("%s needs %s: %v", user, name, err)
	}
	return ""
}

func install(t *testing.T, dir, npm string) {
	t.Helper()
	lock := clitest.Must(os.ReadFile(filepath.Join(dir, "package-lock.json")))(t) //nolint:gosec // the path is its own
	sum := sha256.Sum256(lock)
	mark := []byte(hex.EncodeToString(sum[:]))
	markPath := filepath.Join(dir, filepath.FromSlash(installedMark))
	if installed, err := os.ReadFile(markPath); err == nil && bytes.Equal(installed, mark) { //nolint:gosec // the path is its own
		return
	}
	t.Logf("installing what is below %s", dir)
	cmd := exec.CommandContext(t.Context(), npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = dir
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, output)
	}
	clitest.OK(t, os.WriteFile(markPath, mark, 0o600))
}

// goCommand builds the server of that name, outside any go.work so that the
// versions of its own module count.
func goCommand(t *testing.T, root, name string) []string {
	t.Helper()
	target := filepath.Join(t.TempDir(), name+".exe")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-buildvcs=false", "-o", target, ".") //nolint:gosec // it runs what the tests name
	cmd.Dir = filepath.Join(root, "internal", "interop", name)
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, output)
	}
	return []string{target}
}
