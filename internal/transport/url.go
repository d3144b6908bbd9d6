package transport

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// URLProblem is what is wrong with a URL, as "it". %s is the Detail of the URLError.
type URLProblem string

// The problems of a URLError.
const (
	URLCharacter URLProblem = "it has %s" // nobody sees it, such as a line break
	URLSyntax    URLProblem = "it is not a URL"
	URLNotFull   URLProblem = "it is not a full https:// URL"
	URLUser      URLProblem = "it has a user name or password"
	URLFragment  URLProblem = "it has a fragment (#…), which a token endpoint must not have (RFC 6749, section 3.2)"
	URLPort      URLProblem = "its port is not between 1 and 65535"
	URLHost      URLProblem = "its host %s"
	URLPlain     URLProblem = "plain http:// would send the credentials to %s unencrypted"
	URLLong      URLProblem = "it is too long" // for a URL that a server names
	ProxyUser    URLProblem = "its user name or password has a character that a URL cannot have, such as a backslash"
	ProxyRest    URLProblem = "something follows its host and port"
	ProxyScheme  URLProblem = "a proxy's URL begins with http://, https:// or socks5://"
)

// URLError says why a URL cannot be used. It never repeats the URL, which may hold
// a secret.
type URLError struct {
	Problem URLProblem
	Detail  string // the character, the host of a plain http:// URL, or what is wrong with the host
}

// Error says what is wrong with the URL, as "it".
func (e *URLError) Error() string { return strings.Replace(string(e.Problem), "%s", e.Detail, 1) }

// CheckURL reports what is wrong with the URL of an endpoint, or nil. It must
// be absolute, and https unless it points to this machine or allowHTTP is set:
// credentials must not cross a network in the clear (RFC 6749, section 3.2).
// Its error is a *URLError.
func CheckURL(raw string, allowHTTP bool) error {
	if what := Invisible(raw); what != "" && strings.Contains(raw, "://") {
		return &URLError{URLCharacter, what}
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return &URLError{URLSyntax, ""}
	case u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		return &URLError{URLNotFull, ""}
	case u.User != nil:
		return &URLError{URLUser, ""}
	case strings.Contains(raw, "#"): // even an empty one: a path appended to it would be lost
		return &URLError{URLFragment, ""}
	}
	if bad := checkHost(u.Hostname(), u.Port()); bad != nil {
		return bad
	}
	if u.Scheme == "http" && !allowHTTP && !isLoopback(u.Hostname()) {
		return &URLError{URLPlain, u.Hostname()}
	}
	return nil
}

const (
	// longestHost is the length of the longest name in the DNS, with a port.
	longestHost     = 253 + len(":65535")
	longestEndpoint = 2048 // the length of the longest URL of an endpoint in metadata
)

// CheckNamedURL is CheckURL for a URL that a server has named: its length is
// bounded, and its host has only characters that host names have. It may be shown.
func CheckNamedURL(raw string, allowHTTP bool) error {
	u, err := url.Parse(raw)
	switch {
	case len(raw) > longestEndpoint:
		return &URLError{URLLong, ""}
	case err == nil && (!IsPlainHost(u.Host) || strings.Contains(u.Host, "%")):
		return &URLError{URLHost, "is not the name of a host"}
	}
	return CheckURL(raw, allowHTTP)
}

// IsLongHost reports whether a host, with its port, is longer than any in the DNS.
func IsLongHost(host string) bool { return len(host) > longestHost }

// IsPlainHost reports whether a host, which a server has named, is fit to be shown:
// it looks like what it is, and is not longer than a host with a port may be.
func IsPlainHost(host string) bool {
	return !IsLongHost(host) && !strings.ContainsFunc(host, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._:[]%", r)
	})
}

// checkHost reports why no server can have the host and port of a URL, or nil.
func checkHost(host, port string) error {
	if !isPort(port) {
		return &URLError{URLPort, ""}
	}
	if strings.Contains(host, ":") { // an address of IPv6, which url.Parse has read
		return nil
	}
	if strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		// A URL may write any byte of a host as %…, so it may not be text.
		coded, err := idna.Lookup.ToASCII(host)
		if err != nil || Invisible(host) != "" {
			return errHostCharacter()
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
			return errHostCharacter()
		}
	}
	host = strings.TrimSuffix(host, ".")
	if len(host) > longestHost {
		return &URLError{URLHost, fmt.Sprintf("is longer than %d bytes", longestHost)}
	}
	for part := range strings.SplitSeq(host, ".") {
		if part == "" || len(part) > longestPart {
			return &URLError{URLHost, fmt.Sprintf("is not a name: a part between dots is empty, or longer than %d bytes", longestPart)}
		}
	}
	return nil
}

func errHostCharacter() error { return &URLError{URLHost, "has a character that no host name has"} }

// isLoopback reports whether a host is this machine. Names below localhost are not,
// and neither is localhost with a dot at its end: Go asks the name server for them.
func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}

// isPort reports whether a port is one that a server may have; empty: that of the scheme.
func isPort(port string) bool {
	number, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && number > 0
}

// Invisible names the first character of a URL that nobody sees, such as the line
// break at the end of a file; "" where there is none. It shows no other character.
func Invisible(raw string) string {
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
