package proxy

import (
	"net/url"
	"path"
	"strings"
)

// mostDecodings is how often a server, and what is in front of it, may decode a path.
const mostDecodings = 3

// isWithin reports whether a path is in a folder, however a server reads it: some decode twice,
// read a backslash as a slash, or leave out what follows a semicolon.
func isWithin(folder, at string) bool {
	folder = plain(folder)
	for range mostDecodings {
		if cleaned := plain(at); cleaned != folder && !strings.HasPrefix(cleaned, strings.TrimSuffix(folder, "/")+"/") {
			return false
		}
		decoded, err := url.PathUnescape(at)
		if err != nil || decoded == at {
			break
		}
		at = decoded
	}
	return at != "*"
}

// plain returns a path without dots and parameters.
func plain(at string) string {
	steps := strings.Split(strings.ReplaceAll(at, `\`, "/"), "/")
	for i, step := range steps {
		steps[i], _, _ = strings.Cut(step, ";")
	}
	return path.Clean("/" + strings.Join(steps, "/"))
}
