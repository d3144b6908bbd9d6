package service

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
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
		resp.Diagnostics.AddAttributeError(req.Path, c.summary, where(req.Path)+" cannot be used: "+err.Error()+".")
	}
}

// Check returns a validator that runs a check on the value. The error must not
// quote the value.
func Check(summary, description string, run func(value string) error) validator.String {
	return check{summary, description, func(_ context.Context, req validator.StringRequest) error {
		return run(req.ConfigValue.ValueString())
	}}
}

// inTurn are validators of which the first that reports something is the last that
// runs: what the others would report has the same cause.
type inTurn []validator.String

// Description implements validator.Describer.
func (v inTurn) Description(ctx context.Context) string { return v[len(v)-1].Description(ctx) }

// MarkdownDescription implements validator.Describer.
func (v inTurn) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString implements validator.String.
func (v inTurn) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	for _, next := range v {
		next.ValidateString(ctx, req, resp)
		if resp.Diagnostics.HasError() {
			return
		}
	}
}

// oneOf returns a validator of one of several words. Unlike the library's its error
// does not repeat the value, which may be anything.
func oneOf(words ...string) validator.String {
	return Check("Not one of the allowed values", "one of "+strings.Join(words, ", "), func(value string) error {
		if !slices.Contains(words, value) {
			return fmt.Errorf("it is not one of %s", strings.Join(words, ", "))
		}
		return nil
	})
}

// method returns a validator of an HTTP method, in capitals or not.
func method() validator.String {
	methods := oneOf("GET", "POST", "PUT", "PATCH", "DELETE")
	return upper{methods}
}

// upper is a validator to which a value is shown in capitals.
type upper struct{ validator.String }

// ValidateString implements validator.String.
func (u upper) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() {
		req.ConfigValue = types.StringValue(strings.ToUpper(req.ConfigValue.ValueString()))
	}
	u.String.ValidateString(ctx, req, resp)
}

// endpointURL returns a validator of the URL of an endpoint that credentials
// are sent to. It reads allow_http beside the attribute.
func endpointURL() validator.String {
	return inTurn{word(), check{"URL cannot be used", "an https:// URL", func(ctx context.Context, req validator.StringRequest) error {
		var allowHTTP types.Bool
		sibling := req.Path.ParentPath().AtName("allow_http")
		if diags := req.Config.GetAttribute(ctx, sibling, &allowHTTP); diags.HasError() {
			return errors.New("allow_http beside it cannot be read")
		}
		err := transport.CheckURL(req.ConfigValue.ValueString(), allowHTTP.ValueBool() || allowHTTP.IsUnknown())
		if err != nil {
			return errors.New(URLProblem(err))
		}
		return nil
	}}}
}

// PositiveDuration returns a validator of a duration greater than zero.
func PositiveDuration() validator.String {
	return Check("Duration cannot be used", "a duration such as 90s, 20m or 1h30m", func(value string) error {
		d, err := time.ParseDuration(value)
		if err != nil && regexp.MustCompile(`^\+?([\d.]+(ns|us|µs|ms|s|m|h))+$`).MatchString(value) && strings.ContainsAny(value, "123456789") {
			return errors.New("it is too long: the longest duration is about 292 years")
		}
		if d <= 0 { // 0 if it is not one
			return errors.New(`it is not a duration greater than zero; write it like "90s", "20m" or "1h30m"`)
		}
		return nil
	})
}

// emptyValue is the summary of an error about a value that must not be empty.
const emptyValue = "Empty value"

// notEmpty returns a validator of a text that must not be empty.
func notEmpty() validator.String {
	return Check(emptyValue, "a text that is not empty", func(value string) error {
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
		switch {
		case said.LooksSecret(name):
			return errors.New("it looks like a token, not the name of an environment variable; a value itself goes into the attribute value")
		case !regexp.MustCompile(`^[A-Za-z_.-][A-Za-z0-9_.()-]{0,254}$`).MatchString(name):
			return errors.New("it is not the name of an environment variable: use letters, digits and _, or - and ., 255 at most; a value itself goes into the attribute value")
		}
		return nil
	})
}

// filePath returns a validator of the path of a file, which errors repeat.
func filePath() validator.String {
	const longest = 1024
	return inTurn{notEmpty(), Check("Path of a file cannot be used", "the path of a file", func(path string) error {
		if len(path) > longest {
			return errors.New("it is longer than 1024 bytes; the content of a file goes into the attribute value")
		}
		if said.LooksSecret(path) {
			return errors.New("it looks like a token, not a path; a value itself goes into the attribute value. If it is a path, write its folder too, such as ./NAME")
		}
		if err := checkEdges(path, unicode.IsSpace); err != nil {
			return err
		}
		return checkInside(path, func(r rune) bool { return unicode.Is(unicode.Zs, r) })
	})}
}

// tag returns a validator of the end of an environment variable's name, which
// errors quote.
func tag() validator.String {
	return Check("Tag cannot be used", "the end of an environment variable's name", func(tag string) error {
		if said.LooksSecret(tag) {
			return errors.New("it looks like a token, not the end of an environment variable's name; a value itself goes into the attribute value")
		}
		if !regexp.MustCompile(`^[A-Za-z0-9_]{1,64}$`).MatchString(tag) {
			return errors.New("it is not the end of an environment variable's name: use letters, digits and _, 64 at most")
		}
		return nil
	})
}

// scopeList is a validator of a set of scopes (RFC 6749, section 3.3).
type scopeList struct{}

// Description implements validator.Describer.
func (scopeList) Description(context.Context) string { return "scopes, one in each string" }

// MarkdownDescription implements validator.Describer.
func (scopeList) MarkdownDescription(context.Context) string { return "scopes, one in each string" }

// ValidateSet implements validator.Set. It reports at the set: the path of an element
// is its value, however long that is. Nor does it quote the element, which may be a
// secret that only another block knows as one.
func (scopeList) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	allowed := regexp.MustCompile(`^[\x21\x23-\x5b\x5d-\x7e]+$`)
	for _, element := range req.ConfigValue.Elements() {
		text, _ := element.(types.String)
		if text.IsNull() || text.IsUnknown() {
			continue
		}
		scope := text.ValueString()
		err := CheckWord(scope)
		if err == nil && !allowed.MatchString(scope) {
			err = errors.New("a scope has no spaces, quotes or letters beyond ASCII; write several scopes as several strings")
		}
		if err != nil {
			resp.Diagnostics.Append(errorAt(req.Path, "Scope cannot be used", which(len(req.ConfigValue.Elements()))+" cannot be used: "+err.Error()+"."))
			return
		}
	}
}

// which names one of so many scopes, which have no order.
func which(scopes int) string {
	if scopes == 1 {
		return "the scope"
	}
	return fmt.Sprintf("one of the %d scopes", scopes)
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
			resp.Diagnostics.Append(errorAt(req.Path.AtName(name), "Missing "+name, "Every credential set needs "+name+". "+misspelt+" "+setsAreWhole))
		}
	}
}
