package source

import (
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// valueAt returns the value at a path in the JSON that a source holds, or all of its text
// if there is no path. White space around the value is dropped.
func valueAt(from Source, path answer.Path, text string) (said.Secret, error) {
	text = trim(text)
	if path.IsEmpty() || text == "" {
		return sendable(from, text)
	}
	content := answer.Read(nil, []byte(text))
	if !strings.ContainsRune("{[\"", rune(text[0])) || !content.IsJSON() { // a form is not JSON
		return said.Secret{}, &Error{Source: from, Problem: NotJSON}
	}
	found := content.At(path)
	value := found.Token()
	if found.IsNumber() {
		value, _ = found.Text()
	}
	if value.IsEmpty() {
		return said.Secret{}, &Error{Source: from, Problem: NoText, Content: content}
	}
	return sendable(from, trim(value.Reveal()))
}
