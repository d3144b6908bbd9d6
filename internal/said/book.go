package said

import (
	"slices"
	"strings"
)

// Entry is one value of an exchange, and where it comes from.
type Entry struct {
	// Name is that of the attribute, key, field, header or cookie. It decides what
	// an everyday word is there: "password" as a grant type, or as a password.
	Name string
	// Value is the value; it may hold others, such as the fields of JSON.
	Value Secret
	// Public says that the value is no secret, and that messages may use its words.
	Public bool
	// Whole says that all in the value is secret, whatever it calls itself.
	Whole bool
	// shelf holds more of what is secret; nil: the entry is a value.
	shelf *Shelf
}

// Book is what is secret of an exchange, and what is not.
type Book []Entry

// Add returns the book with one more secret.
func (b Book) Add(name string, value Secret) Book {
	return append(slices.Clip(b), Entry{Name: name, Value: value})
}

// Judge returns a judge that says nothing of what is secret in the book.
//
// What is secret of a value that holds others is taken out of it, by the names in
// there. A value that has no name to go by is secret unless it is made of everyday
// words. So is each of two equal values if one is.
func (b Book) Judge() *Judge {
	known, found := newIndex(), b.pieces()
	known.addWords(found)
	known.addTexts(found)
	return &Judge{known, b.shelves()}
}

// pieces returns what the values of the book are made of.
func (b Book) pieces() *pieces {
	found := &pieces{}
	for _, entry := range b {
		text := entry.Value.Reveal()
		if entry.Public {
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
	for _, text := range found.words {
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

// pieces are the texts that values are made of.
type pieces struct {
	// words are public texts.
	words []string
	// texts are secret, or unless they are everyday words.
	texts []piece
}

type piece struct {
	text string
	of   rank
}

// mostPieces bounds the work for values of a megabyte.
const mostPieces = 10_000

func (p *pieces) add(text string, of rank) {
	if len(p.words)+len(p.texts) >= mostPieces {
		return
	}
	switch of {
	case public:
		p.words = append(p.words, text)
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
