package service

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/net/http/httpguts"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// headerMap returns a validator of header names and values. Its errors never
// quote values, which may be secrets.
func headerMap() validator.Map {
	return mapCheck{"names and values of HTTP headers", func(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
		seen := map[string]string{}
		elements := req.ConfigValue.Elements()
		for _, name := range slices.Sorted(maps.Keys(elements)) {
			if elements[name].IsNull() {
				continue
			}
			at, lower := req.Path.AtMapKey(name), strings.ToLower(name)
			value, _ := elements[name].(types.String)
			switch err := checkHeaderValue(value.ValueString()); {
			case !httpguts.ValidHeaderFieldName(name):
				resp.Diagnostics.Append(errorAt(at, "Header name cannot be used",
					Brief(name)+" is not the name of an HTTP header: use letters, digits and hyphens."))
			case seen[lower] != "":
				resp.Diagnostics.Append(errorAt(at, twoHeaders,
					fmt.Sprintf("%s and %s are the same header: HTTP ignores case. Keep one of the two.", Brief(seen[lower]), Brief(name))))
			case err != nil:
				resp.Diagnostics.Append(errorAt(at, "Header value cannot be used", "The value cannot be used: "+err.Error()+"."))
			}
			seen[lower] = name
		}
	}}
}

// checkHeaderValue reports a character that a header cannot carry. Bytes beyond ASCII
// could be sent, but have no agreed meaning (RFC 9110, section 5.5).
func checkHeaderValue(value string) error {
	if err := checkEdges(value, unicode.IsSpace); err != nil {
		return err
	}
	for _, r := range value {
		switch {
		case unicode.IsControl(r), isInvisible(r):
			return fmt.Errorf("it contains %s, which no HTTP header can carry. %s", named(r), removal(r))
		case r > unicode.MaxASCII:
			return fmt.Errorf("it contains U+%04X, and HTTP headers carry only ASCII characters. If the endpoint says how to encode others, "+
				"encode them, for example with urlencode(…)", r)
		}
	}
	return nil
}

// dollars returns a validator that warns of each ${NAME} in the headers for the API.
func dollars() validator.Map {
	return mapCheck{"headers without ${NAME}", func(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
		elements := present(req.ConfigValue)
		for _, name := range slices.Sorted(maps.Keys(elements)) {
			warnOfDollar(&resp.Diagnostics, req.Path.AtMapKey(name), elements[name], placeholders(elements[name]))
		}
	}}
}

// present returns the elements of a map that are not null. Null ones are not sent.
func present(m types.Map) map[string]attr.Value {
	elements := maps.Clone(m.Elements())
	maps.DeleteFunc(elements, func(_ string, element attr.Value) bool { return element.IsNull() })
	return elements
}

// placeholders returns each NAME and NAME.OUTPUT in braces in the texts of a value, sorted.
func placeholders(value attr.Value) []string {
	var names []string
	for _, text := range leaves(value) {
		for _, found := range source.Placeholders(text) {
			names = append(names, found.String())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// answerPath returns a validator of a path into a response. It warns about expressions
// that are valid but probably a mistake.
func answerPath() validator.String {
	const description = "JMESPath, header:NAME, cookie:NAME, body: or regex:EXPR"
	return inTurn{notEmpty(), Check("Path cannot be used", description, func(value string) error {
		_, err := answer.ParsePath(value)
		return err
	}), stringCheck{description, func(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
		path, _ := answer.ParsePath(req.ConfigValue.ValueString()) // it has been checked
		if name := path.Hyphenated(); name != "" {
			quoted := `"` + name + `"`
			if whole := strings.Replace(req.ConfigValue.ValueString(), name, quoted, 1); len(whole) <= longestName {
				quoted = whole
			}
			resp.Diagnostics.AddAttributeWarning(req.Path, "Path subtracts", fmt.Sprintf(
				"%s: JMESPath reads %s as a subtraction, which finds nothing unless both sides are numbers. For the key of that name, put it in double "+
					"quotes of its own: %q. To subtract, put spaces around the hyphen.", where(req.Path), name, quoted))
		}
		if word := path.BareWord(); word != "" {
			resp.Diagnostics.AddAttributeWarning(req.Path, namesKey, fmt.Sprintf(
				"%s: %s is the name of a key in JMESPath. For the value, write it in backticks: %#q.", where(req.Path), word, word))
		}
	}}}
}

// units are those of a lifetime that is a plain number.
var units = map[string]time.Duration{"s": time.Second, "ms": time.Millisecond, "m": time.Minute}

// lifetimeUnit returns a validator of a unit of a lifetime.
func lifetimeUnit() validator.String {
	return Check("Not one of the allowed values", "one of s, ms, m", func(value string) error {
		if _, ok := units[value]; !ok {
			return errors.New("it is not one of s (seconds), ms (milliseconds), m (minutes)")
		}
		return nil
	})
}

// lifetimePath returns a validator of a path of a lifetime. A lifetime itself is no path.
func lifetimePath() validator.String {
	return inTurn{Check("Path cannot be used", "a path of a lifetime", func(value string) error {
		lifetime := strings.TrimSpace(value)
		if strings.Trim(lifetime, "0123456789") == "" {
			lifetime += "s"
		}
		if _, err := time.ParseDuration(lifetime); err == nil {
			return fmt.Errorf("%q is a lifetime, and not where one is in the response. If the response has none, remove expires_in and set default_ttl = %q in the set", value, lifetime)
		}
		return nil
	}), answerPath()}
}

// namesKey is the summary of a warning about a word without quotes.
const namesKey = "Path names a key, not a value"

// truthPath returns a validator of a path whose value must be true or false. It also
// warns about a comparison with a string instead of a value.
func truthPath() validator.String {
	return inTurn{answerPath(), stringCheck{"JMESPath or regex:EXPR", checkTruth}}
}

func checkTruth(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	value, _ := answer.ParsePath(req.ConfigValue.ValueString()) // it has been checked
	switch place, _ := value.In(); place {
	case answer.PlaceHeader, answer.PlaceCookie, answer.PlaceBody:
		resp.Diagnostics.Append(errorAt(req.Path, "Path cannot be used", unusable+"it finds a string, and the value at this path must be true or false. "+
			"Use an expression over the body, such as code == `0`, or a regular expression that matches it, such as regex:<status>OK</status>."))
		return
	default:
	}
	if name := value.ComparedKey(); name != "" && value.BareWord() == "" {
		resp.Diagnostics.AddAttributeWarning(req.Path, namesKey, fmt.Sprintf(
			"%s: %s is the name of a key in JMESPath. For the string, write it in single quotes: '%s'. To compare two keys, ignore this warning.",
			where(req.Path), name, name))
	}
	if word := value.QuotedWord(); word != "" {
		text := strings.Trim(word, "'")
		resp.Diagnostics.AddAttributeWarning(req.Path, "Path compares with a string", fmt.Sprintf(
			"%s: %s is a string in JMESPath, and the value %s is not equal to it. For the value, write it in backticks: %#q. "+
				"to_string(KEY) == %s is true for both.", where(req.Path), word, text, text, word))
	}
}
