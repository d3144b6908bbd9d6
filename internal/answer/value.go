package answer

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/jmespath-community/go-jmespath/pkg/parsing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Value is what a path finds. It does not print.
type Value struct{ found any }

// excessive is what a path finds that would take too much.
type excessive struct{}

// MarshalJSON returns an error: there is no value.
func (excessive) MarshalJSON() ([]byte, error) { return nil, errExcessive }

// Format writes a placeholder for every verb: the value may be the token.
func (Value) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(said.Hidden)) }

// IsNothing reports whether the path finds nothing.
func (v Value) IsNothing() bool { return v.found == nil || v.found == any(excessive{}) }

// IsTwice reports whether the path finds several values.
func (v Value) IsTwice() bool {
	_, ok := v.found.(ambiguous)
	return ok
}

// IsWord reports whether the value is that word, in any case.
func (v Value) IsWord(word string) bool {
	text, _ := v.found.(string)
	return strings.EqualFold(strings.TrimSpace(text), word)
}

// IsNumber reports whether the value is a number.
func (v Value) IsNumber() bool { return v.Kind() == "a number" }

// IsTrue reports whether the value is true.
func (v Value) IsTrue() bool { return v.found == any(true) }

// Kind names what the path finds, such as "an object".
func (v Value) Kind() string {
	if _, ok := v.written(); !ok && !v.IsNothing() {
		return v.unwritable()
	}
	switch v.found.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case bool:
		return "a boolean"
	case float64, json.Number:
		return "a number"
	case excessive:
		return "a result that is too large"
	case string:
		if v.Token().IsEmpty() {
			return "an empty string"
		}
		return "a string"
	}
	return "nothing"
}

// unwritable names a value that JSON cannot write.
func (v Value) unwritable() string {
	number, isNumber := v.found.(float64)
	switch {
	case isNumber && math.IsNaN(number):
		return "what is not a number (NaN)"
	case isNumber:
		return "an infinite number"
	case newWork().deep(v.found) != nil:
		return "a result that is too large"
	}
	switch found := v.found.(type) {
	case garbled:
		return "a string that is not in UTF-8"
	case ambiguous:
		if found.inHeaders {
			return "a header twice, with different values,"
		}
		return "a key twice"
	case map[string]any:
		return "an object that is not valid JSON, such as one with a key twice,"
	case []any:
		return "a list that is not valid JSON, such as one with a key twice,"
	default:
		return "an expression (&) and not a value"
	}
}

// Token returns a text without the whitespace around it; empty if the value is not a
// text.
func (v Value) Token() said.Secret {
	text, _ := v.found.(string)
	return said.NewSecret(strings.TrimSpace(text))
}

// Line is Token with the spaces around it, which may be a part of a password. Line breaks
// around it are none.
func (v Value) Line() said.Secret {
	text, _ := v.found.(string)
	return said.NewSecret(strings.Trim(text, "\r\n"))
}

// Text returns the value as text: JSON if it is not a text already, with numbers as
// the endpoint wrote them. It reports false if there is nothing.
func (v Value) Text() (said.Secret, bool) {
	text, ok := v.written()
	return said.NewSecret(text), ok
}

// Foreign is Text for a value that is not a secret; empty if there is nothing.
func (v Value) Foreign() said.Foreign {
	text, _ := v.written()
	return said.NewForeign(text)
}

// Words is Text, except that it joins a list of texts with spaces, as in the scope of a
// token (RFC 6749, section 3.3).
func (v Value) Words() (said.Secret, bool) {
	list, isList := v.found.([]any)
	words := make([]string, 0, len(list))
	for _, element := range list {
		if word, ok := element.(string); ok {
			words = append(words, word)
		}
	}
	if isList && len(words) == len(list) {
		return said.NewSecret(strings.Join(words, " ")), true
	}
	return v.Text()
}

// Message returns the value as a message for people: a text, a number, or the messages in
// an object or a list; empty if there are none. The text null is none: to_string makes it of
// nothing.
func (v Value) Message() said.Foreign {
	if v.found == "null" {
		return said.Foreign{}
	}
	switch found := v.found.(type) {
	case float64, json.Number:
		return v.Foreign()
	case garbled:
		return Value{string(found)}.Message()
	default:
		w := words{}
		w.container(v.found, true, 0)
		return w.message()
	}
}

func (v Value) written() (string, bool) {
	switch found := v.found.(type) {
	case nil, ambiguous, excessive, garbled:
		return "", false
	case string:
		return found, true
	default:
		if newWork().deep(found) != nil {
			return "", false
		}
		encoded, err := json.Marshal(found)
		return string(encoded), err == nil
	}
}

// Time reads RFC 3339, or seconds or milliseconds since 1970 as a number or a text. It
// returns the zero time, which means unknown, for nothing, for 0, and for a value that
// is not a time; only then there is a problem.
func (v Value) Time() (at time.Time, problem Problem) { return parseTime(v.found) }

// Lifetime reads a number in units (zero: a second), also as a text, or a text such as
// "90m", "PT1H" or "1:30:00". It returns 0, which means unknown, for nothing, for 0 and
// less, and for a value that is not a lifetime; only then there is a problem.
func (v Value) Lifetime(unit time.Duration) (lifetime time.Duration, problem Problem) {
	return parseLifetime(v.found, unit)
}

// Moment reads a time in the place of a lifetime: seconds or milliseconds since 1970,
// from a day before now to ten years after. It is zero for any other number.
func (v Value) Moment(unit time.Duration, now time.Time) time.Time {
	return parseMoment(v.found, unit, now)
}

// Unlike is a path in a comparison that finds nothing in an answer, or a value of
// another kind than the one that it is compared with.
type Unlike struct {
	Path, Kind, Instead string // the path, what it finds, and the comparison to write, if one is known
}

// Unlike returns the first such path of an expression, or the zero Unlike.
func (a *Content) Unlike(p Path) Unlike { return a.firstUnlike(p.written()) }

func (a *Content) firstUnlike(node parsing.ASTNode) Unlike {
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
func (a *Content) compared(node parsing.ASTNode, side int) Unlike {
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
		return Unlike{written, found.Kind(), before + sign(node) + literal(strings.Trim(written, `"`), a.At(pathTo(before, other)))}
	}
	return Unlike{}
}

// literal returns a word as a value to compare another with: in backticks if it is a value in
// JSON and the other is no string.
func literal(word string, other Value) string {
	if bareWord.FindString(word) == word && other.Kind() != "a string" {
		return "`" + word + "`"
	}
	return "'" + word + "'"
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
	case !isText && isWritten && found.Kind() == "a string" && !strings.ContainsAny(encoded, "[{"):
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
