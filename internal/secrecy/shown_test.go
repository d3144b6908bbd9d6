package secrecy

import (
	"go/ast"
	"go/types"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// noTextIsShown: what is revealed of a Secret, used of a Foreign, or read of a
// peer, a file or the environment gets into no message, error or log. Messages
// show a Shown, and the user's own names.
func noTextIsShown(t reporter, found []site) {
	t.Helper()
	allowed, fit := newLedger(mayShow()), newLedger(mayReturn())
	// The judges are what it has to trust.
	found = slices.DeleteFunc(slices.Clone(found), func(s site) bool { return s.pkg.PkgPath == saidPkg })
	f := follow(found, fit)
	for _, s := range found {
		for _, shown := range shows(s) {
			for _, from := range slices.Sorted(maps.Keys(f.text(s, shown))) {
				if !allowed.has(bare(s.in) + " of " + bare(from)) {
					t.Errorf("%s: %s shows what is taken out in %s", s.at(), s.in, from)
				}
			}
		}
	}
	allowed.close(t)
	fit.close(t)
}

// bare is a declaration without its package, so that code can move.
func bare(in string) string {
	_, name, _ := strings.Cut(in, ".")
	return name
}

// shows returns the values that a node puts into a message, an error or a log.
func shows(s site) []ast.Expr {
	switch node := s.node.(type) {
	case *ast.CallExpr:
		if isShowing(s, node) && !isBuffer(s.pkg.TypesInfo.TypeOf(node.Args[0])) {
			return node.Args
		}
	case *ast.CompositeLit:
		if isOurError(s.pkg.TypesInfo.TypeOf(node)) {
			return values(node)
		}
	case *ast.AssignStmt:
		var found []ast.Expr
		for i, target := range node.Lhs {
			field, ok := target.(*ast.SelectorExpr)
			if ok && isOurError(s.pkg.TypesInfo.TypeOf(field.X)) && len(node.Rhs) == len(node.Lhs) {
				found = append(found, node.Rhs[i])
			}
		}
		return found
	}
	return nil
}

// isShowing leaves out what makes a text, and the engine's logger: these are followed.
func isShowing(s site, call *ast.CallExpr) bool {
	function := functionOf(s, call)
	return formats(s, call) && (function == nil || !strings.HasPrefix(function.FullName(), "fmt.S") && !isOurs(function))
}

// formats reports whether a function formats, logs or reports what it is given.
func formats(s site, call *ast.CallExpr) bool {
	if name, ok := call.Fun.(*ast.Ident); ok {
		if builtin, ok := s.pkg.TypesInfo.Uses[name].(*types.Builtin); ok {
			return slices.Contains([]string{"panic", "print", "println"}, builtin.Name())
		}
	}
	function := functionOf(s, call)
	if function == nil || function.Pkg() == nil || len(call.Args) == 0 {
		return false
	}
	formatting := regexp.MustCompile(`^(errors\.New|fmt\.(Errorf|[FS]?[Pp]rint.*)|log\.(Print|Fatal|Panic).*|.*/(slog|tflog|diag)\..*|.*\.(Debug|Info)Context)$`)
	return formatting.MatchString(function.Pkg().Path() + "." + function.Name())
}
