package service

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// strayCharacter is the summary of an error about a character that is probably there
// by mistake.
const strayCharacter = "Whitespace or invisible character"

// word returns a validator of a text that is not empty and has no character that
// nobody types on purpose. It is for everything that a vendor issues or defines: client
// ids and secrets, tokens, names, types.
func word() validator.String {
	return inTurn{notEmpty(), Check(strayCharacter, "a text on one line", CheckWord)}
}

// password returns a validator of a password. People choose passwords: they may
// begin or end with a space, and have other spaces inside.
func password() validator.String { return inTurn{notEmpty(), oneLine()} }

// oneLine returns a validator of a password or a key, which may be empty.
func oneLine() validator.String {
	return Check(strayCharacter, "a password on one line", checkPassword)
}

// CheckWord reports the first character of a text that is probably there by mistake.
// Spaces inside are accepted: RFC 6749 allows them in ids and secrets. The error does
// not quote the text.
func CheckWord(text string) error {
	if err := checkEdges(text, unicode.IsSpace); err != nil {
		return err
	}
	return checkInside(text, func(r rune) bool { return r == ' ' })
}

func checkPassword(text string) error {
	isStray := func(r rune) bool { return unicode.IsSpace(r) && !isInPassword(r) }
	if err := checkEdges(strings.Trim(text, "\t"), isStray); err != nil {
		return err
	}
	return checkInside(text, isInPassword)
}

// isInPassword reports whitespace that a password may have anywhere (RFC 6749,
// appendix A.8). A line break comes from a file.
func isInPassword(r rune) bool { return r == '\t' || unicode.Is(unicode.Zs, r) }

// checkEntry accepts a line break at the end of several lines, such as PEM, but not
// at the end of one line, where it comes from a file.
func checkEntry(text string) error {
	lines := strings.Trim(text, "\r\n")
	if strings.ContainsAny(lines, "\r\n") {
		text = lines
	}
	if err := checkEdges(text, isOtherSpace); err != nil {
		return err
	}
	return checkControls(text)
}

// Trimmed returns a text from the environment or a file without the whitespace and the
// invisible characters around it.
func Trimmed(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || isInvisible(r) })
}

// checkEdges reports a character that should not be first or last. isStray reports
// those that show as space.
func checkEdges(text string, isStray func(rune) bool) error {
	first := firstRune(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	const program = "If it comes from a file or a program, put trimspace(…) around it"
	switch {
	case text == "":
		return nil
	case isStray(last):
		return fmt.Errorf("it ends with %s. %s", named(last), program)
	case isStray(first):
		return fmt.Errorf("it begins with %s. %s", named(first), program)
	case isInvisible(last):
		return fmt.Errorf("it ends with %s, which trimspace(…) keeps. %s", named(last), removal(last))
	case isInvisible(first):
		return fmt.Errorf("it begins with %s, which trimspace(…) keeps. %s", named(first), removal(first))
	}
	return nil
}

// checkInside reports a character within a text that is neither visible nor one of
// the spaces that isAccepted reports.
func checkInside(text string, isAccepted func(rune) bool) error {
	before := ' '
	for i, r := range text {
		switch {
		case isAccepted(r), isJoiner(r) && before > unicode.MaxASCII && firstRune(text[i+len(string(r)):]) > unicode.MaxASCII:
		case unicode.IsSpace(r), isInvisible(r):
			return fmt.Errorf("it contains %s. %s", named(r), removal(r))
		case r == utf8.RuneError:
			return errors.New("it contains U+FFFD, which stands for a character that could not be read. Save its file in UTF-8")
		}
		before = r
	}
	return nil
}

// checkControls reports a control character other than those of lines and tabs.
func checkControls(text string) error {
	for _, r := range text {
		if unicode.IsControl(r) && !strings.ContainsRune("\t\r\n", r) {
			return fmt.Errorf("it contains %s. %s", named(r), removal(r))
		}
	}
	return nil
}

// isOtherSpace reports whitespace other than a plain space.
func isOtherSpace(r rune) bool { return r != ' ' && unicode.IsSpace(r) }

// isInvisible reports a character that does not show.
func isInvisible(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point) ||
		r == '\u2800' // a Braille pattern without dots
}

// isJoiner reports a character that some scripts and emoji need inside a word.
func isJoiner(r rune) bool { return r == '\u200c' || r == '\u200d' }

func firstRune(text string) rune {
	first, _ := utf8.DecodeRuneInString(text)
	return first
}

// named returns the name of a character that does not show.
func named(r rune) string {
	names := map[rune]string{
		' ': "a space", '\n': "a line break", '\r': "a line break", '\t': "a tab",
		'\u00a0': "a no-break space", '\ufeff': "a byte order mark", '\u200b': "a zero-width space",
	}
	return fmt.Sprintf("%s (U+%04X)", cmp.Or(names[r], "an invisible character"), r)
}

// removal says how to remove a character.
func removal(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf(`Type the value again, or remove it with replace(…, "\U%08x", "")`, r)
	}
	return fmt.Sprintf(`Type the value again, or remove it with replace(…, "\u%04x", "")`, r)
}
