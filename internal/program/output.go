package program

import (
	"bytes"
	"regexp"
)

const (
	largestOutput = 1 << 20 // how much of stdout is accepted, in bytes
	// longestLine is how much of stderr is kept, in bytes. A judge shows less.
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

// words keeps what a program says on stderr of its failure: all from its last line that
// begins with error:, else its last line. Lines without a letter or a digit do not count,
// nor does a single word such as Aborting after a line of several.
type words struct {
	current, kept []byte
	isError       bool // kept begins with error:
}

// Write implements io.Writer.
func (w *words) Write(p []byte) (int, error) {
	for _, b := range p {
		switch {
		case b == '\n', b == '\r':
			w.end()
		case len(w.current) < longestLine:
			w.current = append(w.current, b)
		}
	}
	return len(p), nil
}

// errorLine matches a line that begins with error:, also after the name of a program, or
// in color.
var errorLine = regexp.MustCompile(`(?i)^(\x1b\[[0-9;]*m|\W)*([\w./-]+: )?(error|fatal)(\x1b\[[0-9;]*m|\[\w+\])*:`)

// end ends the current line.
func (w *words) end() {
	line := bytes.TrimSpace(w.current)
	w.current = w.current[:0]
	switch isError := errorLine.Match(line); {
	case !bytes.ContainsFunc(line, isWord):
	case isError:
		w.kept, w.isError = append(w.kept[:0], line...), true
	case w.isError && len(w.kept)+len(line) < longestLine:
		w.kept = append(append(w.kept, '\n'), line...)
	case w.isError, !bytes.Contains(line, []byte(" ")) && bytes.Contains(w.kept, []byte(" ")):
	default:
		w.kept = append(w.kept[:0], line...)
	}
}

// isWord reports whether a character is a letter or a digit, or may be one.
func isWord(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r > '\u00a0'
}

func (w *words) text() string {
	w.end()
	return string(w.kept)
}
