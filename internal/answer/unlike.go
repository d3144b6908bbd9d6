package answer

import (
	"strings"

	"github.com/jmespath-community/go-jmespath/pkg/parsing"
)

// Unlike is a path in a comparison that finds nothing in an answer, or a value of
// another kind than the one that it is compared with.
type Unlike struct {
	Path, Kind, Instead string // the path, what it finds, and the comparison to write, if one is known
}

// Unlike returns the first such path of an expression, or the zero Unlike.
func (a *Answer) Unlike(p Path) Unlike { return a.firstUnlike(p.written()) }

func (a *Answer) firstUnlike(node parsing.ASTNode) Unlike {
	switch node.NodeType { //nolint:exhaustive // in the others, a comparison is of a part of a list
	case parsing.ASTComparator:
		if found := a.compared(node, 0); found.Path != "" {
			return found
		}
		return a.compared(node, 1)
	case parsing.ASTAndExpression, parsing.ASTOrExpression, parsing.ASTNotExpression:
		for _, child := range node.Children {
			if found := a.firstUnlike(child); found.Path != "" {
				return found
			}
		}
	}
	return Unlike{}
}

// compared checks one side of a comparison.
func (a *Answer) compared(node parsing.ASTNode, side int) Unlike {
	key, other := node.Children[side], node.Children[1-side]
	written, isPath := write(key)
	if !isPath || written == "" {
		return Unlike{}
	}
	found := a.At(pathTo(written, key))
	if other.NodeType == parsing.ASTLiteral {
		if other.Value == nil || found.Kind() == (Value{other.Value}).Kind() {
			return Unlike{}
		}
		return Unlike{written, found.Kind(), likened(written+sign(node), other.Value, found)}
	}
	before, isKey := write(other)
	if isKey && side == 1 && sign(node) != "" && key.NodeType == parsing.ASTField && found.IsNothing() {
		return Unlike{written, found.Kind(), before + sign(node) + "'" + strings.Trim(written, `"`) + "'"}
	}
	return Unlike{}
}

// likened returns the comparison with the value written in the kind that the answer has,
// or "".
func likened(begin string, value any, found Value) string {
	text, isText := value.(string)
	encoded, isWritten := Value{value}.written()
	inTicks, err := parse("`" + text + "`")
	switch {
	case !strings.HasSuffix(begin, "= "):
		return ""
	case isText && err == nil && inTicks.Value != nil && (Value{inTicks.Value}).Kind() == found.Kind():
		return begin + "`" + text + "`"
	case !isText && isWritten && found.Kind() == "a text" && !strings.ContainsAny(encoded, "[{"):
		return begin + "'" + encoded + "'"
	default:
		return ""
	}
}

// sign returns the sign of a comparison for equality; "" for any other.
func sign(node parsing.ASTNode) string {
	switch node.Value {
	case parsing.TOKEQ:
		return " == "
	case parsing.TOKNE:
		return " != "
	default:
		return ""
	}
}
