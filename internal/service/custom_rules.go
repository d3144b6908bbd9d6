package service

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"mime"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/net/http/httpguts"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// customRules are the rules between the attributes of a credential set of custom.
type customRules struct{}

func (customRules) Description(context.Context) string         { return "a request and a response" }
func (customRules) MarkdownDescription(context.Context) string { return "a request and a response" }

// ValidateObject implements validator.Object.
func (customRules) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	lacks := func(name string) rule {
		return func(v values) *problem { return missing(v, []string{name}, "Every credential set") }
	}
	report(req, resp, lacks("request"), lacks("response"), revokeRule)
}

// revokeRule is that a revocation names the token that it ends, and no output
// that does not exist. A body may have braces of its own.
func revokeRule(v values) *problem {
	revoke, ok := v.object("revoke")
	if !ok || !v.known("revoke", "response") || !v.isSet("response") {
		return nil
	}
	response, _ := v.object("response")
	outputs, _ := response["outputs"].(types.Map)
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
				return &problem{"revoke." + attribute, noSuchOutput, noOutput(braced(attribute, name), "response.outputs", outputs)}
			}
		}
	}
	if !isNamed && revoke.isSet("url") {
		return &problem{"revoke", "Token is not named", "The request does not say which token to revoke: put {token}, or {NAME} of an output, " +
			"into url, headers, query, json, form, body or basic_auth."}
	}
	return nil
}

// hasBuiltIn reports whether {name} stands for a value that every request has, or for
// its own JWT.
func (v values) hasBuiltIn(name string) bool {
	return token.BuiltIns()[name] != "" || name == "jwt" && v.isSet("jwt")
}

// placeholdersIn returns the NAME of each {NAME} in an attribute, which may be one of
// an object: OBJECT.ATTRIBUTE.
func (v values) placeholdersIn(attribute string) []string {
	if of, inner, nested := strings.Cut(attribute, "."); nested {
		object, _ := v.object(of)
		return object.placeholdersIn(inner)
	}
	var names []string
	for _, text := range leaves(v[attribute]) {
		names = append(names, placeholders(text)...)
	}
	return names
}

// requestRules are the rules between the attributes of a request. Values that
// are not known yet pass: they are validated again once they are known.
type requestRules struct{}

func (requestRules) Description(context.Context) string { return "a URL and at most one body" }

func (requestRules) MarkdownDescription(context.Context) string { return "a URL and at most one body" }

// ValidateObject implements validator.Object.
func (requestRules) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	notFilled(req, resp)
	dollars(req, resp)
	report(req, resp, urlRule, bodyRule, typeRule, headerRule, basicRule, jwtRule, certificateRule)
}

// responseRules are the rules between the attributes of a response.
type responseRules struct{}

func (responseRules) Description(context.Context) string { return "one place for the token" }

func (responseRules) MarkdownDescription(context.Context) string { return "one place for the token" }

// ValidateObject implements validator.Object.
func (responseRules) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	report(req, resp, tokenRule, unitRule)
}

func urlRule(v values) *problem {
	return missing(v, []string{"url"}, "Every request")
}

func bodyRule(v values) *problem {
	if set := v.given("json", "form", "body"); len(set) > 1 {
		return &problem{set[1], "Two bodies", fmt.Sprintf("At most one of json, form and body can be set. Given: %s.", strings.Join(set, ", "))}
	}
	return nil
}

// typeRule is that content_type is set only with a body that it applies to.
func typeRule(v values) *problem {
	if !v.isGiven("content_type") || v.isSet("json") || v.isSet("body") {
		return nil
	}
	return &problem{"content_type", "Content type is not used", "content_type is the type of json or body, but neither is set. " +
		"A form has its own; for an empty body, set the header Content-Type in headers."}
}

// headerRule is that no header is set twice, in headers and by another attribute.
func headerRule(v values) *problem {
	headers, _ := v["headers"].(types.Map)
	for name := range present(headers) {
		for header, attribute := range map[string]string{"Content-Type": "content_type", "Authorization": "basic_auth"} {
			if strings.EqualFold(name, header) && v.isGiven(attribute) {
				return &problem{"headers", twoHeaders, fmt.Sprintf("%s and the header %s in headers both set it. Keep one of the two.", attribute, header)}
			}
		}
	}
	return nil
}

// basicRule is that HTTP Basic has a user name or a password.
func basicRule(v values) *problem {
	basic, ok := v.object("basic_auth")
	for _, name := range []string{"username", "password"} {
		if ok && !v["basic_auth"].IsUnknown() && !basic.isSet(name) {
			return &problem{"basic_auth", "Missing " + name, fmt.Sprintf("basic_auth needs a username and a password, but %s is not set or null. "+
				"If it comes from a variable, check that the variable has a value. Write \"\" for an empty one.", name)}
		}
	}
	if !ok || !v.known("basic_auth") || basic.text("username", "") != "" || basic.text("password", "") != "" {
		return nil
	}
	return &problem{"basic_auth", emptyValue, "Both username and password are empty. If they come from variables, check that these have values."}
}

// filledPlaces are the attributes of a request in which each {NAME} is replaced.
func filledPlaces() []string {
	return []string{"url", "headers", "query", "form", "basic_auth", "json", "body"}
}

