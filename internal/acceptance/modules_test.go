package acceptance

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// testModules runs the tests of the modules in examples/testing, which need no
// credentials and ask nobody. Each of their runs has to be counted as passed.
func testModules(l *lab) {
	if !l.CLI.Since(0, 12) {
		l.t.Skip(l.CLI, " crashes on mocks of ephemeral resources")
	}
	root, err := clitest.Root()
	if err != nil {
		l.t.Fatal(err)
	}
	modules := filepath.Join(root, "examples", "testing")
	entries, err := os.ReadDir(modules)
	if err != nil || len(entries) == 0 {
		l.t.Fatalf("%d modules, error %v", len(entries), err)
	}
	for _, entry := range entries {
		l.t.Run(entry.Name(), func(t *testing.T) {
			harness := &clitest.Harness{Config: l.Config}
			part := &lab{Workspace: harness.MustWorkspace(t, l.CLI, ""), t: t}
			runs := part.copyModule(filepath.Join(modules, entry.Name()))
			part.Must(t, "init")
			passed := part.Must(t, "test").Stdout
			if want := fmt.Sprintf("Success! %d passed, 0 failed.", runs); runs == 0 || !strings.Contains(passed, want) {
				t.Errorf("%s does not say %q:\n%s", part.CLI, want, passed)
			}
		})
	}
}

// copyModule copies a module beside the configuration and counts the runs in
// the test files that the CLI reads.
func (l *lab) copyModule(dir string) (runs int) {
	l.t.Helper()
	if err := os.Remove(l.Path("main.tf")); err != nil {
		l.t.Fatal(err)
	}
	if err := os.CopyFS(l.Path("."), os.DirFS(dir)); err != nil {
		l.t.Fatal(err)
	}
	err := filepath.WalkDir(l.Path("."), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if l.readsTests(path) {
			runs += len(regexp.MustCompile(`(?m)^run "`).FindAllString(l.read(path), -1))
		}
		return nil
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return runs
}

func (l *lab) readsTests(path string) bool {
	return strings.HasSuffix(path, ".tftest.hcl") || l.CLI.Product == clitest.OpenTofu && strings.HasSuffix(path, ".tofutest.hcl")
}
