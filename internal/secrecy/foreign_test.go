package secrecy

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// foreignTextIsUsedByFew: a Foreign has no way to its text but a judge and Use.
// Whoever uses one is on the list, and says why that shows nobody the text.
func foreignTextIsUsedByFew(t reporter, found []site) {
	t.Helper()
	allowed := newLedger(mayUse())
	for _, s := range found {
		if opens(s) && !allowed.has(s.in) {
			t.Errorf("%s: %s uses a foreign text", s.at(), s.in)
		}
	}
	allowed.close(t)
}

// opens reports whether a node is the method Use of a Foreign, or one like it: an
// interface may have it.
func opens(s site) bool {
	name, ok := s.node.(*ast.Ident)
	if !ok {
		return false
	}
	method, ok := s.pkg.TypesInfo.Uses[name].(*types.Func)
	if !ok || method.Signature().Recv() == nil {
		return false
	}
	isUse := method.Name() == "Use" && method.Signature().Params().Len() == 0
	return isUse || method.FullName() == "("+saidPkg+".Foreign).raw"
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

// peersAreReadByFew: what a peer has sent is read in few places: headers, the
// status line, certificates, errors of the network, and JSON. They make it Foreign
// or a Secret, or hand nothing on.
func peersAreReadByFew(t reporter, found []site) {
	t.Helper()
	allowed := newLedger(mayReadPeers())
	for _, s := range found {
		if readsPeer(s) && !allowed.has(s.in) {
			t.Errorf("%s: %s reads what a peer has sent", s.at(), s.in)
		}
	}
	allowed.close(t)
}

func readsPeer(s site) bool {
	switch node := s.node.(type) {
	case *ast.SelectorExpr:
		return readsField(s, node)
	case *ast.IndexExpr:
		return isHeader(s, node.X)
	case *ast.RangeStmt:
		return isHeader(s, node.X)
	case *ast.CallExpr:
		return handsOverHeader(s, node)
	case *ast.Ident:
		function, ok := s.pkg.TypesInfo.Uses[node].(*types.Func)
		return ok && slices.Contains(decoders(), function.FullName())
	default:
		return false
	}
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

// readsField reports whether a field or a method has what a peer has sent.
func readsField(s site, node *ast.SelectorExpr) bool {
	selection, ok := s.pkg.TypesInfo.Selections[node]
	if !ok {
		return false
	}
	name, field := nameOf(pointedTo(selection.Recv())), node.Sel.Name
	switch {
	case name == "net/http.Response":
		return !slices.Contains([]string{"Body", "StatusCode", "ContentLength"}, field)
	case isHeader(s, node.X):
		return !slices.Contains([]string{"Set", "Add", "Del"}, field)
	default:
		return isPeers(name) && field != "Error" && givesText(selection.Type())
	}
}

// isPeers reports whether a type is that of what a peer has sent, or of an error
// that may quote it. A URL is not one: it may be the user's.
func isPeers(name string) bool {
	at := strings.LastIndex(name, ".")
	if at < 0 {
		return false
	}
	isError := slices.Contains([]string{"net", "net/url", "crypto/tls", "crypto/x509", "golang.org/x/net/http2"}, name[:at]) && strings.HasSuffix(name, "Error")
	return isError || slices.Contains([]string{"crypto/x509", "crypto/x509/pkix"}, name[:at])
}

// givesText reports whether a field is a text, or holds one, or a method returns one.
func givesText(typ types.Type) bool {
	if signature, ok := typ.(*types.Signature); ok {
		for result := range signature.Results().Variables() {
			if holdsText(result.Type()) {
				return true
			}
		}
		return false
	}
	return holdsText(typ)
}

// handsOverHeader reports whether headers are made another type, or go to a
// function that is not ours.
func handsOverHeader(s site, call *ast.CallExpr) bool {
	var name *ast.Ident
	switch function := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		name = function
	case *ast.SelectorExpr:
		name = function.Sel
	}
	isType := s.pkg.TypesInfo.Types[call.Fun].IsType()
	function, isFunction := s.pkg.TypesInfo.Uses[name].(*types.Func)
	isOurs := isFunction && function.Pkg() != nil && strings.HasPrefix(function.Pkg().Path(), module)
	return (isType || isFunction && !isOurs) && slices.ContainsFunc(call.Args, func(argument ast.Expr) bool {
		return s.pkg.TypesInfo.Types[argument].IsValue() && isHeader(s, argument)
	})
}

// answersGiveNoText: what package answer reads of an answer leaves it as Foreign, as
// a Secret, or as what is no text.
func answersGiveNoText(t reporter, found []site) {
	t.Helper()
	allowed := newLedger(mayGiveText())
	for _, s := range found {
		declared, ok := s.node.(*ast.FuncDecl)
		if !ok || !declared.Name.IsExported() || s.pkg.Name != "answer" && s.pkg.Name != "bad" {
			continue
		}
		if givesText(s.pkg.TypesInfo.Defs[declared.Name].Type()) && !allowed.has(s.in) {
			t.Errorf("%s: %s gives text", s.at(), s.in)
		}
	}
	allowed.close(t)
}

// urlsAreReadByFew: a URL may be the user's, or one that a peer has named. So the
// texts in it are read in few places, none of which shows those of a peer.
func urlsAreReadByFew(t reporter, found []site) {
	t.Helper()
	allowed := newLedger(mayReadURLs())
	for _, s := range found {
		node, ok := s.node.(*ast.SelectorExpr)
		if !ok {
			continue
		}
		selection, ok := s.pkg.TypesInfo.Selections[node]
		if ok && nameOf(pointedTo(selection.Recv())) == "net/url.URL" && givesText(selection.Type()) && !allowed.has(s.in) {
			t.Errorf("%s: %s reads a URL", s.at(), s.in)
		}
	}
	allowed.close(t)
}

// pointedTo returns the type that a pointer points to; others are themselves.
func pointedTo(typ types.Type) types.Type {
	if pointer, ok := typ.Underlying().(*types.Pointer); ok {
		return pointer.Elem()
	}
	return typ
}
