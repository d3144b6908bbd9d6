package answer

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/jmespath-community/go-jmespath/pkg/functions"
)

// FuzzPath follows any text that is accepted as a path, in any answer.
func FuzzPath(f *testing.F) {
	for _, path := range []string{
		"@", "a.b[0]", "data[?x > `1`] | [0].token", "header:X-Id", "split(a, '')", "replace(a, '', 'xx')", "join('-', keys(@))",
		"to_string([to_string([@])])", "[@,@,@,@]", "map(&[@,@], a)", "{x: @, y: @}", "a || b && c", "sort_by(a, &b)", "merge(@, @)", "zip(a, a)",
		strings.Repeat("to_string([", 12) + "@" + strings.Repeat("])", 12),
		"[[@,@],[@,@]] | [[@,@],[@,@]]", "items(@)", "from_items(zip(keys(@), values(@)))", "group_by(a, &b)", "pad_left(a, `9999`)", "*.*.*", "a[][]",
		"[*].a", "to_number(a)", "a[::2]", "a[0:1:-1]", "{a:b}", "contains(a, a)", "find_last(a[0], 'x', `0`, `-1`)", "a[1::9223372036854775807]",
	} {
		f.Add(path, `{"a":["<x>","\\",{"b":"c"}],"b":1e9}`)
	}
	f.Fuzz(checkPath)
}

// FuzzPathGrammar is FuzzPath with paths and answers of the grammars of JMESPath
// and JSON.
func FuzzPathGrammar(f *testing.F) {
	for i := range 64 {
		seed := make([]byte, 0, 96)
		for j := range 96 {
			seed = append(seed, byte((i*37+j*j*11+j*(i+1))%256))
		}
		f.Add(seed, seed[32:])
	}
	f.Fuzz(func(t *testing.T, forPath, forBody []byte) {
		path := (&grammar{choices: forPath}).expression(0)
		body := (&grammar{choices: forBody}).value(0)
		if _, err := parse(path); err != nil {
			t.Fatalf("%s is not of the grammar: %v", path, err)
		}
		checkPath(t, path, body)
	})
}

// checkPath follows a path twice. It must find the same both times, of a limited size,
// and leave the answer unchanged.
func checkPath(t *testing.T, path, body string) {
	p, err := ParsePath(path)
	if err != nil {
		return
	}
	data, err := decodeBody(body)
	if err != nil {
		return
	}
	before, _ := decodeBody(body)
	first := Value{p.search(data)}
	if !reflect.DeepEqual(data, before) {
		t.Fatalf("%s changes %s", path, body)
	}
	if second := (Value{p.search(data)}); first.Kind() != second.Kind() || textOf(first) != textOf(second) {
		t.Errorf("%s finds %s, and then %s, in %s", path, textOf(first), textOf(second), body)
	}
	if size := len(textOf(first)); size > 16*mostWork {
		t.Errorf("%s finds %d bytes in a response of %d", path, size, len(body))
	}
	a := reading(t, body)
	_, _ = a.KeysNear(p)
	_, _ = a.At(p).Time()
	_, _ = a.At(p).Lifetime(0)
	_, _ = a.At(p).Words()
	_ = a.At(p).Message()
	_, _, _, _ = p.Hyphenated(), p.BareWord(), p.ComparedKey(), p.QuotedWord()
}

func textOf(v Value) string {
	text, _ := v.written()
	return text
}

// grammar makes texts of a grammar. Bytes decide which.
type grammar struct{ choices []byte }

// choose returns a number below n; 0 once there are no more choices.
func (g *grammar) choose(n int) int {
	if len(g.choices) == 0 {
		return 0
	}
	choice := int(g.choices[0])
	g.choices = g.choices[1:]
	return choice % n
}

func (g *grammar) one(of ...string) string { return of[g.choose(len(of))] }

const deepestGrammar = 6

