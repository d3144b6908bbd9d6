package answer

import (
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Issued returns what is secret of an answer itself, which its message may repeat:
// what its keys call a token, and its cookies.
func (a *Answer) Issued() said.Book {
	c := a.contents()
	found := append(issued("", c.data), issued("", c.inner)...)
	return append(found, c.header.cookies()...)
}

// issued returns the texts in decoded JSON that are credentials: by what their key
// says, or by their look.
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
	return isTokenKey(key) && len(value) >= shortest || isCodeKey(key) && isMade(value, shortestMade) || !isTelling(key) && isMade(value, 2*shortestMade)
}

// isCodeKey reports whether what is at a key is typed in or sent on once. The code of
// an error is not made at random.
func isCodeKey(key string) bool {
	switch plainName(key) {
	case "sid", "session", "apikey", "authkey", "devicecode", "usercode", "authcode", "authorizationcode", "nonce", "challenge", "state", "otp", "passcode", "verifier":
		return true
	default:
		return false
	}
}

// isTelling reports whether what is at a key helps to find out what is wrong.
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

// isMade reports whether a text of this length or more looks made at random, and is
// no address, time or name.
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

// isTokenKey reports whether what is at a key is a token, and not the code or the
// type of something.
func isTokenKey(key string) bool {
	key = strings.ToLower(key)
	for _, ending := range []string{"token", "jwt", "secret", "password", "ticket", "assertion", "sessionid", "session_id", "cookie"} {
		if strings.HasSuffix(key, ending) {
			return true
		}
	}
	return false
}
