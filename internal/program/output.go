package program

import "strings"

const (
	largestOutput = 1 << 20 // how much of stdout is accepted, in bytes
	// longestLine is how much of a line of stderr is kept, in bytes. A judge shows less.
	longestLine = 16 << 10
)

// output is what a program writes to stdout.
type output struct {
	written []byte
	full    func() // called when there is too much
}

// Write implements io.Writer. It returns an error if there is too much.
func (o *output) Write(p []byte) (int, error) {
	if len(o.written)+len(p) > largestOutput {
		o.full()
		return 0, errTooLarge
	}
	o.written = append(o.written, p...)
	return len(p), nil
}

func (o *output) text() string { return string(o.written) }

// lastLine keeps the last line that a program writes to stderr and that has a letter or
// a digit. It also keeps the line before a single word, such as Aborting, which says little.
type lastLine struct{ current, last []byte }

// Write implements io.Writer.
func (l *lastLine) Write(p []byte) (int, error) {
	for _, b := range p {
		switch {
		case b == '\n', b == '\r':
			l.end()
		case len(l.current) < longestLine:
			l.current = append(l.current, b)
		}
	}
	return len(p), nil
}

// end ends the current line.
func (l *lastLine) end() {
	line := strings.TrimSpace(string(l.current))
	l.current = l.current[:0]
	before := string(l.last)
	switch isAlone := !strings.Contains(line, " ") && strings.Contains(before, " "); {
	case !strings.ContainsFunc(line, isWord):
	case isAlone && len(before)+len(line) < longestLine:
		l.last = append(append(l.last, ' '), line...)
	default:
		l.last = append(l.last[:0], line...)
	}
}

// isWord reports whether a character is a letter or a digit, or may be one.
func isWord(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r > '\u00a0'
}

func (l *lastLine) text() string {
	l.end()
	return string(l.last)
}
