package secrecy

import (
	"go/ast"
	"go/types"
	"maps"
	"os/exec"
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
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", ".")
	list.Dir = root
	all, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	found := slices.DeleteFunc(strings.Fields(string(all)), func(path string) bool { return path != module && !strings.HasPrefix(path, module+"/") })
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
				for _, root := range declarations(declared) {
					in := p.Name + "." + nameIn(root)
					ast.Inspect(root, func(n ast.Node) bool {
						if n != nil {
							found = append(found, site{p, n, in})
						}
						return true
					})
				}
			}
		}
	}
	return found
}

// declarations returns the parts of a declaration that have names of their own.
func declarations(declared ast.Decl) (found []ast.Node) {
	group, ok := declared.(*ast.GenDecl)
	if !ok {
		return []ast.Node{declared}
	}
	for _, spec := range group.Specs {
		found = append(found, spec)
	}
	return found
}

// nameIn returns the name of what is declared, of a method with its receiver.
func nameIn(declared ast.Node) string {
	switch declared := declared.(type) {
	case *ast.FuncDecl:
		if declared.Recv == nil {
			return declared.Name.Name
		}
		receiver, _, _ := strings.Cut(strings.TrimPrefix(types.ExprString(declared.Recv.List[0].Type), "*"), "[")
		return receiver + "." + declared.Name.Name
	case *ast.TypeSpec:
		return declared.Name.Name
	case *ast.ValueSpec:
		return declared.Names[0].Name
	default:
		return ""
	}
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
