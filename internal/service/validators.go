package service

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// check is a string validator whose error never quotes the value, which may be a
// secret.
type check struct {
	summary, description string
	run                  func(ctx context.Context, req validator.StringRequest) error
}

func (c check) Description(context.Context) string         { return c.description }
func (c check) MarkdownDescription(context.Context) string { return c.description }

// ValidateString implements validator.String.
func (c check) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := c.run(ctx, req); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, c.summary, req.Path.String()+" cannot be used: "+err.Error()+".")
	}
}

// Check returns a validator that runs a check on the value. The error must not
// quote the value.
func Check(summary, description string, run func(value string) error) validator.String {
	return check{summary, description, func(_ context.Context, req validator.StringRequest) error {
		return run(req.ConfigValue.ValueString())
	}}
}

// endpointURL returns a validator of the URL of an endpoint that credentials
// are sent to. It reads allow_http beside the attribute.
func endpointURL() validator.String {
	return check{"URL cannot be used", "an https:// URL", func(ctx context.Context, req validator.StringRequest) error {
		var allowHTTP types.Bool
		sibling := req.Path.ParentPath().AtName("allow_http")
		if diags := req.Config.GetAttribute(ctx, sibling, &allowHTTP); diags.HasError() {
			return errors.New("allow_http beside it cannot be read")
		}
		return token.CheckURL(req.ConfigValue.ValueString(), allowHTTP.ValueBool() || allowHTTP.IsUnknown())
	}}
}

// PositiveDuration returns a validator of a duration greater than zero.
func PositiveDuration() validator.String {
	return Check("Duration cannot be used", "a duration such as 90s, 20m or 1h30m", func(value string) error {
		if d, _ := time.ParseDuration(value); d <= 0 { // 0 if it is not one
			return errors.New(`it is not a duration greater than zero; write it like "90s", "20m" or "1h30m"`)
		}
		return nil
	})
}

// notEmpty returns a validator of a text that must not be empty.
func notEmpty() validator.String {
	return Check("Empty value", "a text that is not empty", func(value string) error {
		if value == "" {
			return errors.New("it is empty; if it comes from a variable, check that the variable has a value")
		}
		return nil
	})
}

// VariableName returns a validator of the name of an environment variable. Errors
// quote the name of a variable that is not set, so it must not be anything else,
// such as the secret itself.
func VariableName() validator.String {
	return Check("Variable name cannot be used", "the name of an environment variable", func(name string) error {
		if !regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`).MatchString(name) {
			return errors.New("it is not the name of an environment variable: use letters, digits and _, 64 at most; a value itself goes into the attribute value")
		}
		return nil
	})
}

// scopeToken returns a validator of one scope (RFC 6749, section 3.3).
func scopeToken() validator.String {
	return stringvalidator.RegexMatches(regexp.MustCompile(`^[\x21\x23-\x5b\x5d-\x7e]+$`),
		"must be one scope, without spaces or quotes: give several scopes as several strings")
}

// setsAreWhole explains why the rest of an incomplete set does not come from the
// environment.
const setsAreWhole = "A set in the provider block takes nothing from the environment."

// needs is a validator of a credential set that must have the attributes.
type needs []string

func (n needs) Description(context.Context) string {
	return "a set with " + strings.Join(n, ", ")
}

func (n needs) MarkdownDescription(ctx context.Context) string { return n.Description(ctx) }

// ValidateObject implements validator.Object.
func (n needs) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	for _, name := range n {
		if req.ConfigValue.Attributes()[name].IsNull() {
			at := req.Path.AtName(name)
			resp.Diagnostics.AddAttributeError(at, "Missing "+name, at.String()+" must be set: the credential set needs "+strings.Join(n, ", ")+". "+setsAreWhole)
		}
	}
}
