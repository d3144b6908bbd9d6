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
			code, ok := hexNumber(v, 2, 4)
			return oneRune(code, 6, ok)
		}
		return percentAt(v, '%')
	case '&':
		return entityAt(v)
	case '\\':
		return backslashAt(v)
	case 'U', 'u': // U+XXXX, the name of a character
		if len(v) > 1 && v[1].r == '+' {
			code, ok := hexNumber(v, 2, 4)
			return oneRune(code, 6, ok)
		}
		return nil, 0
	default:
		return nil, 0
	}
}

// mailEscapeAt is escapeAt for quoted-printable. escapeAt leaves it out, because any
// field=VALUE may look like it.
func mailEscapeAt(v view) (plain []rune, length int) {
	if v[0].r == '=' && len(v) > 1 && v[1].r == ' ' { // a soft line break
		return nil, 2
	}
	return percentAt(v, '=')
}

// percentAt decodes a run of %XX, which may be one character in several bytes.
func percentAt(v view, sign rune) (plain []rune, length int) {
	const most = 4
	var raw []byte
	for len(raw) < most && len(v) >= length+3 && v[length].r == sign {
		high, ok1 := fourBits(v[length+1].r)
		low, ok2 := fourBits(v[length+2].r)
		if !ok1 || !ok2 {
			break
		}
		raw = append(raw, high<<4|low)
		length += 3
	}
	if len(raw) == 0 {
		return nil, 0
	}
	r, size := utf8.DecodeRune(raw)
	if r == utf8.RuneError { // Latin-1
		return []rune{rune(raw[0])}, 3
	}
	return []rune{r}, 3 * size
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
		code, ok := hexNumber(v, 2, 2)
		return oneRune(code, 4, ok)
	case 'U':
		code, ok := hexNumber(v, 2, 8)
		return oneRune(code, 10, ok)
	case '0', '1', '2', '3':
		return octalAt(v)
	case 'n', 'r', 't', 'b', 'f':
		return []rune{' '}, 2
	case '"', '\'', '\\', '/':
		return []rune{v[1].r}, 2
	default:
		return nil, 0
	}
}

// oneRune returns one character and the length of its escape, if it is valid.
func oneRune(code rune, length int, ok bool) ([]rune, int) {
	if !ok {
		return nil, 0
	}
	return []rune{code}, length
}

// octalAt decodes a run of \NNN of C and of shells, which may be one character in several
// bytes.
func octalAt(v view) (plain []rune, length int) {
	const escape = 4
	var raw []byte
	for len(raw) < utf8.UTFMax && len(v) >= length+escape && v[length].r == '\\' {
		code := rune(0)
		for _, u := range v[length+1 : length+escape] {
			if u.r < '0' || u.r > '7' {
				code = 0x100
				break
			}
			code = code<<3 | (u.r - '0')
		}
		if code > 0xFF {
			break
		}
		raw, length = append(raw, byte(code)), length+escape
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

// unicodeAt decodes \uXXXX, which may be half of a character, and \u{X}.
func unicodeAt(v view) (plain []rune, length int) {
	const escape = 6 // \uXXXX
	first, ok := hexNumber(v, 2, 4)
	if !ok {
		return bracedAt(v)
	}
	if utf16.IsSurrogate(first) && len(v) >= 2*escape && v[escape].r == '\\' && v[escape+1].r == 'u' {
		second, _ := hexNumber(v, escape+2, 4)
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
	code, ok := hexNumber(v, begin, end-begin)
	if !ok || end >= len(v) || v[end].r != '}' {
		return nil, 0
	}
	return []rune{code}, end + 1
}

// hexNumber returns the number of so many hex digits.
func hexNumber(v view, from, digits int) (number rune, ok bool) {
	if digits < 1 || len(v) < from+digits {
		return 0, false
	}
	for _, u := range v[from : from+digits] {
		bits, ok := fourBits(u.r)
		if !ok {
			return 0, false
		}
		number = number<<4 | rune(bits)
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
