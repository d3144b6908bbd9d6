package service

import (
	"maps"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// clientAttributes returns the attributes of every credential set with a client
// id and secret, and those in more.
func clientAttributes(tokenURL provider.Attribute, more map[string]provider.Attribute) map[string]provider.Attribute {
	attributes := map[string]provider.Attribute{
		// Not Required: the framework would report it as missing from a set that is
		// not known yet. The rule needs requires it instead.
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
		"token_url":  tokenURL,
		"allow_http": allowHTTP("`token_url`"),
	}
	maps.Copy(attributes, more)
	return attributes
}

// clientCredentials returns the attributes that every such set must have.
func clientCredentials() []string { return []string{"client_id", "client_secret"} }

// vendorTokenURL returns the attribute token_url of a service with a default
// endpoint; others is a sentence about its other endpoints.
func vendorTokenURL(own, others string) provider.Attribute {
	return provider.StringAttribute{
		Optional:            true,
		MarkdownDescription: "The URL of the token endpoint. Default: `" + own + "`." + others,
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
		Validators:          scopeValidators(),
	}}
}

func inputScopes() map[string]datasource.Attribute {
	return map[string]datasource.Attribute{"scopes": datasource.SetAttribute{
		ElementType:         types.StringType,
		Optional:            true,
		MarkdownDescription: "The scopes to request. Default: those of the credential set.",
		Validators:          scopeValidators(),
	}}
}

func scopeValidators() []validator.Set { return []validator.Set{scopeList{}} }

func output(description string) datasource.Attribute {
	return datasource.StringAttribute{Computed: true, MarkdownDescription: description}
}

func sensitiveOutput(description string) datasource.Attribute {
	return datasource.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: description}
}
