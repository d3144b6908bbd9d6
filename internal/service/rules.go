package service

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// problem is what is wrong with an attribute.
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
			resp.Diagnostics.Append(errorAt(req.Path.AtName(p.attribute), p.summary, p.detail))
		}
	}
}

// errorAt returns an error that names the attribute in its detail: for an
// attribute of a provider block, the CLIs show only the block's first line.
func errorAt(at path.Path, summary, detail string) diag.Diagnostic {
	if strings.HasPrefix(detail, unusable) {
		return diag.NewAttributeErrorDiagnostic(at, summary, at.String()+" "+detail)
	}
	return diag.NewAttributeErrorDiagnostic(at, summary, at.String()+": "+detail)
}

// listed returns names as text, "none" if there are none.
func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
