package said

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// span is a part of a text, in bytes.
type span struct{ from, to int }

var (
	// assignedPattern matches a name and what is before its value, such as access_token":",
	// X-Vault-Token: and password=. Of its groups, 1 is the name, 2 and 6 are quotes, 3 and 5
	// blanks, and 4 is the sign.
	assignedPattern = regexp.MustCompile(`([A-Za-z][\w.\-]{0,60})(\\?["'])?( *)(=>|:=|={1,3}|:)( *)(\\?["'])?`)
	// nextPattern matches the name after a value.
	nextPattern = regexp.MustCompile(`[&;,][A-Za-z][\w.\-]*=`)
	// optionPattern matches an option of a program that is not followed by =.
	optionPattern = regexp.MustCompile(`(?:^|\s)--?([A-Za-z][\w-]*)\s+(["']?)([^\s"'-][^\s"']*)`)
	// loginPattern matches the user and the password in a URL.
	loginPattern = regexp.MustCompile(`://([^\s/:@"']*)(?::([^\s/"']*))?@`)
	// headerPattern matches the credential in a header.
	headerPattern = regexp.MustCompile(`(?i)\bauthorization["']?\s*[:=]\s*["']?(?:(?:` + strings.Join(strings.Fields(schemeNames), "|") + `)\s+)?([^\s"',;]+)`)
)

// weakWords are words that say secret in the name of an attribute, and are usual in messages.
var weakWords = set(`
	code key hash digest signature sig nonce challenge verifier license licence ticket session seed salt private pass refresh bearer assertion sid mfa cred creds
	cookie jwt saml hmac pin otp totp
`)

// isPlaceWord reports whether a name with this last word says where a secret is.
var isPlaceWord = set("file path dir directory folder name store manager vault service server")

// isKindOfKey reports whether a word before "key" makes it a secret one.
var isKindOfKey = set("api access secret private auth shared master account client app encryption signing storage")

// namedValues returns the values in a text whose names say that they are secret.
func namedValues(text string) []span {
	if !strings.ContainsAny(text, "=:") {
		return valuesOfOptions(text)
	}
	var found []span
	for _, at := range assignedPattern.FindAllStringSubmatchIndex(text, -1) {
		if value := assignedValue(text, at); isSecretValue(text, at, value) {
			found = append(found, value)
		}
	}
	return slices.Concat(found, valuesOfHeaders(text), valuesOfOptions(text), loginsInURLs(text))
}

// valuesOfHeaders returns the credentials in headers.
func valuesOfHeaders(text string) []span {
	if !strings.Contains(strings.ToLower(text), "authorization") {
		return nil
	}
	var found []span
	for _, at := range headerPattern.FindAllStringSubmatchIndex(text, -1) {
		value := text[at[2]:at[3]]
		if isUnusual(value) && !strings.Contains(strings.TrimRight(value, "="), "=") {
			found = append(found, span{at[2], at[3]})
		}
	}
	return found
}

// valuesOfOptions returns the values after options of programs, such as --password.
func valuesOfOptions(text string) []span {
	if !strings.Contains(text, "-") {
		return nil
	}
	var found []span
	for _, at := range optionPattern.FindAllStringSubmatchIndex(text, -1) {
		name, value := text[at[2]:at[3]], text[at[6]:at[7]]
		user, password, isLogin := strings.Cut(value, ":")
		switch {
		case isLogin && isUserOption(name) && password != "" && !strings.HasPrefix(password, "//"):
			found = append(found, span{at[6] + len(user) + 1, at[7]})
		case isStrongName(name) && isUnusual(value):
			found = append(found, span{at[6], at[7]})
		}
	}
	return found
}

// isUserOption reports whether the value of an option is a user and a password.
var isUserOption = set("u user proxy-user U")

