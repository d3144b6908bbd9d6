package secrecy

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

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
