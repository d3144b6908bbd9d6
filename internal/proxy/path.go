package proxy

import (
	"net/url"
	"regexp"
	"strings"
)

// mostDecodings is how often a server, and what is in front of it, may decode a path.
const mostDecodings = 3

// otherWriting are characters of a path as some servers read them: Windows has another slash,
// and old decoders accept longer forms of UTF-8.
var otherWriting = strings.NewReplacer(`\`, "/", "\xc0\xaf", "/", "\xc0\xae", ".")

// escape matches an escaped byte.
var escape = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// isWithin reports whether a path, as it was sent, is in a folder however a server reads it:
// as it is, or decoded and cleaned.
func isWithin(folder, sent string) bool {
	folder = strings.TrimSuffix(folder, "/")
	rest, isBelow := strings.CutPrefix(sent, folder)
	if !isBelow || rest != "" && rest[0] != '/' {
		return false
	}
	if folder == "" {
		return true
	}
	for range mostDecodings {
		rest = decoded(rest)
		if climbs(rest) {
			return false
		}
	}
	return true
}

// decoded returns a path with its escaped bytes. It leaves a percent sign that escapes nothing.
func decoded(sent string) string {
	return escape.ReplaceAllStringFunc(sent, func(escaped string) string {
		text, _ := url.PathUnescape(escaped)
		return text
	})
}

// climbs reports whether a path goes above where it begins. Of a step, some servers leave out
// what follows a semicolon, and others cannot read what follows one of the other characters.
func climbs(at string) bool {
	depth := 0
	for step := range strings.SplitSeq(otherWriting.Replace(at), "/") {
		if end := strings.IndexAny(step, ";?#\x00"); end >= 0 {
			step = step[:end]
		}
		switch strings.TrimFunc(step, func(r rune) bool { return r <= ' ' }) {
		case "..":
			depth--
		case "", ".":
		default:
			depth++
		}
		if depth < 0 {
			return true
		}
	}
	return false
}
