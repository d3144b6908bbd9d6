package service

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// RuleError is a mistake in an attribute, which may be in an object: OBJECT.ATTRIBUTE.
// Its detail says what is wrong, and what to do.
type RuleError struct{ Attribute, Summary, Detail string }

// Error says what is wrong.
func (p *RuleError) Error() string { return p.Detail }

// rule checks attributes against each other. It returns nil if they are right.
type rule func(values) *RuleError

// first returns a rule that stops at the first problem, as later ones may have
// the same cause.
func first(rules ...rule) rule {
	return func(v values) *RuleError {
		for _, r := range rules {
			if p := r(v); p != nil {
				return p
			}
		}
		return nil
	}
}

// rulesCheck returns a validator of the attributes of an object against each other.
func rulesCheck(description described, rules ...rule) validator.Object {
	return objectCheck{description, func(req validator.ObjectRequest, resp *validator.ObjectResponse) { report(req, resp, rules...) }}
}

// report checks rules between the attributes of an object, and reports each
// problem at its attribute.
func report(req validator.ObjectRequest, resp *validator.ObjectResponse, rules ...rule) {
	v := valuesOf(req.ConfigValue)
	for _, r := range rules {
		if p := r(v); p != nil {
			resp.Diagnostics.Append(errorAt(pathOf(req.Path, req.ConfigValue, p.Attribute), p.Summary, p.Detail))
		}
	}
}

// pathOf returns the path of an attribute within an object. It may be in objects and maps:
// OBJECT.ATTRIBUTE. The last name may have dots in it.
func pathOf(at path.Path, of attr.Value, attribute string) path.Path {
	name, rest, isNested := strings.Cut(attribute, ".")
	switch value := of.(type) {
	case types.Map:
		if _, ok := value.Elements()[name]; !ok {
			return at.AtMapKey(attribute)
		}
		at, of = at.AtMapKey(name), value.Elements()[name]
	case types.Object:
		at, of = at.AtName(name), value.Attributes()[name]
	default:
		return at
	}
	if !isNested {
		return at
	}
	return pathOf(at, of, rest)
}

// unusable and unset begin a detail that goes on after the name of its attribute,
// which errorAt puts before it.
const (
	unusable = "cannot be used: "
	unset    = "must be set: "
)

// misspelt says why an attribute may be missing although it was written.
const misspelt = "If you wrote it, check its spelling: inside { … }, attributes with an unknown name are ignored without an error. Its value may also be null: check the variable."

// ifNone returns misspelt as a further sentence if nothing is set.
func ifNone(set []string) string {
	if len(set) > 0 {
		return ""
	}
	return " " + misspelt
}

// missing returns a problem with the first of the attributes that is not set; nil if
// all are. why is a clause that says what needs them.
func missing(v values, why string, names ...string) *RuleError {
	for _, name := range names {
		if !v.isSet(name) {
			return &RuleError{name, "Missing " + name, unset + why + ". " + misspelt}
		}
	}
	return nil
}

// environmentUnread says why the rest of an incomplete set does not come from the
// environment.
func environmentUnread(service string) string {
	return " Environment variables are only read if the provider block has no " + service + "."
}

// errorAt returns an error that names the attribute in its detail: for an
// attribute of a provider block, the CLIs show only the block's first line.
func errorAt(at path.Path, summary, detail string) diag.Diagnostic {
	separator := ": "
	if strings.HasPrefix(detail, unusable) || strings.HasPrefix(detail, unset) {
		separator = " "
	}
	return diag.NewAttributeErrorDiagnostic(at, summary, where(at)+separator+detail)
}

// where returns a path as text, cut if a key in it is long.
func where(at path.Path) string {
	const longest = 300
	text := at.String()
	if len(text) > longest {
		return strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}

// listed returns names as text, "none" if there are none.
func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return FirstNames(names, plainOrBrief)
}

// plainName matches a name that HCL accepts without quotes.
var plainName = regexp.MustCompile(`^[\w-]+$`)

// plainOrBrief returns a name as it is if HCL accepts it without quotes and it is short.
func plainOrBrief(name string) string {
	const longest = 100
	if len(name) <= longest && plainName.MatchString(name) {
		return name
	}
	return Brief(name)
}

// FirstNames returns the first names as text, each as show returns it.
func FirstNames(names []string, show func(name string) string) string {
	const most = 20
	var found []string
	for _, name := range names[:min(most, len(names))] {
		found = append(found, show(name))
	}
	if more := len(names) - most; more > 0 {
		found = append(found, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(found, ", ")
}