// expression returns an expression of JMESPath.
func (g *grammar) expression(depth int) string {
	if depth > deepestGrammar {
		return g.simple()
	}
	again := func() string { return g.expression(depth + 1) }
	switch g.choose(16) {
	case 0, 1, 2:
		return g.simple()
	case 3:
		return again() + "." + g.name()
	case 4:
		return "(" + again() + ")" + g.bracket(depth)
	case 5:
		return again() + " | " + again()
	case 6:
		return "((" + again() + ") " + g.one("==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "//", "||", "&&") + " (" + again() + "))"
	case 7:
		return g.one("!", "-", "+") + "(" + again() + ")"
	case 8:
		return "[" + again() + ", " + again() + "]"
	case 9:
		return "{" + g.name() + ": " + again() + ", b: " + again() + "}"
	case 10:
		return again() + "." + g.one("*", "[a, b]", "{a: a}")
	default:
		return g.call(depth)
	}
}

func (g *grammar) simple() string {
	return g.one("@", "a", "b", "a.b", "c", "`1`", "`[1, \"a\", 1.50]`", "'a'", "''", "`null`", "`{\"a\": [2]}`", "`-1`", "`1e30`", "*", "[]", "'ab'", "d")
}

func (g *grammar) name() string { return g.one("a", "b", "c", "\"d e\"", "d") }

func (g *grammar) bracket(depth int) string {
	bound := func() string {
		return g.one("", "0", "1", "-1", "2", greatest, least, "100")
	}
	switch g.choose(5) {
	case 0:
		return "[*]"
	case 1:
		return "[]"
	case 2:
		return "[?" + g.expression(depth+1) + "]"
	case 3:
		return "[" + bound() + ":" + bound() + ":" + g.one("", "1", "-1", "0", "3", greatest, least) + "]"
	default:
		return "[" + strconv.Itoa(g.choose(5)-2) + "]"
	}
}

// call returns the call of any function, with arguments of any kind.
func (g *grammar) call(depth int) string {
	all := functions.GetDefaultFunctions()
	f := all[g.choose(len(all))]
	var arguments []string
	for _, argument := range f.Arguments {
		if argument.Optional && g.choose(2) == 0 {
			break
		}
		text := g.expression(depth + 1)
		if argument.Types[0] == functions.JpExpref && g.choose(8) > 0 {
			text = "&" + text
		}
		arguments = append(arguments, text)
		if argument.Variadic && g.choose(2) == 0 {
			arguments = append(arguments, g.expression(depth+1))
		}
	}
	return f.Name + "(" + strings.Join(arguments, ", ") + ")"
}

// value returns a value of JSON.
func (g *grammar) value(depth int) string {
	if depth > deepestGrammar {
		return g.one("null", "1", `"a"`)
	}
	switch g.choose(8) {
	case 0, 1, 2:
		var members []string
		for range 1 + g.choose(4) {
			members = append(members, g.one(`"a"`, `"b"`, `"c"`, `"d e"`, `"d"`)+":"+g.value(depth+1))
		}
		return "{" + strings.Join(members, ",") + "}"
	case 3, 4:
		var elements []string
		for range g.choose(5) {
			elements = append(elements, g.value(depth+1))
		}
		return "[" + strings.Join(elements, ",") + "]"
	case 5:
		return g.one("0", "-0", "1", "1.0", "1.50", "1e999", "-1E-999", "9007199254740993", "18446744073709551616", "1e3", "0.12345678901234567890")
	case 6:
		return g.one("true", "false", "null")
	default:
		return g.text()
	}
}

func (g *grammar) text() string {
	encoded, err := json.Marshal(g.one("", "a", "b", "ab", "1", "1.5", "ä", "\u0000", "<x>&", "\\", "1h", "2030-01-01T00:00:00Z", "\U0001F600", strings.Repeat("ab", 40)))
	if err != nil {
		return `""`
	}
	return string(encoded)
}
