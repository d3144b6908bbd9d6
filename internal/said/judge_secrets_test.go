package said

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"iter"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// kindsOfSecrets are secrets of all kinds that users have.
func kindsOfSecrets() map[string]string {
	return map[string]string{
		"words and umlauts": "Schöne Grüße, 47 überall",
		"a UUID":            "3f9c1d52-7b1e-4c0a-9d55-0a8e6b21c7f4",
		"hex":               "9f86d081884c7d659a2feaa0c55ad015",
		"base64":            "q1W+e3R/t5Y6u7I8o9P0aSdFgHjK12==",
		"a short word":      "hunter",
		"digits":            "48271946",
		"a passphrase":      "orchid battery staple horse",
		"everyday words":    "fake-client-secret-1",
		"punctuation":       `p@55-w0rd!&<"'%/`,
		"eight letters":     "zebrafin",
		"signs":             "!@#$%^&*()_+{}|",
	}
}

// places are the ways to give a secret to an exchange.
func places() map[string]func(secret string) Entry {
	entry := func(name, text string) Entry { return Entry{Name: name, Value: NewSecret(text)} }
	in := func(name, before, after string, escape func(string) string) func(string) Entry {
		return func(s string) Entry { return entry(name, before+escape(s)+after) }
	}
	as := func(s string) string { return s }
	return map[string]func(string) Entry{
		"an attribute":        in("client_secret", "", "", as),
		"JSON":                in("json", `{"grantType":"password","user":{"name":"me","password":`, `}}`, quoted),
		"a list in JSON":      in("json", `{"passwords":["x",`, `]}`, quoted),
		"JSON within JSON":    in("body", `{"data":`, `}`, func(s string) string { return quoted(`{"apiKey":` + quoted(s) + `}`) }),
		"a form":              in("body", "grant_type=password&username=me&password=", "", url.QueryEscape),
		"JSON in a form":      in("body", "x=1&payload=", "", func(s string) string { return url.QueryEscape(`{"token":` + quoted(s) + `}`) }),
		"XML":                 in("body", `<?xml version="1.0"?><s:login xmlns:s="urn:x"><s:user>me</s:user><s:password>`, `</s:password></s:login>`, html.EscapeString),
		"CDATA":               in("body", `<login><password><![CDATA[`, `]]></password></login>`, as),
		"an attribute of XML": in("body", `<aaaUser name="me" pwd="`, `"/>`, html.EscapeString),
		"a pair":              in("Authorization", "client_id:fake-id, client_secret:", "", as),
		"a list of k=v":       in("Authorization", "Token id=fake-id,key=", "", url.QueryEscape),
		"Bearer":              in("Authorization", "Bearer ", "", as),
		"Basic":               in("Authorization", "Basic ", "", basic),
		"basic, small":        in("x-login", "basic ", "", basic),
		"base64 in a header":  in("X-Key", "", "", basic),
		"base64 in a field":   in("password", "", "", basic),
		"a cookie":            in("Cookie", "lang=en; session=", "; theme=dark", url.QueryEscape),
		"GraphQL": in("json", `{"query":`, `}`, func(s string) string {
			return quoted(`mutation { login(user: "me", password: ` + quoted(s) + `) { token } }`)
		}),
		"multipart":          in("body", "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n", "\r\n--b--\r\n", as),
		"a user name":        in("Authorization", "Basic ", "", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s + ":")) }),
		"TOML":               in("body", "[auth]\nuser = \"me\"\npassword = ", "\n", quoted),
		"the query of a URL": in("webhook", "https://api.example.com/login?sig=", "", url.QueryEscape),
		"the password of a URL": func(s string) Entry {
			return entry("proxy_url", (&url.URL{Scheme: "http", User: url.UserPassword("me", s), Host: "proxy.example.com:3128"}).String())
		},
	}
}

func quoted(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic("a string does not encode")
	}
	return string(text)
}

