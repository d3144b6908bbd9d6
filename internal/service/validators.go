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

// Check returns a validator that runs a check on the value. The error must not quote
// the value, which may be a secret.
func Check(summary, description string, run func(value string) error) validator.String {
	return checkBeside(summary, description, func(_ context.Context, req validator.StringRequest) error {
		return run(req.ConfigValue.ValueString())
	})
}

// checkBeside is Check for a check that reads other attributes too.
func checkBeside(summary, description string, run func(ctx context.Context, req validator.StringRequest) error) validator.String {
	return stringCheck{described(description), func(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
		if err := run(ctx, req); err != nil {
			resp.Diagnostics.Append(errorAt(req.Path, summary, unusable+err.Error()+"."))
		}
	}}
}

// inTurn runs validators until one reports an error: the errors of later ones would
// have the same cause.
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

// oneOf returns a validator of one of several words. Unlike the library's, its error
// does not repeat the value, which may be a secret.
func oneOf(words ...string) validator.String {
	return oneOfAs(func(value string) string { return value }, words...)
}

// oneOfAs is oneOf for values that are compared as written returns them.
func oneOfAs(written func(value string) string, words ...string) validator.String {
	list := strings.Join(words, ", ")
	return Check("Not one of the allowed values", "one of "+list, func(value string) error {
		if !slices.Contains(words, written(value)) {
			return errors.New("it is not one of " + list)
		}
		return nil
	})
}

// method returns a validator of an HTTP method, in capitals or not.
func method() validator.String {
	return oneOfAs(strings.ToUpper, "GET", "POST", "PUT", "PATCH", "DELETE")
}

// endpointURL returns a validator of the URL of an endpoint that credentials
// are sent to. It reads allow_http beside the attribute.
func endpointURL() validator.String {
	return inTurn{word(), checkBeside("URL cannot be used", "an https:// URL", func(ctx context.Context, req validator.StringRequest) error {
		var allowHTTP types.Bool
		sibling := req.Path.ParentPath().AtName("allow_http")
		if diags := req.Config.GetAttribute(ctx, sibling, &allowHTTP); diags.HasError() {
			return errors.New("allow_http beside it cannot be read")
		}
		err := transport.CheckURL(req.ConfigValue.ValueString(), allowHTTP.ValueBool() || allowHTTP.IsUnknown())
		switch {
		case err != nil && valueInHost.MatchString(req.ConfigValue.ValueString()):
			return errors.New("it has { before the first / of its path: a {NAME} can only be in the path and the query, where its value is escaped, so that / becomes %2F")
		case err != nil:
			return errors.New(URLProblem(err))
		}
		return nil
	})}
}

// valueInHost matches a URL with a brace in its host, or right after it.
var valueInHost = regexp.MustCompile(`^https?://[^/?#]*\{`)

// durationText matches a duration, which may be too long for time.Duration.
var durationText = regexp.MustCompile(`^\+?([\d.]+(ns|us|µs|ms|s|m|h))+$`)

// PositiveDuration returns a validator of a duration greater than zero.
func PositiveDuration() validator.String {
	return Check("Duration cannot be used", "a duration such as 90s, 20m or 1h30m", func(value string) error {
		d, err := time.ParseDuration(value)
		if err != nil && durationText.MatchString(value) && strings.ContainsAny(value, "123456789") {
			return errors.New("it is too long: the longest duration is about 292 years")
		}
		if d <= 0 { // it is 0 if there is an error
			return errors.New(`it is not a duration greater than zero; write it like "90s", "20m" or "1h30m"`)
		}
		return nil
	})
}

