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

// revokeRule requires that a revocation names the token to revoke, and only outputs
// that exist. A body may have braces that are not placeholders.
func revokeRule(v values) *RuleError {
	if !v.isSet("revoke") || !v.isSet("response") || !v.known("revoke", "response") {
		return nil
	}
	revoke, outputs := v.object("revoke"), read[types.Map](v.object("response"), "outputs")
	isFilled := func(name string) bool {
		_, isOutput := present(outputs)[name]
		return isOutput || name == "token"
	}
	isNamed := slices.ContainsFunc(revoke.placeholdersIn("body"), isFilled)
	for _, attribute := range []string{"url", "headers", "query", "form", "json", "basic_auth.username", "basic_auth.password"} {
		for _, name := range revoke.placeholdersIn(attribute) {
			if isFilled(name) {
				isNamed = true
			} else if !revoke.hasBuiltIn(name) {
				return &RuleError{"revoke." + attribute, noSuchOutput, noOutput(braced(attribute, name), "response.outputs", outputs)}
			}
		}
	}
	if !isNamed && revoke.isSet("url") {
		return &RuleError{"revoke", "Token is not named", "The request does not say which token to revoke: put {token}, or {NAME} of an output, " +
			"into url, headers, query, json, form, body or basic_auth."}
	}
	return nil
}

// hasBuiltIn reports whether {name} is replaced in every request, or with the
// request's JWT.
func (v values) hasBuiltIn(name string) bool {
	return token.BuiltIns()[name] != "" || name == "jwt" && v.isSet("jwt")
}

// placeholdersIn returns the NAME of each {NAME} in an attribute, which may be in an
// object: OBJECT.ATTRIBUTE.
func (v values) placeholdersIn(attribute string) []string {
	if of, inner, nested := strings.Cut(attribute, "."); nested {
		return v.object(of).placeholdersIn(inner)
	}
	return placeholders(v.at(attribute))
}

// requestRules returns a validator of the attributes of a request against each other.
// Values that are not known yet pass: they are validated again once they are known.
func requestRules() validator.Object {
	return objectCheck{"a URL and at most one body", func(req validator.ObjectRequest, resp *validator.ObjectResponse) {
		warnOfUnfilled(req, resp)
		warnOfDollars(req, resp)
		report(req, resp, urlRule, bodyRule, typeRule, headerRule, basicRule, jwtRule, certificateRule)
	}}
}

func urlRule(v values) *RuleError { return missing(v, "every request needs it", "url") }

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
	for name := range present(read[types.Map](v, "headers")) {
		for _, pair := range [][2]string{{"Content-Type", "content_type"}, {"Authorization", "basic_auth"}} {
			header, attribute := pair[0], pair[1]
			if strings.EqualFold(name, header) && v.isGiven(attribute) {
				return &RuleError{"headers", twoHeaders, fmt.Sprintf("%s and the header %s in headers both set it. Keep one of the two.", attribute, header)}
			}
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

// filledPlaces are the attributes of a request in which each {NAME} is replaced.
func filledPlaces() []string {
	return []string{"url", "headers", "query", "form", "basic_auth", "json", "body"}
}

// jwtRule requires that the request uses its JWT, and has one if it uses one. In json
// and body, braces may belong to another language.
func jwtRule(v values) *RuleError {
	places := filledPlaces()
	switch {
	case !v.isSet("jwt"):
		for _, name := range places[:5] {
			if slices.Contains(v.placeholdersIn(name), "jwt") {
				return &RuleError{name, "JWT is missing", "It has {jwt}, which stands for the JWT, but jwt is not set. Set jwt, or remove {jwt}."}
			}
		}
		return nil
	case !v.isGiven("jwt"), !v.known(places...),
		slices.ContainsFunc(places, func(place string) bool { return slices.Contains(v.placeholdersIn(place), "jwt") }):
		return nil
	}
	return &RuleError{"jwt", "JWT is not used", "The JWT replaces {jwt} in url, headers, query, form, json, body or basic_auth, but none of them has {jwt}."}
}

// requestNames returns each NAME whose {NAME} is replaced in a token request.
func requestNames() []string {
	return append(slices.Sorted(maps.Keys(token.BuiltIns())), "jwt")
}

// FilledNames returns each NAME whose {NAME} is replaced in some attribute, except the
// names of outputs.
func FilledNames() []string {
	return append(requestNames(), "token")
}

// braced returns {NAME} as a message shows it. Except in a URL, the text around it may
// be a secret, and a long word may be a part of that secret.
func braced(attribute, name string) string {
	const shortest = 8
	if attribute != "url" && len(name) >= shortest && !strings.EqualFold(name, "access_token") {
		return "a word in braces"
	}
	return "{" + name + "}"
}

// warnOfUnfilled warns of a {NAME} in a token request that is not replaced. In json
// and body, braces may belong to another language.
func warnOfUnfilled(req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if !isNamed(req.Path, "request") {
		return
	}
	v := valuesOf(req.ConfigValue)
	for _, attribute := range filledPlaces()[:5] {
		for _, name := range v.placeholdersIn(attribute) {
			if slices.Contains(requestNames(), name) {
				continue
			}
			filled := "A token request has {" + strings.Join(requestNames(), "}, {") + "}. If braces are meant, ignore this warning."
			if name == "token" || name == "access_token" {
				filled = "{token} belongs in headers beside request: that is for the API."
			}
			resp.Diagnostics.AddAttributeWarning(req.Path.AtName(attribute), "Placeholder is not filled", fmt.Sprintf(
				"%s: nothing fills %s, so it is sent as written. %s", where(req.Path.AtName(attribute)), braced(attribute, name), filled))
			break
		}
	}
}

// isNamed reports whether a path ends in the attribute name.
func isNamed(at path.Path, name string) bool {
	last, _ := at.Steps().LastStep()
	return last.Equal(path.PathStepAttributeName(name))
}

// warnOfDollars warns of each ${NAME} in a request whose {NAME} is replaced.
func warnOfDollars(req validator.ObjectRequest, resp *validator.ObjectResponse) {
	v, names := valuesOf(req.ConfigValue), [][]string{requestNames()}
	if isNamed(req.Path, "revoke") {
		names = append(names, []string{"token"})
	}
	for _, attribute := range filledPlaces() {
		for _, some := range names {
			warnOfDollar(&resp.Diagnostics, req.Path.AtName(attribute), v.at(attribute), some)
		}
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
