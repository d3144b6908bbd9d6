package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// onePerAttribute returns diagnostics with one error at most for each attribute and
// everything in it. The rules of an attribute and those between attributes often
// report the same mistake.
func onePerAttribute(diags []*tfprotov6.Diagnostic) []*tfprotov6.Diagnostic {
	var kept []*tfprotov6.Diagnostic
	for _, diag := range diags {
		if slices.ContainsFunc(kept, func(other *tfprotov6.Diagnostic) bool { return covers(other, diag) }) {
			continue
		}
		kept = slices.DeleteFunc(kept, func(other *tfprotov6.Diagnostic) bool { return covers(diag, other) })
		kept = append(kept, diag)
	}
	return kept
}

// covers reports whether an error is at the attribute of another error, or at one
// that holds it.
func covers(outer, inner *tfprotov6.Diagnostic) bool {
	if outer.Severity != tfprotov6.DiagnosticSeverityError || inner.Severity != tfprotov6.DiagnosticSeverityError {
		return false
	}
	above, below := steps(outer.Attribute), steps(inner.Attribute)
	return len(above) > 0 && len(above) <= len(below) && outer.Attribute.Equal(tftypes.NewAttributePathWithSteps(below[:len(above)]))
}

func steps(at *tftypes.AttributePath) []tftypes.AttributePathStep {
	if at == nil {
		return nil
	}
	return at.Steps()
}