func basic(s string) string { return base64.StdEncoding.EncodeToString([]byte("fake-id:" + s)) }

// encodings are the ways in which a server may repeat a secret. Some mean something else
// in another case.
func encodings() map[string]func(string) string { //nolint:funlen // a table
	std := base64.StdEncoding.EncodeToString
	every := func(s string, how func(rune) string) string {
		var text strings.Builder
		for _, r := range s {
			text.WriteString(how(r))
		}
		return text.String()
	}
	return map[string]func(string) string{
		"as it is":              func(s string) string { return s },
		"JSON":                  func(s string) string { q := quoted(s); return q[1 : len(q)-1] },
		"URL":                   url.PathEscape,
		"form":                  url.QueryEscape,
		"URL, every byte":       func(s string) string { return percent(s, "%") },
		"URL, twice":            func(s string) string { return url.QueryEscape(percent(s, "%")) },
		"quoted-printable":      func(s string) string { return percent(s, "=") },
		"HTML":                  html.EscapeString,
		"HTML, twice":           func(s string) string { return html.EscapeString(html.EscapeString(s)) },
		"HTML, decimal":         func(s string) string { return every(s, func(r rune) string { return fmt.Sprintf("&#%d;", r) }) },
		"HTML, hex, twice":      func(s string) string { return every(s, func(r rune) string { return fmt.Sprintf("&amp;#x%X;", r) }) },
		"JSON, every character": func(s string) string { return every(s, func(r rune) string { return fmt.Sprintf(`\u%04x`, r) }) },
		"decimal bytes":         func(s string) string { return strings.Trim(fmt.Sprintf("%d", []byte(s)), "[]") },
		"octal": func(s string) string {
			var text strings.Builder
			for _, b := range []byte(s) {
				fmt.Fprintf(&text, `\%03o`, b)
			}
			return text.String()
		},
		"JavaScript": func(s string) string { return every(s, func(r rune) string { return fmt.Sprintf("%%u%04x", r) }) },
		"JSON, long": func(s string) string { return every(s, func(r rune) string { return fmt.Sprintf(`\U%08X`, r) }) },
		"base32":     func(s string) string { return base32.StdEncoding.EncodeToString([]byte(s)) },
		"base32hex": func(s string) string {
			return strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(s)))
		},
		"U+XXXX":       func(s string) string { return every(s, func(r rune) string { return fmt.Sprintf("U+%04X ", r) }) },
		"octal, apart": octal,
		"superscripts": func(s string) string {
			return strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "8", "₈").Replace(s)
		},
		"accents": func(s string) string {
			return norm.NFC.String(every(s, func(r rune) string { return string(r) + "\u0301" }))
		},
		"mathematical": func(s string) string { return every(s, mathematical) },
		"circled":      func(s string) string { return every(s, circled) },
		"Cyrillic": func(s string) string {
			return strings.NewReplacer("a", "а", "e", "е", "o", "о", "c", "с", "p", "р", "x", "х", "y", "у", "i", "і").Replace(s)
		},
		"coloured":        func(s string) string { return separated(s, 1, "\x1b[31m") },
		"full width":      func(s string) string { return every(s, fullWidth) },
		"surrogate pairs": func(s string) string { return "\\ud83d\\ude00" + every(s, surrogates) },
		"C":               func(s string) string { return every(s, func(r rune) string { return fmt.Sprintf(`\u{%x}`, r) }) },
		"hex":             func(s string) string { return hex.EncodeToString([]byte(s)) },
		"HEX, separated": func(s string) string {
			return strings.TrimSpace(strings.ToUpper(separated(hex.EncodeToString([]byte(s)), 2, ":")))
		},
		"hex, apart":             func(s string) string { return separated(hex.EncodeToString([]byte(s)), 2, " ") },
		"base64":                 func(s string) string { return std([]byte(s)) },
		"base64 of a pair":       func(s string) string { return std([]byte("id:" + s)) },
		"base64 after one":       func(s string) string { return std([]byte("x" + " " + s + " and more")) },
		"base64 after two":       func(s string) string { return std([]byte("xy" + " " + s)) },
		"base64 of a form":       func(s string) string { return std([]byte("id:" + url.QueryEscape(s))) },
		"base64url":              func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("id:" + s)) },
		"base64, line breaks":    func(s string) string { return separated(std([]byte("id:"+s+":id")), 10, "\r\n") },
		"base64 within base64":   func(s string) string { return std([]byte("x:" + std([]byte("id:"+s)))) },
		"base64 in a URL":        func(s string) string { return url.QueryEscape(std([]byte("id:" + s))) },
		"base64 of hex":          func(s string) string { return std([]byte(hex.EncodeToString([]byte(s)))) },
		"hex of base64":          func(s string) string { return hex.EncodeToString([]byte(std([]byte(s)))) },
		"base64 of JSON":         func(s string) string { return std([]byte(`{"password":` + quoted(s) + `}`)) },
		"spaces between":         func(s string) string { return separated(s, 1, " ") },
		"line breaks between":    func(s string) string { return separated(s, 1, "\n") },
		"dashes between":         func(s string) string { return separated(s, 1, "-") },
		"nothing to see between": func(s string) string { return separated(s, 1, "\u200b") },
		"NUL between":            func(s string) string { return separated(s, 1, "\x00") },
		"soft hyphens and bidi":  func(s string) string { return separated(s, 1, "\u00ad\u202e") },
		"accents on top":         func(s string) string { return separated(s, 1, "\u0301\u0301\u0301") },
	}
}

