package service

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// NamedSets returns the validator of a service's credential sets: its rule, except
// that a block without the level of the names gets an error that says so. There, the
// parts of the set are taken for sets, and each would be reported as incomplete.
func NamedSets(s Service) validator.Object { return namedSets{s.Rule, s} }

type namedSets struct {
	validator.Object
	service Service
}

// ValidateObject implements validator.Object.
func (n namedSets) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	last, _ := req.Path.Steps().LastStep()
	name, _ := last.(path.PathStepElementKeyString)
	if req.Path.ParentPath().Equal(path.Root(n.service.Name)) && name == "" {
		resp.Diagnostics.Append(errorAt(req.Path, emptyValue, "The name of the credential set is empty. If it comes from a variable, check that the variable has a value."))
		return
	}
	_, isPart := n.service.Set[string(name)]
	v := values(req.ConfigValue.Attributes())
	if !isPart || req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || slices.ContainsFunc(n.service.Needed, v.isSet) {
		n.Object.ValidateObject(ctx, req, resp)
		return
	}
	of := n.service.Name
	resp.Diagnostics.Append(errorAt(path.Root(of), "Credential set without a name", fmt.Sprintf(
		"%s is a map of credential sets, and %s is a part of one. Put a name around the set: %s = { NAME = { %s = … } }.", of, string(name), of, string(name))))
}
