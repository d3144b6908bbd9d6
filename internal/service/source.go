package service

import (
	"fmt"
	"strings"

	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// sourceAttribute returns an attribute for an assertion or a token that comes
// from one of several places.
func sourceAttribute(description string) provider.Attribute {
	description += " Set exactly one of `value`, `file`, `env`, `github_actions`, `hcp_terraform` and `signed`."
	return object(description, map[string]provider.Attribute{
		"value": OptionalSecret("The token itself. Use an ephemeral variable.", assertion()),
		"file":  Optional("The path of a file that contains the token. It is read for every request.", filePath()),
		"env":   Optional("The name of the environment variable that contains the token.", variableName()),
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
	}, oneSource())
}

// sourceOf returns the source that an object describes. If that is a JWT to be
// signed, signed has the claims that do not come from the object.
func sourceOf(v values, signed source.Signed) source.Source {
	switch {
	case v.isSet("file"):
		return source.File{Path: v.text("file", "")}
	case v.isSet("env"):
		return source.Env{Name: v.text("env", "")}
	case v.isSet("github_actions"):
		return source.GitHubActions{Audience: v.object("github_actions").text("audience", "")}
	case v.isSet("hcp_terraform"):
		return source.HCPTerraform{Tag: v.object("hcp_terraform").text("tag", "")}
	case v.isSet("signed"):
		return signedJWT(v.object("signed"), signed)
	default:
		return source.Value{Secret: v.secret("value")}
	}
}

// oneSource returns a validator of an object with exactly one source.
func oneSource() validator.Object {
	return objectCheck{"exactly one place", func(req validator.ObjectRequest, resp *validator.ObjectResponse) {
		var set, unknown []string
		v := valuesOf(req.ConfigValue)
		for _, name := range v.names() {
			switch {
			case v[name].IsUnknown():
				unknown = append(unknown, name)
			case !v[name].IsNull():
				set = append(set, name)
			}
		}
		if len(set) > 1 || len(set) == 0 && len(unknown) == 0 {
			resp.Diagnostics.AddAttributeError(req.Path, "Exactly one source is needed",
				fmt.Sprintf("%s needs exactly one of %s. Given: %s.%s", req.Path, strings.Join(v.names(), ", "), listed(set), ifNone(set)))
		}
	}}
}
