package service

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// The summaries of errors about names in braces.
const (
	unknownName = "No such name"
	takenName   = "Name is taken"
	unusedName  = "Source is not used"
)

// placesOfPeople are the attributes of a request whose values people choose, so that
// they may have braces of their own, and those in which braces belong to another language.
var (
	placesOfNames  = []string{"url", "headers", "query"}
	placesOfPeople = []string{"form", "basic_auth"}
	placesOfBraces = []string{"json", "body"}
)

// filledPlaces are the attributes of a request in which each {NAME} is replaced.
func filledPlaces() []string { return slices.Concat(placesOfNames, placesOfPeople, placesOfBraces) }

// given are the names that {NAME} can refer to, and what gives them.
type given struct {
	outputs   types.Map // the outputs of the response
	outputsAt string    // their attribute
	sources   types.Map // the sources of the request
	revoking  types.Map // the sources of the revocation
}

func customNames(v values) given {
	return given{
		outputs: v.mapIn("response", "outputs"), outputsAt: "response.outputs",
		sources: v.mapIn("request", "sources"), revoking: v.mapIn("revoke", "sources"),
	}
}

// mapIn returns a map in an object. It is not known if the object is not.
func (v values) mapIn(object, name string) types.Map {
	found := read[types.Map](v.object(object), name)
	if v.at(object).IsUnknown() {
		return types.MapUnknown(found.ElementType(context.Background()))
	}
	return found
}

// has reports whether one of the maps has the name, or may turn out to have it. That of
// {NAME.OUTPUT} is a source.
func has(name string, of ...types.Map) bool {
	for _, m := range of {
		_, ok := present(m)[name]
		base, _, _ := strings.Cut(name, ".")
		_, isOutput := present(m)[base]
		if ok || isOutput || m.IsUnknown() {
			return true
		}
	}
	return false
}

// fitsRequest reports whether {name} is replaced in a token request.
func (g given) fitsRequest(name string) bool {
	return token.BuiltIns()[name] != "" || has(name, g.sources)
}

// fitsUse reports whether {name} is replaced in headers and basic_auth of the set.
func (g given) fitsUse(name string) bool {
	return name == tokenName || has(name, g.outputs, g.sources)
}

// fitsRevocation reports whether {name} is replaced in a revocation.
func (g given) fitsRevocation(name string) bool {
	return token.BuiltIns()[name] != "" || has(name, g.revoking) || g.fitsUse(name)
}

// tokenName is the name that stands for the token.
const tokenName = "token"

// noSuch returns the error about a {NAME} that nothing gives.
func (g given) noSuch(attribute, name, more string) *RuleError {
	names := slices.Sorted(maps.Keys(present(g.sources)))
	detail := fmt.Sprintf("nothing gives %s. request.sources has %s.", braced(attribute, name), listed(names))
	return &RuleError{attribute, unknownName, strings.TrimSpace(detail + " " + more)}
}

// FilledNames returns each NAME whose {NAME} is replaced in some attribute, except the
// names of outputs and sources.
func FilledNames() []string { return append(slices.Sorted(maps.Keys(token.BuiltIns())), tokenName) }

// braced returns {NAME} as a message shows it. Except in a URL, the text around it may
// be a secret, and a long word may be a part of that secret.
func braced(attribute, name string) string {
	const shortest = 8
	if !strings.HasSuffix(attribute, "url") && len(name) >= shortest && !strings.EqualFold(name, "access_token") {
		return "a word in braces"
	}
	return "{" + name + "}"
}

// requestNamesRule requires that something gives each {NAME} in a token request.
func requestNamesRule(v values) *RuleError {
	g, request := customNames(v), v.object("request")
	for _, attribute := range placesOfNames {
		for _, name := range request.placeholdersIn(attribute) {
			if g.fitsRequest(name) {
				continue
			}
			more := "To send the braces themselves, make the text a source: sources = { NAME = { value = … } }, and {NAME}."
			if name == tokenName || name == "access_token" {
				more = "{token} belongs in headers beside request: that is for the API."
			}
			return g.noSuch("request."+attribute, name, more)
		}
	}
	return nil
}

