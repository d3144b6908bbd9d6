package clitest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// form is one way in which a value may stand in a file.
type form struct {
	name string
	text []byte
}

// formSet keeps the first of forms that come to the same bytes.
type formSet struct {
	forms []form
	seen  map[string]bool
}

func (s *formSet) add(name, text string) {
	if text != "" && !s.seen[text] {
		s.seen[text] = true
		s.forms = append(s.forms, form{name: name, text: []byte(text)})
	}
}

// minLine is the length from which a line of a value is looked for on its own.
const minLine = 16

// formsOf returns every form of the value. Logs may print a value of many lines
// with something before each line, so the lines count as values too; those
// around a PEM block say nothing.
func formsOf(value string) []form {
	set := &formSet{seen: map[string]bool{}}
	addForms(set, "", value)
	if !strings.Contains(value, "\n") {
		return set.forms
	}
	for line := range strings.Lines(value) {
		line = strings.TrimSpace(line)
		if len(line) >= minLine && !strings.HasPrefix(line, "-----") {
			addForms(set, "line ", line)
		}
	}
	return set.forms
}

func addForms(set *formSet, prefix, value string) {
	texts := textForms(value)
	for _, f := range texts {
		set.add(prefix+f.name, string(f.text))
	}
	for _, f := range texts {
		addBase64(set, prefix+f.name, f.text)
	}
	set.add(prefix+"hex", hex.EncodeToString([]byte(value)))
	set.add(prefix+"HEX", strings.ToUpper(hex.EncodeToString([]byte(value))))
	set.add(prefix+"byte list", byteList(value))
}

// byteList is how Go prints a []byte, less the brackets: 104 101 108 108 111.
func byteList(value string) string {
	numbers := make([]string, len(value))
	for i := range len(value) {
		numbers[i] = strconv.Itoa(int(value[i]))
	}
	return strings.Join(numbers, " ")
}

func textForms(value string) []form {
	set := &formSet{seen: map[string]bool{}}
	set.add("raw", value)
	for _, f := range []form{
		{"query-escaped", []byte(url.QueryEscape(value))},
		{"path-escaped", []byte(url.PathEscape(value))},
		{"query-escaped with %20", []byte(strings.ReplaceAll(url.QueryEscape(value), "+", "%20"))},
	} {
		set.add(f.name, string(f.text))
		set.add(f.name+" in lower case", lowerEscapes(string(f.text)))
	}
	quoted := jsonText(value, true)
	set.add("JSON", quoted)
	set.add("JSON without HTML escapes", jsonText(value, false))
	set.add("JSON in JSON", jsonText(quoted, true))
	set.add("JSON in JSON without HTML escapes", jsonText(jsonText(value, false), false))
	goText := strconv.Quote(value)
	goText = goText[1 : len(goText)-1]
	set.add("quoted", goText)
	set.add("quoted for HCL", strings.NewReplacer("${", "$${", "%{", "%%{").Replace(goText))
	return set.forms
}

// lowerEscapes turns %2B into %2b and leaves all else as it is.
func lowerEscapes(text string) string {
	b := []byte(text)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i:], bytes.ToLower(b[i:i+3]))
		}
	}
	return string(b)
}

func jsonText(value string, html bool) string {
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(html)
	if err := encoder.Encode(value); err != nil {
		return ""
	}
	text := strings.TrimSuffix(buf.String(), "\n")
	return text[1 : len(text)-1]
}

// addBase64 adds what the base64 of any longer text that holds text must contain,
// wherever in it text begins: one form for each of three alignments, without the
// characters at either end that depend on the neighbours.
func addBase64(set *formSet, name string, text []byte) {
	for offset := range 3 {
		padded := append(make([]byte, offset), text...)
		from, to := (8*offset+5)/6, 8*len(padded)/6
		std := base64.RawStdEncoding.EncodeToString(padded)[from:to]
		of := fmt.Sprintf(" of %s at offset %d", name, offset)
		set.add("base64"+of, std)
		set.add("base64url"+of, base64.RawURLEncoding.EncodeToString(padded)[from:to])
		set.add("query-escaped base64"+of, url.QueryEscape(std))
		set.add("query-escaped base64 in lower case"+of, lowerEscapes(url.QueryEscape(std)))
	}
}
