package service

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// Reference is a source that is the token of another credential set.
type Reference struct {
	At      path.Path // the attribute that names the other set
	By      string    // the set that has the source, SERVICE.SET
	To      string    // the other set, SERVICE.SET
	Outputs []string  // the outputs of the token that the set needs
}

// References returns the references of the sets of a service to other sets, in order.
// Those that are not known yet are left out.
func (s Service) References(sets types.Map) []Reference {
	var found []Reference
	elements := sets.Elements()
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		set := elements[name]
		outputs := map[string][]string{}
		for _, name := range placeholders(set) {
			if base, output, ok := strings.Cut(name, "."); ok {
				outputs[base] = append(outputs[base], output)
			}
		}
		found = append(found, referencesIn(path.Root(s.Name).AtMapKey(name), set, Reference{By: s.Name + "." + name}, outputs)...)
	}
	return found
}

// referencesIn returns the references in a value at a path. by says whose they are, and
// outputs which outputs the set needs, by the name of the source.
func referencesIn(at path.Path, value attr.Value, by Reference, outputs map[string][]string) []Reference {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}
	if object, ok := value.(types.Object); ok && isSource(object) {
		to, _ := object.Attributes()["credentials"].(types.String)
		if to.IsNull() || to.IsUnknown() {
			return nil
		}
		last, _ := at.Steps().LastStep()
		name, _ := last.(path.PathStepElementKeyString)
		by.At, by.To, by.Outputs = at.AtName("credentials"), to.ValueString(), outputs[string(name)]
		return []Reference{by}
	}
	var found []Reference
	switch value := value.(type) {
	case types.Object:
		attributes := value.Attributes()
		for _, name := range slices.Sorted(maps.Keys(attributes)) {
			found = append(found, referencesIn(at.AtName(name), attributes[name], by, outputs)...)
		}
	case types.Map:
		elements := value.Elements()
		for _, name := range slices.Sorted(maps.Keys(elements)) {
			found = append(found, referencesIn(at.AtMapKey(name), elements[name], by, outputs)...)
		}
	}
	return found
}

// sourceAttributeNames are the attributes of a source, sorted.
var sourceAttributeNames = sync.OnceValue(func() []string { return slices.Sorted(maps.Keys(sourceAttributes())) })

// isSource reports whether an object is a source.
func isSource(object types.Object) bool {
	return slices.Equal(slices.Sorted(maps.Keys(object.AttributeTypes(context.Background()))), sourceAttributeNames())
}

// OutputsOf returns the names of the outputs that a token of a set has for other sets,
// sorted, and whether they are known.
func (s Service) OutputsOf(set types.Object) (names []string, known bool) {
	v := valuesOf(set)
	names = token.CommonOutputs()
	for name, output := range s.Outputs {
		if _, isMap := output.(datasource.MapAttribute); !isMap {
			names = append(names, name)
		}
	}
	if s.IsDescribed {
		if v.at("response").IsUnknown() {
			return nil, false
		}
		v = v.object("response")
	}
	if outputs, ok := v["outputs"].(types.Map); ok {
		names = slices.AppendSeq(names, maps.Keys(present(outputs)))
		known = !outputs.IsUnknown()
	}
	slices.Sort(names)
	return slices.Compact(names), known || v["outputs"] == nil
}
