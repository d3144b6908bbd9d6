package said

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	// mostNested is how deep values are taken apart, such as JSON in a form in JSON.
	mostNested = 8
	// longestApart is the length up to which a value is taken apart, in bytes. A longer
	// one is secret as a whole.
	longestApart = 1 << 16
)

// The ways to write several values in one.
var (
	schemePattern = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9_-]{1,30}) +(\S.*)$`)
	formPattern   = regexp.MustCompile(`^[\w.\-\[\]%$]+=([^&;,\s]*|[^&;\s]*(&[\w.\-\[\]%$]+=[^&;\s]*)+)$`)
	pairPattern   = regexp.MustCompile(`^\s*["']?([A-Za-z_][\w.\-]*)["']?\s*[:=]{1,2}>?\s*(.*?)\s*$`)
	// quotedPattern matches an argument of GraphQL, and a value of a list in quotes.
	quotedPattern = regexp.MustCompile(`([A-Za-z_][\w\-]*)["']?\s*[:=]{1,2}>?\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([0-9]{4,}))`)
	pemPattern    = regexp.MustCompile(`(?s)-----BEGIN ([A-Z0-9 ]+)-----(.*?)(?:-----END [A-Z0-9 ]+-----|$)`)
	// sectionPattern matches a heading in a file of settings.
	sectionPattern = regexp.MustCompile(`^\s*\[{1,2}[\w.\- "]+\]{1,2}\s*$`)
	// severalPattern matches a value that is several values.
	severalPattern = regexp.MustCompile(`^("[^"]*"|'[^']*'|\S+)\s+.*[:=]|^"""|^'''`)
	// graphPattern matches the beginning of GraphQL, in which the other words are names.
	graphPattern = regexp.MustCompile(`^\s*(query|mutation|subscription|\{)`)
	urlPattern   = regexp.MustCompile(`^[a-z][a-z0-9+.\-]*://\S+$`)
)

// takeApart adds the parts of a value. If the name of the value has no rank, within is its
// rank: that of the value around it.
func (p *pieces) takeApart(name, text string, within rank, depth int) {
	p.addName(name)
	of := rankOf(name)
	if of == unranked || of == carrier && within == secret {
		of = within
	}
	text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	switch {
	case text == "":
	case depth == 0, len(text) > longestApart:
		p.add(text, of)
	case p.addMultipart(text, of, depth), p.addJSON(name, text, of, depth), p.addXML(text, of, depth):
	case p.addKeys(name, text, of, depth), p.addScheme(name, text, of, depth):
	default:
		p.addPlain(text, of, depth)
	}
}

// addPlain adds the parts of a text without a syntax of its own.
func (p *pieces) addPlain(text string, of rank, depth int) {
	switch {
	case of == secret:
		p.add(text, secret)
		p.addPair(text, depth)
		p.addURL(text, depth)
	case p.addURL(text, depth):
	case of == public:
		p.add(text, public)
	case p.addForm(text, of, depth), p.addPair(text, depth), p.addList(text, of, depth), p.addQuoted(text, of, depth):
	default:
		p.add(text, of)
		p.addUnread(text)
	}
}

// addKeys adds the private keys in PEM, and the text around them. Certificates and public
// keys are public.
func (p *pieces) addKeys(name, text string, of rank, depth int) bool {
	blocks := pemPattern.FindAllStringSubmatch(text, -1)
	for _, block := range blocks {
		if strings.Contains(block[1], "PRIVATE") || !strings.Contains(block[1], "PUBLIC") && !strings.Contains(block[1], "CERTIFICATE") {
			p.add(keyText(block[2]), secret)
		}
	}
	if rest := strings.TrimSpace(pemPattern.ReplaceAllString(text, " ")); len(blocks) > 0 && rest != "" && of != secret && depth > 0 {
		p.takeApart(name, rest, of, depth-1)
	}
	return len(blocks) > 0
}

// keyText returns the base64 of a block of PEM, also if its line breaks are escaped.
func keyText(block string) string {
	var text strings.Builder
	for line := range strings.FieldsSeq(strings.ReplaceAll(block, `\n`, "\n")) {
		text.WriteString(line)
	}
	return text.String()
}

