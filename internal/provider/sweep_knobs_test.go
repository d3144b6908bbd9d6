package provider_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// knob is one attribute that a sweep turns: where it is in the block, and its type.
type knob struct {
	path []string
	typ  tftypes.Type
}

func (k knob) String() string { return strings.Join(k.path, ".") }

// knobs returns every attribute of a schema below a path, nested ones and the
// objects that have them.
func knobs(path []string, attributes []*tfprotov6.SchemaAttribute) []knob {
	var found []knob
	for _, attribute := range attributes {
		if attribute.Computed {
			continue
		}
		here := append(slices.Clone(path), attribute.Name)
		if inRepeatedSource(path) {
			continue
		}
		nested := attribute.NestedType
		switch {
		case nested == nil:
			found = append(found, knob{here, attribute.Type})
		case nested.Nesting == tfprotov6.SchemaObjectNestingModeMap:
			found = append(found, knobs(append(here, "default"), nested.Attributes)...)
		default:
			found = append(append(found, knob{here, tftypes.Object{}}), knobs(here, nested.Attributes)...)
		}
	}
	return found
}

// inRepeatedSource reports whether a path is in a source that is swept elsewhere, too: all
// sources have the same attributes.
func inRepeatedSource(path []string) bool {
	return len(path) > 2 && (slices.Contains([]string{"client_assertion", "subject_token", "actor_token"}, path[2]) ||
		path[2] == "revoke" && slices.Contains(path, "sources"))
}

// at returns the value at a path, and whether what holds it is there.
func (o object) at(path []string) (value any, held bool) {
	if len(path) == 1 {
		return o[path[0]], true
	}
	inner, ok := o[path[0]].(object)
	if !ok {
		return nil, false
	}
	return inner.at(path[1:])
}

// with returns the object with another value at a path.
func (o object) with(path []string, value any) object {
	changed := maps.Clone(o)
	if len(path) == 1 {
		changed[path[0]] = value
	} else if inner, ok := o[path[0]].(object); ok {
		changed[path[0]] = inner.with(path[1:], value)
	}
	return changed
}

// misplaced says why an error is not at the attribute that was changed; "" if it is.
func (k knob) misplaced(diag *tfprotov6.Diagnostic) (problem string) {
	at := names(diag.Attribute)
	own := len(k.path) - 1
	switch {
	case slices.Equal(at[:min(len(at), own+1)], k.path):
		return "" // it is there, or in what is within it
	case len(at) < own || len(at) == 0 || at[0] != k.path[0]:
		return "it is elsewhere"
	case !regexp.MustCompile(`\b` + k.path[own] + `\b`).MatchString(diag.Detail):
		return "it does not name " + k.path[own]
	default:
		return ""
	}
}

// names returns the names of a path's steps.
func names(path *tftypes.AttributePath) []string {
	var found []string
	for _, step := range path.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			found = append(found, string(step))
		case tftypes.ElementKeyString:
			found = append(found, string(step))
		}
	}
	return found
}
