package source

import (
	"regexp"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Filler is a Source with texts in which each {NAME} stands for another value.
type Filler interface {
	Source
	// Texts returns the texts.
	Texts() []said.Secret
	// Fill returns the source with other values in the place of each {NAME}.
	Fill(Fill) Source
}

// Fill puts values in the place of each {NAME} in a text.
type Fill struct {
	Plain func(said.Secret) said.Secret // puts them in as they are
	JSON  func(said.Secret) said.Secret // escapes them for a JSON string
}

// placeholder matches {NAME} and {NAME.OUTPUT}. An output may have dots in its name.
var placeholder = regexp.MustCompile(`\{([A-Za-z_][A-Za-z0-9_-]*)((?:\.[^{}\s"]+)?)\}`)

// Placeholder is a {NAME} or a {NAME.OUTPUT} in a text.
type Placeholder struct {
	Name   string // NAME
	Output string // OUTPUT; empty: there is none
}

// String returns the placeholder without braces.
func (p Placeholder) String() string {
	if p.Output == "" {
		return p.Name
	}
	return p.Name + "." + p.Output
}

// IsPlaceholder reports whether a text is a {NAME} or a {NAME.OUTPUT} and nothing else.
func IsPlaceholder(text string) bool { return text != "" && placeholder.FindString(text) == text }

// WithoutPlaceholders returns a text without each {NAME} and {NAME.OUTPUT}.
func WithoutPlaceholders(text said.Secret) said.Secret {
	return said.NewSecret(placeholder.ReplaceAllString(text.Reveal(), ""))
}

// Placeholders returns each {NAME} and {NAME.OUTPUT} in a text.
func Placeholders(text string) []Placeholder {
	var found []Placeholder
	for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
		p := Placeholder{Name: match[1]}
		if match[2] != "" {
			p.Output = match[2][1:]
		}
		found = append(found, p)
	}
	return found
}
