package answer

import (
	"encoding/xml"
	"io"
	"slices"
	"strings"
)

// mostMarkup is how many parts of an XML document are read.
const mostMarkup = 2_000

// isMarkup reports whether the body is XML, and not an HTML page: nothing of a page is
// shown.
func (c *contents) isMarkup() bool {
	text := strings.TrimSpace(c.text)
	return strings.HasPrefix(text, "<") && !c.isHTML() && !beginsPage(text)
}

// markup reads the elements whose names are those of an error: faultstring of SOAP 1.1,
// Text of SOAP 1.2, Code and Message of AWS and Azure, and others.
func (w *words) markup(text string) {
	names := slices.Concat(codes(), errorCodes(), sentences(true), []string{"text"})
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.Strict = false
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil } // it is UTF-8 already
	var name, content string
	for range mostMarkup {
		token, err := decoder.Token()
		if err != nil {
			return
		}
		switch token := token.(type) {
		case xml.StartElement:
			name, content = plainName(token.Name.Local), ""
		case xml.CharData:
			content += string(token)
		case xml.EndElement:
			content = strings.TrimSpace(content)
			isSaid := slices.Contains(names, name) && name == plainName(token.Name.Local)
			if isSaid && (!slices.Contains(errorCodes(), name) || isCode(content)) {
				w.say(content)
			}
			name, content = "", ""
		}
	}
}