// revokeRule requires that a revocation names the token to revoke, an output or a source,
// and only names that something gives. A body may have braces that are not placeholders.
func revokeRule(v values) *RuleError {
	if !v.isSet("revoke") || !v.isSet("response") || !v.known("revoke", "response") {
		return nil
	}
	g, revoke := customNames(v), v.object("revoke")
	isNamed := slices.ContainsFunc(revoke.placeholdersIn("body"), g.fitsUse)
	for _, attribute := range []string{"url", "headers", "query", "form", "json", "basic_auth.username", "basic_auth.password"} {
		for _, name := range revoke.placeholdersIn(attribute) {
			switch {
			case g.fitsUse(name):
				isNamed = true
			case !g.fitsRevocation(name):
				return g.noOutput("revoke."+attribute, braced(attribute, name))
			}
		}
	}
	if !isNamed && revoke.isSet("url") {
		return &RuleError{"revoke", "Token is not named", "The request does not say which token to revoke: put {token}, or {NAME} of an output or of a source, " +
			"into url, headers, query, json, form, body or basic_auth."}
	}
	return nil
}

// noSuchOutput is the summary of an error about a {NAME} that is not an output.
const noSuchOutput = "No such output"

// noOutput returns the error about a {NAME} that is neither an output nor a source.
func (g given) noOutput(attribute, braced string) *RuleError {
	detail := fmt.Sprintf("%s is not an output: %s has %s.", braced, g.outputsAt, listed(slices.Sorted(maps.Keys(present(g.outputs)))))
	if names := present(g.sources); len(names) > 0 {
		detail += fmt.Sprintf(" request.sources has %s.", listed(slices.Sorted(maps.Keys(names))))
	}
	return &RuleError{attribute, noSuchOutput, detail}
}

// useRule returns a rule that requires {token} in exactly one value for the API, and only
// names that something gives there. requestHeaders is the attribute for the headers of
// the token request, which errors name.
func useRule(requestHeaders string, names func(values) given, places ...string) rule {
	return func(v values) *RuleError {
		g, holders, set := names(v), 0, v.given(slices.Clone(places)...)
		if !v.known(places...) || len(set) == 0 {
			return nil
		}
		for _, place := range places {
			for _, at := range v.textsAt(place) {
				for _, name := range placeholders(at.value) {
					if !g.fitsUse(name) {
						return g.noOutput(at.attribute, "{"+name+"}")
					}
				}
				if slices.Contains(placeholders(at.value), tokenName) {
					holders++
				}
			}
		}
		if holders == 1 {
			return nil
		}
		summary, one := "{token} must be in exactly one header", "One header"
		if !slices.Equal(set, places[:1]) {
			summary, one = "{token} must be in exactly one place", "One of headers, username and password"
		}
		return &RuleError{set[0], summary, fmt.Sprintf(
			"%s must contain {token}; %s. These headers go to the API; those of the token request belong in %s.", one, counted(holders), requestHeaders)}
	}
}

// counted says how many values have the token.
func counted(holders int) string {
	if holders == 0 {
		return "none does"
	}
	return fmt.Sprintf("%d do", holders)
}

// attributeText is one text of an attribute, which may be an entry of a map.
type attributeText struct {
	attribute string
	value     attr.Value
}

// textsAt returns the texts of a map or of an object, sorted by name.
func (v values) textsAt(attribute string) []attributeText {
	var elements map[string]attr.Value
	switch value := v.at(attribute).(type) {
	case types.Map:
		elements = present(value)
	case types.Object:
		elements = value.Attributes()
	}
	found := make([]attributeText, 0, len(elements))
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		found = append(found, attributeText{attribute + "." + name, elements[name]})
	}
	return found
}

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
		if _, circle := inOrder(sources); len(circle) > 0 {
			return &RuleError{attribute + ".sources." + circle[0], "Sources need each other",
				"each of these sources needs the value of the next: " + strings.Join(append(circle, circle[0]), ", ") + ". Remove one of the names."}
		}
	}
	return nil
}

// sourcesOf returns the sources of a request by their names.
func sourcesOf(request values) map[string]values {
	found := map[string]values{}
	for name, element := range present(read[types.Map](request, "sources")) {
		if object, ok := element.(types.Object); ok {
			found[name] = valuesOf(object)
		}
	}
	return found
}

// inOrder returns the names of sources, each after those that it names. If some need each
// other, circle has their names, and order those of the others.
func inOrder(sources map[string]values) (order, circle []string) {
	done := map[string]bool{}
	var visit func(name string, through []string) []string
	visit = func(name string, through []string) []string {
		if i := slices.Index(through, name); i >= 0 {
			return through[i:]
		}
		if done[name] || sources[name] == nil {
			return nil
		}
		for _, next := range sources[name].needed() {
			if found := visit(next, append(slices.Clone(through), name)); found != nil {
				return found
			}
		}
		done[name] = true
		order = append(order, name)
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		if found := visit(name, nil); found != nil && circle == nil {
			circle = found
		}
	}
	return order, circle
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