// octal returns the bytes of a text as numbers, with a space after each.
func octal(s string) string {
	var text strings.Builder
	for _, b := range []byte(s) {
		fmt.Fprintf(&text, "%03o ", b)
	}
	return text.String()
}

func percent(s, sign string) string {
	var text strings.Builder
	for _, b := range []byte(s) {
		fmt.Fprintf(&text, "%s%02X", sign, b)
	}
	return text.String()
}

func separated(s string, every int, by string) string {
	var text strings.Builder
	for i, r := range []rune(s) {
		if i > 0 && i%every == 0 {
			text.WriteString(by)
		}
		text.WriteRune(r)
	}
	return text.String()
}

func fullWidth(r rune) string {
	if r > ' ' && r <= '~' {
		r += '\uFF01' - '!'
	}
	return string(r)
}

func mathematical(r rune) string {
	switch {
	case r >= 'a' && r <= 'z':
		r += '𝐚' - 'a'
	case r >= '0' && r <= '9':
		r += '𝟎' - '0'
	}
	return string(r)
}

func circled(r rune) string {
	switch {
	case r >= 'a' && r <= 'z':
		r += 'ⓐ' - 'a'
	case r >= 'A' && r <= 'Z':
		r += 'Ⓐ' - 'A'
	}
	return string(r)
}

func surrogates(r rune) string {
	if high, low := utf16.EncodeRune(r); high != unicode.ReplacementChar {
		return fmt.Sprintf(`\u%04x\u%04X`, high, low)
	}
	return fmt.Sprintf(`\u%04X`, r)
}

// cuts are the parts of a secret that come back.
func cuts() map[string]func([]rune) []rune {
	return map[string]func([]rune) []rune{
		"whole":             func(s []rune) []rune { return s },
		"without the first": func(s []rune) []rune { return s[1:] },
		"without the last":  func(s []rune) []rune { return s[:len(s)-1] },
		"the first eight":   func(s []rune) []rune { return append(s[:min(8, len(s)):min(8, len(s))], '…') },
		"twice":             func(s []rune) []rune { return append(append(slices.Clip(s), '/'), s...) },
	}
}

// cases are changes of the case of a text.
func cases() map[string]func(string) string {
	return map[string]func(string) string{"same case": strings.Clone, "small": strings.ToLower, "large": strings.ToUpper}
}

