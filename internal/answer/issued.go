package answer

import (
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Issued returns the secrets of an answer, which its message may repeat: the values
// whose keys call them tokens, and the cookies.
func (a *Content) Issued() said.Book {
	c := a.contents()
	found := append(issued("", c.data), issued("", c.inner)...)
	return append(found, c.header.cookies()...)
}

// issued returns the texts in decoded JSON that are credentials by their key or by
// their form.
func issued(key string, value any) said.Book {
	var found said.Book
	switch value := value.(type) {
	case string:
		if isIssued(key, value) {
			found = append(found, said.Entry{Name: key, Value: said.NewSecret(value), Whole: true})
		}
	case []any:
		for _, element := range value {
			found = append(found, issued(key, element)...)
		}
	case map[string]any:
		for name, element := range value {
			found = append(found, issued(name, element)...)
		}
	}
	return found
}

// isIssued reports whether a text is a credential.
func isIssued(key, value string) bool {
	const shortest, shortestMade = 12, 8 // "token": "required" is a message
	if strings.Contains(value, " ") {
		return false
	}
	return isTokenKey(key) && len(value) >= shortest || isCodeKey(key) && isMade(value, shortestMade) || !isTelling(key) && hasMade(value, 2*shortestMade)
}

// isCodeKey reports whether a key is that of a code, a session or a key for an API.
// Error codes have such keys too, but are not random.
func isCodeKey(key string) bool {
	return slices.Contains([]string{
		"sid", "session", "apikey", "authkey", "devicecode", "usercode", "authcode", "authorizationcode", "nonce", "challenge", "state", "otp", "passcode", "verifier",
	}, plainName(key))
}

// isTelling reports whether the value of a key helps to find the cause of an error.
func isTelling(key string) bool {
	plain := plainName(key)
	if strings.HasSuffix(plain, "id") || strings.HasSuffix(plain, "ids") || plain == "kid" {
		return true
	}
	return slices.ContainsFunc([]string{
		"trace", "request", "correl", "debug", "error", "message", "msg", "detail", "title", "reason", "description", "status", "type", "uri", "url", "time", "date",
		"fault", "exception", "name", "version", "path", "instance", "reference", "incident", "scope", "issuer", "audience", "host", "text", "hint", "ray", "span",
	}, func(word string) bool { return strings.Contains(plain, word) })
}

// isMade reports whether a text looks random, and not like an address, a time or a name.
// Shortest is the length from which it can be.
func isMade(text string, shortest int) bool {
	letters, digits := 0, 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			letters++
		case !strings.ContainsRune("-_~+=.", r):
			return false
		}
	}
	return len(text) >= shortest && digits > 1 && (letters > 1 || digits >= 2*shortest)
}

// hasMade is isMade for a text that may have dots. Dotted names, such as
// Base.1.0.GeneralError, are not random: one of the parts of a token is.
func hasMade(text string, shortest int) bool {
	isRandom := func(part string) bool { return isMade(part, shortest) }
	return slices.ContainsFunc(strings.Split(text, "."), isRandom) || strings.HasPrefix(text, "eyJ") && isRandom(text)
}

// isTokenKey reports whether a key is that of a token, and not of its type.
func isTokenKey(key string) bool {
	key = strings.ToLower(key)
	endings := []string{"token", "jwt", "secret", "password", "ticket", "assertion", "sessionid", "session_id", "cookie"}
	return slices.ContainsFunc(endings, func(ending string) bool { return strings.HasSuffix(key, ending) })
}
