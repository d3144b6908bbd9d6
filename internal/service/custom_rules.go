package service

import (
	"errors"
	"fmt"
	"maps"
	"mime"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// placeholdersIn returns the NAME of each {NAME} in an attribute.
func (v values) placeholdersIn(attribute string) []string { return placeholders(v.at(attribute)) }

// requestRules returns a validator of the attributes of a request against each other.
// Values that are not known yet pass: they are validated again once they are known.
func requestRules() validator.Object {
	return objectCheck{"a URL and at most one body", func(req validator.ObjectRequest, resp *validator.ObjectResponse) {
		warnOfDollars(req, resp)
		rules := []rule{urlRule, bodyRule, typeRule, headerRule, basicRule, certificateRule}
		if programRule(valuesOf(req.ConfigValue)) != nil {
			rules = []rule{programRule} // there is no request that the others could be about
		}
		report(req, resp, rules...)
	}}
}

// urlRule requires a URL, or a program in its place.
func urlRule(v values) *RuleError {
	_, may := v["program"]
	switch {
	case !may:
		return missing(v, "every revocation needs it, because a program cannot take its place", "url")
	case v.isSet("program"):
		return nil
	default:
		return missing(v, "every request needs it, or program in its place", "url")
	}
}

// programRule requires that nothing of a request is set beside a program.
func programRule(v values) *RuleError {
	if _, may := v["program"]; !may || !v.isGiven("program") {
		return nil
	}
	for _, name := range v.names() {
		if name != "program" && v.isGiven(name) {
			return &RuleError{name, "Not used with a program", fmt.Sprintf("%s is part of a request, and none is made: what the program prints is the response. "+
				"Remove %s, or program.", name, name)}
		}
	}
	return nil
}

// printedRule requires that nothing of an HTTP response is read where a program prints the
// body: it has no status, header or cookie.
func printedRule(v values) *RuleError {
	request := v.object("request")
	if len(request.given(request.names()...)) != 1 || !request.isGiven("program") {
		return nil // programRule reports what is beside a program
	}
	response := v.object("response")
	const summary, detail = "Not used with a program", "a program prints a body, which has no status, header or cookie. Remove %s, or correct it."
	if response.isGiven("success_statuses") {
		return &RuleError{"response.success_statuses", summary, fmt.Sprintf(detail, "success_statuses")}
	}
	for _, text := range response.textsWithin("token", "token_type", "expires_in", "expires_at", "success", "error", "outputs") {
		place, _ := text.value.(types.String)
		if kind := place.ValueString(); strings.HasPrefix(kind, "header:") || strings.HasPrefix(kind, "cookie:") {
			return &RuleError{"response." + text.attribute, summary, fmt.Sprintf(detail, "the path")}
		}
	}
	return nil
}

func bodyRule(v values) *RuleError {
	if set := v.given("json", "form", "body"); len(set) > 1 {
		return &RuleError{set[1], "Two bodies", fmt.Sprintf("At most one of json, form and body can be set. Given: %s.", strings.Join(set, ", "))}
	}
	return nil
}

// typeRule requires a body that content_type applies to.
func typeRule(v values) *RuleError {
	if !v.isGiven("content_type") || v.isSet("json") || v.isSet("body") {
		return nil
	}
	return &RuleError{"content_type", "Content type is not used", "content_type is the type of json or body, but neither is set. " +
		"A form has its own; for an empty body, set the header Content-Type in headers."}
}

// headerRule requires that headers do not repeat a header that another attribute sets.
func headerRule(v values) *RuleError {
	if p := repeated(v, "Content-Type", "content_type"); p != nil {
		return p
	}
	return authorizationRule(v)
}

// authorizationRule requires that headers do not repeat the header of HTTP Basic: only one
// of the two would be sent.
func authorizationRule(v values) *RuleError { return repeated(v, "Authorization", "basic_auth") }

// repeated returns the problem that headers and an attribute both set a header, or nil.
func repeated(v values, header, attribute string) *RuleError {
	for name := range present(read[types.Map](v, "headers")) {
		if strings.EqualFold(name, header) && v.isGiven(attribute) {
			return &RuleError{"headers", twoHeaders, fmt.Sprintf("%s and the header %s in headers both set it. Keep one of the two.", attribute, header)}
		}
	}
	return nil
}

// basicRule requires a user name and a password for HTTP Basic. One of them may be
// empty.
func basicRule(v values) *RuleError {
	if !v.isGiven("basic_auth") {
		return nil
	}
	basic := v.object("basic_auth")
	const why = `HTTP Basic needs a user name and a password. If it comes from a variable, check that the variable is not null; write "" for an empty one`
	if p := missing(basic, why, "username", "password"); p != nil {
		p.Attribute = "basic_auth." + p.Attribute
		return p
	}
	if !v.known("basic_auth") || basic.text("username", "") != "" || basic.text("password", "") != "" {
		return nil
	}
	return &RuleError{"basic_auth", emptyValue, "Both username and password are empty. If they come from variables, check that these have values."}
}

// isNamed reports whether a path ends in the attribute name.
func isNamed(at path.Path, name string) bool {
	last, _ := at.Steps().LastStep()
	return last.Equal(path.PathStepAttributeName(name))
}

// warnOfDollars warns of each ${NAME} in a request whose {NAME} is replaced.
func warnOfDollars(req validator.ObjectRequest, resp *validator.ObjectResponse) {
	v := valuesOf(req.ConfigValue)
	names := append(slices.Sorted(maps.Keys(token.BuiltIns())), slices.Sorted(maps.Keys(present(read[types.Map](v, "sources"))))...)
	if isNamed(req.Path, "revoke") {
		names = append(names, "token")
	}
	for _, attribute := range filledPlaces() {
		warnOfDollar(&resp.Diagnostics, req.Path.AtName(attribute), v.at(attribute), names)
	}
}

// warnOfDollar warns of the first ${NAME} in a value whose NAME is one of the names:
// Terraform makes it of $${NAME}, and the dollar sign is sent.
func warnOfDollar(diags *diag.Diagnostics, at path.Path, value attr.Value, names []string) {
	for _, text := range leaves(value) {
		for _, name := range names {
			if strings.Contains(text, "${"+name+"}") {
				diags.AddAttributeWarning(at, "Dollar sign before a placeholder", fmt.Sprintf(
					"%s: $${%s} sends a dollar sign before the value of {%s}. Write {%s}.", where(at), name, name, name))
				return
			}
		}
	}
}

func tokenRule(v values) *RuleError {
	return missing(v, "it says where the token is in the response", "token")
}

func unitRule(v values) *RuleError {
	if v.isGiven("expires_in_unit") && !v.isSet("expires_in") {
		return &RuleError{"expires_in_unit", "Unit without a lifetime", "expires_in_unit is the unit of expires_in, which is not set."}
	}
	return nil
}

// basicUsername returns a validator of a user name for HTTP Basic. The values of its
// placeholders are checked when it is sent.
func basicUsername() validator.String {
	return inTurn{Check(strayCharacter, "a text on one line", CheckWord), Check("User name cannot be used", "a user name without a colon", func(username string) error {
		if err := (token.Basic{Username: said.NewSecret(username)}).Check(); err != nil {
			return errors.New(err.Error() + ". Many OAuth servers decode user name and password: if this one does, write urlencode(…) around " +
				"each of them. Or send both in form, if the vendor accepts that")
		}
		return nil
	})}
}

func checkBasicPassword(password string) error {
	if err := checkPassword(password); err != nil {
		return err
	}
	return token.Basic{Password: said.NewSecret(password)}.Check()
}

// contentType returns a validator of a content type.
func contentType() validator.String {
	return Check("Content type cannot be used", "a content type", func(value string) error {
		kind, _, err := mime.ParseMediaType(value)
		isPrintable := !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' })
		main, sub, hasSlash := strings.Cut(kind, "/")
		if err != nil || !isPrintable || !hasSlash || main == "" || sub == "" || strings.HasSuffix(strings.TrimSpace(value), ";") {
			return errors.New("it is not a content type such as text/plain or application/json; charset=utf-8")
		}
		return nil
	})
}
