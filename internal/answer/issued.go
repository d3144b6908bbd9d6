package answer

import (
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

// issued returns the texts in decoded JSON whose key says that they are tokens.
func issued(key string, value any) said.Book {
	const shortest = 12 // "token": "required" is a message
	var found said.Book
	switch value := value.(type) {
	case string:
		if isTokenKey(key) && len(value) >= shortest && !strings.Contains(value, " ") {
			found = found.Add(key, said.NewSecret(value))
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
