package answer

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/jmespath-community/go-jmespath/pkg/parsing"
)

// longestPath is how long a path may be, in bytes.
const longestPath = 1000

// Path says where a value is in an answer: a JMESPath expression (community edition)
// over the JSON of the body, header:NAME, cookie:NAME, body: or regex:EXPR. It is parsed
// once. The zero Path is empty, and finds nothing.
type Path struct {
	text       string
	expression *expression // nil if the path is empty, is no JMESPath or cannot be used
	pattern    *pattern    // nil if the path is no regular expression or cannot be used
}

// expression is a JMESPath expression as it is written, and as it is evaluated.
type expression struct{ written, ready parsing.ASTNode }

// ParsePath parses a path. If it returns an error, it also returns a path that has the
// text and finds nothing.
func ParsePath(text string) (Path, error) {
	p := Path{text: text}
	place, rest := p.In()
	switch {
	case p.IsEmpty():
		return p, nil
	case len(text) > longestPath:
		return p, fmt.Errorf("it is longer than %d characters", longestPath)
	case place != PlaceJSON:
		found, err := parsePlace(place, rest)
		p.pattern = found
		return p, err
	}
	parsed, err := parseExpression(text)
	if err != nil {
		return p, err
	}
	return pathTo(text, parsed), nil
}

// MustPath parses a path of our own. It panics if the path cannot be used.
func MustPath(text string) Path {
	p, err := ParsePath(text)
	if err != nil {
		panic("the path cannot be used: " + text)
	}
	return p
}

func pathTo(text string, parsed parsing.ASTNode) Path {
	return Path{text: text, expression: &expression{parsed, ready(parsed)}}
}

// String returns the path as it is written.
func (p Path) String() string { return p.text }

// IsEmpty reports whether there is no path.
func (p Path) IsEmpty() bool { return p.text == "" }

// parseExpression parses an expression, or says what to write instead.
func parseExpression(text string) (parsing.ASTNode, error) {
	if strings.HasPrefix(strings.TrimSpace(text), "$") {
		return parsing.ASTNode{}, fmt.Errorf("%q looks like JSONPath, and paths here are JMESPath: leave out the leading \"$.\", "+
			"and write data[0].token or data[?name=='a'].token", text)
	}
	parsed, err := parse(text)
	if err != nil {
		return parsing.ASTNode{}, explain(text, err)
	}
	return parsed, check(parsed)
}

// explain says where a text is not JMESPath. The parser's own message names its tokens,
// which users do not know.
func explain(text string, err error) error {
	where := ""
	if syntax, ok := errors.AsType[parsing.SyntaxError](err); ok && syntax.Offset < len(text) {
		where = fmt.Sprintf(" (near character %d)", len([]rune(text[:max(syntax.Offset, 0)]))+1)
	}
	hint := "Numbers, true, false and null go in backticks, strings in single quotes, and names with other characters than letters, " +
		"digits and _ in double quotes"
	prefix := misspelt(text)
	switch {
	case prefix != "":
		hint = "If it is not meant as JMESPath, begin it with " + prefix + " in small letters and without spaces"
	case strings.HasPrefix(text, "/"):
		hint = "It begins with the name of a key, and names are joined by dots: data.token. To read XML, write regex:<token>(.*?)</token>"
	case strings.HasPrefix(text, "."):
		hint = "It begins with the name of a key, and names are joined by dots: data.token"
	}
	return fmt.Errorf("%q is not a JMESPath expression%s. %s", text, where, hint)
}

// plainKey matches a key that needs no quotes in an expression.
var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// IsPlain reports whether a path only names keys and indices of the body.
func (p Path) IsPlain() bool {
	_, isPlain := write(p.written())
	return isPlain
}

// written returns the expression as it is written; an empty one if there is none.
func (p Path) written() parsing.ASTNode {
	if p.expression == nil {
		return parsing.ASTNode{}
	}
	return p.expression.written
}

var (
	// quoted matches what is in quotes in an expression.
	quoted     = regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`(?:[^`\\\\]|\\\\.)*`")
	hyphenated = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z_][A-Za-z0-9_]*)+`) // matches a name with a hyphen
	// valueText matches a text that would be a value in JSON without its quotes. A number
	// with leading zeros would not.
	valueText = regexp.MustCompile(`^(?:true|false|-?(?:0|[1-9]\d*))$`)
	bareWord  = regexp.MustCompile(`\b(?:true|false|null)\b`) // matches a word that is a value in JSON
)