// addJSON adds the values of JSON.
func (p *pieces) addJSON(name, text string, of rank, depth int) bool {
	data, ok := decodeJSON(text)
	if ok {
		p.addValue(name, data, of, depth)
	}
	return ok
}

// decodeJSON decodes a text that is JSON, but not a number or a word.
func decodeJSON(text string) (data any, ok bool) {
	if text == "" || !strings.ContainsAny(text[:1], `{["`) {
		return nil, false
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if decoder.Decode(&data) != nil || decoder.More() {
		return nil, false
	}
	return data, true
}

func (p *pieces) addValue(name string, data any, within rank, depth int) {
	p.addName(name)
	of := rankOf(name)
	if of == unranked || of == carrier {
		of = within
	}
	switch data := data.(type) {
	case string:
		p.takeApart(name, data, within, depth-1)
	case json.Number:
		p.addNumber(data.String(), of)
	case []any:
		for _, element := range data {
			p.addValue(name, element, of, depth)
		}
	case map[string]any:
		if of == public { // a user: its members have no rank but that of their names
			of = unranked
		}
		_, isKey := data["kty"].(string)
		for key, element := range data {
			p.addMember(name, key, element, isKey, of, depth)
		}
	}
}

// addMember adds a member of an object. The standards of JWKs and claims say which of
// their members are public.
func (p *pieces) addMember(name, key string, element any, isKey bool, of rank, depth int) {
	text, isText := element.(string)
	switch {
	case isKey && isPrivateMember(key), isOfJWT(name) && !isPublicClaim(key):
		p.addAll(element)
	case isKey && isText:
		p.add(text, public)
	case isOfJWT(name):
		p.addValue(key, element, public, depth)
	case key == "id" && of == secret:
		p.addAll(element)
	default:
		p.addValue(key, element, of, depth)
	}
}

// addWhole adds a text and, if it is JSON, every value in it.
func (p *pieces) addWhole(text string) bool {
	p.add(text, secret)
	data, ok := decodeJSON(text)
	if ok {
		p.addAll(data)
	}
	return ok
}

// addAll adds every value in decoded JSON as a secret, and ignores the names.
func (p *pieces) addAll(data any) {
	switch data := data.(type) {
	case string:
		p.add(data, secret)
	case json.Number:
		p.addNumber(data.String(), secret)
	case []any:
		for _, element := range data {
			p.addAll(element)
		}
	case map[string]any:
		for _, element := range data {
			p.addAll(element)
		}
	}
}

// isPrivateMember reports whether a member of a JWK is private (RFC 7518, section 6).
var isPrivateMember = set("d p q dp dq qi k oth r t")

// isOfJWT reports whether an object is the claims or the header of a JWT.
var isOfJWT = set("claims header")

// isPublicClaim reports whether servers name a claim or a header field in messages (RFC
// 7519, section 4.1, and its registry).
var isPublicClaim = set("iss sub aud exp nbf iat azp scope scp client_id acr amr typ alg kid")

// addNumber adds a number. A short one is a version or a flag, unless its name is that of
// a secret.
func (p *pieces) addNumber(text string, of rank) {
	const shortestUnnamed = 8
	if of == secret || of != public && len(text) >= shortestUnnamed {
		p.add(text, secret)
	}
}

// addForm adds the fields of a form.
func (p *pieces) addForm(text string, of rank, depth int) bool {
	if !formPattern.MatchString(text) || strings.TrimRight(text, "=") != text && !strings.Contains(text, "&") {
		return false
	}
	for field := range strings.SplitSeq(text, "&") {
		name, value, _ := strings.Cut(field, "=")
		p.takeApart(unescaped(name), unescaped(value), of, depth-1)
	}
	return true
}

// unescaped returns a part of a form without its escapes; as it is if they are invalid.
func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// addScheme adds the credential after a scheme in a header, such as "Bearer". If the
// scheme is unknown, it is secret as well.
func (p *pieces) addScheme(name, text string, of rank, depth int) bool {
	match := schemePattern.FindStringSubmatch(text)
	if match == nil || rankOf(name) == secret || !isScheme(match[1]) && !isHeaderName(name) {
		return false
	}
	switch {
	case p.addPair(match[2], depth), p.addForm(match[2], of, depth), p.addList(match[2], of, depth):
	case strings.Contains(match[2], " "):
		return false
	default:
		p.add(match[2], secret)
		if !isScheme(match[1]) {
			p.add(text, secret)
		}
	}
	return true
}

// addPair adds the base64 of ID:PASSWORD, and the password in it.
func (p *pieces) addPair(text string, depth int) bool {
	const shortest = 8
	if len(text) < shortest {
		return false
	}
	plain, err := decodeBase64(text)
	if err != nil || !isText(plain) {
		return false
	}
	p.add(text, secret)
	id, password, found := strings.Cut(plain, ":")
	if strings.HasPrefix(plain, "{") || !found {
		p.takeApart("", plain, secret, depth-1)
		return true
	}
	p.addLogin(id, password)
	p.addLogin(unescaped(id), unescaped(password))
	return true
}

// toStandard replaces the alphabet of base64url, and removes line breaks.
var toStandard = strings.NewReplacer("-", "+", "_", "/", "\n", "", "\r", "")

func decodeBase64(text string) (string, error) {
	plain, err := base64.RawStdEncoding.DecodeString(toStandard.Replace(strings.TrimRight(text, "=")))
	return string(plain), err
}

func isText(plain string) bool {
	for _, r := range plain {
		if r < ' ' || r == 0x7F || r == utf8.RuneError {
			return false
		}
	}
	return plain != ""
}

// addURL adds the password in a URL, and the values of its query.
func (p *pieces) addURL(text string, depth int) bool {
	if !urlPattern.MatchString(text) {
		return false
	}
	u, err := url.Parse(text)
	if err != nil {
		return false
	}
	if password, _ := u.User.Password(); u.User != nil {
		p.addLogin(u.User.Username(), password)
	}
	u.User = nil
	p.addEndpoint(u.String(), depth)
	return true
}

// addList adds the values of a list such as a=1, b=2 or a:1; b:2, as in headers,
// cookies and files.
func (p *pieces) addList(text string, of rank, depth int) bool {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r == '\n' })
	var pairs [][]string
	for _, part := range parts {
		if strings.TrimSpace(part) == "" || sectionPattern.MatchString(part) {
			continue
		}
		match := pairPattern.FindStringSubmatch(part)
		if len(match) == 0 || severalPattern.MatchString(match[2]) || len(parts) == 1 && strings.Trim(match[2], "=") == "" {
			return false
		}
		pairs = append(pairs, match)
	}
	for _, pair := range pairs {
		p.addListed(pair[1], pair[2], of, depth)
	}
	return len(pairs) > 0
}

// addListed adds a value of a list, also without the quotes and escapes of JSON or the
// escapes of a form.
func (p *pieces) addListed(name, written string, of rank, depth int) {
	value := strings.Trim(written, `"'`)
	p.takeApart(name, value, of, depth-1)
	var plain string
	if json.Unmarshal([]byte(written), &plain) != nil { // a text in quotes
		plain = unescaped(value)
	}
	if plain != value {
		p.takeApart(name, plain, of, depth-1)
	}
}

// addQuoted adds the values in quotes of a text such as GraphQL.
func (p *pieces) addQuoted(text string, of rank, depth int) bool {
	matches := quotedPattern.FindAllStringSubmatch(text, -1)
	for _, match := range matches {
		value := match[2] + match[3] + match[4]
		var plain string
		if json.Unmarshal([]byte(`"`+match[2]+`"`), &plain) == nil && plain != "" {
			value = plain
		}
		p.takeApart(match[1], value, of, depth-1)
	}
	if len(matches) > 0 && !graphPattern.MatchString(text) {
		p.addUnread(quotedPattern.ReplaceAllString(text, " "))
	}
	return len(matches) > 0
}
