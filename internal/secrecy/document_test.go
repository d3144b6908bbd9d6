package secrecy

import (
	"go/ast"
	"go/parser"
	"go/token"
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
			if _, err := fs.Stat(files, path); err != nil {
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
	inPackage, literals := declared(t, filepath.Join(filepath.Dir(path), "*_test.go"))
	inFile, _ := declared(t, path)
	return inFile[function] && inPackage[name] && (!isPart || literals[strconv.Quote(part)])
}

// declared returns the functions and the literals in the files of a pattern.
func declared(t *testing.T, pattern string) (functions, literals map[string]bool) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	functions, literals = map[string]bool{}, map[string]bool{}
	for _, path := range paths {
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				functions[n.Name.Name] = true
			case *ast.BasicLit:
				literals[n.Value] = true
			}
			return true
		})
	}
	return functions, literals
}
