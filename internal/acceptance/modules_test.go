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
func testModules(l *sandboxLab) {
	if !l.CLI.Since(0, 12) {
		l.T.Skip(l.CLI, " crashes on mocks of ephemeral resources")
	}
	modules := filepath.Join(clitest.Must(clitest.Root())(l.T), "examples", "testing")
	entries, err := os.ReadDir(modules)
	if err != nil || len(entries) == 0 {
		l.T.Fatalf("%d modules, error %v", len(entries), err)
	}
	for _, entry := range entries {
		l.T.Run(entry.Name(), func(t *testing.T) {
			part := clitest.NewLab(t, l.CLI, l.Config)
			runs := copyModule(part, filepath.Join(modules, entry.Name()))
			part.Must("init")
			passed := part.Must("test").Stdout
			if want := fmt.Sprintf("Success! %d passed, 0 failed.", runs); runs == 0 || !strings.Contains(passed, want) {
				t.Errorf("%s does not say %q:\n%s", part.CLI, want, passed)
			}
		})
	}
}

// copyModule copies a module beside the configuration and counts the runs in
// the test files that the CLI reads.
func copyModule(l *clitest.Lab, dir string) (runs int) {
	l.T.Helper()
	clitest.OK(l.T, os.CopyFS(l.Path("."), os.DirFS(dir)))
	err := filepath.WalkDir(l.Path("."), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if readsTests(l.CLI, path) {
			runs += len(regexp.MustCompile(`(?m)^run "`).FindAllString(l.Read(path), -1))
		}
		return nil
	})
	if err != nil {
		l.T.Fatal(err)
	}
	return runs
}

func readsTests(cli clitest.CLI, path string) bool {
	return strings.HasSuffix(path, ".tftest.hcl") || cli.Product == clitest.OpenTofu && strings.HasSuffix(path, ".tofutest.hcl")
}
