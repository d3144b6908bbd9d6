package said

import (
	"slices"
	"unicode"
)

// phrase says where a text is hidden that is secret only as a whole.
type phrase struct {
	// blanks: the text has blanks, and is also hidden without them.
	blanks bool
	// glued: the text is also hidden as a part of a word, between digits, underscores
	// and changes of case. Everyday words are not, because names consist of them.
	glued bool
}

// addPhrase adds a text that is hidden as a whole, if it is whole words.
func (x *index) addPhrase(text []rune, where phrase) {
	if len(text) < shortestSecret || len(text) > longestPhrase {
		return
	}
	sum := hashOf(text)
	known := x.phrases[sum]
	x.phrases[sum] = phrase{known.blanks || where.blanks, known.glued || where.glued}
	if place, found := slices.BinarySearch(x.lengths, len(text)); !found {
		x.lengths = slices.Insert(x.lengths, place, len(text))
	}
}

// markPhrases marks phrases that begin and end with a word. The characters of a short one
// must be all together or all apart.
func (x *index) markPhrases(v view, counting []rune, places []int, marked []bool) {
	if len(x.lengths) == 0 {
		return
	}
	longest := x.lengths[len(x.lengths)-1]
	for i := range counting {
		if !beginsWord(v, places[i]) && !isSeam(v, places[i]) {
			continue
		}
		sum, next := uint64(noHash), 0
		for j := i; j < len(counting) && j-i < longest; j++ {
			sum = hash(sum, counting[j])
			if j-i+1 != x.lengths[next] {
				continue
			}
			next++
			if where, found := x.phrases[sum]; found && x.isThere(where, v, places[i:j+1]) {
				markSource(v[places[i]:places[j]+1], marked)
			}
		}
	}
}

// isThere reports whether a phrase is to be hidden at these places.
func (x *index) isThere(where phrase, v view, places []int) bool {
	from, last := places[0], places[len(places)-1]
	isWord := beginsWord(v, from) && endsWord(v, last)
	if !isWord && (!where.glued || !isSeam(v, from) && !beginsWord(v, from) || !isSeam(v, last+1) && !endsWord(v, last)) {
		return false
	}
	// The pieces of a secret that is split are not words.
	return where.blanks || isWhole(v, places) || where.glued && !x.isOrdinary(v[from:last+1])
}

func beginsWord(v view, place int) bool {
	return place == 0 || !isWordly(v[place].r) || !isWordly(v[place-1].r)
}

func endsWord(v view, place int) bool {
	return place+1 >= len(v) || !isWordly(v[place].r) || !isWordly(v[place+1].r)
}

// isSeam reports whether a word changes at a place between letters and digits, underscores
// or capital letters.
func isSeam(v view, place int) bool {
	if place == 0 || place >= len(v) {
		return true
	}
	a, b := v[place-1].r, v[place].r
	return unicode.IsLetter(a) != unicode.IsLetter(b) || unicode.IsLower(a) && unicode.IsUpper(b)
}

// isWordly reports whether a character is part of a word, or joins two.
func isWordly(r rune) bool { return r == '_' || isAlnum(r) }

// isWhole reports whether the characters of a short phrase are all together or all apart.
// An accent between two of them does not count.
func isWhole(v view, places []int) bool {
	if len(places) >= shortestPart {
		return true
	}
	together, apart := true, true
	for i := 1; i < len(places); i++ {
		next := places[i-1] + 1
		for next < places[i] && unicode.Is(unicode.M, v[next].r) {
			next++
		}
		if places[i] == next {
			apart = false
		} else {
			together = false
		}
	}
	return together || apart
}
