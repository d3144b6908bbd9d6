package proxy

import (
	"net/url"
	"path"
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
		folder, sent = decoded(folder), decoded(sent)
		if at := plain(sent); at != plain(folder) && !strings.HasPrefix(at, plain(folder)+"/") {
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

// plain returns a path without dots. Of a step, some servers leave out what follows a
// semicolon, and others cannot read what follows one of the other characters.
func plain(at string) string {
	steps := strings.Split(otherWriting.Replace(at), "/")
	for i, step := range steps {
		if end := strings.IndexAny(step, ";?#\x00"); end >= 0 {
			step = step[:end]
		}
		steps[i] = strings.TrimFunc(step, func(r rune) bool { return r <= ' ' })
	}
	return path.Clean("/" + strings.Join(steps, "/"))
}
