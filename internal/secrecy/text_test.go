package secrecy

import (
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// text returns where a text in the value of an expression can come from.
func (f *flow) text(s site, expression ast.Expr) origins {
	switch {
	case expression == nil, !isText(s, expression):
		return nil
	case isHeader(s, expression), readsPeer(s, expression):
		return origins{s.in: true}
	default:
		return f.made(s, expression)
	}
}

// isText reports whether an expression can be text that is not a constant.
func isText(s site, expression ast.Expr) bool {
	typ := s.pkg.TypesInfo.TypeOf(expression)
	if both, ok := typ.(*types.Tuple); ok && both.Len() > 0 { // a value, and whether there is one
		typ = both.At(0).Type()
	}
	return typ != nil && canCarry(typ) && s.pkg.TypesInfo.Types[expression].Value == nil
}

// made is text for an expression that reads nothing itself.
func (f *flow) made(s site, expression ast.Expr) origins {
	switch node := ast.Unparen(expression).(type) {
	case *ast.Ident:
		return f.value(s, s.pkg.TypesInfo.ObjectOf(node))
	case *ast.SelectorExpr:
		if isOurError(s.pkg.TypesInfo.TypeOf(node.X)) {
			return nil // what is put into an error is looked at there
		}
		return f.value(s, s.pkg.TypesInfo.Uses[node.Sel])
	case *ast.CallExpr:
		return f.result(s, node, 0)
	case *ast.BinaryExpr:
		return f.union(s, []ast.Expr{node.X, node.Y})
	case *ast.CompositeLit:
		return f.union(s, values(node))
	case *ast.FuncLit:
		found := origins{}
		for _, from := range f.returned(s, node.Body, s.pkg.TypesInfo.TypeOf(node)) {
			maps.Copy(found, from)
		}
		return found
	default:
		return f.text(s, within(node))
	}
}

// within returns what an expression is a part of, or points to; nil for others.
func within(expression ast.Expr) ast.Expr {
	switch node := expression.(type) {
	case *ast.IndexExpr:
		return node.X
	case *ast.SliceExpr:
		return node.X
	case *ast.StarExpr:
		return node.X
	case *ast.UnaryExpr:
		return node.X
	case *ast.TypeAssertExpr:
		return node.X
	default:
		return nil
	}
}

// value is text for a name: of a variable, a field, or a function that is a value.
func (f *flow) value(s site, object types.Object) origins {
	if function, ok := object.(*types.Func); ok {
		if takesOut(function) {
			return origins{s.in: true}
		}
		return f.carries[resultKey(function.Origin(), 0)]
	}
	return f.carries[s.keyOf(object)]
}

// values are those in a literal.
func values(node *ast.CompositeLit) []ast.Expr {
	found := slices.Clone(node.Elts)
	for i, element := range found {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			found[i] = pair.Value
		}
	}
	return found
}

// result is text for a result of a call.
func (f *flow) result(s site, call *ast.CallExpr, i int) origins {
	function, ours := f.called(s, call)
	arguments := slices.Clone(call.Args)
	method, isMethod := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if isMethod {
		arguments = append(arguments, method.X)
	}
	switch {
	case function == nil && f.closures[s.variable(call.Fun)]:
		return f.text(s, call.Fun)
	case function == nil: // a conversion, a builtin function, or another function that is a value
		return f.union(s, append(arguments, call.Fun))
	case takesOut(function), isMethod && readsBy(s, method):
		return origins{s.in: true}
	case isOurs(function):
		found := origins{}
		for _, one := range ours {
			maps.Copy(found, f.carries[resultKey(one, i)])
		}
		return found
	}
	return f.resultOfOthers(s, function, arguments, i)
}

// resultOfOthers is result for a function that is not ours.
func (f *flow) resultOfOthers(s site, function *types.Func, arguments []ast.Expr, i int) origins {
	switch {
	case isError(resultOf(function, i)) && !slices.Contains([]string{"errors.AsType", "errors.Join", "errors.Unwrap"}, function.FullName()):
		return map[bool]origins{true: {s.in: true}}[quotes(function)]
	case function.Pkg() != nil && strings.HasPrefix(function.Pkg().Path(), "crypto/"):
		return nil // a hash, or what is encrypted
	default:
		return f.union(s, arguments)
	}
}

// readsBy reports whether a method reads a peer or an error of others.
func readsBy(s site, method *ast.SelectorExpr) bool {
	return readsPeer(s, method) || method.Sel.Name == "Error" && isForeignError(s.pkg.TypesInfo.TypeOf(method.X))
}

func resultOf(function *types.Func, i int) types.Type {
	if results := function.Signature().Results(); i < results.Len() {
		return results.At(i).Type()
	}
	return types.Typ[types.Invalid]
}

