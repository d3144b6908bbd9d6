package secrecy

import (
	"go/ast"
	gotoken "go/token"
	"go/types"
	"regexp"
	"slices"
	"testing"
)

// TestSource is one test because its parts share the type-checked source.
func TestSource(t *testing.T) {
	found := sites(load(t))
	if len(found) < 10_000 {
		t.Fatalf("there are only %d places to look at", len(found))
	}
	for name, check := range checks() {
		t.Run(name, func(t *testing.T) { check(t, found) })
	}
}

// checks are those of the source, by name.
func checks() map[string]func(reporter, []site) {
	return map[string]func(reporter, []site){
		"SecretsHaveTheirType":         secretsHaveTheirType,
		"ErrorsHoldPlainValues":        errorsHoldPlainValues,
		"MessagesAreMadeOfPlainValues": messagesAreMadeOfPlainValues,
		"NoTextIsShown":                noTextIsShown,
		"OnlyAJudgeMakesShown":         onlyAJudgeMakesShown,
		"NothingIsWrittenToDisk":       nothingIsWrittenToDisk,
		"NothingIsKeptInPackages":      nothingIsKeptInPackages,
	}
}

// secretsHaveTheirType: what is called a secret is a Secret, and no text.
func secretsHaveTheirType(t reporter, found []site) {
	t.Helper()
	secret := regexp.MustCompile(`(?i)secret|password|passphrase|privatekey|assertion|bearer|cookie`)
	for _, s := range found {
		var names []*ast.Ident
		switch node := s.node.(type) {
		case *ast.TypeSpec:
			names = []*ast.Ident{node.Name}
		case *ast.Field:
			names = node.Names
		}
		for _, name := range names {
			object, isField := s.pkg.TypesInfo.Defs[name].(*types.Var)
			_, isType := s.pkg.TypesInfo.Defs[name].(*types.TypeName)
			if (isType || isField && object.IsField()) && secret.MatchString(name.Name) && holdsText(s.pkg.TypesInfo.TypeOf(name)) {
				t.Errorf("%s: %s is text, and its name says that it is a secret: %s", s.at(), s.in, name.Name)
			}
		}
	}
}

// holdsText reports whether a value can be a text other than a Secret.
func holdsText(typ types.Type) bool {
	switch typ := types.Unalias(typ).Underlying().(type) {
	case *types.Basic:
		return typ.Info()&types.IsString != 0 || typ.Kind() == types.Byte
	case *types.Pointer:
		_, isStruct := typ.Elem().Underlying().(*types.Struct)
		return !isStruct && holdsText(typ.Elem())
	case interface{ Elem() types.Type }: // of a map, the keys are names
		return holdsText(typ.Elem())
	case *types.Interface:
		return typ.Empty()
	default:
		return false // the fields of a struct are looked at by themselves
	}
}

// errorsHoldPlainValues: an error has no field that could hold a body, a header or
// another error, and wraps none, unless it is exported and says itself how it is
// printed. Such an error is among the holders, which are printed in every way.
func errorsHoldPlainValues(t reporter, found []site) {
	t.Helper()
	kinds := 0
	for _, s := range found {
		spec, ok := s.node.(*ast.TypeSpec)
		if !ok || !isError(types.NewPointer(s.pkg.TypesInfo.Defs[spec.Name].Type())) {
			continue
		}
		kinds++
		typ := s.pkg.TypesInfo.Defs[spec.Name].Type()
		if printsItself(typ) && spec.Name.IsExported() {
			continue
		}
		if unwrap, _, _ := types.LookupFieldOrMethod(typ, true, s.pkg.Types, "Unwrap"); unwrap != nil {
			t.Errorf("%s: %s wraps an error", s.at(), s.in)
		}
		if fields, ok := typ.Underlying().(*types.Struct); ok {
			arePlain(t, s, fields)
		}
	}
	if kinds < 4 {
		t.Errorf("only %d kinds of error", kinds)
	}
}

// arePlain fails for the fields of an error that are neither plain nor hidden.
func arePlain(t reporter, s site, fields *types.Struct) {
	t.Helper()
	for field := range fields.Fields() {
		if !isPlain(field.Type()) && !slices.Contains([]string{saidPkg + ".Secret", saidPkg + ".Foreign"}, nameOf(field.Type())) {
			t.Errorf("%s: %s.%s is a %s", s.at(), s.in, field.Name(), field.Type())
		}
	}
}

// printsItself reports whether a type says for every verb and encoder how its values
// are printed. With a method of a pointer, a value would print what it holds.
func printsItself(typ types.Type) bool {
	methods := types.NewMethodSet(typ)
	return methods.Lookup(nil, "Format") != nil && methods.Lookup(nil, "MarshalText") != nil
}

