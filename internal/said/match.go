package said

import (
	"slices"
	"unicode/utf8"
)

const (
	// longestShown is how many characters of a secret in a row may be shown, less
	// one: so many are secret.
	longestShown = 8
	// shortestSecret is the length below which nothing is secret: hiding versions
	// and flags would tear holes into messages.
	shortestSecret = 4
	// longestPhrase bounds the texts that are looked for as a whole alone.
	longestPhrase = 200
	// mostWindows bounds the work for secrets of a megabyte.
	mostWindows = 1 << 18
	// mostShelved bounds the memory for the secrets of a process with a thousand sets.
	mostShelved = 1 << 22
)

// index is what may not be shown: every eight characters in a row of each secret
// and of its encodings, and texts that are secret as a whole alone. Both are
// hashes, as there are thousands of them.
type index struct {
	windows map[uint64]struct{}
	// sizes are those of the windows without blanks, in order.
	sizes []int
	// phrases are the texts.
	phrases map[uint64]phrase
	// lengths are those of the phrases, in order.
	lengths []int
	// public are words that may be shown, besides those of everyday messages.
	public map[string]struct{}
	// foreign says that a secret has letters that are not in ASCII.
	foreign bool
	// most is how many windows there may be.
	most int
	// shelved says that this is the index of a process: it has a secret forwards and
	// not within base64 in a changed case, which would be ten times as much.
	shelved bool
	// beside is another index, whose public words may be shown too; nil: there is none.
	beside *index
}

func newIndex() *index {
	return &index{windows: map[uint64]struct{}{}, phrases: map[uint64]phrase{}, public: map[string]struct{}{}, most: mostWindows}
}

// alphabet says which characters count when texts are compared; the others may
// stand between them. It returns a character as it counts.
type alphabet func(rune) (counts rune, ok bool)

// written is everything but blanks: a secret may have punctuation.
func written(r rune) (counts rune, ok bool) { return fold(r), !isBlank(r) }

// letters are letters and digits alone: punctuation may have been put between.
func letters(r rune) (counts rune, ok bool) { return fold(r), isAlnum(r) }

// plainLetters are those of ASCII: others may have been garbled.
func plainLetters(r rune) (counts rune, ok bool) { return fold(r), isPlain(r) }

func isPlain(r rune) bool { return r < utf8.RuneSelf && isAlnum(r) }

func (x *index) alphabets() []alphabet {
	if x.foreign {
		return []alphabet{written, letters, plainLetters}
	}
	return []alphabet{written, letters}
}

// only returns the characters that count, and the place of each.
func only(v view, in alphabet) (counting []rune, places []int) {
	counting, places = make([]rune, 0, len(v)), make([]int, 0, len(v))
	for i, u := range v {
		if r, ok := in(u.r); ok {
			counting, places = append(counting, r), append(places, i)
		}
	}
	return counting, places
}

// hash continues a hash (FNV-1a) with a character.
func hash(sum uint64, r rune) uint64 { return (sum ^ uint64(uint32(r))) * 1099511628211 } //nolint:gosec // the bits of it

// noHash is the hash of nothing.
const noHash = 14695981039346656037

func hashOf(text []rune) uint64 {
	sum := uint64(noHash)
	for _, r := range text {
		sum = hash(sum, r)
	}
	return sum
}

// addWindows adds every eight characters in a row of a text. What repeats one or
// two characters, such as the zeros of a made-up id, tells nothing.
func (x *index) addWindows(text []rune) (added bool) {
	for i := 0; i+longestShown <= len(text); i++ {
		if len(x.windows) >= x.most {
			return true
		}
		if window := text[i : i+longestShown]; isVaried(window) {
			x.addWindow(window)
			added = true
		}
	}
	return added
}

func (x *index) addWindow(window []rune) {
	x.windows[hashOf(window)] = struct{}{}
	if place, found := slices.BinarySearch(x.sizes, len(window)); !found {
		x.sizes = slices.Insert(x.sizes, place, len(window))
	}
}

// addShortWindows adds every eight characters in a row of which some within do not
// count: they are fewer then.
func (x *index) addShortWindows(v view, in alphabet) {
	const fewest = 6
	for i := 0; i+longestShown <= len(v) && len(x.windows) < x.most; i++ {
		window := v[i : i+longestShown]
		counting, places := only(window, in)
		if len(counting) == longestShown || len(counting) < fewest || !isVaried(counting) {
			continue
		}
		within := places[len(places)-1]-places[0] >= len(places)
		if within || window[0].r == '+' || window[longestShown-1].r == '+' {
			x.addWindow(counting)
		}
	}
}