// takesOut reports whether a function makes text of a Secret or a Foreign, or
// returns what is in an answer, a file or the environment.
func takesOut(function *types.Func) bool {
	recv, path := function.Signature().Recv(), ""
	if function.Pkg() != nil {
		path = function.Pkg().Path()
	}
	name := function.FullName()
	return name == "("+saidPkg+".Secret).Reveal" || recv != nil && function.Name() == "Use" && function.Signature().Params().Len() == 0 ||
		slices.Contains(decoders(), name) || slices.Contains([]string{"io.ReadAll", "os.ReadFile", "os.Getenv", "os.LookupEnv"}, name) ||
		path == saidPkg && function.Exported() && givesString(function) && name != "(*"+saidPkg+".Judge).Own"
}

// givesString reports whether a result is a text that no judge has made.
func givesString(function *types.Func) bool {
	for result := range function.Signature().Results().Variables() {
		if holdsText(result.Type()) && nameOf(result.Type()) != saidPkg+".Shown" {
			return true
		}
	}
	return false
}

// quotes reports whether an error of a function can quote something.
func quotes(function *types.Func) bool {
	return function.Pkg() != nil && !slices.Contains([]string{"context", "errors", "fmt"}, function.Pkg().Path())
}

// canCarry reports whether a value can be text, be filled with it, or return it.
func canCarry(typ types.Type) bool {
	switch typ := types.Unalias(typ).(type) {
	case *types.TypeParam:
		return true
	case *types.Signature:
		return slices.ContainsFunc(slices.Collect(typ.Results().Variables()), func(result *types.Var) bool { return canCarry(result.Type()) })
	}
	return holdsText(typ) || nameOf(typ) == "error" || strings.HasPrefix(nameOf(typ), "iter.Seq") || isBuffer(typ)
}

func isBuffer(typ types.Type) bool {
	return slices.Contains([]string{"strings.Builder", "bytes.Buffer"}, nameOf(pointedTo(typ)))
}

func isError(typ types.Type) bool {
	iface, ok := types.Universe.Lookup("error").Type().Underlying().(*types.Interface)
	return ok && types.Implements(typ, iface)
}

func isOurError(typ types.Type) bool {
	typ = pointedTo(typ)
	return strings.HasPrefix(nameOf(typ), module) && (isError(typ) || isError(types.NewPointer(typ)))
}

// isForeignError reports whether a type is that of an error that is not ours; of
// the interface, flow says whose errors it can be.
func isForeignError(typ types.Type) bool {
	return !types.IsInterface(typ) && isError(typ) && !isOurError(typ)
}

// decoders are the functions that make values of foreign bytes.
func decoders() []string {
	return []string{
		"encoding/json.Unmarshal", "(*encoding/json.Decoder).Decode", "(*encoding/json.Decoder).Token",
		"encoding/xml.Unmarshal", "(*encoding/xml.Decoder).Decode", "(*encoding/xml.Decoder).Token",
	}
}

func isHeader(s site, expression ast.Expr) bool {
	typ := s.pkg.TypesInfo.TypeOf(expression)
	return typ != nil && slices.Contains([]string{"net/http.Header", "net/textproto.MIMEHeader"}, nameOf(typ))
}

// readsPeer reports whether a field or a method has what a peer has sent, or is of a
// URL, which a peer may have named.
func readsPeer(s site, expression ast.Expr) bool {
	node, _ := expression.(*ast.SelectorExpr)
	selection, ok := s.pkg.TypesInfo.Selections[node]
	if !ok {
		return false
	}
	owner := nameOf(pointedTo(selection.Recv()))
	if owner == "net/http.Response" {
		return !slices.Contains([]string{"Body", "StatusCode", "ContentLength"}, node.Sel.Name)
	}
	return isPeers(owner) && node.Sel.Name != "Error" && canCarry(selection.Type())
}

// isPeers reports whether a type is that of what a peer has sent, or of an error
// that may quote it.
func isPeers(name string) bool {
	path, _ := strings.CutSuffix(name, name[strings.LastIndex(name, ".")+1:])
	isError := slices.Contains([]string{"net.", "net/url.", "crypto/tls.", "crypto/x509.", "golang.org/x/net/http2."}, path) && strings.HasSuffix(name, "Error")
	return isError || name == "net/url.URL" || path == "crypto/x509." || path == "crypto/x509/pkix."
}

// pointedTo returns the type that a pointer points to; others are themselves.
func pointedTo(typ types.Type) types.Type {
	if pointer, ok := typ.Underlying().(*types.Pointer); ok {
		return pointer.Elem()
	}
	return typ
}
