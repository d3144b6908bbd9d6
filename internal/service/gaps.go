package service

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// gaps puts a gap in the place of each {NAME} that is replaced: it is no secret, but what
// is around it may be one.
type gaps struct{ names map[string]struct{} }

// gapsOf returns the names that are replaced in the texts of a set.
func gapsOf(v values) gaps {
	var of given
	if _, isDescribed := v["request"]; isDescribed {
		of = customNames(v)
	} else if _, hasOutputs := v["outputs"]; hasOutputs {
		of.outputs = read[types.Map](v, "outputs")
	}
	names := map[string]struct{}{}
	for _, name := range of.names() {
		names[name] = struct{}{}
	}
	return gaps{names}
}

// in returns the text of an attribute of the object called within, with its gaps.
func (g gaps) in(within, attribute, text string) string {
	if !isFilled(within, attribute) {
		return text
	}
	return WithGaps(text, g.names)
}

// WithGaps returns a text with a gap in the place of each {NAME} and {NAME.OUTPUT} of these
// names.
func WithGaps(text string, names map[string]struct{}) string {
	for _, found := range source.Placeholders(text) {
		_, isName := names[found.String()]
		_, isOutput := names[found.Name]
		if isName || isOutput {
			text = strings.ReplaceAll(text, "{"+found.String()+"}", said.Gap)
		}
	}
	return text
}

// isFilled reports whether each {NAME} is replaced in an attribute of the object called within.
func isFilled(within, attribute string) bool {
	if within == "basic_auth" {
		return true
	}
	return slices.Contains([]string{"url", "headers", "query", "form", "json", "body", "message", "claims", "header"}, attribute)
}
