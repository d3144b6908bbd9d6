package service

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// problem is what is wrong with an attribute, which may be one of an object:
// OBJECT.ATTRIBUTE.
type problem struct{ attribute, summary, detail string }

// rule checks attributes against each other. It returns nil if all is well.
type rule func(values) *problem

// first returns a rule that stops at the first problem, as later ones may have
// the same cause.
func first(rules ...rule) rule {
	return func(v values) *problem {
		for _, r := range rules {
			if p := r(v); p != nil {
				return p
			}
		}
		return nil
	}
}

// report checks rules between the attributes of an object, and reports each
// problem at its attribute.
func report(req validator.ObjectRequest, resp *validator.ObjectResponse, rules ...rule) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	v := values(req.ConfigValue.Attributes())
	for _, r := range rules {
		if p := r(v); p != nil {
			at := req.Path
			for name := range strings.SplitSeq(p.attribute, ".") {
				at = at.AtName(name)
			}
			resp.Diagnostics.Append(errorAt(at, p.summary, p.detail))
		}
	}
}

// errorAt returns an error that names the attribute in its detail: for an
// attribute of a provider block, the CLIs show only the block's first line.
func errorAt(at path.Path, summary, detail string) diag.Diagnostic {
	if strings.HasPrefix(detail, unusable) {
		return diag.NewAttributeErrorDiagnostic(at, summary, where(at)+" "+detail)
	}
	return diag.NewAttributeErrorDiagnostic(at, summary, where(at)+": "+detail)
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
	return strings.Join(shown(names), ", ")
}

// shown returns the first names, those that have other characters than a name in
// HCL in quotes, and cut.
func shown(names []string) []string {
	const most = 20
	plain := regexp.MustCompile(`^[\w-]{1,100}$`)
	var found []string
	for i, name := range names {
		switch {
		case i == most:
			return append(found, fmt.Sprintf("and %d more", len(names)-most))
		case plain.MatchString(name):
			found = append(found, name)
		default:
			found = append(found, Brief(name))
		}
	}
	return found
}
