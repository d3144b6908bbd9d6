package clitest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// homes are the packages with tests that run a CLI. New ones go to acceptance.
func homes() []string { return []string{"acceptance", "clitest", "docs", "interop", "release"} }

// A test that runs a CLI is named TestAcc: `make test-tofu` runs those alone.
func TestTestsOfCLIsAreNamedAcc(t *testing.T) {
	t.Parallel()
	acceptance, found := regexp.MustCompile(`^TestAcc([A-Z]|$)`), map[string]bool{}
	for dir, calls := range testCalls(t, filepath.Join("..", "..")) {
		for _, name := range slices.Sorted(maps.Keys(calls)) {
			if !strings.HasPrefix(name, "Test") || name == "TestMain" || !reachesCLI(calls, name, map[string]bool{}) {
				continue
			}
			found[filepath.Base(dir)] = true
			if !acceptance.MatchString(name) {
				t.Errorf("%s: %s runs a CLI: name it TestAcc…", dir, name)
			}
		}
	}
	if got := slices.Sorted(maps.Keys(found)); !slices.Equal(got, homes()) {
		t.Errorf("tests that run a CLI are in %v, want them in %v", got, homes())
	}
}

// reachesCLI reports whether a function looks for a CLI, or calls one that does.
func reachesCLI(calls map[string][]string, name string, seen map[string]bool) bool {
	if seen[name] {
		return false
	}
	seen[name] = true
	return slices.ContainsFunc(calls[name], func(called string) bool {
		return slices.Contains(cliFinders(), called) || reachesCLI(calls, called, seen)
	})
}

// cliFinders are the functions that find a CLI, here and in plugin-testing.
func cliFinders() []string {
	return []string{
		"FindCLI", "FindCLIs", "NewHarness", "clitest.FindCLI", "clitest.FindCLIs", "clitest.NewHarness", "clitest.NewLab",
		"NewPlainHarness", "clitest.NewPlainHarness",
		"resource.Test", "resource.ParallelTest", "resource.UnitTest",
	}
}

// testCalls returns what each function of the test files mentions, by directory.
func testCalls(t *testing.T, root string) map[string]map[string][]string {
	t.Helper()
	found := map[string]map[string][]string{}
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir := filepath.Dir(path)
		if found[dir] == nil {
			found[dir] = map[string][]string{}
		}
		for _, declared := range file.Decls {
			if function, ok := declared.(*ast.FuncDecl); ok {
				name := function.Name.Name
				if function.Recv != nil {
					name = "." + name
				}
				found[dir][name] = append(found[dir][name], mentions(function.Body)...)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// mentions returns the names in a function's body: f, and x.f as both x.f and .f.
func mentions(body ast.Node) []string {
	var names []string
	ast.Inspect(body, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.Ident:
			names = append(names, node.Name)
		case *ast.SelectorExpr:
			names = append(append(names, "."+node.Sel.Name), mentions(node.X)...)
			if of, ok := node.X.(*ast.Ident); ok {
				names = append(names, of.Name+"."+node.Sel.Name)
			}
			return false
		}
		return true
	})
	return names
}
