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

// readsPeer reports whether a field or a method has what a peer has sent.
func readsPeer(s site) bool {
	owner, field, typ := selected(s)
	if owner == "net/http.Response" {
		return !slices.Contains([]string{"Body", "StatusCode", "ContentLength"}, field)
	}
	return isPeers(owner) && field != "Error" && givesText(typ)
}

// readsURL reports whether a text in a URL is read: it may be one that a peer has named.
func readsURL(s site) bool {
	owner, _, typ := selected(s)
	return owner == "net/url.URL" && givesText(typ)
}

// selected returns what a selector is of, its name and its type.
func selected(s site) (owner, name string, typ types.Type) {
	node, ok := s.node.(*ast.SelectorExpr)
	if !ok {
		return "", "", nil
	}
	selection, ok := s.pkg.TypesInfo.Selections[node]
	if !ok {
		return "", "", nil
	}
	return nameOf(pointedTo(selection.Recv())), node.Sel.Name, selection.Type()
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

// pointedTo returns the type that a pointer points to; others are themselves.
func pointedTo(typ types.Type) types.Type {
	if pointer, ok := typ.Underlying().(*types.Pointer); ok {
		return pointer.Elem()
	}
	return typ
}
