package said

import (
	"errors"
	"testing"
)

// A Foreign answers questions about its text, and none of the answers is the text.
func TestForeignAnswers(t *testing.T) {
	t.Parallel()
	text := ErrorText(errors.New("tls: Bad zebra"))
	rest, found := text.CutPrefix("tls: ")
	for question, answer := range map[string]bool{
		"is":               text.Is("tls: Bad zebra") && !text.Is("tls: bad zebra"),
		"equal":            text.Equal(NewForeign("tls: Bad zebra")) && !text.Equal(rest),
		"equal but case":   text.EqualFold("TLS: bad ZEBRA") && !text.EqualFold("tls"),
		"contains":         text.Contains("zeb") && !text.Contains("Zeb"),
		"begins":           text.HasPrefix("tls: ") && !text.HasPrefix("Bad"),
		"cut":              found && rest.Is("Bad zebra"),
		"not empty":        !text.IsEmpty() && !rest.IsEmpty(),
		"nothing is empty": Foreign{}.IsEmpty() && Foreign{}.Is("") && Foreign{}.Equal(NewForeign("")) && Foreign{}.Use() == "",
		"used as it came":  text.Use() == "tls: Bad zebra",
		"an error's text":  text.String() == Foreign{}.String(),
	} {
		if !answer {
			t.Error(question)
		}
	}
	if rest, found := text.CutPrefix("Bad"); found || !rest.Equal(text) {
		t.Error("it is cut where it does not begin so")
	}
}
