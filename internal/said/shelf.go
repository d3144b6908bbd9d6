package said

import (
	"hash/maphash"
	"slices"
	"strconv"
	"sync"
)

// Shelf has the secrets of a whole process: a server may get the secret of one set and
// repeat it in its answer to another. The zero Shelf is empty. It is safe for concurrent
// use.
//
// Entries are indexed only when a message is judged.
type Shelf struct {
	mu sync.RWMutex
	// seed and added are the hashes of the entries, and their seed.
	seed  maphash.Seed
	added map[uint64]struct{}
	// waiting are the entries that are not indexed yet.
	waiting Book
	known   *index
}

// Entry returns an entry for a book. The judge of that book also hides the secrets of the
// shelf.
func (s *Shelf) Entry() Entry { return Entry{shelf: s} }

// Add adds the entries of a book.
func (s *Shelf) Add(book Book) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.added == nil {
		s.seed, s.added = maphash.MakeSeed(), map[uint64]struct{}{}
	}
	for _, entry := range book {
		if entry.shelf != nil || entry.Own || entry.Value.IsEmpty() {
			continue
		}
		sum := s.hash(entry)
		if _, found := s.added[sum]; !found {
			s.added[sum] = struct{}{}
			s.waiting = append(s.waiting, entry)
		}
	}
}

func (s *Shelf) hash(entry Entry) uint64 {
	return maphash.String(s.seed, strconv.FormatBool(entry.Public)+strconv.FormatBool(entry.Whole)+entry.Name+"\x00"+entry.Value.Reveal())
}

// Learn adds more entries to the shelves of the book.
func (b Book) Learn(more Book) {
	for _, shelf := range b.shelves() {
		shelf.Add(more)
	}
}

// shelves returns the shelves of the book.
func (b Book) shelves() []*Shelf {
	var found []*Shelf
	for _, entry := range b {
		if entry.shelf != nil && !slices.Contains(found, entry.shelf) {
			found = append(found, entry.shelf)
		}
	}
	return found
}

// read calls look with the index of the shelf. The public words of own may be shown.
func (s *Shelf) read(own *index, look func(*index)) {
	s.update()
	s.mu.RLock()
	defer s.mu.RUnlock()
	known := *s.known
	known.beside = own
	look(&known)
}

// update indexes the waiting entries. Public words come first, because they decide which
// texts are everyday words.
func (s *Shelf) update() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = newIndex()
		s.known.shelved, s.known.most = true, mostShelved
	}
	found := make([]*pieces, 0, len(s.waiting))
	for _, entry := range s.waiting {
		found = append(found, Book{entry}.pieces())
	}
	for _, of := range found {
		s.known.addWords(of)
	}
	for _, of := range found {
		s.known.addTexts(of)
	}
	s.waiting = nil
}
