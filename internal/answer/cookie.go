package answer

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// cookie is what one Set-Cookie says (RFC 6265, section 5.2).
type cookie struct {
	name, value string
	scope       string // its domain and path: a later cookie of the same name and scope replaces it
	isGone      bool   // it is empty, has expired, or says so: the server deletes it
}

// deletedValue is what PHP and others set a cookie to that they delete.
const deletedValue = "deleted"

// setCookies returns the cookies of an answer in their order. A line without a name is
// left out.
func (h Header) setCookies() []cookie {
	var found []cookie
	for _, line := range h.all("Set-Cookie") {
		if c := h.readCookie(strings.ToValidUTF8(line, "\uFFFD")); c.name != "" {
			found = append(found, c)
		}
	}
	return found
}

// readCookie reads a Set-Cookie. It takes names and values that net/http refuses, such as
// JSON, because browsers take them. Quotes around the value are left out.
func (h Header) readCookie(line string) cookie {
	pair, attributes, _ := strings.Cut(line, ";")
	name, value, hasValue := strings.Cut(pair, "=")
	if !hasValue {
		return cookie{}
	}
	c := cookie{name: strings.TrimSpace(name), value: strings.TrimSpace(value)}
	if len(c.value) > 1 && strings.HasPrefix(c.value, `"`) && strings.HasSuffix(c.value, `"`) {
		c.value = c.value[1 : len(c.value)-1]
	}
	var domain, path, maxAge, expires string
	for attribute := range strings.SplitSeq(attributes, ";") {
		key, value, _ := strings.Cut(attribute, "=")
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "domain":
			domain = strings.ToLower(strings.TrimPrefix(value, "."))
		case "path":
			path = value
		case "max-age":
			maxAge = value
		case "expires":
			expires = value
		}
	}
	c.scope = domain + ";" + path
	c.isGone = strings.TrimSpace(c.value) == "" || c.value == deletedValue || h.hasExpired(maxAge, expires)
	return c
}

// hasExpired reports whether a cookie has expired when it comes. Max-Age counts more than
// Expires (RFC 6265, section 4.1.2.2). What cannot be read does not count.
func (h Header) hasExpired(maxAge, expires string) bool {
	if seconds, err := strconv.ParseFloat(maxAge, 64); err == nil {
		return seconds <= 0
	}
	at, ok := headerDate(expires)
	if !ok {
		at, ok = cookieDate(expires)
	}
	now, hasDate := h.Date()
	if !hasDate {
		const early = 1_000_000_000 // in 2001: only to delete a cookie, a server names an earlier time
		now = time.Unix(early, 0)
	}
	return ok && !at.After(now)
}

// cookie returns the value of a cookie as a browser would keep it: that of the last
// Set-Cookie that no later one of the same scope deletes; nil if there is none.
func (h Header) cookie(name string) any {
	deleted := map[string]bool{}
	for _, c := range slices.Backward(h.setCookies()) {
		switch {
		case c.name != name || deleted[c.scope]:
		case c.isGone:
			deleted[c.scope] = true
		default:
			return c.value
		}
	}
	return nil
}

// DeletesCookie reports whether the answer sets a cookie, but only empty or expired.
func (h Header) DeletesCookie(name string) bool {
	return h.cookie(name) == nil && slices.ContainsFunc(h.setCookies(), func(c cookie) bool { return c.name == name })
}

// CookieNames returns the names of the cookies that have a value, sorted.
func (h Header) CookieNames() []said.Foreign {
	var names []string
	for _, c := range h.setCookies() {
		if !c.isGone {
			names = append(names, c.name)
		}
	}
	return foreignNames(names)
}

// Names returns the names of the headers, sorted.
func (h Header) Names() []said.Foreign {
	var names []string
	if h.fields != nil {
		for name := range h.fields() {
			names = append(names, name)
		}
	}
	return foreignNames(names)
}

func foreignNames(names []string) []said.Foreign {
	slices.Sort(names)
	var found []said.Foreign
	for _, name := range slices.Compact(names) {
		found = append(found, said.NewForeign(name))
	}
	return found
}

// cookies returns the cookies, which are secret.
func (h Header) cookies() said.Book {
	var found said.Book
	for _, c := range h.setCookies() {
		found = found.Add("cookie", said.NewSecret(c.name+"="+c.value))
	}
	return found
}

// isCookieName reports whether a cookie may have the name. Browsers allow more than RFC
// 6265 does, such as brackets.
func isCookieName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`=;,"`, r) })
}
