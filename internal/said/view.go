package said

import (
	"iter"
	"slices"
)

// unit is one character of a view, and the part of the message that stands for it.
type unit struct {
	r        rune
	from, to int
}

// view is a message after some of its encodings have been decoded.
type view []unit

// newView returns the message as it is.
func newView(message []rune) view {
	v := make(view, len(message))
	for i, r := range message {
		v[i] = unit{r, i, i + 1}
	}
	return v
}

// runs returns the beginning and the end of each run of such characters.
func (v view) runs(has func(rune) bool) iter.Seq2[int, int] {
	return func(yield func(from, to int) bool) {
		for from := 0; from < len(v); from++ {
			to := from
			for to < len(v) && has(v[to].r) {
				to++
			}
			if to > from && !yield(from, to) {
				return
			}
			from = to
		}
	}
}

const (
	// mostEscapes is how many layers of escapes are decoded: for a URL, for HTML, for
	// JSON and one more. No text has more by accident.
	mostEscapes = 4
	// mostLayers is how many layers of base64 or hex are decoded.
	mostLayers = 2
)

// viewsOf returns the message in every reading of it.
func viewsOf(message []rune) []view { return readings(nil, newView(message), mostLayers) }

// readings appends every reading of a view.
func readings(found []view, v view, layers int) []view {
	for _, read := range unescapings(v) {
		found = append(found, read)
		if layers == 0 {
			continue
		}
		for _, inner := range slices.Concat(base64Readings(read), hexReadings(read), byteReadings(read)) {
			if hasText(inner) {
				found = readings(found, inner, layers-1)
			}
		}
	}
	return found
}

// unescapings returns the view with its escapes, and without each layer of them.
func unescapings(v view) []view {
	found := []view{v}
	for range mostEscapes {
		plain, changed := unescape(v, escapeAt)
		if !changed {
			break
		}
		v = plain
		found = append(found, v)
	}
	if mail, changed := unescape(found[0], mailEscapeAt); changed {
		found = append(found, mail)
	}
	return found
}

// hasText reports whether decoding has given a text, and not only noise.
func hasText(v view) bool {
	const shortest = 4
	printable := 0
	for i := range v {
		if r := v[i].r; !isAlnum(r) && (r <= ' ' || r >= 0x7F) {
			printable = 0
			continue
		}
		printable++
		if printable >= shortest {
			return true
		}
	}
	return false
}

// base64Readings decodes the view as base64: word by word, and as one text without the
// characters that base64 does not have. Each may begin anywhere within a group of four
// characters.
func base64Readings(v view) []view {
	const group, shortest = 4, 6
	all := make(view, 0, len(v))
	for i := range v {
		if base64Digit(v[i].r) >= 0 {
			all = append(all, v[i])
		}
	}
	if len(all) < shortest {
		return nil
	}
	found := make([]view, 0, 2*group)
	for skip := range group {
		words := make(view, 0, len(v))
		for i := 0; i < len(v); {
			end := i
			for end < len(v) && base64Digit(v[end].r) >= 0 {
				end++
			}
			if end-i >= shortest {
				words = appendBase64(words, v[i+skip:end])
			}
			words = append(words, unit{' ', 0, 0})
			i = end + 1
		}
		found = append(found, joinUTF8(words), joinUTF8(appendBase64(nil, all[skip:])))
	}
	return found
}

// appendBase64 appends the bytes of base64.
func appendBase64(decoded, encoded view) view {
	const group = 4
	if decoded == nil {
		decoded = make(view, 0, len(encoded)*3/group)
	}
	for len(encoded) > 1 {
		now := min(group, len(encoded))
		decoded = appendBytes(decoded, encoded[:now])
		encoded = encoded[now:]
	}
	return decoded
}

// appendBytes appends the bytes of one group of base64.
func appendBytes(decoded view, group []unit) view {
	var bits rune
	for i := range group {
		bits = bits<<6 | base64Digit(group[i].r)
	}
	count := len(group) * 6 / 8
	bits >>= len(group) * 6 % 8
	for i := range count {
		shift := 8 * (count - 1 - i)
		decoded = append(decoded, unit{bits >> shift & 0xFF, group[i].from, group[i+1].to})
	}
	return decoded
}

// hexReadings decodes the hex in the view: words of hex digits only, so that the words of
// a sentence do not count, and long parts of other words. Two words may be the bytes of
// one text.
func hexReadings(v view) []view {
	const perByte, shortest = 2, 8
	digits, count := make(view, 0, len(v)), 0
	for from, to := range v.runs(isAlnum) {
		word := hexParts(v[from:to])
		digits, count = append(digits, word...), count+len(word)
	}
	if count < shortest {
		return nil
	}
	found := make([]view, 0, perByte)
	for skip := range perByte {
		found = append(found, joinUTF8(fromHex(digits, skip)))
	}
	return found
}

// fromHex decodes hex between blanks, without its first skip digits.
func fromHex(digits view, skip int) view {
	decoded := make(view, 0, len(digits)/2)
	for i, left := 0, skip; i < len(digits); {
		high := hexDigit(digits[i].r)
		switch {
		case high < 0:
			decoded, left = append(decoded, digits[i]), skip
			i++
		case left > 0 || i+1 == len(digits) || digits[i+1].r == ' ':
			left = max(0, left-1)
			i++
		default:
			low := hexDigit(digits[i+1].r)
			decoded = append(decoded, unit{high<<4 | low, digits[i].from, digits[i+1].to})
			i += 2
		}
	}
	return decoded
}

// hexParts returns the digits of a word of hex, without 0x. For another word, it returns
// the long parts that are hex, between blanks.
func hexParts(word view) view {
	const shortest = 8
	if len(word) > 2 && word[0].r == '0' && fold(word[1].r) == 'x' {
		word = word[2:]
	}
	var found view
	for from, to := range word.runs(digits(hexDigit).has) {
		switch {
		case to-from == len(word):
			return word
		case to-from >= shortest:
			found = append(append(found, unit{r: ' '}), word[from:to]...)
		}
	}
	return append(found, unit{r: ' '})
}
