package secrecy

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// TestSecurityNamesTestsThatExist reads SECURITY.md: each test that it names is
// in the file that it links to, and each file is there.
func TestSecurityNamesTestsThatExist(t *testing.T) {
	t.Parallel()
	root, err := clitest.Root()
	if err != nil {
		t.Fatal(err)
	}
	files := os.DirFS(root)
	text, err := fs.ReadFile(files, "SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	links := regexp.MustCompile("\\[(`?)([^]`]+)`?\\]\\(([^)]+)\\)").FindAllStringSubmatch(string(text), -1)
	tests := 0
	for _, link := range links {
		isCode, name, path := link[1] != "", link[2], link[3]
		switch {
		case strings.HasPrefix(path, "https://"):
		case isCode && strings.HasSuffix(path, "_test.go"):
			tests++
			if !hasTest(t, filepath.Join(root, path), name) {
				t.Errorf("%s is not in %s", name, path)
			}
		default:
			file, _, _ := strings.Cut(path, "#")
			if _, err := fs.Stat(files, file); err != nil {
				t.Errorf("%s is named, and: %v", path, err)
			}
		}
	}
	if named := len(regexp.MustCompile("`(Test|Fuzz)[A-Z]").FindAllString(string(text), -1)); tests != named || tests < 20 {
		t.Errorf("%d of %d tests are linked", tests, named)
	}
}

// hasTest reports whether a test is in a file. A part of one, such as
// TestAcc/Secrecy, is where the function testSecrecy is, and has its name in a
// table of the package.
func hasTest(t *testing.T, path, name string) bool {
	t.Helper()
	name, part, isPart := strings.Cut(name, "/")
	function := name
	if isPart {
		function = "test" + part
	}
	inFile, inPackage := textOf(t, path), textOf(t, filepath.Join(filepath.Dir(path), "*_test.go"))
	return strings.Contains(inFile, "\nfunc "+function+"(") && strings.Contains(inPackage, "\nfunc "+name+"(") &&
		(!isPart || strings.Contains(inPackage, strconv.Quote(part)))
}

// textOf returns the text of the files of a pattern.
func textOf(t *testing.T, pattern string) string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	var found strings.Builder
	for _, path := range paths {
		text, err := os.ReadFile(path) //nolint:gosec // of this repository
		if err != nil {
			t.Fatal(err)
		}
		found.Write(text)
	}
	return found.String()
}
