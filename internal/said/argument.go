package said

import "strings"

// shortestArgument is the length from which an argument of a program is hidden that neither
// looks like a token nor has a name that says so.
const shortestArgument = 8

// ArgumentEntries returns what is secret of an argument of a program, with the name of its
// option, if any. Paths, and the words of scripts and sentences, are not. A single word may be
// a password, so messages about its own set hide it, if it is not an everyday word.
func ArgumentEntries(option string, argument Secret) Book {
	text := strings.TrimSpace(argument.Reveal())
	_, password, isLogin := strings.Cut(text, ":")
	switch {
	case isPath(text):
		return pathEntries(text)
	case rankOf(option) == secret, urlPattern.MatchString(text), isLikely(text), isKeyed(text):
		return Book{{Name: option, Value: argument}}
	case isLogin && isUserOption(option):
		return Book{}.Add("password", NewSecret(password))
	case strings.ContainsAny(text, " \t\r\n"):
		return scriptEntries(text)
	case rankOf(option) != public && isBareWord(text):
		return Book{{Name: option, Value: argument, Own: true}}
	}
	return nil
}

func isBareWord(text string) bool {
	return len(text) >= shortestArgument && !strings.ContainsAny(text, `/\`) && !extension.MatchString(text)
}

// isPath reports whether an argument begins as the path of a file does.
func isPath(text string) bool {
	for _, beginning := range []string{"/", "./", "../", "~", `.\`, `..\`, "file:", "@"} {
		if strings.HasPrefix(text, beginning) {
			return true
		}
	}
	return len(text) > 2 && text[1] == ':' && (text[2] == '\\' || text[2] == '/')
}

func pathEntries(text string) Book {
	var found Book
	for _, part := range secretsInPath(text) {
		found = append(found, Entry{Value: NewSecret(part), Whole: true})
	}
	return found
}

// isKeyed reports whether an argument is JSON or a pair whose name says that it is secret,
// such as pass:WORD.
func isKeyed(text string) bool {
	pair := pairPattern.FindStringSubmatch(text)
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") || pair != nil && !strings.Contains(text, " ") && rankOf(pair[1]) == secret
}

// scriptEntries returns the values in a script or a sentence whose names say that they are
// secret.
func scriptEntries(text string) Book {
	var found Book
	for _, at := range namedValues(text) {
		found = append(found, Entry{Value: NewSecret(text[at.from:at.to]), Whole: true})
	}
	return found
}
