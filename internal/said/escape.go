package said

import (
	"html"
	"unicode/utf16"
	"unicode/utf8"
)

// unescape replaces every escape that at finds, and reports whether there is one.
func unescape(v view, at func(view) (plain []rune, length int)) (unescaped view, changed bool) {
	for i := 0; i < len(v); {
		plain, length := at(v[i:])
		if length == 0 {
			if changed {
				unescaped = append(unescaped, v[i])
			}
			i++
			continue
		}
		if !changed {
			unescaped, changed = append(make(view, 0, len(v)), v[:i]...), true
		}
		for _, r := range plain {
			unescaped = append(unescaped, unit{r, v[i].from, v[i+length-1].to})
		}
		i += length
	}
	return unescaped, changed
}

// escapeAt returns the meaning of an escape of a URL, of HTML or of JSON, and how many
// characters it has; 0 if there is no escape.
func escapeAt(v view) (plain []rune, length int) {
	switch v[0].r {
	case '%':
		if len(v) > 1 && fold(v[1].r) == 'u' { // of JavaScript's escape
			return hexAt(v, 4)
		}
		return bytesAt(v, '%', 2, 16)
	case '&':
		return entityAt(v)
	case '\\':
		return backslashAt(v)
	case 'U', 'u': // U+XXXX, the name of a character
		if len(v) > 1 && v[1].r == '+' {
			return hexAt(v, 4)
		}
	}
	return nil, 0
}

// mailEscapeAt is escapeAt for quoted-printable. escapeAt leaves it out, because any
// field=VALUE may look like it.
func mailEscapeAt(v view) (plain []rune, length int) {
	if v[0].r == '=' && len(v) > 1 && v[1].r == ' ' { // a soft line break
		return nil, 2
	}
	return bytesAt(v, '=', 2, 16)
}

// bytesAt decodes a run of escapes, such as %XX, or \NNN of C and of shells. Each has a
// sign and digits, and is a byte. Several may be one character.
func bytesAt(v view, sign rune, digits int, base rune) (plain []rune, length int) {
	escape := 1 + digits
	var raw []byte
	for len(raw) < utf8.UTFMax && len(v) > length && v[length].r == sign {
		code, ok := number(v[length:], 1, digits, base)
		if !ok || code > 0xFF {
			break
		}
		raw, length = append(raw, byte(code&0xFF)), length+escape
	}
	if len(raw) == 0 {
		return nil, 0
	}
	r, size := utf8.DecodeRune(raw)
	if r == utf8.RuneError { // Latin-1
		return []rune{rune(raw[0])}, escape
	}
	return []rune{r}, escape * size
}

// entityAt decodes an entity of HTML: named, decimal or hex.
func entityAt(v view) (plain []rune, length int) {
	const longest = 12
	var text []rune
	for _, u := range v[:min(len(v), longest)] {
		text = append(text, u.r)
		if u.r == ';' || len(text) > 1 && u.r != '#' && !isAlnum(u.r) {
			break
		}
	}
	whole := string(text)
	plainText := html.UnescapeString(whole)
	if plainText == whole {
		return nil, 0
	}
	// Some entities end without a semicolon, so the rest stays as it is.
	plain, rest := []rune(plainText), 0
	for rest+1 < len(plain) && rest < len(text) && plain[len(plain)-1-rest] == text[len(text)-1-rest] {
		rest++
	}
	return plain[:len(plain)-rest], len(text) - rest
}

// backslashAt decodes an escape of JSON or of a programming language.
func backslashAt(v view) (plain []rune, length int) {
	if len(v) < 2 {
		return nil, 0
	}
	switch v[1].r {
	case 'u':
		return unicodeAt(v)
	case 'x':
		return hexAt(v, 2)
	case 'U':
		return hexAt(v, 8)
	case '0', '1', '2', '3':
		return bytesAt(v, '\\', 3, 8)
	case 'n', 'r', 't', 'b', 'f':
		return []rune{' '}, 2
	case '"', '\'', '\\', '/':
		return []rune{v[1].r}, 2
	default:
		return nil, 0
	}
}

// hexAt decodes an escape of two characters and so many hex digits.
func hexAt(v view, digits int) (plain []rune, length int) {
	code, ok := number(v, 2, digits, 16)
	if !ok {
		return nil, 0
	}
	return []rune{code}, 2 + digits
}

// unicodeAt decodes \uXXXX, which may be half of a character, and \u{X}.
func unicodeAt(v view) (plain []rune, length int) {
	const escape = 6 // \uXXXX
	first, ok := number(v, 2, 4, 16)
	if !ok {
		return bracedAt(v)
	}
	if utf16.IsSurrogate(first) && len(v) >= 2*escape && v[escape].r == '\\' && v[escape+1].r == 'u' {
		second, _ := number(v, escape+2, 4, 16)
		return []rune{utf16.DecodeRune(first, second)}, 2 * escape
	}
	return []rune{first}, escape
}

// bracedAt decodes \u{X}.
func bracedAt(v view) (plain []rune, length int) {
	const begin, longest = 3, 6
	if len(v) <= begin || v[begin-1].r != '{' {
		return nil, 0
	}
	end := begin
	for end < len(v) && end <= begin+longest && v[end].r != '}' {
		end++
	}
	code, ok := number(v, begin, end-begin, 16)
	if !ok || end >= len(v) || v[end].r != '}' {
		return nil, 0
	}
	return []rune{code}, end + 1
}

// number returns the number of so many digits. The base is 16 at most.
func number(v view, from, digits int, base rune) (number rune, ok bool) {
	if digits < 1 || len(v) < from+digits {
		return 0, false
	}
	for i := range v[from : from+digits] {
		value := hexDigit(v[from+i].r)
		if value < 0 || value >= base {
			return 0, false
		}
		number = number*base + value
	}
	return number, true
}

// joinUTF8 decodes bytes as UTF-8. Bytes that are not UTF-8 stay as they are, because they
// may be Latin-1.
func joinUTF8(v view) view {
	joined := make(view, 0, len(v))
	for i := 0; i < len(v); {
		if v[i].r < utf8.RuneSelf {
			joined = append(joined, v[i])
			i++
			continue
		}
		raw := make([]byte, 0, utf8.UTFMax)
		for _, u := range v[i:min(len(v), i+utf8.UTFMax)] {
			if u.r > 0xFF {
				break
			}
			raw = append(raw, byte(u.r&0xFF))
		}
		r, size := utf8.DecodeRune(raw)
		if size < 2 {
			joined = append(joined, v[i])
			i++
			continue
		}
		joined = append(joined, unit{r, v[i].from, v[i+size-1].to})
		i += size
	}
	return joined
}
