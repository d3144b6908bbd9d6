package said

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
)

const (
	// shortestRandom is the least length of a random word.
	shortestRandom = 16
	// fewestChanges is how often a random word changes between letters and digits at
	// least.
	fewestChanges = 3
	// shortestHyphened and fewestAcross are the same for a word with hyphens.
	shortestHyphened = 24
	fewestAcross     = 8
)

var (
	uuidShape = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
	derShape  = regexp.MustCompile(`^MII[A-Za-z0-9+/_=-]{13,}$`)
	extension = regexp.MustCompile(`.\.[A-Za-z][A-Za-z0-9]{0,7}$`)
	padded    = regexp.MustCompile(`^[A-Za-z0-9+/_-]{14,}=+$`)
	// afterMark matches the rest of a token after the mark of its vendor.
	afterMark = regexp.MustCompile(`^[A-Za-z0-9]{0,8}[_-]?[A-Za-z0-9]{16,}`)
)

// LooksSecret reports whether a text in the place of a name, such as that of a file or of
// a variable, looks like a token or a key, which somebody has put into the wrong
// attribute. Random characters count only in a text without folders and extension.
func LooksSecret(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") || uuidShape.MatchString(text) || isLikely(text)
}

// isLikely is LooksSecret for any text of a user. It accepts brackets, with which
// expressions begin, and UUIDs, after which sets are named.
func isLikely(text string) bool {
	if strings.Contains(text, "-----BEGIN") || derShape.MatchString(text) || padded.MatchString(text) {
		return true
	}
	for part := range strings.FieldsFuncSeq(text, isFolderMark) {
		if isMarked(part) {
			return true
		}
	}
	if strings.ContainsFunc(text, isFolderMark) || extension.MatchString(text) {
		return false
	}
	return isRandom(text) && !uuidShape.MatchString(text)
}

func isFolderMark(r rune) bool { return r == '/' || r == '\\' || r == ' ' }

// isMarked reports whether a word has the form of a JWT, or begins like the tokens of a
// vendor.
func isMarked(word string) bool {
	first, _, isParted := strings.Cut(word, ".")
	if header, err := base64.RawURLEncoding.DecodeString(first); err == nil && isParted && strings.HasPrefix(string(header), "{") && json.Valid(header) {
		return true
	}
	if strings.HasPrefix(word, "eyJ") && len(word) >= shortestJWT {
		return true
	}
	if len(word) < shortestMarked {
		return false
	}
	mark := markPattern.FindString(word)
	return mark != "" && (countKinds(word).digits > 1 || afterMark.MatchString(word[len(mark):])) && !extension.MatchString(word)
}

// isRandom reports whether a word changes between letters and digits as often as a random
// one.
func isRandom(word string) bool {
	all := 0
	for part := range strings.FieldsFuncSeq(word, func(r rune) bool { return !isAlnum(r) }) {
		changes := changesIn(part)
		if len(part) >= shortestRandom && changes >= fewestChanges {
			return true
		}
		all += changes
	}
	return len(word) >= shortestHyphened && all >= fewestAcross
}

// changesIn counts the changes from letters to digits and back.
func changesIn(word string) int {
	changes, before := 0, rune(0)
	for _, r := range word {
		if before != 0 && isDigit(before) != isDigit(r) {
			changes++
		}
		before = r
	}
	return changes
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// Own returns a name that the user has given, such as a path, as messages may show it.
// Parts of secrets are hidden, and all of it if it looks like a secret.
func (j *Judge) Own(text string) string {
	if isLikely(strings.TrimSpace(text)) {
		return Hidden
	}
	message, marked, whole := j.mark(text, longestMessage, false)
	return write(message, marked, whole, longestMessage)
}

// OwnSecrets returns the parts of a text that Own hides.
func (j *Judge) OwnSecrets(text string) []string {
	if isLikely(strings.TrimSpace(text)) {
		return []string{text}
	}
	message, marked, whole := j.mark(text, longestMessage, false)
	if !whole {
		return []string{text}
	}
	var parts []string
	if urlPattern.MatchString(text) {
		parts = secretsInPath(endpointOf(text).path)
	}
	from := 0
	for to := range len(message) + 1 {
		if to < len(message) && marked[to] {
			continue
		}
		if to > from {
			parts = append(parts, string(message[from:to]))
		}
		from = to + 1
	}
	return parts
}
