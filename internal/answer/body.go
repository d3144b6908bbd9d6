package answer

import (
	"bytes"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Structure names what a body is that body: does not find, such as "XML"; "" if it is a
// single value, or empty.
func (a *Content) Structure() string {
	_, structure := a.contents().single()
	return structure
}

// single returns the value of a body that is a single one: the text of a JSON string, or
// the body as text without the whitespace around it. Of any other body it returns
// nothing, and structure names what the body is.
func (c *contents) single() (text, structure string) {
	whole := strings.TrimSpace(c.text)
	switch data := c.data.(type) {
	case string:
		whole = strings.TrimSpace(data)
	case bool:
		return "", Value{data}.Kind()
	case nil:
		if c.problem == nil {
			return "", "null"
		}
	}
	if structure := c.structure(whole); structure != "" {
		return "", structure
	}
	return whole, ""
}

// structure names what a body is; "" if it is a single value.
func (c *contents) structure(text string) string {
	_, isText := c.data.(string)
	switch {
	case c.inner != nil:
		return Value{c.inner}.Kind()
	case isText && beginsJSON(text):
		return "a JSON string with JSON in it"
	case beginsJSON(text) && c.problem == nil:
		return Value{c.data}.Kind()
	case beginsJSON(text):
		return "broken JSON"
	case beginsPage(text):
		return "an HTML page"
	case strings.HasPrefix(text, "<") && !c.isHTML():
		return "XML"
	case strings.ContainsAny(text, " \t\r\n<"):
		return c.brokenType(isText)
	default:
		return ""
	}
}

// brokenType names the type of a body of several words that is not of its type; ""
// if it has no such type.
func (c *contents) brokenType(isJSON bool) string {
	switch kind := c.header.bodyType(); {
	case c.isHTML():
		return "an HTML page"
	case strings.HasSuffix(kind, "json") && !isJSON:
		return "broken JSON"
	case strings.HasSuffix(kind, "xml"):
		return "broken XML"
	default:
		return ""
	}
}

// beginsJSON reports whether a text begins as an object, a list or a string in JSON does.
func beginsJSON(text string) bool {
	text = withoutGuard(text)
	return text != "" && strings.ContainsRune("{[\"", rune(text[0]))
}

// IsPage reports whether the body is an HTML page. The type alone does not say so: some
// servers send any text as HTML.
func (a *Content) IsPage() bool {
	c := a.contents()
	return c.isHTML() && strings.HasPrefix(strings.TrimSpace(c.text), "<")
}

func (c *contents) isHTML() bool { return c.header.bodyType() == "text/html" }

// beginsPage reports whether a text begins as an HTML page does.
func beginsPage(text string) bool {
	text = strings.ToLower(text[:min(len(text), len("<!doctype html"))])
	return strings.HasPrefix(text, "<!doctype html") || strings.HasPrefix(text, "<html")
}

// unguessable is what some servers put before JSON, so that a web page cannot include it
// as a script.
const unguessable = ")]}'"

// withoutGuard returns a text without unguessable, and the comma and the line break that
// may be after it.
func withoutGuard(text string) string {
	rest, isGuarded := strings.CutPrefix(strings.TrimSpace(text), unguessable)
	if isGuarded {
		rest = strings.TrimPrefix(rest, ",")
	}
	return strings.TrimSpace(rest)
}

// isUTF16 reports whether a body is in UTF-16: it begins with a byte order mark or, since
// JSON begins with ASCII, one of its first two bytes is 0.
func isUTF16(body []byte) bool {
	return len(body) > 1 && (bytes.HasPrefix(body, []byte("\xff\xfe")) || bytes.HasPrefix(body, []byte("\xfe\xff")) || (body[0] == 0) != (body[1] == 0))
}

// decodeBody decodes a body: JSON, or a form such as access_token=…&expires_in=….
func decodeBody(text string) (any, error) {
	trimmed := withoutGuard(text)
	value, _, err := decodeJSON([]byte(trimmed))
	if err == nil {
		return value, nil
	}
	if form := decodeForm(trimmed); form != nil {
		return form, nil
	}
	return nil, err
}

// form matches a body of form fields. It has no whitespace, and begins with the name of
// a field. The type of the body does not matter.
var form = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.\-]*=[^\s<>"{}&=]*(?:&[A-Za-z_][A-Za-z0-9_.\-]*=[^\s<>"{}&]*)*&?$`)

// decodeForm decodes a form; nil if the text is not one. A single name without a value is
// base64, as a token may be, and not a form.
func decodeForm(text string) any {
	if !form.MatchString(text) || strings.Index(text, "=") == len(text)-1 {
		return nil
	}
	fields, err := url.ParseQuery(text)
	if err != nil {
		return nil
	}
	object := make(map[string]any, len(fields))
	for name, values := range fields {
		object[name] = strings.ToValidUTF8(values[0], "\uFFFD")
		if len(slices.Compact(values)) > 1 {
			object[name] = ambiguous{}
		}
	}
	return object
}
