package answer

import (
	"bytes"
	"mime"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// garbled is a text that a path finds and that has bytes which are not UTF-8, nor of
// another charset that the answer declares.
type garbled string

// decodeText returns a body as UTF-8, without a byte order mark (RFC 8259, section 8.1),
// and whether all of it could be read. Bytes that could not become U+FFFD: they may be in
// a value that no path reads. NUL at the end is left out: it ends a text in C.
func decodeText(body []byte, charset string) (text string, isWhole bool) {
	body = bytes.TrimRight(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), "\x00")
	if utf8.Valid(body) { // whatever the answer declares
		return string(body), true
	}
	if decoded, ok := decodeCharset(body, charset); ok {
		return decoded, true
	}
	return strings.ToValidUTF8(string(body), "\uFFFD"), false
}

// decodeCharset decodes a body in a charset with one byte for each character, such as
// ISO-8859-1.
func decodeCharset(body []byte, charset string) (string, bool) {
	wanted := plainCharset(charset)
	for _, known := range charmap.All {
		if named, ok := known.(*charmap.Charmap); ok && bareCharset(named.String()) == wanted {
			decoded, err := named.NewDecoder().Bytes(body)
			return string(decoded), err == nil && !bytes.ContainsRune(decoded, utf8.RuneError)
		}
	}
	return "", false
}

// plainCharset returns the name of a charset in one form. What is called ISO-8859-1 is
// Windows-1252, which has letters in place of controls (WHATWG Encoding Standard).
func plainCharset(name string) string {
	switch name = bareCharset(name); name {
	case "iso88591", "latin1", "l1", "usascii", "ascii", "cp1252":
		return "windows1252"
	default:
		return name
	}
}

// bareCharset returns the letters and digits of a name in lower case.
func bareCharset(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// charset returns the charset that the type of the body has, or "".
func (h Header) charset() string {
	_, parameters, _ := mime.ParseMediaType(h.get("Content-Type"))
	return parameters["charset"]
}
