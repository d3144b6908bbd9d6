package said

import (
	"strings"
	"unicode"
)

const (
	// longestMessage is how many characters of a message are shown.
	longestMessage = 1000
	// longestName is how many characters of a name are shown.
	longestName = 100
	// lookAhead is how many times more is looked at than is shown: hidden text is longer
	// than its placeholder.
	lookAhead = 3
)

// Shown is text that may be shown. Only a judge makes one from other text; other packages
// add constants to it.
type Shown string

// Judge decides what may be shown of a foreign text. It hides each word that is part of a
// secret, also if it is encoded or in another case, and each that looks like a
// credential. It shows all others.
type Judge struct {
	known   *index
	shelves []*Shelf
}

// Message returns a message on one line of at most 1,000 printable characters, with
// [Hidden] in the place of secrets; "" if it has no letter and no digit.
func (j *Judge) Message(text Foreign) Shown {
	shown := j.say(text.raw(), longestMessage, nil)
	if !strings.ContainsFunc(string(shown), func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
		return ""
	}
	return shown
}

// Name is Message for a name, such as that of a host, a header or a key. It has at most
// 100 characters.
func (j *Judge) Name(text Foreign) Shown { return j.say(text.raw(), longestName, nil) }

// Key is Name for a name in a response. It is hidden if it looks like a token, such as the
// id of a session by which an object names its value.
func (j *Judge) Key(text Foreign) Shown {
	if LooksSecret(text.raw()) {
		return Hidden
	}
	return j.Name(text)
}

// say shows a text, without what more returns of it too, if it is not nil.
func (j *Judge) say(text string, longest int, more func(text string) []string) Shown {
	message, marked, whole := j.mark(text, longest, true)
	if more != nil {
		for _, part := range more(string(message)) {
			markAll(string(message), part, marked)
		}
	}
	return Shown(write(message, marked, whole, longest))
}

// mark returns a text as far as it can be shown, which of its characters are hidden, and
// whether that is all of the text. It hides the secrets of the book and its shelves and,
// if asked to, what looks like a credential.
func (j *Judge) mark(text string, longest int, credentials bool) (message []rune, marked []bool, whole bool) {
	message, whole = clean(text, lookAhead*longest)
	marked = make([]bool, len(message))
	views := viewsOf(message)
	byIndex := func(known *index) {
		for _, v := range views {
			known.mark(v, marked)
		}
	}
	byIndex(j.known)
	for _, shelf := range j.shelves {
		shelf.read(j.known, byIndex)
	}
	if credentials {
		for _, v := range views {
			markCredentials(v, marked)
			markNamed(v, marked)
		}
	}
	widen(message, marked)
	return message, marked, whole
}

// widen marks the rest of each word that is partly marked, and a single character between
// two marked words, since they may be one secret.
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

// isJoined reports whether two characters belong to one word.
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
