package answer

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/jmespath-community/go-jmespath/pkg/parsing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Content is what an endpoint answered: headers and a body. It does not print, because
// its contents are behind a function, and fmt prints only the address of that. It is safe
// for concurrent use: all references that want a token see the same refusal.
type Content struct{ contents func() *contents }

// contents are what is in an answer.
type contents struct {
	header  Header
	text    string // the body in UTF-8
	isWhole bool   // all of the body could be read as text
	data    any    // the decoded body; nil if it can only be read as text. Then problem says why
	problem error
	inner   any       // the object in a body that is a JSON string with JSON in it; nil for other bodies
	found   *sync.Map // the values that paths have found, by the path's text
}

// Format writes a placeholder for every verb: an answer holds the token.
func (contents) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(said.Hidden)) }

// Read reads an answer.
func Read(header http.Header, body []byte) *Content {
	c := &contents{header: NewHeader(header), found: &sync.Map{}}
	c.text, c.isWhole = decodeText(body, c.header.charset())
	c.data, c.problem = decodeBody(c.text)
	if isUTF16(body) {
		c.problem = errNotUTF8
	}
	if text, _ := c.data.(string); strings.HasPrefix(strings.TrimSpace(text), "{") {
		c.inner, _ = decodeBody(text)
	}
	return &Content{func() *contents { return c }}
}

// At returns the value at a path. Paths do not change the answer.
func (a *Content) At(p Path) Value {
	c := a.contents()
	found, ok := c.found.Load(p.text)
	if !ok {
		found, _ = c.found.LoadOrStore(p.text, c.look(p))
	}
	return Value{found}
}

func (c *contents) look(p Path) any {
	switch place, name := p.In(); place {
	case PlaceHeader:
		return c.header.only(name)
	case PlaceCookie:
		return c.header.cookie(name)
	case PlaceBody:
		return c.whole(name)
	case PlaceRegex:
		return c.readable(p.pattern.find(strings.TrimSpace(c.text)))
	default:
		return c.readable(c.lookInJSON(p))
	}
}

// readable returns a value that is found, unless it is a text that could not be read.
func (c *contents) readable(found any) any {
	if text, ok := found.(string); ok && !c.isWhole && strings.Contains(text, "\uFFFD") {
		return garbled(text)
	}
	return found
}

func (c *contents) lookInJSON(p Path) any {
	found := p.search(c.data)
	if found == nil && c.isTwice(p) {
		return ambiguous{}
	}
	if found == nil && c.inner != nil {
		found = p.search(c.inner)
	}
	return found
}

// whole returns the body as a text, or nil if it is not a single value. Rest is what
// comes after body: in the path, and should be nothing.
func (c *contents) whole(rest string) any {
	text, structure := c.single()
	if text == "" || structure != "" || rest != "" {
		return nil
	}
	return text
}

// Holds reports whether a path that must be true is true for the answer: its value is
// true, or its regular expression matches.
func (a *Content) Holds(p Path) bool {
	if place, _ := p.In(); place == PlaceRegex {
		return !a.At(p).IsNothing()
	}
	return a.At(p).IsTrue()
}

// isTwice reports whether a path leads through a key that an object has twice.
func (c *contents) isTwice(p Path) bool {
	for _, node := range beginnings(p.written()) {
		if written, ok := write(node); ok && written != "" && written != p.text && pathTo(written, node).search(c.data) == any(ambiguous{}) {
			return true
		}
	}
	return false
}

// IsJSON reports whether the body has values that a path can find: JSON, or a form.
func (a *Content) IsJSON() bool { return a.contents().problem == nil }

// IsList reports whether the answer is a list.
func (a *Content) IsList() bool {
	_, isList := a.contents().data.([]any)
	return isList
}

// Header returns the answer's headers.
func (a *Content) Header() Header { return a.contents().header }

// Describe says what an answer that is not JSON looks like. It does not quote the body
// or the headers, which can hold anything.
func (a *Content) Describe() string {
	c := a.contents()
	problem, _ := errors.AsType[JSONError](c.problem)
	switch {
	case c.problem == nil:
		return "the response is JSON"
	case problem != errBroken:
		return "the response's JSON is broken: " + problem.Error()
	case c.text == "":
		return "the response is empty"
	case strings.HasPrefix(c.text, "\x1f"), c.header.Has("Content-Encoding"):
		return "the response is compressed in a way that was not requested"
	case c.isHTML():
		return "the response is an HTML page, not JSON"
	case strings.HasSuffix(c.header.bodyType(), "json"):
		return "the response's JSON is broken"
	default:
		return "the response is not JSON"
	}
}

// Keys returns the keys of an answer that is an object, sorted.
func (a *Content) Keys() []said.Foreign {
	c := a.contents()
	if c.inner != nil {
		return keys(c.inner)
	}
	return keys(c.data)
}

// KeysNear returns the longest part of a path that finds something, and the keys there.
// The part is "" if only the whole answer is left.
func (a *Content) KeysNear(p Path) (part string, names []said.Foreign) {
	for _, node := range beginnings(p.written()) {
		written, ok := write(node)
		if !ok || written == "" {
			continue
		}
		found := a.At(pathTo(written, node))
		if list, isList := found.found.([]any); isList && len(list) > 0 {
			return written + "[0]", keys(list[0])
		}
		if !found.IsNothing() {
			return written, keys(found.found)
		}
	}
	return "", nil
}

// IsNull reports whether the answer has the key at the end of a path, with the value
// null.
func (a *Content) IsNull(p Path) bool {
	object, name := a.before(p)
	value, ok := object[name]
	return ok && value == nil
}

// before returns the object in which a path that only names keys and indices ends, and
// the key there; nil if it does not end in one.
func (a *Content) before(p Path) (object map[string]any, name string) {
	last, before := p.written(), parsing.ASTNode{NodeType: parsing.ASTCurrentNode}
	if last.NodeType == parsing.ASTSubexpression {
		before, last = last.Children[0], last.Children[1]
	}
	name, isName := last.Value.(string)
	written, isPlain := write(before)
	if last.NodeType != parsing.ASTField || !isName || !isPlain {
		return nil, ""
	}
	place := pathTo(cmp.Or(written, "@"), before)
	object, isObject := a.At(place).found.(map[string]any)
	if c := a.contents(); !isObject && c.inner != nil {
		object, _ = place.search(c.inner).(map[string]any)
	}
	return object, name
}

func keys(value any) []said.Foreign {
	object, _ := value.(map[string]any)
	return foreignNames(slices.Collect(maps.Keys(object)))
}
