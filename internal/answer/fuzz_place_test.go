package answer

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzPlace follows paths that are no JMESPath, in any answer. They find the same each
// time, valid text, and no more than there is.
func FuzzPlace(f *testing.F) {
	for _, expression := range []string{"<key>(.*?)</key>", "^$", "(a)?|b", `(?s).*`, `\b\w{3,}`, "(?i)TOKEN=(.*)", "(((a+)+)+)+$", `\pL{1,900}`} {
		f.Add(expression, "<key>a&amp;<![CDATA[b]]></key>", "sid=\"a\"; Path=/; Max-Age=0", "sid")
	}
	f.Add("[", "\xff\xfe<\x00", "sid=abc; Expires=Thu, 01-Jan-1970 00:00:00 GMT; Domain=.x", "s;d")
	f.Fuzz(func(t *testing.T, expression, body, line, name string) {
		header := http.Header{"Set-Cookie": {line, "sid=abc", line}}
		for _, text := range []string{"regex:" + expression, "cookie:" + name, "body:", "header:" + name} {
			p, err := ParsePath(text)
			first, second := Read(header, []byte(body)).At(p), Read(header, []byte(body)).At(p)
			found, ok := first.Text()
			if again, _ := second.Text(); !found.Equal(again) || err != nil && ok {
				t.Errorf("%q finds %q, and then %q", text, found.Reveal(), again.Reveal())
			}
			if value := found.Reveal(); !utf8.ValidString(value) || len(value) > utf8.UTFMax*(len(body)+len(line)+len("abc")) {
				t.Errorf("%q finds %d bytes, valid: %t", text, len(value), utf8.ValidString(value))
			}
		}
		a := Read(header, []byte(body))
		for _, known := range a.Header().CookieNames() {
			if p, err := ParsePath("cookie:" + known.Use()); err == nil && a.At(p).IsNothing() && !a.Header().DeletesCookie(known.Use()) {
				t.Errorf("the cookie %q is not found", known.Use())
			}
		}
		_ = a.Structure()
		a.Issued()
	})
}

// FuzzXML reads a text as XML. A text without marks stays as it is.
func FuzzXML(f *testing.F) {
	for _, text := range []string{"a&lt;b", "<![CDATA[x]]>", "&#x41;", "&#xD800;", "<![CDATA[", "&amp;amp;"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := textOfXML(text)
		if len(found) > len(text) {
			t.Errorf("%q becomes %q", text, found)
		}
		if !strings.ContainsAny(text, "&<") && found != text {
			t.Errorf("%q becomes %q", text, found)
		}
		if utf8.ValidString(text) && !utf8.ValidString(found) {
			t.Errorf("%q becomes %q", text, found)
		}
	})
}
