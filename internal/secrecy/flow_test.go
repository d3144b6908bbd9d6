package secrecy

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// origins are the functions that took a text out of what does not print, or read it.
type origins map[string]bool

// flow follows texts through the source. It says of each variable, field and
// result where a text in it can come from, whatever the order in which the code
// runs. It misses what a function gets that is handed to another one as a value, and
// what a type outside this module keeps, but for builders and buffers.
type flow struct {
	carries  map[string]origins
	methods  map[string][]*types.Func      // of this module, by name and type
	literals map[string][]*types.Signature // functions within functions, by where they are and type
	closures map[string]bool               // variables with such a function and no other
	fit      *ledger                       // functions whose results everybody may show
	grown    bool
}

func follow(found []site, fit *ledger) *flow {
	f := &flow{carries: map[string]origins{}, methods: map[string][]*types.Func{}, literals: map[string][]*types.Signature{}, closures: map[string]bool{}, fit: fit, grown: true}
	for _, s := range found {
		switch node := s.node.(type) {
		case *ast.FuncDecl:
			if method, ok := s.pkg.TypesInfo.Defs[node.Name].(*types.Func); ok && node.Recv != nil {
				f.methods[methodKey(method)] = append(f.methods[methodKey(method)], method)
			}
		case *ast.FuncLit:
			if signature, ok := s.pkg.TypesInfo.TypeOf(node).(*types.Signature); ok {
				key := s.in + typesIn(signature)
				f.literals[key] = append(f.literals[key], signature)
			}
		case *ast.AssignStmt:
			for i, target := range node.Lhs {
				_, isLiteral := node.Rhs[min(i, len(node.Rhs)-1)].(*ast.FuncLit)
				f.closures[s.variable(target)] = isLiteral && node.Tok == token.DEFINE
			}
		}
	}
	for f.grown {
		f.grown = false
		for _, s := range found {
			f.step(s)
		}
	}
	return f
}

func methodKey(method *types.Func) string { return method.Name() + typesIn(method.Signature()) }

// typesIn are the types of parameters and results, which an interface and those
// that implement it have in common.
func typesIn(signature *types.Signature) string {
	var found []string
	for _, tuple := range []*types.Tuple{signature.Params(), signature.Results()} {
		for variable := range tuple.Variables() {
			found = append(found, variable.Type().String())
		}
		found = append(found, ";")
	}
	return strings.Join(found, ",")
}

// add notes where texts in a variable, a field or a result come from.
func (f *flow) add(key string, from origins) {
	if key == "" || len(from) == 0 {
		return
	}
	if f.carries[key] == nil {
		f.carries[key] = origins{}
	}
	before := len(f.carries[key])
	maps.Copy(f.carries[key], from)
	f.grown = f.grown || len(f.carries[key]) > before
}

// keyOf names a variable or a field by its place, which is the same for each package
// that uses it.
func (s site) keyOf(object types.Object) string {
	if object == nil || !object.Pos().IsValid() {
		return ""
	}
	return object.Name() + " " + s.pkg.Fset.Position(object.Pos()).String()
}

// variable is keyOf for an expression that is a name; "" for others.
func (s site) variable(expression ast.Expr) string {
	name, _ := expression.(*ast.Ident)
	return s.keyOf(s.pkg.TypesInfo.ObjectOf(name))
}

func resultKey(function *types.Func, i int) string { return fmt.Sprint(function.FullName(), " ", i) }

// step passes on what one node does.
func (f *flow) step(s site) {
	switch node := s.node.(type) {
	case *ast.AssignStmt:
		f.assign(s, node.Lhs, node.Rhs)
	case *ast.ValueSpec:
		var names []ast.Expr
		for _, name := range node.Names {
			names = append(names, name)
		}
		f.assign(s, names, node.Values)
	case *ast.RangeStmt:
		f.into(s, node.Key, f.text(s, node.X))
		f.into(s, node.Value, f.text(s, node.X))
	case *ast.CompositeLit:
		f.fields(s, node)
	case *ast.CallExpr:
		f.arguments(s, node)
	case *ast.FuncDecl:
		function, _ := s.pkg.TypesInfo.Defs[node.Name].(*types.Func)
		for i, from := range f.returned(s, node.Body, function.Type()) {
			if len(from) > 0 && !f.fit.has(bare(s.in)) {
				f.add(resultKey(function, i), from)
			}
		}
	}
}

// assign passes on the values of an assignment, or the results of one call.
func (f *flow) assign(s site, to, from []ast.Expr) {
	for i, target := range to {
		switch {
		case len(from) == len(to):
			f.into(s, target, f.text(s, from[i]))
		case len(from) == 1:
			f.into(s, target, f.part(s, from[0], i))
		}
	}
}

// part is text for the one of several values that an expression has.
func (f *flow) part(s site, expression ast.Expr, i int) origins {
	if call, ok := ast.Unparen(expression).(*ast.CallExpr); ok {
		return f.result(s, call, i)
	}
	if i > 0 { // whether there is one
		return nil
	}
	return f.text(s, expression)
}

