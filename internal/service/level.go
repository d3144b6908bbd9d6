package service

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// NamedSets returns a validator of a service's credential sets: the rules between
// their attributes, except for a block without the names of the sets. There, the parts
// of the set are taken for sets, and each would be reported as incomplete.
func NamedSets(s Service) validator.Object {
	return objectCheck{"a credential set", func(req validator.ObjectRequest, resp *validator.ObjectResponse) {
		last, _ := req.Path.Steps().LastStep()
		name, _ := last.(path.PathStepElementKeyString)
		if req.Path.ParentPath().Equal(path.Root(s.Name)) && name == "" {
			resp.Diagnostics.Append(errorAt(req.Path, emptyValue, "The name of the credential set is empty. If it comes from a variable, check that the variable has a value."))
			return
		}
		isPart := isObject(s.Set[string(name)])
		if !isPart || slices.ContainsFunc(s.Needed, valuesOf(req.ConfigValue).isSet) {
			report(req, resp, s.allRules()...)
			if s.warn != nil {
				s.warn(req, resp)
			}
			return
		}
		resp.Diagnostics.Append(errorAt(path.Root(s.Name), "Credential set without a name", fmt.Sprintf(
			"%s is a map of credential sets, and %s is a part of one. Put a name around the set: %s = { NAME = { %s = … } }.", s.Name, string(name), s.Name, string(name))))
	}}
}

// isObject reports whether an attribute is an object or a map, which may be taken for a set.
// Terraform itself refuses any other value in the place of a set.
func isObject(attribute provider.Attribute) bool {
	switch attribute.(type) {
	case provider.SingleNestedAttribute, provider.MapAttribute:
		return true
	default:
		return false
	}
}