// loginsInURLs returns the passwords in URLs, and the tokens in their place.
func loginsInURLs(text string) []span {
	if !strings.Contains(text, "://") {
		return nil
	}
	var found []span
	for _, at := range loginPattern.FindAllStringSubmatchIndex(text, -1) {
		switch {
		case at[5] > at[4]:
			found = append(found, span{at[4], at[5]})
		case isOpaque(text[at[2]:at[3]]):
			found = append(found, span{at[2], at[3]})
		}
	}
	return found
}

// assignedValue returns the value after a match of assignedPattern: up to the closing quote,
// or one word.
func assignedValue(text string, at []int) span {
	from := at[1]
	rest := text[from:]
	if at[12] < 0 {
		if end := strings.IndexFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"'<`, r) }); end >= 0 {
			rest = rest[:end]
		}
		if next := nextPattern.FindStringIndex(rest); next != nil {
			rest = rest[:next[0]]
		}
		return span{from, from + len(strings.TrimRight(rest, `.,;:!?)]}\`))}
	}
	quote := text[at[12]:at[13]]
	for end := 0; end < len(rest); end++ {
		if rest[end] == '\\' && len(quote) == 1 {
			end++ // what is escaped
		} else if strings.HasPrefix(rest[end:], quote) {
			return span{from, from + end}
		}
	}
	return span{from, len(text)}
}

// isSecretValue reports whether the value of a name is secret. In a sentence, a colon comes
// before an explanation too, as in "no token: the login failed".
func isSecretValue(text string, at []int, of span) bool {
	name, value := text[at[2]:at[3]], text[of.from:of.to]
	isStrong := isStrongName(name)
	isStep := strings.HasSuffix(text[:at[2]], "/") // of a path
	if isStep || !isUnusual(value) || !isStrong && (!isWeakName(name) || !isOpaque(value)) {
		return false
	}
	isQuoted, isSpaced := at[12] >= 0, at[10] < at[11]
	hasDigit := strings.ContainsAny(value, "0123456789")
	switch {
	case strings.Contains(text[at[8]:at[9]], "="), isQuoted:
		return true
	case !isSpaced, at[4] >= 0:
		return hasDigit
	case strings.HasPrefix(text[of.to:], ":"):
		return false
	}
	return hasDigit || len(nameWords(name)) > 1 || !endsInWord(text[:at[2]])
}

// endsInWord reports whether a text ends in a word of a sentence and a space.
func endsInWord(text string) bool {
	before := strings.TrimRight(text, " ")
	last, _ := utf8.DecodeLastRuneInString(before)
	return len(before) < len(text) && before != "" && (unicode.IsLetter(last) || unicode.IsDigit(last))
}

// isStrongName reports whether a name says, in any text, that its value is secret.
func isStrongName(name string) bool {
	words := nameWords(name)
	if len(words) == 0 || isPlaceWord(words[len(words)-1]) {
		return false
	}
	last := words[len(words)-1]
	if strings.HasSuffix(last, "password") || last == "pass" && len(words) > 1 { // PGPASSWORD, db_pass
		return true
	}
	if rankOf(name) != secret {
		return false
	}
	isKey := last == "key" && slices.ContainsFunc(words[:len(words)-1], isKindOfKey)
	return isKey || !weakWords(last)
}

// isWeakName reports whether a name says so only if the value looks like it.
func isWeakName(name string) bool {
	words := nameWords(name)
	return len(words) > 0 && rankOf(name) == secret && !slices.Contains(words, "code") && !isPlaceWord(words[len(words)-1])
}

// isUnusual reports whether a value is long enough to be secret, and is not everyday words.
func isUnusual(value string) bool {
	return utf8.RuneCountInString(value) >= shortestSecret && strings.ContainsFunc(value, isAlnum) && !(&index{}).isOrdinary(newView([]rune(value)))
}

// markNamed marks the values whose names say that they are secret.
func markNamed(v view, marked []bool) {
	text := textOf(v)
	for _, at := range namedValues(text) {
		first := utf8.RuneCountInString(text[:at.from])
		markSource(v[first:first+utf8.RuneCountInString(text[at.from:at.to])], marked)
	}
}
