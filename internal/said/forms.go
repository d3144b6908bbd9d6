package said

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// addSecret adds a secret, as it is and as base64 in the wrong case. Other encodings are
// decoded in the message.
func (x *index) addSecret(text string) {
	if len(text) > mostWindows {
		text = strings.ToValidUTF8(text[:mostWindows], "")
	}
	v := newView([]rune(strings.TrimSpace(text)))
	counting, _ := only(v, written)
	if len(counting) < shortestSecret {
		return
	}
	if len(counting) < shortestPart {
		x.addShort(text, counting, len(counting) < len(v))
	}
	if len(v) < shortestPart {
		return
	}
	if len(counting) == shortestPart {
		x.addCut(counting)
	}
	plain, _ := only(v, letters)
	ascii, _ := only(v, plainLetters)
	added := x.addWindows(counting)
	added = x.addWindows(plain) || added
	x.addShortWindows(v, written)
	x.addShortWindows(v, letters)
	if len(ascii) < len(plain) {
		x.foreign = true
		x.addWindows(ascii)
	}
	if !added || x.isOrdinary(v) {
		x.addPhrase(counting, phrase{blanks: true})
	}
	if len(plain) < shortestPart { // other punctuation may be added to it
		x.addPhrase(plain, phrase{glued: x.isGlued(plain)})
		x.addCut(plain)
	}
	if x.shelved {
		return
	}
	slices.Reverse(plain)
	x.addWindows(plain)
	x.addBase64(text)
}

// addShort adds a secret that is shorter than a window.
func (x *index) addShort(text string, counting []rune, blanks bool) {
	x.addPhrase(counting, phrase{blanks, x.isGlued(counting)})
	encoded, _ := only(newView([]rune(base64.RawStdEncoding.EncodeToString([]byte(text)))), letters)
	x.addPhrase(encoded, phrase{})
	x.addCut(counting)
}

// isGlued reports whether a short secret is hidden as a part of a word too. Numbers and
// everyday words are not, because ids and names contain them by chance.
func (x *index) isGlued(text []rune) bool {
	return slices.ContainsFunc(text, unicode.IsLetter) && !x.isShowable(string(text))
}

// addCut adds a secret without its first and without its last character, which is nearly
// all of it.
func (x *index) addCut(text []rune) {
	const shortest = 6
	if len(text) < shortest {
		return
	}
	for _, cut := range [][]rune{text[1:], text[:len(text)-1]} {
		if !x.isShowable(string(cut)) {
			x.addPhrase(cut, phrase{})
		}
	}
}

// addBase64 adds the base64 of a text within that of a longer one, and the base64 of that.
func (x *index) addBase64(text string) {
	const longestTwice = 1 << 12
	texts := []string{text}
	if escaped := url.QueryEscape(text); escaped != text { // as in HTTP Basic of RFC 6749
		texts = append(texts, escaped)
	}
	for _, plain := range texts {
		for _, once := range withinBase64(plain) {
			x.addLetters(once)
			if len(text) > longestTwice {
				continue
			}
			for _, twice := range withinBase64(once) {
				x.addLetters(twice)
			}
		}
	}
}

func (x *index) addLetters(text string) {
	plain, _ := only(newView([]rune(text)), letters)
	x.addWindows(plain)
}

// withinBase64 returns the base64 of a text within that of any longer one. Base64 turns
// three bytes into four characters, so that the text can begin in three ways. The
// characters that it shares with the text around it are left out.
func withinBase64(text string) []string {
	var forms []string
	for before := range 3 {
		padded := make([]byte, before, before+len(text))
		padded = append(padded, text...)
		first, end := (8*before+5)/6, 8*len(padded)/6
		if end-first >= shortestPart {
			forms = append(forms, base64.RawStdEncoding.EncodeToString(padded)[first:end])
		}
	}
	return forms
}
