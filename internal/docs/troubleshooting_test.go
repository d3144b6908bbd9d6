package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// summaries returns the first lines of all diagnostics of internal/provider: the
// literals that are passed as a summary, returned as one, or stand for a kind.
func summaries(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{}
	files, err := filepath.Glob(filepath.Join("..", "provider", "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files, error %v", err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for node := range ast.Preorder(parsed) {
			if text, ok := summary(node); ok {
				found[text] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// summary is the one that a node has.
func summary(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.CallExpr:
		position := map[string]int{
			"NewErrorDiagnostic": 0, "AddError": 0, "AddWarning": 0, "NewAttributeErrorDiagnostic": 1, "AddAttributeError": 1,
		}
		called, ok := n.Fun.(*ast.SelectorExpr)
		if !ok {
			return "", false
		}
		if i, ok := position[called.Sel.Name]; ok && i < len(n.Args) {
			return literalText(n.Args[i])
		}
	case *ast.KeyValueExpr:
		if kind, ok := n.Key.(*ast.SelectorExpr); ok && strings.HasPrefix(kind.Sel.Name, "Kind") {
			return literalText(n.Value)
		}
	}
	return "", false
}

func literalText(expr ast.Expr) (string, bool) {
	basic, ok := expr.(*ast.BasicLit)
	if !ok || basic.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(basic.Value)
	return text, err == nil
}

// The page has a heading for each error of the provider, and for no other.
func TestTroubleshootingHasEveryError(t *testing.T) {
	t.Parallel()
	page := read(t, "templates/guides/troubleshooting.md")
	var headings []string
	for _, match := range regexp.MustCompile(`(?m)^### (.*)$`).FindAllStringSubmatch(page, -1) {
		headings = append(headings, match[1])
	}
	slices.Sort(headings)
	want := summaries(t)
	if len(want) < 15 {
		t.Errorf("only %d summaries were found in the code", len(want))
	}
	if diff := cmp.Diff(want, headings); diff != "" {
		t.Error(diff)
	}
}
