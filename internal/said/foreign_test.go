package said

import (
	"errors"
	"testing"
)

// A Foreign answers questions about its text, and no answer is the text.
func TestForeignAnswers(t *testing.T) {
	t.Parallel()
	text, none := ErrorText(errors.New("tls: Bad zebra")), Foreign{}
	rest, found := text.CutPrefix("tls: ")
	for question, answers := range map[string]struct{ yes, no bool }{
		"is":              {text.Is("tls: Bad zebra"), text.Is("tls: bad zebra")},
		"equal":           {text.Equal(NewForeign("tls: Bad zebra")), text.Equal(rest)},
		"equal but case":  {text.EqualFold("TLS: bad ZEBRA"), text.EqualFold("tls")},
		"contains":        {text.Contains("zeb"), text.Contains("Zeb")},
		"begins":          {text.HasPrefix("tls: "), text.HasPrefix("Bad")},
		"is cut":          {found, rest.Is("tls: Bad zebra")},
		"has a rest":      {rest.Is("Bad zebra"), rest.IsEmpty()},
		"is empty":        {none.IsEmpty(), text.IsEmpty()},
		"nothing":         {none.Is(""), none.Equal(text)},
		"nothing is used": {none.Equal(NewForeign("")), none.Use() != ""},
		"is used":         {text.Use() == "tls: Bad zebra", text.String() != none.String()},
	} {
		if !answers.yes || answers.no {
			t.Errorf("%s: %t and %t", question, answers.yes, answers.no)
		}
	}
	if rest, found := text.CutPrefix("Bad"); found || !rest.Equal(text) {
		t.Error("it is cut where it does not begin so")
	}
}
