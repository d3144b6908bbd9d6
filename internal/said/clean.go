package said

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// mostMarks is how many accents one letter may have. No language needs more, and a lot of
// them cover the lines around.
const mostMarks = 2

// sequencePattern matches the control sequences of terminals (ECMA-48): CSI with its
// parameters, OSC and other strings, and shorter ones.
var sequencePattern = regexp.MustCompile(`(?:\x1b\[|\x{9b})[0-?]*[\x20-\x2f]*[\x40-\x7e]?|(?:\x1b[\]PX^_]|[\x{9d}\x{90}\x{98}\x{9e}\x{9f}])[^\x07\x1b\x{9c}]*(?:\x07|\x1b\\|\x{9c})?|\x1b[\x20-\x2f]*[\x30-\x7e]?`)

// withoutSequences returns the text without control sequences. It looks for the characters
// with which they begin first, because the pattern is slow in a text of a megabyte.
func withoutSequences(text string) string {
	const escape, c1 = "\x1b", "\u009b\u009d\u0090\u0098\u009e\u009f"
	if strings.Contains(text, escape) || strings.Contains(text, c1[:1]) && strings.ContainsAny(text, c1) {
		return sequencePattern.ReplaceAllLiteralString(text, "")
	}
	return text
}

// clean returns the text on one line, as printable characters of which there are at most
// most, and whether that is all of it. White space and control characters become one
// space. Invisible characters, and those that change the direction of writing, are left
// out.
func clean(text string, most int) (cleaned []rune, whole bool) {
	text = withoutSequences(text)
	cleaned = make([]rune, 0, min(len(text), most))
	space, marks := false, 0
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		text = text[size:]
		if r == '\b' { // it deletes the character before it
			cleaned, space = cleaned[:max(0, len(cleaned)-1)], false
			continue
		}
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

// isGap reports whether a character is whitespace or a control character.
func isGap(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Z, r)
}

// isVisible reports whether a terminal shows a character.
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

// fold returns a character in the form that is compared: in lower case, without an accent,
// and narrow.
func fold(r rune) rune {
	switch {
	case r >= utf8.RuneSelf:
		return foldForeign(r)
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	}
	return r
}

// foldForeign is fold for characters that are not in ASCII.
func foldForeign(r rune) rune {
	if r >= '\uFF01' && r <= '\uFF5E' { // full width
		return fold(r - '\uFF01' + '!')
	}
	switch r = unicode.ToLower(compatible(r)); {
	case r < utf8.RuneSelf:
		return r
	case r == 'ı':
		return 'i'
	case unicode.IsDigit(r):
		return digit(r)
	}
	return lookalike(withoutAccent(r))
}

// compatible returns the plain form of a character, such as a mathematical or circled
// letter. Ligatures stay as they are.
func compatible(r rune) rune {
	const first = 'ᴀ' // characters below have accents, which withoutAccent removes
	if r < first && !isRaised(r) {
		return r
	}
	form := norm.NFKC.AppendString(nil, string(r))
	if plain, size := utf8.DecodeRune(form); size == len(form) {
		return plain
	}
	return r
}

// digit returns the ASCII digit for a digit of another script. Each script has ten in a
// row, or several times ten.
func digit(r rune) rune {
	zero := r
	for unicode.IsDigit(zero - 1) {
		zero--
	}
	return '0' + (r-zero)%10
}

// lookalike returns the Latin letter that a Cyrillic or Greek one looks like.
func lookalike(r rune) rune {
	const foreign, latin = "абвгеѕіјкмнорстухԁһԛԝӏьαβγεηικνορτυχω", "a6bresijkmhopctyxdhqwlbaByenikvoptuxw"
	if r < 'α' || r > 'ԝ' {
		return r
	}
	if place := strings.IndexRune(foreign, r); place >= 0 {
		return unicode.ToLower(rune(latin[place/2]))
	}
	return r
}

// withoutAccent returns a letter without its accent, which may also be a character of its
// own.
func withoutAccent(r rune) rune {
	const first = 'à'
	const letters = "aaaaaa.ceeeeiiii.nooooo..uuuuy.yaaaaaaccccccccdd..eeeeeeeeeegggggggghh..iiiiiiii" +
		"i...jjkk.llllll....nnnnnn...oooooo..rrrrrrsssssssstttt..uuuuuuuuuuuuwwyyyzzzzzz."
	if int(r-first) >= len(letters) {
		return decomposed(r)
	}
	if r < first || letters[r-first] == '.' {
		return r
	}
	return rune(letters[r-first])
}

// decomposed returns the ASCII letter of a character with accents.
func decomposed(r rune) rune {
	form := norm.NFKD.String(string(r))
	if plain := rune(form[0]); isPlain(plain) && strings.TrimFunc(form[1:], unicode.IsMark) == "" {
		return plain
	}
	return r
}

// isAlnum reports whether a character is part of a word.
func isAlnum(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	return isForeignAlnum(r)
}

func isForeignAlnum(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || isEnclosed(r) || isRaised(r))
}

// isRaised reports whether a character is a digit above or below the line.
func isRaised(r rune) bool {
	return r == '¹' || r == '²' || r == '³' || r == '⁰' || r >= '⁴' && r <= '⁹' || r >= '₀' && r <= '₉'
}

// isEnclosed reports whether a character is a letter or a digit in a circle or a box.
func isEnclosed(r rune) bool { return r >= '①' && r <= '⓿' || r >= '🄰' && r <= '🆉' }

// isBlank reports whether a character can be added to a text, or left out, and the text
// looks the same. A plus is a space of a form.
func isBlank(r rune) bool {
	if r > ' ' && r < 0x7F {
		return r == '+'
	}
	return r == ' ' || fold(r) == '+' || unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.M, r) || !isVisible(r)
}
