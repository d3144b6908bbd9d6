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
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// summaries returns the first lines of all diagnostics of internal/provider,
// internal/service and internal/diagnostic: the literals and constants that are passed as a summary, returned
// as one, or stand for a kind.
func summaries(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{}
	for _, folder := range []string{"provider", "service", "diagnostic"} {
		files := sources(t, folder)
		constants := constantsOf(files)
		for _, file := range files {
			for node := range ast.Preorder(file) {
				text, ok := summary(node, constants)
				if call, isCall := node.(*ast.CallExpr); isCall && !ok {
					checkPassedOn(t, call)
				}
				if ok {
					found[text] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// sources returns the files of a package, without its tests.
func sources(t *testing.T, folder string) []*ast.File {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files, error %v", err)
	}
	var parsed []*ast.File
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		one := clitest.Must(parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution))(t)
		parsed = append(parsed, one)
	}
	return parsed
}

// constantsOf returns the constants of files that are texts.
func constantsOf(files []*ast.File) map[string]ast.Expr {
	found := map[string]ast.Expr{}
	for _, file := range files {
		for node := range ast.Preorder(file) {
			if spec, ok := node.(*ast.ValueSpec); ok {
				for i, name := range spec.Names {
					if i < len(spec.Values) {
						found[name.Name] = spec.Values[i]
					}
				}
			}
		}
	}
	return found
}

// summary is the one that a node has.
func summary(node ast.Node, constants map[string]ast.Expr) (string, bool) {
	switch n := node.(type) {
	case *ast.CallExpr:
		return passed(n, constants)
	case *ast.KeyValueExpr:
		return keyed(n, constants)
	case *ast.CompositeLit:
		typ, _ := n.Type.(*ast.Ident)
		if i, isError := map[string]int{"otherError": 0, "RuleError": 1}[called(typ)]; isError && len(n.Elts) > 1 {
			return literalText(n.Elts[i], constants)
		}
	case *ast.ReturnStmt:
		return returned(n, constants)
	}
	return "", false
}

// returned is the summary that a function returns: one that looks at an entry of a map returns
// it first, and one for a special case returns it alone.
func returned(statement *ast.ReturnStmt, constants map[string]ast.Expr) (string, bool) {
	const withAdvice = 2
	if len(statement.Results) == 0 || len(statement.Results) > withAdvice {
		return "", false
	}
	text, ok := literalText(statement.Results[0], constants)
	isSentence := len(statement.Results) == 1 && strings.ContainsAny(text, ".:{…")
	return text, ok && text != "" && unicode.IsUpper(rune(text[0])) && strings.Contains(text, " ") && !isSentence
}

// argument is the argument of a call that is a summary; nil if there is none.
func argument(call *ast.CallExpr) ast.Expr {
	position := map[string]int{
		"NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0, "AddError": 0, "AddWarning": 0,
		"NewAttributeErrorDiagnostic": 1, "NewAttributeWarningDiagnostic": 1, "AddAttributeError": 1, "AddAttributeWarning": 1,
		"errorAt": 1, "Check": 0, "checkBeside": 0, "problemWith": 1,
	}
	const fewest = 2 // token.Path and others have a Check of fewer
	if i, ok := position[called(call.Fun)]; ok && len(call.Args) >= fewest {
		return call.Args[i]
	}
	return nil
}

// passed is the summary that is passed to a function.
func passed(call *ast.CallExpr, constants map[string]ast.Expr) (string, bool) {
	return literalText(argument(call), constants)
}

// checkPassedOn checks that a summary that is not a text comes from a place where it
// was one: a parameter, a field or a constant of that name, the function summary, or the
// table summaries.
func checkPassedOn(t *testing.T, call *ast.CallExpr) {
	t.Helper()
	expr := argument(call)
	if expr == nil {
		return
	}
	from := expr
	switch made := expr.(type) {
	case *ast.CallExpr:
		from = made.Fun
	case *ast.IndexExpr:
		from = made.X
	}
	if from := strings.ToLower(called(from)); !strings.HasSuffix(from, "summary") && from != "summaries" {
		t.Errorf("%s gets a summary that this test cannot read", called(call.Fun))
	}
}

// keyed is the summary that stands for a kind, or is a diagnostic's.
func keyed(pair *ast.KeyValueExpr, constants map[string]ast.Expr) (string, bool) {
	switch key := pair.Key.(type) {
	case *ast.SelectorExpr:
		if strings.HasPrefix(key.Sel.Name, "Kind") {
			return literalText(pair.Value, constants)
		}
	case *ast.Ident:
		if _, isConstant := pair.Value.(*ast.Ident); isConstant && key.Name == "Summary" {
			return literalText(pair.Value, constants)
		}
	}
	return "", false
}

// called is the name of what is called.
func called(fun ast.Expr) string {
	switch fun := fun.(type) {
	case *ast.SelectorExpr:
		return fun.Sel.Name
	case *ast.Ident:
		if fun != nil {
			return fun.Name
		}
	}
	return ""
}

// literalText is the text that an expression is: a literal or the name of a constant.
// What begins a text, such as "Missing ", is the heading without its last space.
func literalText(expr ast.Expr, constants map[string]ast.Expr) (string, bool) {
	switch e := expr.(type) {
	case *ast.Ident:
		if value, ok := constants[e.Name]; ok {
			expr = value
		}
	case *ast.BinaryExpr:
		text, ok := literalText(e.X, constants)
		return strings.TrimSpace(text) + " …", ok
	}
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
	if len(want) < 40 {
		t.Errorf("only %d summaries were found in the code", len(want))
	}
	if diff := cmp.Diff(want, headings); diff != "" {
		t.Error(diff)
	}
}
