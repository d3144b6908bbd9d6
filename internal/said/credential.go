package said

import (
	"regexp"
	"strings"
)

// The lengths from which a word that is in no book looks like a secret.
const (
	// shortestMixed is for a word that mixes small letters, capitals and digits. Ids
	// and thumbprints are shorter, or hex, or a UUID, or of one case.
	shortestMixed = 40
	// shortestHex is for hex. It is longer than the longest usual thumbprint, SHA-256.
	shortestHex = 72
	// shortestJWT is for the beginning of a JWT.
	shortestJWT = 16
	// shortestMarked is for a word that begins like the tokens of a vendor, or that
	// follows the scheme of a header.
	shortestMarked = 16
)

// markCredentials marks what looks like a credential, known or not: JWTs, private keys,
// and long random words.
func markCredentials(v view, marked []bool) {
	scheme := false
	for i := 0; i < len(v); {
		end := i
		for end < len(v) && isTokenRune(v[end].r) {
			end++
		}
		if end == i {
			i++
			continue
		}
		word := textOf(v[i:end])
		switch {
		case strings.HasPrefix(word, "-----BEGIN") && isPrivateKey(v[i:]):
			end = endOfKey(v, end)
			markSource(v[i:end], marked)
		case isCredential(word) || scheme && isOpaque(word):
			markSource(v[i:end], marked)
		}
		scheme = isScheme(word)
		i = end
	}
}

// isTokenRune reports whether a token may have a character (RFC 6750). The slash, which
// separates the words of a URL, is left out.
func isTokenRune(r rune) bool {
	return r < 0x80 && isAlnum(r) || r == '-' || r == '_' || r == '.' || r == '~' || r == '+'
}

// textOf returns the characters of a view.
func textOf(v view) string {
	var text strings.Builder
	text.Grow(len(v))
	for i := range v {
		text.WriteRune(v[i].r)
	}
	return text.String()
}

func isPrivateKey(v view) bool {
	const header = 60
	return strings.Contains(textOf(v[:min(len(v), header)]), "PRIVATE KEY")
}

// endOfKey returns the end of a private key: after -----END …----- or, if that is missing,
// at the end of the text.
func endOfKey(v view, from int) int {
	place := strings.Index(textOf(v[from:]), "-----END")
	if place < 0 {
		return len(v)
	}
	end := from + len([]rune(textOf(v[from:])[:place]))
	for dashes := 0; end < len(v) && dashes < 2; end++ {
		if v[end].r == '-' && (end+1 == len(v) || v[end+1].r != '-') {
			dashes++
		}
	}
	return end
}

// isScheme reports whether a word, in any case, comes before the credential in a header.
func isScheme(word string) bool { return schemes(strings.ToLower(word)) }

var schemes = set(schemeNames)

const schemeNames = "basic bearer ssws token apikey digest negotiate dpop geniekey splunk"

func isCredential(word string) bool {
	if hasMark(word) || strings.HasPrefix(word, "eyJ") && len(word) >= shortestJWT {
		return true
	}
	for part := range strings.SplitSeq(word, ".") {
		switch count := countKinds(part); {
		case hasMark(part):
			return true
		case len(part) >= shortestMixed && count.isMixed():
			return true
		case len(part) >= shortestHex && count.hex == len(part) && count.digits > 0 && count.digits < len(part):
			return true
		}
	}
	return false
}

// isOpaque reports whether a word looks like a token, because it is long and has digits.
func isOpaque(word string) bool {
	count := countKinds(word)
	return len(word) >= shortestMarked && count.digits > 0 && count.digits+count.small+count.large >= len(word)/2
}

// hasMark reports whether a word begins like the tokens of a vendor.
func hasMark(word string) bool {
	return len(word) >= shortestMarked && markPattern.MatchString(word) && countKinds(word).digits > 1
}

// markPattern matches the beginning of the tokens of a vendor.
var markPattern = regexp.MustCompile(`^(?:gh[oprsu]_|github_pat_|gl(?:pat|oas)-|xox[abpr]-|xapp-|[rs]k_(?:live|test)_|shp(?:at|ss)_|hv[bsr]\.|dop_v1_|npm_|pypi-|` +
	`ya29|AIza|ATATT|dapi|nvapi-|sk-ant-|sk-proj-)`)

// kinds counts the characters of a word.
type kinds struct{ small, large, digits, hex int }

func countKinds(word string) kinds {
	var count kinds
	for _, r := range word {
		switch {
		case r >= 'a' && r <= 'z':
			count.small++
		case r >= 'A' && r <= 'Z':
			count.large++
		case r >= '0' && r <= '9':
			count.digits++
		}
		if hexDigit(r) >= 0 {
			count.hex++
		}
	}
	return count
}

// isMixed reports whether a word mixes small letters, capitals and digits like a random
// one.
func (k kinds) isMixed() bool {
	const fewest = 3
	return k.small >= fewest && k.large >= fewest && k.digits >= fewest
}
