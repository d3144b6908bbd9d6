package secrecy

import (
	"go/ast"
	"go/types"
	"regexp"
	"slices"
	"strings"
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
		"WhatHidesItselfIsNoField":     whatHidesItselfIsNoField,
		"SecretsAreRevealedByFew":      secretsAreRevealedByFew,
		"ErrorsHoldPlainValues":        errorsHoldPlainValues,
		"MessagesAreMadeOfPlainValues": messagesAreMadeOfPlainValues,
		"ErrorsAreNotQuoted":           errorsAreNotQuoted,
		"ForeignTextIsUsedByFew":       foreignTextIsUsedByFew,
		"OnlyAJudgeMakesShown":         onlyAJudgeMakesShown,
		"PeersAreReadByFew":            peersAreReadByFew,
		"AnswersGiveNoText":            answersGiveNoText,
		"URLsAreReadByFew":             urlsAreReadByFew,
		"NothingIsWrittenToDisk":       nothingIsWrittenToDisk,
	}
}

// secretsHaveTheirType: a field or a named type whose name says that it carries
// a secret holds no text but a Secret, or belongs to a type that hides itself.
func secretsHaveTheirType(t reporter, found []site) {
	t.Helper()
	allowed := newLedger(publicByName())
	for _, s := range found {
		for place, typ := range named(s) {
			name := place[strings.LastIndex(place, ".")+1:]
			if isSecretName(name) && holdsText(typ) && !allowed.has(place) {
				t.Errorf("%s: %s is text, and its name says that it is a secret", s.at(), place)
			}
		}
	}
	allowed.close(t)
}

// named returns what a node gives names to, and of which type it is: a type, or
// the fields of a struct.
func named(s site) map[string]types.Type {
	found := map[string]types.Type{}
	switch node := s.node.(type) {
	case *ast.TypeSpec:
		found[s.in] = s.pkg.TypesInfo.TypeOf(node.Type)
	case *ast.StructType:
		if hidesItself(s) {
			return nil
		}
		for _, field := range node.Fields.List {
			for _, name := range field.Names {
				found[s.in+"."+name.Name] = s.pkg.TypesInfo.TypeOf(field.Type)
			}
		}
	}
	return found
}

// isSecretName reports whether a word of a name is that of a secret.
func isSecretName(name string) bool {
	return slices.ContainsFunc(strings.Fields(splitCapitals(name)), func(word string) bool {
		return slices.Contains(secretWords(), strings.TrimSuffix(strings.ToLower(word), "s"))
	})
}

