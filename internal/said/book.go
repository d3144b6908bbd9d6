package said

import (
	"slices"
	"strings"
)

// Gap stands in a value for another one, which is known only later. The texts around it are
// secret unless they are everyday words.
const Gap = "\ue000"

// Entry is one value of an exchange, with its name.
type Entry struct {
	// Name is the name of the attribute, key, field, header or cookie. It decides
	// whether an everyday word is secret: "password" as a password, and not as a grant.
	Name string
	// Value is the value. It may contain others, such as the fields of JSON.
	Value Secret
	// Public says that the value is not a secret, and that messages may use its words.
	Public bool
	// Whole says that everything in the value is secret, and that the names in it do not
	// count.
	Whole bool
	// Own says that only messages about this book's own set hide the value, or show its words.
	Own bool
	// shelf has more secrets; nil if the entry is a value.
	shelf *Shelf
}

// Book has the secrets and the public values of an exchange.
type Book []Entry

// Add returns the book with one more secret.
func (b Book) Add(name string, value Secret) Book {
	return append(slices.Clip(b), Entry{Name: name, Value: value})
}

// Judge returns a judge that hides the secrets of the book.
//
// A value that contains others is taken apart, and the names in it decide which parts are
// secret. A value whose name says nothing is secret unless it consists of everyday
// words. If one of two equal values is secret, both are.
func (b Book) Judge() *Judge {
	known, found := newIndex(), b.pieces()
	known.addWords(found)
	known.addTexts(found)
	return &Judge{known, b.shelves()}
}

// HasSecret reports whether a value of the book is secret by its name, or looks like a token
// or a key.
func (b Book) HasSecret() bool {
	return slices.ContainsFunc(b.pieces().texts, func(piece piece) bool {
		return strings.TrimSpace(piece.text) != "" && (piece.of == secret || isLikely(piece.text))
	})
}

// pieces returns the parts of the values of the book.
func (b Book) pieces() *pieces {
	found := &pieces{}
	for _, entry := range b {
		text := entry.Value.Reveal()
		switch {
		case entry.Public && urlPattern.MatchString(text):
			found.addEndpoint(text, mostNested)
			continue
		case entry.Public:
			found.add(text, public)
			continue
		}
		if entry.Whole && found.addWhole(text) {
			continue
		}
		found.takeApart(entry.Name, text, unranked, mostNested)
	}
	return found
}

// addWords adds the public words.
func (x *index) addWords(found *pieces) {
	for _, text := range slices.Concat(found.words, found.publicSteps()) {
		x.addPublic(text)
	}
}

// addTexts adds the texts that are secret.
func (x *index) addTexts(found *pieces) {
	everyday := newIndex()
	for _, piece := range found.texts {
		if piece.of == secret || !everyday.isOrdinary(newView([]rune(piece.text))) {
			x.addSecret(piece.text)
		}
	}
}

// addPublic adds the words of a public value.
func (x *index) addPublic(text string) {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !isAlnum(r) }) {
		folded, _ := only(newView([]rune(word)), letters)
		x.public[string(folded)] = struct{}{}
	}
}

// pieces are the parts of values.
type pieces struct {
	// words are public texts.
	words []string
	// texts are secret texts, and texts that are secret unless they are everyday words.
	texts []piece
	// steps are those of the paths of URLs, which are public if no secret is in them.
	steps []string
}

type piece struct {
	text string
	of   rank
}

// mostPieces limits the work for values of a megabyte.
const mostPieces = 10_000

func (p *pieces) add(text string, of rank) {
	if len(p.words)+len(p.texts) >= mostPieces {
		return
	}
	switch {
	case of == public:
		p.words = append(p.words, text)
	case strings.Contains(text, Gap):
		for part := range strings.SplitSeq(text, Gap) {
			p.texts = append(p.texts, piece{part, unranked})
		}
	default:
		p.texts = append(p.texts, piece{text, of})
	}
}

// addName adds the words of a name: names are public.
func (p *pieces) addName(name string) {
	if len(p.words) < mostPieces {
		p.words = append(p.words, nameWords(name)...)
	}
}
