package said

import (
	"unicode"
	"unicode/utf8"
)

// mostMarks is how many accents one letter may carry. No language needs more, and
// a flood of them covers the lines around.
const mostMarks = 2

// clean returns the text as at most most printable characters on one line, and
// whether that is all of it. White space and control characters become one space;
// what is invisible or changes the direction of writing is left out.
func clean(text string, most int) (cleaned []rune, whole bool) {
	cleaned = make([]rune, 0, min(len(text), most))
	space, marks := false, 0
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		text = text[size:]
		if isGap(r) {
			space = len(cleaned) > 0
			continue
		}
		if !isVisible(r) {
			continue
		}
		if !unicode.Is(unicode.M, r) {
			marks = 0
		} else {
			marks++
		}
		if marks > 0 && (marks > mostMarks || space || len(cleaned) == 0) {
			continue
		}
		if space {
			cleaned = append(cleaned, ' ')
			space = false
		}
		if len(cleaned) >= most {
			return cleaned[:most], false
		}
		cleaned = append(cleaned, r)
	}
	return cleaned, true
}

// isGap reports whether a character is white space or a control character.
func isGap(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Z, r)
}

// isVisible reports whether a terminal shows something for a character by itself.
func isVisible(r rune) bool {
	switch {
	case r == '\u115F', r == '\u1160', r == '\u2800', r == '\u3164', r == '\uFFA0': // letters and signs that are blank
		return false
	case unicode.Is(unicode.Variation_Selector, r), unicode.Is(unicode.Me, r):
		return false
	default:
		return unicode.IsPrint(r)
	}
}

// fold returns a character as it counts when texts are compared: in lower case,
// without an accent, and narrow.
func fold(r rune) rune {
	if r < utf8.RuneSelf {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}
	if r >= '\uFF01' && r <= '\uFF5E' { // full width
		return fold(r - '\uFF01' + '!')
	}
	switch r = unicode.ToLower(r); r {
	case 'ſ':
		return 's'
	case 'ı':
		return 'i'
	}
	return withoutAccent(r)
}

// withoutAccent returns the letter below an accent: the same letter may come as
// one character or as two.
func withoutAccent(r rune) rune {
	const first = 'à'
	const letters = "aaaaaa.ceeeeiiii.nooooo..uuuuy.yaaaaaaccccccccdd..eeeeeeeeeegggggggghh..iiiiiiii" +
		"i...jjkk.llllll....nnnnnn...oooooo..rrrrrrsssssssstttt..uuuuuuuuuuuuwwyyyzzzzzz."
	if r < first || int(r-first) >= len(letters) || letters[r-first] == '.' {
		return r
	}
	return rune(letters[r-first])
}

// isAlnum reports whether a character is part of a word.
func isAlnum(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// isBlank reports whether a character may be put between those of a text, or left
// out, without anybody seeing another text. A plus is a space of a form.
func isBlank(r rune) bool {
	return r == ' ' || fold(r) == '+' || unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.M, r) || !isVisible(r)
}
