package said

import (
	"regexp"
	"strings"
)

// The parts of a body of the type multipart/form-data (RFC 7578).
var (
	boundaryPattern = regexp.MustCompile(`^--([^\s"]{1,70})[ \t]*\r?\n`)
	blankPattern    = regexp.MustCompile(`\r?\n[ \t]*\r?\n`)
	fieldPattern    = regexp.MustCompile(`(?i)[;\s](name|filename)\*?=("(?:[^"\\]|\\.)*"|[^;\s]+)`)
)

// addMultipart adds the fields of a body of the type multipart/form-data. A part
// that has no name is secret.
func (p *pieces) addMultipart(text string, of rank, depth int) bool {
	boundary := boundaryPattern.FindStringSubmatch(text)
	if boundary == nil {
		return false
	}
	for part := range strings.SplitSeq("\n"+text, "\n--"+boundary[1]) {
		head, content := "", part
		if blank := blankPattern.FindStringIndex(part); blank != nil {
			head, content = part[:blank[0]], part[blank[1]:]
		}
		name, within := "", secret
		for _, field := range fieldPattern.FindAllStringSubmatch(head, -1) {
			value := strings.Trim(field[2], `"`)
			if strings.EqualFold(field[1], "name") {
				name, within = value, of
			} else {
				p.takeApart(field[1], value, unranked, depth-1)
			}
		}
		if content = strings.TrimSpace(content); content != "--" {
			p.takeApart(name, content, within, depth-1)
		}
	}
	return true
}

// addUnread adds the words of a text in an unknown syntax. Each may be a secret, except
// everyday words.
func (p *pieces) addUnread(text string) {
	everyday := newIndex()
	isBetween := func(r rune) bool { return r <= ' ' || strings.ContainsRune(`"'=,;()[]{}<>`, r) }
	for word := range strings.FieldsFuncSeq(text, isBetween) {
		word = strings.Trim(word, ".:?!")
		if len(word) >= shortestSecret && !everyday.isOrdinary(newView([]rune(word))) {
			p.add(word, secret)
		}
	}
}

// addLogin adds a user name and a password. If the password is a placeholder, the user
// name is an API key, and secret.
func (p *pieces) addLogin(id, password string) {
	if isPlaceholder(password) {
		p.add(id, secret)
		return
	}
	p.add(id, public)
	p.add(password, secret)
}

// LoginEntries returns the secrets in a user name and a password of HTTP Basic. If the
// password is a placeholder, the user name is the secret.
func LoginEntries(id, password Secret) Book {
	if isPlaceholder(password.Reveal()) {
		return Book{}.Add("password", id)
	}
	return Book{}.Add("password", password)
}

// isPlaceholder reports whether a password is a placeholder. API keys are often sent as
// user names with one.
func isPlaceholder(password string) bool {
	folded := strings.ToLower(password)
	return len(password) < shortestSecret || strings.Trim(folded, "x*-.") == "" || placeholders(folded)
}

var placeholders = set(`
	pass password passwd api_token apitoken api-token api_key apikey api-key token none null unused blank empty dummy ignored anything whatever
	x-oauth-basic n/a
`)
