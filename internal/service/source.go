package service

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// sourceAttribute returns an attribute for an assertion or a token that comes
// from one of several places.
func sourceAttribute(description string) provider.Attribute {
	return object(description+" Set exactly one of "+listedAttributes(sourceNames())+".", sourceAttributes(), oneSource())
}

// namedSources returns an attribute for sources by the NAME that {NAME} refers to.
func namedSources(description string) provider.Attribute {
	return provider.MapNestedAttribute{
		Optional: true, MarkdownDescription: description + " Each has exactly one of " + listedAttributes(sourceNames()) + ".",
		NestedObject: provider.NestedAttributeObject{Attributes: sourceAttributes(), Validators: []validator.Object{oneSource()}},
	}
}

// listedAttributes returns the names of attributes as descriptions list them.
func listedAttributes(names []string) string {
	last := len(names) - 1
	return "`" + strings.Join(names[:last], "`, `") + "` and `" + names[last] + "`"
}

// sourceNames are the attributes of which a source has exactly one.
func sourceNames() []string {
	return []string{"value", "file", "env", "program", "credentials", "github_actions", "hcp_terraform", "hmac", "signed", "totp"}
}

func sourceAttributes() map[string]provider.Attribute {
	return map[string]provider.Attribute{
		"value":   OptionalSecret("The token itself. Use an ephemeral variable.", assertion()),
		"file":    Optional("The path of a file that contains the token. It is read for every request.", filePath()),
		"env":     Optional("The name of the environment variable that contains the token.", variableName()),
		"program": programAttribute("What it prints is the value. It is run for every request."),
		"path": Optional("Where the value is in the JSON that `file`, `env` or `program` contains: a JMESPath expression, such as `status.token`. "+
			"Default: the whole text is the value.", sourcePath()),
		"github_actions": object("The OpenID Connect token of the GitHub Actions job. The job needs the permission `id-token: write`.",
			map[string]provider.Attribute{
				"audience": Optional("The audience of the token. Default: GitHub's, which is the URL of the repository's owner.", word()),
			}),
		"hcp_terraform": object("The workload identity token of the HCP Terraform or Terraform Enterprise run.",
			map[string]provider.Attribute{
				"tag": Optional("The suffix of the environment variable, if the workspace has several tokens: `TFC_WORKLOAD_IDENTITY_TOKEN_<tag>`. "+
					"Default: none, so the variable is `TFC_WORKLOAD_IDENTITY_TOKEN`.", tag()),
			}),
		"signed": signedAttribute(),
		"hmac":   hmacAttribute(),
		"totp":   totpAttribute(),
		"credentials": Optional("The token of another credential set of this provider block, as `SERVICE.SET`, such as `custom.login`. It is requested once and shared, "+
			"like every token.", credentialsName()),
		"fresh": provider.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether each request gets a token of `credentials` of its own, which is not shared. " +
				"This is for challenges, and for sessions that others must not end. Default: `false`.",
		},
	}
}

// pathRule requires a source that may hold JSON for path.
func pathRule(v values) *RuleError {
	if !v.isGiven("path") || slices.ContainsFunc([]string{"file", "env", "program"}, v.isSet) || len(v.given(sourceNames()...)) == 0 {
		return nil
	}
	return &RuleError{"path", "Path is not used", unusable + "it is for the JSON of file, env or program, and none of them is set. Leave it out."}
}

// sourcePath returns a validator of a path into the JSON of a source.
func sourcePath() validator.String {
	return inTurn{Check("Path cannot be used", "a JMESPath expression", func(value string) error {
		if kind := pathKind.FindString(value); kind != "" {
			return errors.New(kind + " is for parts of a response, and this is a path into JSON; write a JMESPath expression, such as status.token")
		}
		return nil
	}), answerPath()}
}

// pathKind matches the beginning of a path that is not JMESPath, such as header:NAME. No
// JMESPath expression begins like that.
var pathKind = regexp.MustCompile(`^[a-z]+:`)

// sourceOf returns the source that an object describes. If that is a JWT to be
// signed, signed has the claims that do not come from the object.
func sourceOf(v values, signed source.Signed) source.Source {
	switch {
	case v.isSet("file"):
		return source.File{Name: v.text("file", ""), Path: v.path("path")}
	case v.isSet("env"):
		return source.Env{Name: v.text("env", ""), Path: v.path("path")}
	case v.isSet("program"):
		return source.Program{Args: v.texts("program"), Path: v.path("path")}
	case v.isSet("github_actions"):
		return source.GitHubActions{Audience: v.object("github_actions").text("audience", "")}
	case v.isSet("hcp_terraform"):
		return source.HCPTerraform{Tag: v.object("hcp_terraform").text("tag", "")}
	case v.isSet("credentials"):
		return source.Credentials{Name: v.text("credentials", ""), Fresh: v.flag("fresh")}
	case v.isSet("signed"):
		return signedJWT(v.object("signed"), signed)
	case v.isSet("hmac"):
		return hmacOf(v.object("hmac"))
	case v.isSet("totp"):
		return totpOf(v.object("totp"))
	default:
		return source.Value{Secret: v.secret("value")}
	}
}

// oneSource returns a validator of an object with exactly one source, and with nothing
// that only another source uses.
func oneSource() validator.Object {
	return objectCheck{"exactly one place", func(req validator.ObjectRequest, resp *validator.ObjectResponse) {
		v := valuesOf(req.ConfigValue)
		set, isUnknown := v.given(sourceNames()...), !v.known(sourceNames()...)
		if len(set) > 1 || len(set) == 0 && !isUnknown {
			resp.Diagnostics.AddAttributeError(req.Path, "Exactly one source is needed",
				fmt.Sprintf("%s needs exactly one of %s. Given: %s.%s", where(req.Path), strings.Join(sourceNames(), ", "), listed(set), ifNone(set)))
			return
		}
		report(req, resp, freshRule, pathRule)
	}}
}

// credentialsName returns a validator of the name of a credential set, SERVICE.SET.
func credentialsName() validator.String {
	return inTurn{word(), Check("Credential set cannot be used", "SERVICE.SET", func(name string) error {
		if service, set, ok := strings.Cut(name, "."); !ok || service == "" || set == "" {
			return errors.New(`it is not SERVICE.SET, such as "custom.login": the service, a dot and the name of the set`)
		}
		return nil
	})}
}

// freshRule requires a set whose token is asked anew.
func freshRule(v values) *RuleError {
	if !v.flag("fresh") || v.isSet("credentials") {
		return nil
	}
	return &RuleError{"fresh", "Not used by the source", "fresh is only used with credentials, the token of another set."}
}