// isPlain reports whether a value is a number, a text, a time, a list of texts, or an
// error of ours that consists of these. No body is one ([]byte), nor a request, an
// answer, a URL or another error.
func isPlain(typ types.Type) bool {
	if slices.Contains(plainTypes(), nameOf(typ)) {
		return true
	}
	if fields, ok := pointedTo(typ).Underlying().(*types.Struct); ok && isOurError(typ) && !printsItself(pointedTo(typ)) {
		for field := range fields.Fields() {
			if !isPlain(field.Type()) {
				return false
			}
		}
		return true
	}
	switch underlying := types.Unalias(typ).Underlying().(type) {
	case *types.Basic:
		return !isError(typ)
	case *types.Slice:
		element, ok := underlying.Elem().Underlying().(*types.Basic)
		return ok && element.Kind() == types.String
	default:
		return false
	}
}

// messagesAreMadeOfPlainValues: what is formatted, logged or panicked with is
// plain. So no message can be made of what holds a secret, without a Reveal.
func messagesAreMadeOfPlainValues(t reporter, found []site) {
	t.Helper()
	allowed := newLedger(mayFormat())
	calls := 0
	for _, s := range found {
		call, ok := s.node.(*ast.CallExpr)
		if !ok || !formats(s, call) {
			continue
		}
		calls++
		for _, argument := range call.Args {
			typ := s.pkg.TypesInfo.TypeOf(argument)
			if !isPlain(typ) && !allowed.has(bare(s.in)+": "+short(typ.String())) {
				t.Errorf("%s: %s makes a message of a %s", s.at(), s.in, typ)
			}
		}
	}
	if calls < 40 {
		t.Errorf("only %d messages are made", calls)
	}
	allowed.close(t)
}

// onlyAJudgeMakesShown: a Shown is text of a server, in words of ours. So no text
// but a constant becomes one, except in a judge.
func onlyAJudgeMakesShown(t reporter, found []site) {
	t.Helper()
	const judge = "said.Judge.say"
	for _, s := range found {
		call, ok := s.node.(*ast.CallExpr)
		if !ok {
			continue
		}
		to := s.pkg.TypesInfo.Types[call.Fun]
		if !to.IsType() || s.in == judge {
			continue
		}
		_, isAny := types.Unalias(to.Type).(*types.TypeParam)
		if isAny || nameOf(to.Type) == saidPkg+".Shown" {
			t.Errorf("%s: %s makes what is shown without a judge", s.at(), s.in)
		}
	}
}

// nothingIsWrittenToDisk: the provider's own code has no file to which it could write, but
// those of the token store.
func nothingIsWrittenToDisk(t reporter, found []site) {
	t.Helper()
	allowed := newLedger(mayWrite())
	writes := regexp.MustCompile(`^os\.(Chmod|Chown|Chtimes|CopyFS|Create|CreateTemp|Lchown|Link|Mkdir(All|Temp)?|OpenFile|OpenInRoot|OpenRoot|Rename|Symlink|Truncate|WriteFile)$`)
	for _, s := range found {
		name, _ := s.node.(*ast.Ident)
		if function, ok := s.pkg.TypesInfo.Uses[name].(*types.Func); ok && writes.MatchString(function.FullName()) && !allowed.has(bare(s.in)) {
			t.Errorf("%s: %s writes to disk", s.at(), s.in)
		}
	}
	allowed.close(t)
}

// nothingIsKeptInPackages: no package variable is changed. So no configuration of the
// provider sees what another one has left.
func nothingIsKeptInPackages(t reporter, found []site) {
	t.Helper()
	for _, s := range found {
		var changed []ast.Expr
		switch node := s.node.(type) {
		case *ast.AssignStmt:
			changed = node.Lhs
		case *ast.IncDecStmt:
			changed = []ast.Expr{node.X}
		case *ast.UnaryExpr:
			if node.Op == gotoken.AND {
				changed = []ast.Expr{node.X}
			}
		case *ast.CallExpr:
			if name := types.ExprString(node.Fun); name == "delete" || name == "clear" {
				changed = node.Args[:1]
			}
		}
		for _, expr := range changed {
			if kept := variable(s.pkg.TypesInfo, expr); kept != nil && kept.Parent() == kept.Pkg().Scope() {
				t.Errorf("%s: %s changes %s", s.at(), s.in, kept.Name())
			}
		}
	}
}

// variable returns the variable that an expression is a part of; nil if there is none.
func variable(info *types.Info, expr ast.Expr) *types.Var {
	for {
		switch of := ast.Unparen(expr).(type) {
		case *ast.IndexExpr:
			expr = of.X
		case *ast.StarExpr:
			expr = of.X
		case *ast.SelectorExpr:
			if found, ok := info.Uses[of.Sel].(*types.Var); ok && !found.IsField() {
				return found // of another package
			}
			expr = of.X
		case *ast.Ident:
			found, _ := info.ObjectOf(of).(*types.Var)
			return found
		default:
			return nil
		}
	}
}