// WholeNumber returns a validator of a whole number from least to most. It is for a Number: of
// an Int64 that is 1.5, the framework says that the provider has an error.
func WholeNumber(least, most int64) validator.Number {
	kind := described(fmt.Sprintf("a whole number from %d to %d", least, most))
	return numberCheck{kind, func(req validator.NumberRequest, resp *validator.NumberResponse) {
		given := req.ConfigValue.ValueBigFloat()
		if number, _ := given.Int64(); !given.IsInt() || number < least || number > most {
			resp.Diagnostics.Append(errorAt(req.Path, "Number cannot be used", unusable+"it is not "+string(kind)+"."))
		}
	}}
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

// plainVariable matches the name of an environment variable. Its length is not part of
// it: a repetition that is counted takes as long to compile as it is long, at each start.
var plainVariable = regexp.MustCompile(`^[A-Za-z_.-][A-Za-z0-9_.()-]*$`)

// variableName returns a validator of the name of an environment variable. It must not
// be the secret itself: an error about a variable that is not set quotes its name.
func variableName() validator.String {
	const longest = 255
	return Check("Variable name cannot be used", "the name of an environment variable", func(name string) error {
		switch {
		case said.LooksSecret(name):
			return errors.New("it looks like a token, not the name of an environment variable; put the value itself into the attribute value")
		case len(name) > longest || !plainVariable.MatchString(name):
			return errors.New("it is not the name of an environment variable: use letters, digits and _, or - and ., 255 at most; put the value itself into the attribute value")
		}
		return nil
	})
}

// filePath returns a validator of the path of a file, which errors quote.
func filePath() validator.String {
	const longest = 1024
	return inTurn{notEmpty(), Check("Path of a file cannot be used", "the path of a file", func(path string) error {
		if len(path) > longest {
			return errors.New("it is longer than 1024 bytes; put the content of the file into the attribute value")
		}
		if said.LooksSecret(path) {
			return errors.New("it looks like a token, not a path; put the value itself into the attribute value. If it is a path, write its folder too, such as ./NAME")
		}
		if err := checkEdges(path, unicode.IsSpace); err != nil {
			return err
		}
		return checkInside(path, func(r rune) bool { return unicode.Is(unicode.Zs, r) })
	})}
}

// variableEnd matches the end of the name of an environment variable.
var variableEnd = regexp.MustCompile(`^[A-Za-z0-9_]+$`)

// tag returns a validator of the end of an environment variable's name, which errors
// quote.
func tag() validator.String {
	const longest = 64
	return Check("Tag cannot be used", "the end of an environment variable's name", func(tag string) error {
		if said.LooksSecret(tag) {
			return errors.New("it looks like a token, not the end of an environment variable's name; put the value itself into the attribute value")
		}
		if len(tag) > longest || !variableEnd.MatchString(tag) {
			return errors.New("it is not the end of an environment variable's name: use letters, digits and _, 64 at most")
		}
		return nil
	})
}

// oneScope matches one scope (RFC 6749, section 3.3).
var oneScope = regexp.MustCompile(`^[\x21\x23-\x5b\x5d-\x7e]+$`)

// scopeList returns a validator of a set of scopes. It reports at the set, because the
// path of an element is its value. Nor does it quote the element, which may be a
// secret from another block.
func scopeList() validator.Set {
	return setCheck{"scopes, one in each string", func(req validator.SetRequest, resp *validator.SetResponse) {
		elements := req.ConfigValue.Elements()
		for _, element := range elements {
			text, _ := element.(types.String)
			if text.IsNull() || text.IsUnknown() {
				continue
			}
			err := CheckWord(text.ValueString())
			if err == nil && !oneScope.MatchString(text.ValueString()) {
				err = errors.New("a scope has no spaces, quotes or letters beyond ASCII; write several scopes as several strings")
			}
			if err != nil {
				resp.Diagnostics.Append(errorAt(req.Path, "Scope cannot be used", which(len(elements))+" "+unusable+err.Error()+"."))
				return
			}
		}
	}}
}

// which names one of several scopes, which have no order.
func which(scopes int) string {
	if scopes == 1 {
		return "the scope"
	}
	return fmt.Sprintf("one of the %d scopes", scopes)
}