// splitCapitals puts a space where a word begins within a name.
func splitCapitals(name string) string {
	name = regexp.MustCompile(`([a-z0-9])([A-Z])`).ReplaceAllString(name, "$1 $2")
	return regexp.MustCompile(`([A-Z])([A-Z][a-z])`).ReplaceAllString(name, "$1 $2")
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

// hidesItself reports whether a struct is that of a type of ours that formats
// itself, as said.Secret does.
func hidesItself(s site) bool {
	_, name, _ := strings.Cut(s.in, ".")
	declared, ok := s.pkg.Types.Scope().Lookup(name).(*types.TypeName)
	return ok && formatsItself(declared.Type())
}

func formatsItself(typ types.Type) bool {
	named, ok := types.Unalias(typ).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || !strings.HasPrefix(named.Obj().Pkg().Path(), module) {
		return false
	}
	method, _, _ := types.LookupFieldOrMethod(named, false, named.Obj().Pkg(), "Format")
	_, ok = method.(*types.Func)
	return ok
}

// whatHidesItselfIsNoField: fmt does not call the methods of an unexported
// field. A Secret and a Foreign withstand that, their values are behind a pointer; others do not.
func whatHidesItselfIsNoField(t reporter, found []site) {
	t.Helper()
	for _, s := range found {
		node, ok := s.node.(*ast.StructType)
		if !ok {
			continue
		}
		for _, field := range node.Fields.List {
			typ := s.pkg.TypesInfo.TypeOf(field.Type)
			for _, part := range parts(typ) {
				if name := nameOf(part); formatsItself(part) && name != saidPkg+".Secret" && name != saidPkg+".Foreign" {
					t.Errorf("%s: a field of %s holds a %s, which shows there", s.at(), s.in, nameOf(part))
				}
			}
		}
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

// secretsAreRevealedByFew: Reveal makes a string of a Secret, ValueString one of
// a configuration's value, and a conversion one of bytes, such as an answer's
// body. Whoever does so is on the list.
func secretsAreRevealedByFew(t reporter, found []site) {
	t.Helper()
	allowed := newLedger(mayReveal())
	for _, s := range found {
		if reveals(s) && !allowed.has(s.in) {
			t.Errorf("%s: %s reveals a secret", s.at(), s.in)
		}
	}
	allowed.close(t)
}

func reveals(s site) bool {
	switch node := s.node.(type) {
	case *ast.Ident:
		method, ok := s.pkg.TypesInfo.Uses[node].(*types.Func)
		return ok && (method.FullName() == "("+saidPkg+".Secret).Reveal" ||
			slices.Contains([]string{"ValueString", "ValueStringPointer"}, method.Name()))
	case *ast.CallExpr:
		to := s.pkg.TypesInfo.Types[node.Fun]
		if !to.IsType() || len(node.Args) != 1 {
			return false
		}
		text, isBasic := to.Type.Underlying().(*types.Basic)
		_, fromBytes := s.pkg.TypesInfo.TypeOf(node.Args[0]).Underlying().(*types.Slice)
		return isBasic && text.Kind() == types.String && fromBytes
	default:
		return false
	}
}

// errorsHoldPlainValues: an error has no field that could hold a body, a header,
// a secret or another error, and wraps none.
func errorsHoldPlainValues(t reporter, found []site) {
	t.Helper()
	allowed := newLedger(mayHold())
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
			if !isPlain(field.Type()) && !allowed.has(s.in+"."+field.Name()) {
				t.Errorf("%s: %s.%s is a %s", s.at(), s.in, field.Name(), field.Type())
			}
		}
	}
	allowed.close(t)
	if kinds < 4 {
		t.Errorf("only %d kinds of error", kinds)
	}
}

func isError(typ types.Type) bool {
	iface, ok := types.Universe.Lookup("error").Type().Underlying().(*types.Interface)
	return ok && types.Implements(typ, iface)
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
		if !ok || !makesMessage(s, call) {
			continue
		}
		calls++
		for _, argument := range call.Args {
			typ := s.pkg.TypesInfo.TypeOf(argument)
			if !isPlain(typ) && !allowed.has(s.in+": "+short(typ.String())) {
				t.Errorf("%s: %s makes a message of a %s", s.at(), s.in, typ)
			}
		}
	}
	if calls < 40 {
		t.Errorf("only %d messages are made", calls)
	}
	allowed.close(t)
}

// makesMessage reports whether a function formats or logs what it is given.
func makesMessage(s site, call *ast.CallExpr) bool {
	var name *ast.Ident
	switch function := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		name = function
	case *ast.SelectorExpr:
		name = function.Sel
	default:
		return false
	}
	object := s.pkg.TypesInfo.Uses[name]
	if builtin, ok := object.(*types.Builtin); ok {
		return slices.Contains([]string{"panic", "print", "println"}, builtin.Name())
	}
	function, ok := object.(*types.Func)
	return ok && function.Pkg() != nil && slices.Contains(messagePackages(), function.Pkg().Path()) &&
		function.Signature().Variadic()
}

// errorsAreNotQuoted: the text of an error that somebody else made can quote
// what it is about. Whoever takes it is on the list.
func errorsAreNotQuoted(t reporter, found []site) {
	t.Helper()
	allowed := newLedger(mayQuote())
	for _, s := range found {
		selector, ok := s.node.(*ast.SelectorExpr)
		if !ok || selector.Sel.Name != "Error" {
			continue
		}
		typ := s.pkg.TypesInfo.TypeOf(selector.X)
		if typ == nil || !isError(typ) || strings.HasPrefix(strings.TrimPrefix(typ.String(), "*"), module) {
			continue
		}
		if !allowed.has(s.in) {
			t.Errorf("%s: %s quotes an error", s.at(), s.in)
		}
	}
	allowed.close(t)
}
