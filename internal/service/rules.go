package service

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// problem is what is wrong with an attribute.
type problem struct{ attribute, summary, detail string }

// rule returns what is wrong between attributes, nil where nothing is.
type rule func(values) *problem

// first returns a rule that stops at the first problem: the later ones may be
// problems of the same cause.
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
	for _, broken := range rules {
		if p := broken(v); p != nil {
			resp.Diagnostics.Append(errorAt(req.Path.AtName(p.attribute), p.summary, p.detail))
		}
	}
}

// errorAt returns an error at an attribute that says where it is: of a provider
// block's attributes the CLIs show no more than the block's first line.
func errorAt(at path.Path, summary, detail string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, summary, at.String()+": "+detail)
}
