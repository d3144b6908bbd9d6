package answer

import (
	"regexp"
	"strings"
)

// The challenge of a resource that requires a token (RFC 6750, section 3), and the error
// in it.
var (
	challengePattern = regexp.MustCompile(`(?i)(?:^|,)\s*(?:bearer|dpop)\s`)
	wrongPattern     = regexp.MustCompile(`(?i)[\s,](error|error_description)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))`)
)

// challenge reads the error in WWW-Authenticate.
func (w *words) challenge(header Header) {
	for _, value := range header.all("WWW-Authenticate") {
		if !challengePattern.MatchString(value) {
			continue
		}
		found := map[string]string{}
		for _, match := range wrongPattern.FindAllStringSubmatch(strings.ToValidUTF8(value, "\uFFFD"), -1) {
			found[strings.ToLower(match[1])] = strings.ReplaceAll(match[2], `\"`, `"`) + match[3]
		}
		w.say(found["error"])
		w.say(found["error_description"])
	}
}
