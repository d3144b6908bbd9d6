package answer

import (
	"bytes"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// unguessable is what some servers put before JSON, so that a web page cannot include it
// as a script.
const unguessable = ")]}'"

// decodeText returns a body as UTF-8, without a byte order mark (RFC 8259, section 8.1).
// Bytes that are not UTF-8, such as those of Latin-1, become U+FFFD: they may be in a
// value that no path reads.
func decodeText(body []byte) string {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	return strings.ToValidUTF8(string(body), "\uFFFD")
}

// isUTF16 reports whether a body is in UTF-16: it begins with a byte order mark or, since
// JSON begins with ASCII, one of its first two bytes is 0.
func isUTF16(body []byte) bool {
	return len(body) > 1 && (bytes.HasPrefix(body, []byte("\xff\xfe")) || bytes.HasPrefix(body, []byte("\xfe\xff")) || (body[0] == 0) != (body[1] == 0))
}

// decodeBody decodes a body: JSON, or a form such as access_token=…&expires_in=….
func decodeBody(text string) (any, error) {
	trimmed := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), unguessable))
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

// decodeForm decodes a form; nil if the text is not one.
func decodeForm(text string) any {
	if !form.MatchString(text) {
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
