package clitest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// form is one way in which a value may stand in a file.
type form struct{ name, text string }

// distinct keeps the first of forms that come to the same text, and none without a text.
func distinct(forms []form) []form {
	seen := map[string]bool{"": true}
	return slices.DeleteFunc(forms, func(f form) bool {
		again := seen[f.text]
		seen[f.text] = true
		return again
	})
}

// minLine is the length from which a line of a value is looked for on its own.
const minLine = 16

// formsOf returns every form of the value. Logs may print a value of many lines
// with something before each line, so the lines count as values too; those
// around a PEM block say nothing.
func formsOf(value string) []form {
	forms := valueForms("", value)
	if strings.Contains(value, "\n") {
		for line := range strings.Lines(value) {
			line = strings.TrimSpace(line)
			if len(line) >= minLine && !strings.HasPrefix(line, "-----") {
				forms = append(forms, valueForms("line ", line)...)
			}
		}
	}
	return distinct(forms)
}

func valueForms(prefix, value string) []form {
	forms := textForms(value)
	for _, f := range slices.Clone(forms) {
		forms = append(forms, base64Forms(f)...)
	}
	byteList := strings.Trim(fmt.Sprintf("%d", []byte(value)), "[]") // 104 101 108 108 111
	inHex := hex.EncodeToString([]byte(value))
	forms = append(forms, form{"hex", inHex}, form{"HEX", strings.ToUpper(inHex)}, form{"byte list", byteList})
	for i := range forms {
		forms[i].name = prefix + forms[i].name
	}
	return forms
}

func textForms(value string) []form {
	query, path := url.QueryEscape(value), url.PathEscape(value)
	spaced := strings.ReplaceAll(query, "+", "%20")
	inJSON, plainJSON := jsonText(value, true), jsonText(value, false)
	quoted := strconv.Quote(value)
	goText := quoted[1 : len(quoted)-1]
	return distinct([]form{
		{"raw", value},
		{"query-escaped", query},
		{"query-escaped in lower case", lowerEscapes(query)},
		{"path-escaped", path},
		{"path-escaped in lower case", lowerEscapes(path)},
		{"query-escaped with %20", spaced},
		{"query-escaped with %20 in lower case", lowerEscapes(spaced)},
		{"JSON", inJSON},
		{"JSON without HTML escapes", plainJSON},
		{"JSON in JSON", jsonText(inJSON, true)},
		{"JSON in JSON without HTML escapes", jsonText(plainJSON, false)},
		{"quoted", goText},
		{"quoted for HCL", strings.NewReplacer("${", "$${", "%{", "%%{").Replace(goText)},
	})
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
	var buf strings.Builder
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(html)
	if err := encoder.Encode(value); err != nil {
		return ""
	}
	text := strings.TrimSuffix(buf.String(), "\n")
	return text[1 : len(text)-1]
}

// base64Forms returns what the base64 of any longer text that holds a form must contain,
// wherever in it that begins: one form for each of three alignments, without the
// characters at either end that depend on the neighbours.
func base64Forms(of form) []form {
	var forms []form
	for offset := range 3 {
		padded := append(make([]byte, offset), of.text...)
		from, to := (8*offset+5)/6, 8*len(padded)/6
		std := base64.RawStdEncoding.EncodeToString(padded)[from:to]
		name := fmt.Sprintf(" of %s at offset %d", of.name, offset)
		forms = append(forms,
			form{"base64" + name, std},
			form{"base64url" + name, base64.RawURLEncoding.EncodeToString(padded)[from:to]},
			form{"query-escaped base64" + name, url.QueryEscape(std)},
			form{"query-escaped base64 in lower case" + name, lowerEscapes(url.QueryEscape(std))})
	}
	return forms
}
