package answer

import (
	"bytes"
	"encoding/binary"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// unguessable is what some servers put before JSON, so that a web page that
// includes it as a script gets nothing.
const unguessable = ")]}'"

// decodeText returns a body as UTF-8, without a byte order mark. Bytes that are
// not UTF-8, such as those of Latin-1, become U+FFFD: they may be in a value that
// nobody asks for.
func decodeText(body []byte) string {
	if text, ok := decodeUTF16(body); ok {
		return text
	}
	// RFC 8259, section 8.1, lets readers ignore a byte order mark.
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	return strings.ToValidUTF8(string(body), "\uFFFD")
}

// decodeUTF16 decodes a body in UTF-16, which begins with a byte order mark, or,
// as JSON begins with ASCII, with one byte that is 0.
func decodeUTF16(body []byte) (text string, ok bool) {
	if len(body) < 2 || len(body)%2 != 0 {
		return "", false
	}
	var order binary.ByteOrder
	switch first := [2]byte(body[:2]); {
	case first == [2]byte{0xff, 0xfe}, first[0] != 0 && first[1] == 0:
		order = binary.LittleEndian
	case first == [2]byte{0xfe, 0xff}, first[0] == 0 && first[1] != 0:
		order = binary.BigEndian
	default:
		return "", false
	}
	units := make([]uint16, 0, len(body)/2)
	for pair := range slices.Chunk(body, 2) {
		units = append(units, order.Uint16(pair))
	}
	return strings.TrimPrefix(string(utf16.Decode(units)), "\uFEFF"), true
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

// form matches a body of form fields, however the server calls its type. It has no
// white space, and begins with the name of a field.
var form = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.\-]*=[^\s<>"{}&=]*(?:&[A-Za-z_][A-Za-z0-9_.\-]*=[^\s<>"{}&]*)*&?$`)

// decodeForm reads the answer of an endpoint that answers as it is asked, in a
// form; nil if it is none.
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