// Hyphenated returns the first name with a hyphen that is not in quotes, or "". JMESPath
// reads it as a subtraction.
func (p Path) Hyphenated() string { return hyphenated.FindString(p.bare()) }

// bare returns the path without what is in quotes.
func (p Path) bare() string {
	if place, _ := p.In(); place != PlaceJSON {
		return ""
	}
	return quoted.ReplaceAllString(p.text, " ")
}

// BareWord returns the first true, false or null that is written without backticks, or
// "". JMESPath reads it as the name of a key.
func (p Path) BareWord() string {
	if !bareWord.MatchString(p.bare()) {
		return ""
	}
	return bareValue(p.written(), false)
}

// bareValue returns the first key that is called like a value and does not follow
// another key. Follows says that the node follows one.
func bareValue(node parsing.ASTNode, follows bool) string {
	name, _ := node.Value.(string)
	if node.NodeType == parsing.ASTField && !follows && bareWord.FindString(name) == name {
		return name
	}
	for i, child := range node.Children {
		isNext := i == 1 && node.NodeType != parsing.ASTPipe
		if word := bareValue(child, isStep(node) && (i == 0 && follows || isNext)); word != "" {
			return word
		}
	}
	return ""
}

// ComparedKey returns the first key on the right side of a comparison, or "". It may be
// meant as a text.
func (p Path) ComparedKey() string { return comparedKey(p.written()) }

func comparedKey(node parsing.ASTNode) string {
	if node.NodeType == parsing.ASTComparator && node.Children[1].NodeType == parsing.ASTField && node.Children[0].NodeType != parsing.ASTLiteral {
		name, _ := node.Children[1].Value.(string)
		return name
	}
	for _, child := range node.Children {
		if name := comparedKey(child); name != "" {
			return name
		}
	}
	return ""
}

// QuotedWord returns the first 'true', 'false' or number in quotes that is compared, or
// "". The value is not equal to such a text.
func (p Path) QuotedWord() string { return quotedWord(p.written()) }

func quotedWord(node parsing.ASTNode) string {
	for i, child := range node.Children {
		text, _ := child.Value.(string)
		isCompared := node.NodeType == parsing.ASTComparator && child.NodeType == parsing.ASTLiteral
		if isCompared && valueText.MatchString(text) && node.Children[1-i].NodeType != parsing.ASTFunctionExpression {
			return "'" + text + "'"
		}
		if word := quotedWord(child); word != "" {
			return word
		}
	}
	return ""
}

// isStep reports whether a node looks its second part up in its first.
func isStep(node parsing.ASTNode) bool {
	switch node.NodeType {
	case parsing.ASTSubexpression, parsing.ASTIndexExpression, parsing.ASTProjection, parsing.ASTValueProjection,
		parsing.ASTFilterProjection, parsing.ASTFlatten, parsing.ASTPipe:
		return len(node.Children) > 0
	default:
		return false
	}
}

// beginnings returns the expression and its beginnings, the longest first.
func beginnings(node parsing.ASTNode) []parsing.ASTNode {
	if !isStep(node) {
		return []parsing.ASTNode{node}
	}
	found := []parsing.ASTNode{node}
	if node.NodeType == parsing.ASTSubexpression {
		for _, after := range beginnings(node.Children[1]) {
			step := node
			step.Children = []parsing.ASTNode{node.Children[0], after}
			found = append(found, step)
		}
	}
	return append(found, beginnings(node.Children[0])...)
}

// write returns the text of an expression that only names keys and indices. It reports
// false for any other.
func write(node parsing.ASTNode) (string, bool) {
	switch node.NodeType {
	case parsing.ASTIdentity, parsing.ASTCurrentNode:
		return "", true
	case parsing.ASTField:
		name, _ := node.Value.(string)
		return writeName(name), true
	case parsing.ASTIndex:
		index, _ := node.Value.(int)
		return fmt.Sprintf("[%d]", index), true
	case parsing.ASTSubexpression, parsing.ASTIndexExpression:
		before, first := write(node.Children[0])
		after, second := write(node.Children[1])
		if before != "" && node.NodeType == parsing.ASTSubexpression {
			before += "."
		}
		return before + after, first && second
	default:
		return "", false
	}
}

func writeName(name string) string {
	if plainKey.MatchString(name) {
		return name
	}
	quoted, err := json.Marshal(name)
	if err != nil {
		return name
	}
	return string(quoted)
}
