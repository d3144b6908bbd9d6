package said

import (
	"slices"
	"unicode/utf8"
)

const (
	// shortestPart is how many characters of a secret in a row are hidden.
	shortestPart = 8
	// shortestSecret is the least length of a secret. To hide shorter texts, such as
	// versions and flags, would make messages unreadable.
	shortestSecret = 4
	// longestPhrase is the greatest length of a text that is hidden only as a whole.
	longestPhrase = 200
	// mostWindows limits the work for secrets of a megabyte.
	mostWindows = 1 << 18
	// mostShelved limits the memory for the secrets of a process with a thousand sets.
	mostShelved = 1 << 22
)

// index is what may not be shown: windows, which are all parts of eight characters of each
// secret and of its encodings, and phrases, which are texts that are hidden only as a
// whole. Both are stored as hashes, because there are thousands.
type index struct {
	windows map[uint64]struct{}
	// sizes are the sizes of the windows without blanks, sorted.
	sizes []int
	// phrases are the texts that are hidden as a whole.
	phrases map[uint64]phrase
	// lengths are the lengths of the phrases, sorted.
	lengths []int
	// public are words that may be shown, besides those of everyday messages.
	public map[string]struct{}
	// foreign says that a secret has letters that are not in ASCII.
	foreign bool
	// most is how many windows there may be.
	most int
	// shelved says that this is the index of a process. It does not have the base64 of
	// secrets in a changed case, which would make it ten times as large.
	shelved bool
	// beside is another index, if any, whose public words may be shown too.
	beside *index
}

func newIndex() *index {
	return &index{windows: map[uint64]struct{}{}, phrases: map[uint64]phrase{}, public: map[string]struct{}{}, most: mostWindows}
}

// alphabet says which characters count when texts are compared. All others are ignored.
// It returns a character in the form that is compared.
type alphabet func(rune) (counts rune, ok bool)

// written is the alphabet of all characters except blanks: a secret may have punctuation.
func written(r rune) (counts rune, ok bool) {
	if ok = !isBlank(r); ok {
		counts = fold(r)
	}
	return counts, ok
}

// letters is the alphabet of letters and digits: punctuation may have been added.
func letters(r rune) (counts rune, ok bool) {
	if ok = isAlnum(r); ok {
		counts = fold(r)
	}
	return counts, ok
}

// plainLetters is the alphabet of letters and digits in ASCII: others may be garbled.
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
	for i := range v {
		if r, ok := in(v[i].r); ok {
			counting, places = append(counting, r), append(places, i)
		}
	}
	return counting, places
}

// count returns how many characters count.
func (v view) count(in alphabet) (all int) {
	for i := range v {
		if _, ok := in(v[i].r); ok {
			all++
		}
	}
	return all
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

// addWindows adds the windows of a text, except those that repeat one or two characters,
// such as the zeros of a made-up id.
func (x *index) addWindows(text []rune) (added bool) {
	for i := 0; i+shortestPart <= len(text); i++ {
		if len(x.windows) >= x.most {
			return true
		}
		if window := text[i : i+shortestPart]; isVaried(window) {
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

// addShortWindows adds the windows that have characters which do not count, and so are
// shorter.
func (x *index) addShortWindows(v view, in alphabet) {
	const fewest = 6
	for i := 0; i+shortestPart <= len(v) && len(x.windows) < x.most; i++ {
		window := v[i : i+shortestPart]
		if all := window.count(in); all == shortestPart || all < fewest {
			continue
		}
		counting, places := only(window, in)
		if !isVaried(counting) {
			continue
		}
		within := places[len(places)-1]-places[0] >= len(places)
		if within || window[0].r == '+' || window[shortestPart-1].r == '+' {
			x.addWindow(counting)
		}
	}
}

func isVaried(window []rune) bool {
	first, second := window[0], window[0]
	for _, r := range window {
		switch {
		case r == first, r == second:
		case second == first:
			second = r
		default:
			return true
		}
	}
	return false
}

// mark marks the characters of the message that this view shows to be part of a secret.
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

// windowAt returns the size of the longest window at the beginning of a text, or 0.
func (x *index) windowAt(text []rune) (size int) {
	sum, next := uint64(noHash), 0
	for i := 0; next < len(x.sizes) && i < len(text); i++ {
		sum = hash(sum, text[i])
		if i+1 < x.sizes[next] {
			continue
		}
		next++
		if _, found := x.windows[sum]; found {
			size = i + 1
		}
	}
	return size
}

func (x *index) markRun(v view, from, to int, marked []bool) {
	first, last := from, to
	// Letters outside ASCII are often noise of a wrong decoding.
	for first > 0 && isPlain(v[first].r) && isPlain(v[first-1].r) {
		first--
	}
	for last < len(v) && isPlain(v[last-1].r) && isPlain(v[last].r) {
		last++
	}
	// If only a letter or two of a word belong to the run, they do so by chance.
	if !x.isOrdinary(v[behindStray(v, first, from, to):beforeStray(v, last, from, to)]) {
		markSource(v[first:last], marked)
	}
}

// mostStray is how many characters of a word may equal those of a secret by chance.
const mostStray = 2

// behindStray returns the beginning of a run without its first word, if the run has only
// the last characters of that.
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

// beforeStray returns the end of a run without its last word, if the run has only the
// first characters of that.
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
	for place := range v {
		for i := v[place].from; i < v[place].to; i++ {
			marked[i] = true
		}
	}
}

// isOrdinary reports whether a text consists of words that may be shown.
func (x *index) isOrdinary(v view) bool {
	words, digits := 0, 0
	for from, to := range v.runs(isAlnum) {
		var folded []rune
		for i := range v[from:to] {
			folded = append(folded, fold(v[from+i].r))
		}
		word := string(folded)
		if !x.isShowable(word) {
			return false
		}
		if isShortNumber(word) {
			digits += len(word)
		}
		words++
	}
	return words > 0 && digits < shortestPart // more digits, in groups, are one number
}

// isShowable reports whether a word is an everyday or a public one, or consists of such
// words.
func (x *index) isShowable(word string) bool { return isShortNumber(word) || x.isMadeOfWords(word) }

func (x *index) isMadeOfWords(word string) bool {
	const longest, shortest = 40, 3
	if x.isWord(word) {
		return true
	}
	if len(word) > longest {
		return false
	}
	for cut := shortest; cut < len(word); cut++ {
		rest := word[cut:]
		if x.isWord(word[:cut]) && (rest == "id" || len(rest) >= shortest && x.isMadeOfWords(rest)) {
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