func isVaried(window []rune) bool {
	const different = 3
	seen := make([]rune, 0, different)
	for _, r := range window {
		if !slices.Contains(seen, r) {
			if seen = append(seen, r); len(seen) == different {
				return true
			}
		}
	}
	return false
}

// mark marks the characters of the message that are part of a secret in this view.
func (x *index) mark(v view, marked []bool) {
	for _, in := range x.alphabets() {
		counting, places := only(v, in)
		x.markWindows(v, counting, places, marked)
		x.markPhrases(v, counting, places, marked)
	}
}

// markWindows marks runs of windows, unless they are everyday words: a secret such
// as "the-client-secret" does not make "client secret" one.
func (x *index) markWindows(v view, counting []rune, places []int, marked []bool) {
	from, to := 0, 0
	for i := range counting {
		size := x.windowAt(counting[i:])
		if size == 0 {
			continue
		}
		if i >= to && to > from {
			x.markRun(v, places[from], places[to-1]+1, marked)
		}
		if i >= to {
			from = i
		}
		to = max(to, i+size)
	}
	if to > from {
		x.markRun(v, places[from], places[to-1]+1, marked)
	}
}

// windowAt returns the size of the longest window that a text begins with; 0 if
// there is none.
func (x *index) windowAt(text []rune) (size int) {
	for _, size := range slices.Backward(x.sizes) {
		if size > len(text) {
			continue
		}
		if _, found := x.windows[hashOf(text[:size])]; found {
			return size
		}
	}
	return 0
}

func (x *index) markRun(v view, from, to int, marked []bool) {
	first, last := from, to
	// Others than those of ASCII are often noise of a decoding.
	for first > 0 && isPlain(v[first].r) && isPlain(v[first-1].r) {
		first--
	}
	for last < len(v) && isPlain(v[last-1].r) && isPlain(v[last].r) {
		last++
	}
	// A word of which only a letter or two belong to the run is there by chance.
	if !x.isOrdinary(v[behindStray(v, first, from, to):beforeStray(v, last, from, to)]) {
		markSource(v[first:last], marked)
	}
}

// mostStray is how many characters of a word may be like a secret by chance.
const mostStray = 2

// behindStray returns where a run begins without a first word of which the run has
// only the end.
func behindStray(v view, first, from, to int) int {
	end := from
	for end < to && isAlnum(v[end].r) {
		end++
	}
	if first < from && end-from <= mostStray {
		return end
	}
	return first
}

// beforeStray returns where a run ends without a last word of which the run has
// only the beginning.
func beforeStray(v view, last, from, to int) int {
	begin := to
	for begin > from && isAlnum(v[begin-1].r) {
		begin--
	}
	if to < last && to-begin <= mostStray {
		return begin
	}
	return last
}

func markSource(v view, marked []bool) {
	for _, u := range v {
		for i := u.from; i < u.to; i++ {
			marked[i] = true
		}
	}
}

// isOrdinary reports whether a text is made of words that may be shown.
func (x *index) isOrdinary(v view) bool {
	words, digits := 0, 0
	for i := 0; i < len(v); {
		end := i
		var word []rune
		for end < len(v) && isAlnum(v[end].r) {
			word = append(word, fold(v[end].r))
			end++
		}
		if len(word) > 0 && !x.isShowable(string(word)) {
			return false
		}
		if len(word) > 0 && isShortNumber(string(word)) {
			digits += len(word)
		}
		words += end - i
		i = max(end, i+1)
	}
	return words > 0 && digits < longestShown // so many in groups are one number
}

// isShowable reports whether a word is one of everyday messages or a public one, or
// is made of such words.
func (x *index) isShowable(word string) bool { return isShortNumber(word) || x.isMadeOfWords(word) }

func (x *index) isMadeOfWords(word string) bool {
	const longest, shortestPart = 40, 3
	if x.isWord(word) {
		return true
	}
	if len(word) > longest {
		return false
	}
	for cut := shortestPart; cut < len(word); cut++ {
		rest := word[cut:]
		if x.isWord(word[:cut]) && (rest == "id" || len(rest) >= shortestPart && x.isMadeOfWords(rest)) {
			return true
		}
	}
	return false
}

func (x *index) isWord(word string) bool {
	if _, public := x.public[word]; public || isCommon(word) {
		return true
	}
	return x.beside != nil && x.beside.isWord(word)
}
