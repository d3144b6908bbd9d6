package answer

import (
	"fmt"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Place is the part of an answer that a path reads.
type Place int

// The places.
const (
	PlaceJSON   Place = iota // the JSON of the body, or its form fields; the path is JMESPath
	PlaceHeader              // the header NAME, of header:NAME
	PlaceCookie              // the cookie NAME that Set-Cookie sets (RFC 6265), of cookie:NAME
	PlaceBody                // the whole body, of body:
	PlaceRegex               // what the regular expression EXPR matches in the body, of regex:EXPR
)

// prefixes are what the paths of each place begin with. JMESPath has none of them.
var prefixes = [...]string{PlaceHeader: "header:", PlaceCookie: "cookie:", PlaceBody: "body:", PlaceRegex: "regex:"}

// In returns the place that the path reads, and the NAME or EXPR after its prefix. For
// JMESPath, that is the whole path.
func (p Path) In() (place Place, rest string) {
	for place := PlaceHeader; place <= PlaceRegex; place++ {
		if rest, ok := strings.CutPrefix(p.text, prefixes[place]); ok {
			return place, rest
		}
	}
	return PlaceJSON, p.text
}

// IsJSON reports whether the path is JMESPath, which needs a body that is JSON or a form.
func (p Path) IsJSON() bool {
	place, _ := p.In()
	return place == PlaceJSON && !p.IsEmpty()
}

// misspelt returns the prefix that a text almost begins with, or "".
func misspelt(text string) string {
	before, _, ok := strings.Cut(text, ":")
	before = strings.ToLower(strings.TrimSpace(before)) + ":"
	for _, prefix := range prefixes[PlaceHeader:] {
		if ok && before == prefix {
			return prefix
		}
	}
	return ""
}

// parsePlace checks what comes after the prefix of a place, and returns the pattern if
// it is a regular expression.
func parsePlace(place Place, rest string) (*pattern, error) {
	switch place {
	case PlaceHeader:
		if !httpguts.ValidHeaderFieldName(rest) {
			return nil, fmt.Errorf("%q is not header:NAME with the name of an HTTP header", prefixes[place]+rest)
		}
	case PlaceCookie:
		if !isCookieName(rest) {
			return nil, fmt.Errorf("%q is not cookie:NAME with the name of a cookie, such as cookie:JSESSIONID", prefixes[place]+rest)
		}
	case PlaceBody:
		if rest != "" {
			return nil, fmt.Errorf("%q has more than body:, which is the whole body. For a part of the body, write JMESPath, or regex:EXPR", prefixes[place]+rest)
		}
	default:
		return parsePattern(rest)
	}
	return nil, nil //nolint:nilnil // only regex: has a pattern
}
