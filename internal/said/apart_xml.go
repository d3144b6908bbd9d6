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
	var open []string
	for {
		token, err := decoder.RawToken()
		if err != nil {
			// What cannot be read is secret as it is.
			p.addRest(text, decoder.InputOffset())
			return true
		}
		switch token := token.(type) {
		case xml.StartElement:
			open = append(open, token.Name.Local)
			p.addAttributes(token, of, depth)
		case xml.EndElement:
			open = open[:max(0, len(open)-1)]
		case xml.CharData:
			p.addElement(open, string(token), of, depth)
		}
	}
}

// addElement adds the text of an element. Where its name says nothing, it is secret
// if something around it is.
func (p *pieces) addElement(open []string, text string, of rank, depth int) {
	name := ""
	for _, around := range open {
		if rankOf(around) == secret {
			of = secret
		}
		name = around
	}
	p.takeApart(name, text, of, depth-1)
}

func (p *pieces) addAttributes(element xml.StartElement, of rank, depth int) {
	for _, attribute := range element.Attr {
		if attribute.Name.Space == "xmlns" {
			continue
		}
		within := of
		if rankOf(element.Name.Local) == secret { // <password value="…"/>
			within = secret
		}
		p.takeApart(attribute.Name.Local, attribute.Value, within, depth-1)
	}
}

func (p *pieces) addRest(text string, from int64) {
	if rest := strings.TrimSpace(text[min(int(from), len(text)):]); rest != "" {
		p.add(rest, secret)
	}
}