// jwtRule is that a JWT is used somewhere in the request, and that there is one where
// it is used. In json and body, braces may be those of another language.
func jwtRule(v values) *problem {
	places := filledPlaces()
	switch {
	case !v.isSet("jwt"):
		for _, name := range places[:5] {
			if slices.Contains(v.placeholdersIn(name), "jwt") {
				return &problem{name, "JWT is missing", "It has {jwt}, which stands for the JWT, but jwt is not set. Set jwt, or take {jwt} out."}
			}
		}
		return nil
	case !v.isGiven("jwt"), !v.known(places...),
		slices.ContainsFunc(places, func(place string) bool { return slices.Contains(v.placeholdersIn(place), "jwt") }):
		return nil
	}
	return &problem{"jwt", "JWT is not used", "The JWT takes the place of {jwt} in url, headers, query, form, json, body or basic_auth, but none of them has {jwt}."}
}

// FilledNames returns each NAME that {NAME} may have besides those of outputs.
func FilledNames() []string {
	return append(slices.Sorted(maps.Keys(token.BuiltIns())), "jwt", "token")
}

// braced returns {NAME} as a message shows it. Except in a URL the text around it may
// be a secret, and a long word a part of that.
func braced(attribute, name string) string {
	const shortest = 8
	if attribute != "url" && len(name) >= shortest && !strings.EqualFold(name, "access_token") {
		return "a word in braces"
	}
	return "{" + name + "}"
}

// notFilled warns of each {NAME} in a token request that nothing fills. In json and
// body, braces may be those of another language.
func notFilled(req validator.ObjectRequest, resp *validator.ObjectResponse) {
	last, _ := req.Path.Steps().LastStep()
	if !last.Equal(path.PathStepAttributeName("request")) || req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	v := values(req.ConfigValue.Attributes())
	for _, attribute := range filledPlaces()[:5] {
		for _, name := range v.placeholdersIn(attribute) {
			if name == "jwt" || token.BuiltIns()[name] != "" {
				continue
			}
			filled := "A token request has {" + strings.Join(append(slices.Sorted(maps.Keys(token.BuiltIns())), "jwt"), "}, {") + "}. If braces are meant, ignore this warning."
			if name == "token" || name == "access_token" {
				filled = "{token} belongs in headers beside request: that is for the API."
			}
			resp.Diagnostics.AddAttributeWarning(req.Path.AtName(attribute), "Placeholder is not filled", fmt.Sprintf(
				"%s: nothing fills %s, so it is sent as written. %s", where(req.Path.AtName(attribute)), braced(attribute, name), filled))
			break
		}
	}
}

// dollars warns of each ${NAME} in a request of which {NAME} is filled.
func dollars(req validator.ObjectRequest, resp *validator.ObjectResponse) {
	v := values(req.ConfigValue.Attributes())
	for _, attribute := range filledPlaces() {
		warnOfDollar(&resp.Diagnostics, req.Path.AtName(attribute), v, attribute, append(slices.Sorted(maps.Keys(token.BuiltIns())), "jwt"))
		if last, _ := req.Path.Steps().LastStep(); last.Equal(path.PathStepAttributeName("revoke")) {
			warnOfDollar(&resp.Diagnostics, req.Path.AtName(attribute), v, attribute, []string{"token"})
		}
	}
}

// warnOfDollar warns of the first ${NAME} in an attribute whose NAME is one of the
// names: Terraform makes it of $${NAME}, and the dollar sign is sent.
func warnOfDollar(diags *diag.Diagnostics, at path.Path, v values, attribute string, names []string) {
	for _, text := range leaves(v[attribute]) {
		for _, name := range names {
			if strings.Contains(text, "${"+name+"}") {
				diags.AddAttributeWarning(at, "Dollar sign before a placeholder", fmt.Sprintf(
					"%s: of $${%s}, the dollar sign is sent too, before what {%s} stands for. Write {%s}.", where(at), name, name, name))
				return
			}
		}
	}
}

func tokenRule(v values) *problem {
	set := v.given("token", "token_header")
	if v.flag("token_body") {
		set = append(set, "token_body")
	}
	if len(set) == 1 || len(set) == 0 && !v.known("token", "token_header", "token_body") {
		return nil
	}
	return &problem{"token", "One place for the token", "Exactly one of token, token_header and token_body = true must say where the token is. Given: " + listed(set) + "." + ifNone(set)}
}

func unitRule(v values) *problem {
	if v.isGiven("expires_in_unit") && !v.isSet("expires_in") {
		return &problem{"expires_in_unit", "Unit without a lifetime", "expires_in_unit is the unit of expires_in, which is not set."}
	}
	return nil
}

// basicUsername returns a validator of a user name for HTTP Basic. What its
// placeholders stand for is checked when it is sent.
func basicUsername() validator.String {
	return inTurn{Check(strayCharacter, "a text on one line", CheckWord), Check("User name cannot be used", "a user name without a colon", func(username string) error {
		if err := (token.Basic{Username: said.NewSecret(username)}).Check(); err != nil {
			return errors.New(err.Error() + ". Many OAuth servers decode what they get: if this one does, write urlencode(…) around the user name and " +
				"around the password. Or send both in form, if the vendor accepts that")
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

// headerName returns a validator of the name of a header.
func headerName() validator.String {
	return Check("Header name cannot be used", "the name of an HTTP header", func(value string) error {
		if !httpguts.ValidHeaderFieldName(value) {
			return errors.New("it is not the name of an HTTP header: use letters, digits and hyphens")
		}
		return nil
	})
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
