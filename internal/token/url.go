package token

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// CheckURL reports what is wrong with the URL of an endpoint, or nil. It must
// be absolute, and https unless it points to this machine or allowHTTP is set:
// credentials must not cross a network in the clear (RFC 6749, section 3.2).
// The error never repeats the URL, which may hold a secret.
func CheckURL(raw string, allowHTTP bool) error {
	if what := invisible(raw); what != "" && strings.Contains(raw, "://") {
		return errors.New("it has " + what + "; remove it: trimspace(…) removes spaces and line breaks at both ends")
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return errors.New("it is not a URL; write it in full, such as https://auth.example.com/oauth/token")
	case u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		return errors.New("it is not a full https:// URL; write it like https://auth.example.com/oauth/token")
	case u.User != nil:
		return errors.New("it holds a user name or password; give credentials in their own attributes")
	case strings.Contains(raw, "#"): // even an empty one: a path appended to it would be lost
		return errors.New("it has a fragment (#…), which a token endpoint must not have (RFC 6749, section 3.2)")
	}
	if bad := checkHost(u.Hostname(), u.Port()); bad != nil {
		return bad
	}
	if u.Scheme == "http" && !allowHTTP && !isLoopback(u.Hostname()) {
		return fmt.Errorf("plain http:// would send the credentials to %s unencrypted; "+
			"use https://, or set allow_http = true where the network itself is trusted; localhost and 127.0.0.1 need neither", u.Hostname())
	}
	return nil
}

// checkHost reports why no server can have the host and port of a URL, or nil.
func checkHost(host, port string) error {
	if !isPort(port) {
		return errors.New("its port is not between 1 and 65535")
	}
	if strings.Contains(host, ":") { // an address of IPv6, which url.Parse has read
		return nil
	}
	if !isASCII(host) {
		// A URL may write any byte of a host as %…, so it may not be text.
		coded, err := idna.Lookup.ToASCII(host)
		if err != nil || invisible(host) != "" {
			return errNoHostCharacter()
		}
		host = coded
	}
	return checkHostName(host)
}

// checkHostName reports why a name cannot be looked up (RFC 1035, section 2.3.4), or
// nil. It lets hyphens and underscores be wherever some servers have them.
func checkHostName(host string) error {
	const longestHost, longestPart = 253, 63
	for _, r := range host {
		if !strings.ContainsRune("-._", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return errNoHostCharacter()
		}
	}
	host = strings.TrimSuffix(host, ".")
	if len(host) > longestHost {
		return fmt.Errorf("its host is longer than %d bytes", longestHost)
	}
	for part := range strings.SplitSeq(host, ".") {
		if part == "" || len(part) > longestPart {
			return fmt.Errorf("its host is not a name: a part between dots is empty, or longer than %d bytes", longestPart)
		}
	}
	return nil
}

func errNoHostCharacter() error { return errors.New("its host has a character that no host name has") }

// isLoopback reports whether a host is this machine. Names below localhost are not,
// and neither is localhost with a dot at its end: Go asks the name server for them.
func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII })
}

// isPort reports whether a port is one that a server may have; empty: that of the scheme.
func isPort(port string) bool {
	number, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && number > 0
}

// invisible names the first character of a URL that nobody sees, such as the line
// break at the end of a file; "" where there is none. It shows no other character.
func invisible(raw string) string {
	for _, r := range raw {
		switch {
		case r == ' ':
			return "a space"
		case r == '\n', r == '\r':
			return "a line break"
		case r == '\t':
			return "a tab"
		case r == utf8.RuneError:
			return "a character that is not UTF-8"
		case isInvisible(r):
			return fmt.Sprintf("a character that cannot be seen (U+%04X)", r)
		}
	}
	return ""
}

// isInvisible reports whether a character leaves no trace on a screen, or a gap.
func isInvisible(r rune) bool {
	const blankPattern = '\u2800' // of Braille
	return !unicode.IsPrint(r) || r == blankPattern || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
