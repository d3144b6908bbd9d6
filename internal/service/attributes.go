package service

import (
	"maps"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// endpoints are the token endpoints of a vendor. The default is production.
type endpoints struct{ production, staging string }

// clientAttributes returns the attributes of a credential set with a client id and
// secret, and more of them.
func clientAttributes(of endpoints, more ...map[string]provider.Attribute) map[string]provider.Attribute {
	attributes := map[string]provider.Attribute{
		// Not Required: the framework would report it as missing from a set that is
		// not known yet. A rule of the service requires it instead.
		"client_id": provider.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The client ID. Every set needs one.",
			Validators:          []validator.String{word()},
		},
		"client_secret": provider.StringAttribute{
			Optional:            true,
			Sensitive:           true,
			MarkdownDescription: "The client secret. Every set needs one.",
			Validators:          []validator.String{word()},
		},
		"token_url":  tokenURL(of),
		"allow_http": allowHTTP("`token_url`"),
	}
	return merged(append(more, attributes)...)
}

// merged returns the attributes of several maps.
func merged(parts ...map[string]provider.Attribute) map[string]provider.Attribute {
	attributes := map[string]provider.Attribute{}
	for _, part := range parts {
		maps.Copy(attributes, part)
	}
	return attributes
}

// clientCredentials returns the attributes that each of these sets must have.
func clientCredentials() []string { return []string{"client_id", "client_secret"} }

// tokenURL returns the attribute token_url of a vendor.
func tokenURL(of endpoints) provider.Attribute {
	description := "The URL of the token endpoint. Default: `" + of.production + "`."
	if of.staging != "" {
		description += " Staging: `" + of.staging + "`."
	}
	return provider.StringAttribute{
		Optional:            true,
		MarkdownDescription: description,
		Validators:          []validator.String{endpointURL()},
	}
}

func allowHTTP(urls string) provider.Attribute {
	return provider.BoolAttribute{
		Optional: true,
		MarkdownDescription: "Whether " + urls + " may be plain `http://`, which sends the secret unencrypted. " +
			"`http://` to this machine (loopback) is always accepted. Default: `false`.",
	}
}

func setScopes() map[string]provider.Attribute {
	return map[string]provider.Attribute{"scopes": provider.SetAttribute{
		ElementType:         types.StringType,
		Optional:            true,
		MarkdownDescription: "The scopes to request. A data source or ephemeral resource can replace them. Default: none, so the endpoint decides.",
		Validators:          []validator.Set{scopeList()},
	}}
}

func inputScopes() map[string]datasource.Attribute {
	return map[string]datasource.Attribute{"scopes": datasource.SetAttribute{
		ElementType:         types.StringType,
		Optional:            true,
		MarkdownDescription: "The scopes to request. Default: those of the credential set.",
		Validators:          []validator.Set{scopeList()},
	}}
}

func output(description string) datasource.Attribute {
	return datasource.StringAttribute{Computed: true, MarkdownDescription: description}
}

func sensitiveOutput(description string) datasource.Attribute {
	return datasource.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: description}
}