// surroundings are texts around a secret.
func surroundings() []string {
	return []string{"the value %s is wrong", "token=%s.", "%s://x/ was refused", `{"seen":"%s"}`, "https://%s.example.com/%[1]s"}
}

// A secret is hidden in every form in which it comes back: as an attribute, encodings × cuts
// × cases, and from other places, each encoding of some kinds of secrets.
func TestNoWayBack(t *testing.T) {
	t.Parallel()
	for kind, secret := range kindsOfSecrets() {
		turn := slices.Index(slices.Sorted(maps.Keys(kindsOfSecrets())), kind)
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			ways := 0
			for place, give := range inOrder(places()) {
				ways += comesBack(t, give(secret).judge(), secret, place, turn)
				turn++
			}
			if ways < 500 {
				t.Errorf("only %d ways", ways)
			}
		})
	}
}

// inOrder iterates over a map in the order of its keys.
func inOrder[V any](values map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if !yield(name, values[name]) {
				return
			}
		}
	}
}

func (e Entry) judge() *Judge { return Book{e}.Judge() }

// comesBack lets a secret come back, and returns in how many forms. Only a secret that is
// given as an attribute comes back in parts, and in every encoding. Of other places it is
// every fourth, another one with each turn, so that each place meets each encoding.
func comesBack(t *testing.T, judge *Judge, secret, place string, turn int) (ways int) {
	t.Helper()
	const every = 4
	for encoding, encode := range inOrder(encodings()) {
		turn++
		if place != "an attribute" && turn%every != 0 {
			continue
		}
		for cut, part := range inOrder(cuts()) {
			for name, change := range inOrder(cases()) {
				if place != "an attribute" && (cut != "whole" || name != "same case") || name != "same case" && !survives(secret, encoding) {
					continue
				}
				sent := change(encode(string(part([]rune(secret)))))
				around := surroundings()[ways%len(surroundings())]
				got := string(judge.Message(NewForeign(fmt.Sprintf(around, sent))))
				if shows(got, secret, sent) {
					t.Errorf("in %s, %s, %s, %s: %q shows as %q", place, encoding, cut, name, sent, got)
				}
				ways++
			}
		}
	}
	return ways
}

// survives reports whether a secret can be read after its case has changed. Base64 and
// escapes with letters cannot; but the base64 of long secrets is hidden in any case.
func survives(secret, encoding string) bool {
	switch encoding {
	case "base64", "base64 of a pair", "base64url":
		return len(secret) > 12
	default:
		return !strings.Contains(encoding, "base64") && encoding != "C" && encoding != "JavaScript" && encoding != "mathematical" && !strings.Contains(encoding, "JSON") && encoding != "surrogate pairs" &&
			!strings.Contains(encoding, "HTML")
	}
}

// shows reports whether a message has eight characters in a row of a secret, or of the
// text that was sent for it.
func shows(message, secret, sent string) bool {
	rest := strings.ReplaceAll(message, Hidden, "\n")
	plain := func(text string) string {
		return strings.Map(func(r rune) rune {
			if r == '\n' || unicode.IsLetter(r) || unicode.IsDigit(r) {
				return unicode.ToLower(r)
			}
			return -1
		}, text)
	}
	written := func(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), "")) }
	if hasRun(written(rest), written(secret), 8) {
		return true
	}
	const encoded = 11 // eight bytes in base64
	return hasRun(plain(rest), plain(secret), 8) || hasRun(plain(rest), plain(sent), encoded)
}

// hasRun reports whether a text has that many characters in a row of another, or all of a
// shorter one.
func hasRun(text, other string, length int) bool {
	runes := []rune(other)
	length = min(length, len(runes))
	for i := 0; length > 3 && i+length <= len(runes); i++ {
		if strings.Contains(text, string(runes[i:i+length])) {
			return true
		}
	}
	return false
}
