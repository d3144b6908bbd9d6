package service

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// described describes a validator.
type described string

func (d described) Description(context.Context) string         { return string(d) }
func (d described) MarkdownDescription(context.Context) string { return string(d) }

// stringCheck is a validator of a string, numberCheck of a number, mapCheck of a map, setCheck
// of a set, listCheck of a list and objectCheck of an object. They run if the value is set and known.
type (
	stringCheck struct {
		described
		run func(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse)
	}
	numberCheck struct {
		described
		run func(req validator.NumberRequest, resp *validator.NumberResponse)
	}
	mapCheck struct {
		described
		run func(ctx context.Context, req validator.MapRequest, resp *validator.MapResponse)
	}
	listCheck struct {
		described
		run func(req validator.ListRequest, resp *validator.ListResponse)
	}
	setCheck struct {
		described
		run func(req validator.SetRequest, resp *validator.SetResponse)
	}
	objectCheck struct {
		described
		run func(req validator.ObjectRequest, resp *validator.ObjectResponse)
	}
)

// ValidateString implements validator.String.
func (c stringCheck) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() {
		c.run(ctx, req, resp)
	}
}

// ValidateNumber implements validator.Number.
func (c numberCheck) ValidateNumber(_ context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() {
		c.run(req, resp)
	}
}

// ValidateMap implements validator.Map.
func (c mapCheck) ValidateMap(ctx context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() {
		c.run(ctx, req, resp)
	}
}

// ValidateList implements validator.List.
func (c listCheck) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() {
		c.run(req, resp)
	}
}

// ValidateSet implements validator.Set.
func (c setCheck) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() {
		c.run(req, resp)
	}
}

// CheckObject returns a validator that checks the attributes of an object against each other.
func CheckObject(description string, check func(validator.ObjectRequest, *validator.ObjectResponse)) validator.Object {
	return objectCheck{described(description), check}
}

// ValidateObject implements validator.Object.
func (c objectCheck) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() {
		c.run(req, resp)
	}
}
