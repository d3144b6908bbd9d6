package said

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
)

// layer is one encoding of a text.
type layer struct {
	encode func(string) string
	// opaque says that the encoding changes all letters of the text.
	opaque bool
}

// layers are the encodings that FuzzJudge uses, each within any other.
func layers() []layer {
	every := func(format string) func(string) string {
		return func(s string) string {
			var text strings.Builder
			for _, r := range s {
				fmt.Fprintf(&text, format, r)
			}
			return text.String()
		}
	}
	return []layer{
		{url.QueryEscape, false},
		{func(s string) string { return percent(s, "%") }, false},
		{html.EscapeString, false},
		{every("&#%d;"), false},
		{every("&#x%x;"), false},
		{every(`\u%04x`), false},
		{func(s string) string { q := quoted(s); return q[1 : len(q)-1] }, false},
		{func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }, true},
		{func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("i:" + s)) }, true},
		{func(s string) string { return hex.EncodeToString([]byte(s)) }, true},
		{func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte("id" + s))) }, true},
	}
}

// secretOf turns any text into a secret that does not consist of words.
func secretOf(text string) string {
	const letters = "bcdfghjkmnpqrvwxz0123456789BCDFGHJKMNPQRVWXZ-_/+= .:%&üß"
	alphabet := []rune(letters)
	var secret strings.Builder
	for _, b := range []byte(text[:min(len(text), 60)]) {
		secret.WriteRune(alphabet[int(b)%len(alphabet)])
	}
	return strings.TrimSpace(secret.String())
}

// encoded encodes a text as plan says, with no more layers than a judge decodes.
func encoded(text string, plan []byte) string {
	var opaque, escapes int
	for _, step := range plan {
		l := layers()[int(step)%len(layers())]
		if l.opaque {
			opaque++
			escapes = 0
		} else {
			escapes++
		}
		if opaque > mostLayers || escapes > mostEscapes-1 || len(text) > 700 {
			return text
		}
		text = l.encode(text)
	}
	return text
}

// undone returns a text decoded in every way that this test knows, without code of the
// judge.
func undone(text string, depth int) []string {
	found := []string{text}
	if depth == 0 {
		return found
	}
	if plain, err := url.QueryUnescape(text); err == nil && plain != text {
		found = append(found, undone(plain, depth-1)...)
	}
	if plain := html.UnescapeString(text); plain != text {
		found = append(found, undone(plain, depth-1)...)
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \".,:=…()\n", r) }) {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if plain, err := encoding.DecodeString(word); err == nil && len(plain) >= 8 {
				found = append(found, undone(string(plain), depth-1)...)
			}
		}
		if plain, err := hex.DecodeString(word); err == nil && len(plain) >= 8 {
			found = append(found, undone(string(plain), depth-1)...)
		}
	}
	return found
}

func FuzzJudge(f *testing.F) {
	f.Add("a secret of some length", "the value ", " is wrong", []byte{7}, false)
	f.Add("0123456789abcdef", "{\"seen\":\"", "\"}", []byte{7, 7}, false)
	f.Add("\x37\x29 and more of it", "token=", ".", []byte{1, 1, 2, 9, 5}, true)
	f.Add("zzzzyyyyxxxxwwww", "\u202e\x00\xff", "\u2028%41&amp;\\u", []byte{10, 3}, false)
	f.Add("short", "", "", []byte{}, true)
	f.Fuzz(func(t *testing.T, seed, before, after string, plan []byte, spread bool) {
		secret := secretOf(seed)
		judge := entries("client_secret", secret).Judge()
		sent := encoded(secret, plan[:min(len(plan), 8)])
		if spread && len(plan) == 0 {
			sent = separated(sent, 1, " ")
		}
		got := string(judge.Message(NewForeign(before + " " + sent + " " + after)))
		if !isOneLine(got, longestMessage) {
			t.Errorf("%q is not one short line", got)
		}
		if name := string(judge.Name(NewForeign(after + sent + before))); !isOneLine(name, longestName) {
			t.Errorf("%q is not one short line", name)
		}
		if len([]rune(secret)) < shortestPart || judge.known.isOrdinary(newView([]rune(secret))) {
			return
		}
		for _, text := range undone(strings.ReplaceAll(got, Hidden, "\n"), 3) {
			if hasRun(strings.ToLower(text), strings.ToLower(secret), shortestPart) && !isDull(secret) {
				t.Errorf("%q, sent as %q, shows in %q", secret, sent, got)
			}
		}
	})
}

// isDull reports whether a secret repeats one or two characters. Then it is hidden only as
// a whole.
func isDull(secret string) bool {
	runes := []rune(strings.ToLower(secret))
	for i := 0; i+shortestPart <= len(runes); i++ {
		if !isVaried(runes[i : i+shortestPart]) {
			return true
		}
	}
	return false
}

func FuzzBook(f *testing.F) {
	for _, place := range inOrder(places()) {
		entry := place("fake-secret-0815")
		f.Add(entry.Name, entry.Value.Reveal(), "no fake-secret-0815 here")
	}
	f.Fuzz(func(t *testing.T, name, text, message string) {
		judge := entries(name, text).Judge()
		if got := string(judge.Message(NewForeign(message))); !isOneLine(got, longestMessage) {
			t.Errorf("%q is not one short line", got)
		}
	})
}
