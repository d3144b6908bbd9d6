package secrecy

import (
	"go/ast"
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
	case *types.Slice:
		return holdsText(typ.Elem())
	case *types.Array:
		return holdsText(typ.Elem())
	case *types.Pointer:
		_, isStruct := typ.Elem().Underlying().(*types.Struct)
		return !isStruct && holdsText(typ.Elem())
	case *types.Map:
		return holdsText(typ.Elem()) // its keys are names
	case *types.Interface:
		return typ.Empty()
	default:
		return false // the fields of a struct are looked at by themselves
	}
}

// parts returns a type and those that it is made of, without fields of structs.
func parts(typ types.Type) []types.Type {
	found := []types.Type{typ}
	switch typ := types.Unalias(typ).Underlying().(type) {
	case *types.Pointer:
		found = append(found, parts(typ.Elem())...)
	case *types.Slice:
		found = append(found, parts(typ.Elem())...)
	case *types.Array:
		found = append(found, parts(typ.Elem())...)
	case *types.Map:
		found = append(found, append(parts(typ.Key()), parts(typ.Elem())...)...)
	}
	return found
}

// errorsHoldPlainValues: an error has no field that could hold a body, a header,
// a secret or another error, and wraps none.
func errorsHoldPlainValues(t reporter, found []site) {
	t.Helper()
	kinds := 0
	for _, s := range found {
		spec, ok := s.node.(*ast.TypeSpec)
		if !ok {
			continue
		}
		typ := s.pkg.TypesInfo.Defs[spec.Name].Type()
		if !isError(typ) && !isError(types.NewPointer(typ)) {
			continue
		}
		kinds++
		if unwrap, _, _ := types.LookupFieldOrMethod(typ, true, s.pkg.Types, "Unwrap"); unwrap != nil {
			t.Errorf("%s: %s wraps an error", s.at(), s.in)
		}
		fields, ok := typ.Underlying().(*types.Struct)
		if !ok {
			continue
		}
		for field := range fields.Fields() {
			if !isPlain(field.Type()) {
				t.Errorf("%s: %s.%s is a %s", s.at(), s.in, field.Name(), field.Type())
			}
		}
	}
	if kinds < 4 {
		t.Errorf("only %d kinds of error", kinds)
	}
}

// isPlain reports whether a value is a number, a text, a time, or a list of texts.
// No body is one ([]byte), nor a request, an answer, a URL or an error.
func isPlain(typ types.Type) bool {
	if slices.Contains(plainTypes(), nameOf(typ)) {
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
