package answer

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/jmespath-community/go-jmespath"
	"golang.org/x/net/http/httpguts"
)

// headerPrefix marks a Path that reads a header of the answer.
const headerPrefix = "header:"

// Path says where a value is in an answer: a JMESPath expression (community
// edition), or header:NAME. An empty Path finds nothing.
type Path string

// HeaderPath returns the path of a header of the answer.
func HeaderPath(name string) Path { return Path(headerPrefix + name) }

// Check reports why the path cannot be used, or nil.
func (p Path) Check() error {
	if p == "" {
		return nil
	}
	if name, ok := strings.CutPrefix(string(p), headerPrefix); ok {
		if !httpguts.ValidHeaderFieldName(name) {
			return fmt.Errorf("%q is not header:NAME with the name of an HTTP header", string(p))
		}
		return nil
	}
	if len(p) > longestPath {
		return fmt.Errorf("it is longer than %d characters", longestPath)
	}
	parsed, err := jmespath.NewParser().Parse(string(p))
	if err != nil {
		return fmt.Errorf("%q is no JMESPath expression: %w; there, numbers stand in backticks, texts in single quotes, and "+
			"names with other characters than letters, digits and _ in double quotes", string(p), err)
	}
	return checkCost(parsed)
}

// Hyphenated returns the first name with a hyphen that is not in quotes, which
// JMESPath takes for a subtraction; "" if there is none.
func (p Path) Hyphenated() string {
	if strings.HasPrefix(string(p), headerPrefix) {
		return ""
	}
	quoted := regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`(?:[^`\\\\]|\\\\.)*`")
	bare := quoted.ReplaceAllString(string(p), " ")
	return regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z_][A-Za-z0-9_]*)+`).FindString(bare)
}

// Find returns the value at the path, nil if there is none. It returns no error,
// as JMESPath's could quote the token.
func (p Path) Find(header http.Header, data any) any {
	if p == "" {
		return nil
	}
	if name, ok := strings.CutPrefix(string(p), headerPrefix); ok {
		if value := header.Get(name); value != "" {
			return value
		}
		return nil
	}
	if p.Check() != nil {
		return nil
	}
	found, err := jmespath.Search(string(p), data)
	if err != nil {
		return nil
	}
	return found
}

// Text returns a found value as a string, encoded as JSON if it is not one. It
// reports false if nothing was found.
func Text(found any) (string, bool) {
	switch found := found.(type) {
	case nil:
		return "", false
	case string:
		return found, true
	default:
		encoded, err := json.Marshal(found)
		return string(encoded), err == nil
	}
}

// IsHeader reports whether the path reads a header of the answer.
func (p Path) IsHeader() bool { return strings.HasPrefix(string(p), headerPrefix) }

// String returns the path as it is written.
func (p Path) String() string { return string(p) }
