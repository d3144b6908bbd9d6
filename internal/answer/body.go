package answer

import (
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Body returns the value of a body that is a single one: the text of a JSON string, or
// the body as text without the whitespace around it. Of any other body it returns
// nothing, and structure names what the body is.
func (a *Answer) Body() (text said.Secret, structure string) {
	c := a.contents()
	whole := strings.TrimSpace(c.text)
	switch data := c.data.(type) {
	case string:
		whole = strings.TrimSpace(data)
	case bool:
		return said.Secret{}, Value{data}.Kind()
	case nil:
		if c.problem == nil {
			return said.Secret{}, "null"
		}
	}
	if structure := c.structure(whole); structure != "" {
		return said.Secret{}, structure
	}
	return said.NewSecret(whole), ""
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
	text = strings.TrimSpace(strings.TrimPrefix(text, unguessable))
	return text != "" && strings.ContainsRune("{[\"", rune(text[0]))
}

// IsPage reports whether the body is an HTML page. The type alone does not say so: some
// servers send any text as HTML.
func (a *Answer) IsPage() bool {
	c := a.contents()
	return c.isHTML() && strings.HasPrefix(strings.TrimSpace(c.text), "<")
}

func (c *contents) isHTML() bool { return c.header.bodyType() == "text/html" }

// beginsPage reports whether a text begins as an HTML page does.
func beginsPage(text string) bool {
	text = strings.ToLower(text[:min(len(text), len("<!doctype html"))])
	return strings.HasPrefix(text, "<!doctype html") || strings.HasPrefix(text, "<html")
}
