package service

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// The summaries of errors about sources.
const (
	takenName  = "Name is taken"
	unusedName = "Source is not used"
)

// sourceNamesRule requires that the names of sources are not those of anything else.
func sourceNamesRule(v values) *RuleError {
	g := customNames(v)
	taken := token.BuiltIns()
	taken[tokenName] = "the access token"
	for _, of := range []struct {
		attribute string
		sources   types.Map
	}{{"request.sources", g.sources}, {"revoke.sources", g.revoking}} {
		for _, name := range slices.Sorted(maps.Keys(present(of.sources))) {
			at := of.attribute + "." + name
			switch _, isSource := present(g.sources)[name]; {
			case !isPlaceholder(name):
				return &RuleError{of.attribute, "Source name cannot be used", Brief(name) + " cannot be the name of a source: use letters, digits, _ and -, and begin with a letter or _."}
			case taken[name] != "":
				return &RuleError{at, takenName, fmt.Sprintf("a source cannot be called %s: {%s} stands for %s. Choose another name.", name, name, taken[name])}
			case outputOf(name, g.outputs) != "":
				return &RuleError{at, takenName, fmt.Sprintf("response.outputs has the name %s, too. Choose another name for one of the two.", outputOf(name, g.outputs))}
			case of.attribute == "revoke.sources" && isSource:
				return &RuleError{at, takenName, "request.sources has the name, too, and the revocation can use that source. Choose another name, or remove this one."}
			}
		}
	}
	return nil
}

// isPlaceholder reports whether {name} is a placeholder.
func isPlaceholder(name string) bool {
	found := source.Placeholders("{" + name + "}")
	return len(found) == 1 && found[0] == source.Placeholder{Name: name}
}

// outputOf returns the output that has the name of a source, or that of an output of the
// source; "" if there is none.
func outputOf(name string, outputs types.Map) string {
	for _, output := range slices.Sorted(maps.Keys(present(outputs))) {
		if output == name || strings.HasPrefix(output, name+".") {
			return output
		}
	}
	return ""
}

// usedSourcesRule requires that each source is used.
func usedSourcesRule(v values) *RuleError {
	g, used := customNames(v), map[string]bool{}
	for _, text := range v.textsWithNames() {
		if !isKnown(text) {
			return nil
		}
		for _, name := range placeholders(text) {
			base, _, _ := strings.Cut(name, ".")
			used[base] = true
		}
	}
	for attribute, sources := range map[string]types.Map{"request.sources": g.sources, "revoke.sources": g.revoking} {
		for _, name := range slices.Sorted(maps.Keys(present(sources))) {
			if !used[name] {
				return &RuleError{attribute + "." + name, unusedName, fmt.Sprintf("nothing has {%s}. Put it into url, headers, query, form, json, body or basic_auth, "+
					"or remove the source.", name)}
			}
		}
	}
	return nil
}

// textsWithNames returns the values of a set in which a {NAME} may be.
func (v values) textsWithNames() []attr.Value {
	texts := []attr.Value{v.at("headers"), v.at("basic_auth")}
	for _, object := range []string{"request", "revoke"} {
		if v.at(object).IsUnknown() {
			texts = append(texts, v.at(object))
		}
		request := v.object(object)
		for _, place := range filledPlaces() {
			texts = append(texts, request.at(place))
		}
		for _, source := range sourcesOf(request) {
			texts = append(texts, source.filled()...)
		}
	}
	return texts
}

// filled returns the values of a source in which a {NAME} may be.
func (v values) filled() []attr.Value {
	var found []attr.Value
	for _, of := range [][]string{{"hmac", "message"}, {"signed", "claims"}, {"signed", "header"}} {
		if v.at(of[0]).IsUnknown() {
			found = append(found, v.at(of[0]))
		}
		found = append(found, v.object(of[0]).at(of[1]))
	}
	return found
}

// sourceOutputsRule requires that {NAME.OUTPUT} is about the token of another set.
func sourceOutputsRule(v values) *RuleError {
	g := customNames(v)
	sources := present(g.sources)
	maps.Copy(sources, present(g.revoking))
	for _, place := range []string{"request", "revoke", "headers", "basic_auth"} {
		for _, name := range placeholders(v.at(place)) {
			base, _, isOutput := strings.Cut(name, ".")
			object, ok := sources[base].(types.Object)
			if isOutput && ok && !object.IsUnknown() && !valuesOf(object).isSet("credentials") {
				return &RuleError{place, noSuchOutput, fmt.Sprintf("{%s} is an output of a token, but the source %s is not the token of another set: only credentials has outputs.", name, base)}
			}
		}
	}
	return nil
}

// circleRule requires that no source needs its own value.
func circleRule(v values) *RuleError {
	for _, attribute := range []string{"request", "revoke"} {
		sources := sourcesOf(v.object(attribute))
		if _, circle := inOrder(needsOf(sources)); len(circle) > 0 {
			return &RuleError{
				attribute + ".sources." + circle[0], "Sources need each other",
				"each of these sources needs the value of the next: " + strings.Join(append(circle, circle[0]), ", ") + ". Remove one of the names.",
			}
		}
	}
	return nil
}

// sourcesOf returns the sources of a request by their names.
func sourcesOf(request values) map[string]values {
	return objectsOf(read[types.Map](request, "sources"))
}

// inOrder returns the names of sources, each after those that it needs, as needs says. If
// some need each other, circle has their names, and order those of the others.
func inOrder(needs map[string][]string) (order, circle []string) {
	done := map[string]bool{}
	var visit func(name string, through []string) []string
	visit = func(name string, through []string) []string {
		if i := slices.Index(through, name); i >= 0 {
			return through[i:]
		}
		needed, isSource := needs[name]
		if done[name] || !isSource {
			return nil
		}
		for _, next := range needed {
			if found := visit(next, append(slices.Clone(through), name)); found != nil {
				return found
			}
		}
		done[name] = true
		order = append(order, name)
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(needs)) {
		if found := visit(name, nil); found != nil && circle == nil {
			circle = found
		}
	}
	return order, circle
}

// needsOf returns the sources that each source of a request names.
func needsOf(sources map[string]values) map[string][]string {
	needs := make(map[string][]string, len(sources))
	for name, of := range sources {
		needs[name] = of.needed()
	}
	return needs
}

// needAudience adds to needs that the aud of a JWT that sets none is the URL, with the values
// of the sources in it. Those that need the JWT themselves cannot come before it.
func needAudience(needs map[string][]string, sources map[string]values, inURL []string) {
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		signed := sources[name].object("signed")
		if !sources[name].isSet("signed") || hasAudience(signed.text("claims", "")) {
			continue
		}
		for _, other := range inURL {
			base, _, _ := strings.Cut(other, ".")
			needs[name] = append(needs[name], base)
			if _, circle := inOrder(needs); len(circle) > 0 {
				needs[name] = needs[name][:len(needs[name])-1]
			}
		}
	}
}

// hasAudience reports whether claims have an aud.
func hasAudience(claims string) bool {
	var found map[string]json.RawMessage
	_ = json.Unmarshal([]byte(claims), &found) // what is no object has none
	_, ok := found["aud"]
	return ok
}

// needed returns the names that the texts of a source have in braces.
func (v values) needed() []string {
	var found []string
	for _, text := range v.filled() {
		for _, name := range placeholders(text) {
			base, _, _ := strings.Cut(name, ".")
			found = append(found, base)
		}
	}
	return found
}
