package service

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// The summaries of errors about names in braces.
const (
	unknownName  = "No such name"
	noSuchOutput = "No such output"
	oneToken     = "{token} must be in exactly one place"
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
	outputsAt string    // their attribute; "": tokens have no outputs
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
	detail := fmt.Sprintf("nothing gives %s. %s %s", g.braced(attribute, name), g.hasSources(), more)
	return &RuleError{attribute, unknownName, strings.TrimSpace(detail)}
}

// hasSources says which sources the request has.
func (g given) hasSources() string {
	return fmt.Sprintf("request.sources has %s.", listed(slices.Sorted(maps.Keys(present(g.sources)))))
}

// FilledNames returns each NAME whose {NAME} is replaced in some attribute, except the
// names of outputs and sources.
func FilledNames() []string { return append(slices.Sorted(maps.Keys(token.BuiltIns())), tokenName) }

// braced returns {NAME} as a message shows it. Except in a URL, it may be a part of a
// password, so only names that are nearly those that are replaced are shown.
func (g given) braced(attribute, name string) string {
	base, _, _ := strings.Cut(name, ".")
	near := func(known string) bool { return bareName(known) == bareName(base) }
	if strings.HasSuffix(attribute, "url") || slices.ContainsFunc(g.names(), near) {
		return "{" + name + "}"
	}
	return "the word in braces"
}

// names returns the names that are replaced in some attribute.
func (g given) names() []string {
	names := append(FilledNames(), "access_token")
	for _, m := range []types.Map{g.outputs, g.sources, g.revoking} {
		names = slices.AppendSeq(names, maps.Keys(present(m)))
	}
	return names
}

// bareName returns a name without what is often spelled differently.
func bareName(name string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name))
}

// requestNamesRule requires that something gives each {NAME} in a token request.
func requestNamesRule(v values) *RuleError {
	g, request := customNames(v), v.object("request")
	for _, text := range request.textsWithin(placesOfNames...) {
		for _, name := range placeholders(text.value) {
			if g.fitsRequest(name) {
				continue
			}
			more := "To send the braces themselves, make the text a source: sources = { NAME = { value = … } }, and {NAME}."
			if name == tokenName || name == "access_token" {
				more = "{token} belongs in headers beside request: that is for the API."
			}
			return g.noSuch("request."+text.attribute, name, more)
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
	names := func(name string) bool { return g.fitsUse(name) || has(name, g.revoking) }
	isNamed := slices.ContainsFunc(revoke.placeholdersIn("body"), names)
	for _, text := range revoke.textsWithin("url", "headers", "query", "form", "json", "basic_auth") {
		for _, name := range placeholders(text.value) {
			switch {
			case names(name):
				isNamed = true
			case !g.fitsRevocation(name):
				return g.noOutput("revoke."+text.attribute, name)
			}
		}
	}
	if !isNamed && revoke.isSet("url") {
		return &RuleError{"revoke", "Token is not named", "The request does not say what to revoke: put {token}, or {NAME} of an output or of a source, " +
			"into url, headers, query, json, form, body or basic_auth."}
	}
	return nil
}

// noOutput returns the error about a {NAME} that is neither an output nor a source.
func (g given) noOutput(attribute, name string) *RuleError {
	braced := g.braced(attribute, name)
	if g.outputsAt == "" {
		return &RuleError{attribute, unknownName, "nothing gives " + braced + ": only {token} is replaced there."}
	}
	detail := fmt.Sprintf("%s is not an output: %s has %s.", braced, g.outputsAt, listed(slices.Sorted(maps.Keys(present(g.outputs)))))
	if names := present(g.sources); len(names) > 0 {
		detail += fmt.Sprintf(" request.sources has %s.", listed(slices.Sorted(maps.Keys(names))))
	}
	return &RuleError{attribute, noSuchOutput, detail + " {token} stands for the token."}
}

// useRule returns a rule that requires {token} in exactly one value for the API, and only
// names that something gives there. requestHeaders is the attribute for the headers of
// the token request, which errors name; "": there is no request.
func useRule(requestHeaders string, names func(values) given, places ...string) rule {
	return func(v values) *RuleError {
		set := v.given(slices.Clone(places)...)
		if !v.known(places...) || len(set) == 0 {
			return nil
		}
		holders, p := names(v).holders(v, set)
		if p != nil || holders == 1 {
			return p
		}
		one := "One header"
		if !slices.Equal(set, places[:1]) {
			one = "One of headers, username and password"
		}
		detail := fmt.Sprintf("%s must contain {token}; %s.", one, counted(holders))
		if requestHeaders != "" {
			detail += " These headers go to the API; those of the token request belong in " + requestHeaders + "."
		}
		return &RuleError{set[0], oneToken, detail}
	}
}

// holders returns how many values for the API contain {token}, or the problem with a name
// in them that nothing gives.
func (g given) holders(v values, places []string) (holders int, problem *RuleError) {
	for _, text := range v.textsWithin(places...) {
		names := placeholders(text.value)
		if i := slices.IndexFunc(names, func(name string) bool { return !g.fitsUse(name) }); i >= 0 {
			return 0, g.noOutput(text.attribute, names[i])
		}
		if slices.Contains(names, tokenName) {
			holders++
		}
	}
	return holders, nil
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

// textsWithin returns the texts of attributes. Those of a map or an object are sorted by name.
func (v values) textsWithin(attributes ...string) []attributeText {
	var found []attributeText
	for _, attribute := range attributes {
		var elements map[string]attr.Value
		switch value := v.at(attribute).(type) {
		case types.Map:
			elements = present(value)
		case types.Object:
			elements = value.Attributes()
		default:
			found = append(found, attributeText{attribute, value})
		}
		for _, name := range slices.Sorted(maps.Keys(elements)) {
			found = append(found, attributeText{attribute + "." + name, elements[name]})
		}
	}
	return found
}
