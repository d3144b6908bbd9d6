package answer

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	largestPattern = 4_000   // how many instructions a regular expression may have
	mostSteps      = 1 << 26 // how many steps one may take, instructions times characters: about a second
)

// pattern is a regular expression (RE2) that is matched against the text of a body.
type pattern struct {
	compiled *regexp.Regexp
	size     int // how many instructions it has, each of which looks at each character at most once
}

// parsePattern parses a regular expression, or says what is wrong with it.
func parsePattern(text string) (*pattern, error) {
	if text == "" {
		return nil, errors.New("regex: has no expression: write one after it, such as regex:<token>(.*?)</token>")
	}
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, explainPattern(text, err)
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(program.Inst) > largestPattern {
		return nil, errors.New("the regular expression is too large: write smaller numbers of repetitions, or * and +")
	}
	compiled, err := regexp.Compile(text)
	if err != nil {
		return nil, explainPattern(text, err)
	}
	return &pattern{compiled, len(program.Inst)}, nil
}

// explainPattern says where a text is not a regular expression, and what RE2 lacks.
func explainPattern(text string, err error) error {
	wrong, ok := errors.AsType[*syntax.Error](err)
	if !ok {
		return fmt.Errorf("%q is not a regular expression", text)
	}
	where := ""
	if at := strings.Index(text, wrong.Expr); wrong.Expr != "" && wrong.Expr != text && at >= 0 {
		where = fmt.Sprintf(" at %q (near character %d)", wrong.Expr, utf8.RuneCountInString(text[:at])+1)
	}
	hint := "The syntax is RE2"
	switch wrong.Code { //nolint:exhaustive // the others say what to do
	case syntax.ErrInvalidPerlOp:
		hint = "The syntax is RE2, which has no lookahead and no lookbehind: put the part that is wanted into a group ( )"
	case syntax.ErrInvalidEscape:
		hint = "The syntax is RE2, which has no backreferences such as \\1. A backslash before other characters than letters and digits makes them literal"
	}
	return fmt.Errorf("%q is not a regular expression: %s%s. %s", text, wrong.Code, where, hint)
}

// find returns the text of the first group that takes part in the first match, or the
// whole match if there are no groups, as XML reads it, without the CR of a line break at
// its end, which . matches, too. It returns "" if no group takes part, and nil if nothing
// matches.
func (p *pattern) find(text string) any {
	if p == nil {
		return nil
	}
	if utf8.RuneCountInString(text) > mostSteps/p.size {
		return excessive{}
	}
	match := p.compiled.FindStringSubmatchIndex(text)
	if match == nil {
		return nil
	}
	if len(match) == 2 {
		return textOfXML(strings.TrimSuffix(text[match[0]:match[1]], "\r"))
	}
	for group := 2; group < len(match); group += 2 {
		if from, to := match[group], match[group+1]; from >= 0 {
			return textOfXML(strings.TrimSuffix(text[from:to], "\r"))
		}
	}
	return ""
}

const beginData, endData = "<![CDATA[", "]]>"

// textOfXML returns the text that a part of an XML document stands for: entities are
// replaced by their characters (XML 1.0, sections 4.1 and 4.6), except in CDATA
// sections (section 2.7), whose marks are left out.
func textOfXML(text string) string {
	var found strings.Builder
	for {
		before, rest, begins := strings.Cut(text, beginData)
		data, after, ends := strings.Cut(rest, endData)
		if !begins || !ends {
			found.WriteString(entity.ReplaceAllStringFunc(text, character))
			return found.String()
		}
		found.WriteString(entity.ReplaceAllStringFunc(before, character))
		found.WriteString(data)
		text = after
	}
}

// entity matches a predefined entity or a character reference of XML.
var entity = regexp.MustCompile(`&(?:lt|gt|amp|quot|apos|#\d{1,8}|#x[0-9A-Fa-f]{1,8});`)

// character returns the character that an entity stands for, or the entity as it is if
// there is no such character.
func character(entity string) string {
	name := strings.Trim(entity, "&;")
	digits, isNumber := strings.CutPrefix(name, "#")
	if !isNumber {
		return map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}[name]
	}
	base := 10
	if hex, isHex := strings.CutPrefix(digits, "x"); isHex {
		digits, base = hex, 16
	}
	code, err := strconv.ParseInt(digits, base, 32)
	if err != nil || code == 0 || !utf8.ValidRune(rune(code)) {
		return entity
	}
	return string(rune(code))
}
