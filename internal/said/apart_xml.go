package said

import (
	"encoding/xml"
	"strings"
)

// addXML adds the texts and attributes of XML, CDATA included.
func (p *pieces) addXML(text string, of rank, depth int) bool {
	if !strings.HasPrefix(text, "<") || !strings.Contains(text, ">") {
		return false
	}
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.Strict = false
	open := []element{{"", of}}
	for {
		token, err := decoder.RawToken()
		if err != nil {
			// The rest, which cannot be read, is secret as a whole.
			if rest := strings.TrimSpace(text[min(int(decoder.InputOffset()), len(text)):]); rest != "" {
				p.add(rest, secret)
			}
			return true
		}
		inner := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			name, of := token.Name.Local, inner.of
			if rankOf(name) == secret {
				of = secret
			}
			open = append(open, element{name, of})
			p.addAttributes(token, of, depth)
		case xml.EndElement:
			open = open[:max(1, len(open)-1)]
		case xml.CharData:
			p.takeApart(inner.name, string(token), inner.of, depth-1)
		}
	}
}

// element is an element of XML. If its name has no rank, its text is secret if an element
// around it is.
type element struct {
	name string
	of   rank
}

// addAttributes adds the attributes of an element, as in <password value="…"/>.
func (p *pieces) addAttributes(start xml.StartElement, of rank, depth int) {
	for _, attribute := range start.Attr {
		if attribute.Name.Space != "xmlns" {
			p.takeApart(attribute.Name.Local, attribute.Value, of, depth-1)
		}
	}
}