// into passes texts to what is assigned to, or written into.
func (f *flow) into(s site, target ast.Expr, from origins) {
	if target == nil || len(from) == 0 {
		return
	}
	switch target := ast.Unparen(target).(type) {
	case *ast.Ident:
		f.fill(s, s.pkg.TypesInfo.ObjectOf(target), from)
	case *ast.SelectorExpr:
		f.fill(s, s.pkg.TypesInfo.Uses[target.Sel], from)
	default:
		f.into(s, within(target), from)
	}
}

// fill fills a variable or a field, and of one of our structs its fields.
func (f *flow) fill(s site, object types.Object, from origins) {
	if object == nil {
		return
	}
	if canCarry(object.Type()) {
		f.add(s.keyOf(object), from)
		return
	}
	if fields, ok := pointedTo(object.Type()).Underlying().(*types.Struct); ok && strings.HasPrefix(nameOf(pointedTo(object.Type())), module) {
		for field := range fields.Fields() {
			if canCarry(field.Type()) {
				f.add(s.keyOf(field), from)
			}
		}
	}
}

func (f *flow) fields(s site, node *ast.CompositeLit) {
	fields, ok := s.pkg.TypesInfo.TypeOf(node).Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, value := range node.Elts {
		var field types.Object = fields.Field(i)
		if pair, ok := value.(*ast.KeyValueExpr); ok {
			name, _ := pair.Key.(*ast.Ident)
			field, value = s.pkg.TypesInfo.Uses[name], pair.Value
		}
		f.add(s.keyOf(field), f.text(s, value))
	}
}

// called returns the function that is called, nil for a value, and those of this
// module that it can be.
func (f *flow) called(s site, call *ast.CallExpr) (named *types.Func, ours []*types.Func) {
	function := functionOf(s, call)
	switch {
	case function == nil:
		return nil, nil
	case !isOurs(function):
		return function, nil
	}
	function = function.Origin()
	if receiver := function.Signature().Recv(); receiver != nil && types.IsInterface(receiver.Type()) {
		return function, f.methods[methodKey(function)]
	}
	return function, []*types.Func{function}
}

func functionOf(s site, call *ast.CallExpr) *types.Func {
	called := ast.Unparen(call.Fun)
	if of, ok := called.(*ast.IndexExpr); ok { // of a generic one
		called = of.X
	}
	var object types.Object
	switch called := called.(type) {
	case *ast.Ident:
		object = s.pkg.TypesInfo.Uses[called]
	case *ast.SelectorExpr:
		object = s.pkg.TypesInfo.Uses[called.Sel]
	}
	function, _ := object.(*types.Func)
	return function
}

func isOurs(function *types.Func) bool {
	return function.Pkg() != nil && strings.HasPrefix(function.Pkg().Path(), module)
}

// arguments passes texts to the parameters of our functions, and to what other
// functions write into.
func (f *flow) arguments(s site, call *ast.CallExpr) {
	function, ours := f.called(s, call)
	var signatures []*types.Signature
	for _, one := range ours {
		signatures = append(signatures, one.Signature())
	}
	if signature, ok := s.pkg.TypesInfo.TypeOf(call.Fun).(*types.Signature); ok && function == nil {
		signatures = f.literals[s.in+typesIn(signature)]
	}
	for _, signature := range signatures {
		parameters := signature.Params()
		for i, argument := range call.Args {
			if parameters.Len() > 0 {
				f.fill(s, parameters.At(min(i, parameters.Len()-1)), f.text(s, argument))
			}
		}
	}
	if function != nil && !isOurs(function) {
		f.written(s, call, function)
	}
}

// written is for functions that are not ours: decoders fill their last argument, and
// there are builders and buffers.
func (f *flow) written(s site, call *ast.CallExpr, function *types.Func) {
	if slices.Contains(decoders(), function.FullName()) && len(call.Args) > 0 {
		f.into(s, call.Args[len(call.Args)-1], origins{s.in: true})
	}
	targets := slices.Clone(call.Args)
	if method, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		targets = append(targets, method.X)
	}
	for _, target := range targets {
		if typ := s.pkg.TypesInfo.TypeOf(target); typ != nil && isBuffer(typ) {
			f.into(s, target, f.union(s, call.Args))
		}
	}
}

func (f *flow) union(s site, expressions []ast.Expr) origins {
	found := origins{}
	for _, expression := range expressions {
		maps.Copy(found, f.text(s, expression))
	}
	return found
}

// returned returns what a body can return, by result.
func (f *flow) returned(s site, body *ast.BlockStmt, function types.Type) []origins {
	signature, _ := function.(*types.Signature)
	results := signature.Results()
	found := make([]origins, results.Len())
	for i := range found {
		found[i] = origins{}
		if results.At(i).Name() != "" {
			maps.Copy(found[i], f.carries[s.keyOf(results.At(i))])
		}
	}
	if body == nil {
		return found
	}
	ast.Inspect(body, func(n ast.Node) bool {
		back, ok := n.(*ast.ReturnStmt)
		for i := range found {
			switch {
			case ok && len(back.Results) == len(found):
				maps.Copy(found[i], f.text(s, back.Results[i]))
			case ok && len(back.Results) == 1:
				maps.Copy(found[i], f.part(s, back.Results[0], i))
			}
		}
		_, isInner := n.(*ast.FuncLit)
		return !isInner
	})
	return found
}
