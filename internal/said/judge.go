package said

import (
	"strings"
	"unicode"
)

const (
	// longestMessage is how much of a message is shown, in characters.
	longestMessage = 1000
	// longestName is how much of a name is shown.
	longestName = 100
	// lookAhead is how much more is looked at than is shown: what is hidden is
	// longer than what stands in its place.
	lookAhead = 3
)

// Shown is text that a judge has let through, with words of ours around it. Only a
// judge makes one: other packages write constants, and add them to it.
type Shown string

// Judge decides what of a foreign text may be said. It looks at each word of the
// text: is that, decoded and whatever its case, part of a secret, or does it look
// like a credential? All other words pass.
type Judge struct {
	known   *index
	shelves []*Shelf
}

// Message returns a message on one line of at most 1,000 printable characters, with
// [Hidden] for what may not be said; "" if it has neither a letter nor a digit.
func (j *Judge) Message(text Foreign) Shown {
	shown := j.say(text.raw(), longestMessage)
	if !strings.ContainsFunc(string(shown), func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
		return ""
	}
	return shown
}

// Name returns a name, such as that of a host, a header or a key, as Message does,
// of at most 100 characters.
func (j *Judge) Name(text Foreign) Shown { return j.say(text.raw(), longestName) }

func (j *Judge) say(text string, longest int) Shown {
	message, whole := clean(text, lookAhead*longest)
	marked := make([]bool, len(message))
	j.markKnown(message, marked)
	eachView(message, func(v view) { markCredentials(v, marked) })
	widen(message, marked)
	return Shown(write(message, marked, whole, longest))
}

// markKnown marks what is secret in the book or on its shelves.
func (j *Judge) markKnown(message []rune, marked []bool) {
	eachView(message, func(v view) { j.known.mark(v, marked) })
	for _, shelf := range j.shelves {
		shelf.read(j.known, func(known *index) {
			eachView(message, func(v view) { known.mark(v, marked) })
		})
	}
}

// widen marks the rest of each word of which something is marked, and what is
// between two that one character parts: they may be one secret.
func widen(message []rune, marked []bool) {
	for i := 1; i+1 < len(message); i++ {
		marked[i] = marked[i] || marked[i-1] && marked[i+1] && !isAlnum(message[i])
	}
	for i := 1; i < len(message); i++ {
		marked[i] = marked[i] || marked[i-1] && isJoined(message[i-1], message[i])
	}
	for i := len(message) - 1; i > 0; i-- {
		marked[i-1] = marked[i-1] || marked[i] && isJoined(message[i-1], message[i])
	}
}

// isJoined reports whether two characters are of one word.
func isJoined(a, b rune) bool { return isPart(a) && isPart(b) }

// isPart reports whether a character is part of a word, which may be an encoded one.
func isPart(r rune) bool {
	return isAlnum(r) || r == '_' || r == '-' || r == '+' || r == '%' || r == '~'
}

// write returns the message with placeholders, cut to the longest length.
func write(message []rune, marked []bool, whole bool, longest int) string {
	const more = '…'
	shown := make([]rune, 0, longest+len(Hidden))
	for i, r := range message {
		switch {
		case !marked[i]:
			shown = append(shown, r)
		case i == 0 || !marked[i-1]:
			shown = append(shown, []rune(Hidden)...)
		}
		if len(shown) > longest {
			break
		}
	}
	if whole && len(shown) <= longest {
		return string(shown)
	}
	return strings.TrimRight(string(shown[:min(len(shown), longest-1)]), " ") + string(more)
}
