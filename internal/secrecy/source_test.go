package secrecy

import (
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

const (
	module    = "github.com/apitoken/terraform-provider-apitoken"
	saidPkg   = module + "/internal/said"
	sourcePkg = module + "/internal/source"
	tokenPkg  = module + "/internal/token"
)

// reporter is told what breaks a rule: a test, or one that looks whether a check
// can fail.
type reporter interface {
	Helper()
	Errorf(format string, values ...any)
}

// load returns the packages that ship, type-checked.
func load(t *testing.T) []*packages.Package {
	t.Helper()
	return loadThese(t, shipped(t)...)
}

// shipped returns the packages of this module that are in the program.
func shipped(t *testing.T) []string {
	t.Helper()
	root, err := clitest.Root()
	if err != nil {
		t.Fatal(err)
	}
	config := &packages.Config{Context: t.Context(), Dir: root, Mode: packages.NeedName | packages.NeedImports | packages.NeedDeps}
	program, err := packages.Load(config, ".")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	packages.Visit(program, nil, func(p *packages.Package) {
		if p.PkgPath == module || strings.HasPrefix(p.PkgPath, module+"/") {
			found = append(found, p.PkgPath)
		}
	})
	if len(found) < 7 {
		t.Fatalf("only %v ship", found)
	}
	return found
}

// loadThese returns packages, type-checked.
func loadThese(t *testing.T, patterns ...string) []*packages.Package {
	t.Helper()
	root, err := clitest.Root()
	if err != nil {
		t.Fatal(err)
	}
	config := &packages.Config{
		Context: t.Context(), Dir: root,
		Mode: packages.NeedName | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo,
	}
	loaded, err := packages.Load(config, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	if len(loaded) != len(patterns) {
		t.Fatalf("%d packages", len(loaded))
	}
	for _, p := range loaded {
		for _, broken := range p.Errors {
			t.Fatal(broken)
		}
	}
	return loaded
}

// site is a place in the source: the node, and the declaration around it by its
// name, such as token.Exchange.key or provider.New.
type site struct {
	pkg  *packages.Package
	node ast.Node
	in   string
}

func (s site) at() string { return s.pkg.Fset.Position(s.node.Pos()).String() }

// sites returns every node of the packages.
func sites(loaded []*packages.Package) []site {
	var found []site
	for _, p := range loaded {
		for _, file := range p.Syntax {
			for _, declared := range file.Decls {
				for in, root := range declarations(declared) {
					ast.Inspect(root, func(n ast.Node) bool {
						if n != nil {
							found = append(found, site{p, n, p.Name + "." + in})
						}
						return true
					})
				}
			}
		}
	}
	return found
}

// declarations returns what is declared, by name.
func declarations(declared ast.Decl) map[string]ast.Node {
	found := map[string]ast.Node{}
	switch declared := declared.(type) {
	case *ast.FuncDecl:
		name := declared.Name.Name
		if declared.Recv != nil {
			receiver, _, _ := strings.Cut(strings.TrimPrefix(types.ExprString(declared.Recv.List[0].Type), "*"), "[")
			name = receiver + "." + name
		}
		found[name] = declared
	case *ast.GenDecl:
		for _, spec := range declared.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				found[spec.Name.Name] = spec
			case *ast.ValueSpec:
				found[spec.Names[0].Name] = spec
			}
		}
	}
	return found
}

// nameOf returns the package path and name of a named type; "" for others.
func nameOf(typ types.Type) string {
	named, ok := types.Unalias(typ).(*types.Named)
	if !ok {
		return ""
	}
	if named.Obj().Pkg() == nil {
		return named.Obj().Name() // error
	}
	return named.Obj().Pkg().Path() + "." + named.Obj().Name()
}

// short is a package path and name without what is before the last slash.
func short(name string) string { return name[strings.LastIndex(name, "/")+1:] }

// ledger is a list of what is allowed, and what of it there is.
type ledger struct {
	allowed map[string]string
	seen    map[string]bool
}

func newLedger(allowed map[string]string) *ledger {
	return &ledger{allowed, map[string]bool{}}
}

// has reports whether something is allowed.
func (l *ledger) has(name string) bool {
	_, ok := l.allowed[name]
	l.seen[name] = true
	return ok
}

// close fails for what is allowed without need, and for what has no reason.
func (l *ledger) close(t reporter) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(l.allowed)) {
		if !l.seen[name] {
			t.Errorf("%s is allowed and is not there: take it off the list", name)
		}
		if len(l.allowed[name]) < 10 {
			t.Errorf("%s is allowed for no reason", name)
		}
	}
}
