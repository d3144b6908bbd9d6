package service

import (
	"maps"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// clientAttributes returns the attributes of a credential set with a client id and
// secret, for the token endpoints of a vendor: production is the default, and there may
// be a staging.
func clientAttributes(production, staging string) map[string]provider.Attribute {
	url := "The URL of the token endpoint. Default: `" + production + "`."
	if staging != "" {
		url += " Staging: `" + staging + "`."
	}
	return map[string]provider.Attribute{
		// Not Required: the framework would report it as missing from a set that is
		// not known yet. A rule of the service requires it instead.
		"client_id":     Optional("The client ID. Every set needs one.", word()),
		"client_secret": OptionalSecret("The client secret. Every set needs one.", word()),
		"token_url":     Optional(url, endpointURL()),
		"allow_http":    allowHTTP("`token_url`"),
	}
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

// passphraseOf returns the attribute for the passphrase of the key in another attribute.
func passphraseOf(key string) provider.Attribute {
	return OptionalSecret("The passphrase of `"+key+"`, if that is encrypted. It is ignored if the key is not encrypted.", notEmpty())
}

func defaultTTL() provider.Attribute {
	return Optional("The lifetime to assume, such as `10m`, if neither the response nor the token has one. Default: unknown.", PositiveDuration())
}

// outputHeaders returns apiHeaders for tokens with outputs. requestHeaders is the attribute
// for the headers of the token request, and outputs the path of the outputs.
func outputHeaders(requestHeaders, outputs string) provider.Attribute {
	return apiHeaders("; `{NAME}` inserts an entry of `" + outputs + "`. For headers of the token request, use `" + requestHeaders + "`.")
}

// apiHeaders returns the attribute for the headers that carry the token. more ends the
// sentence about {token}.
func apiHeaders(more string) provider.Attribute {
	return optionalMap("The headers to send to the API. Exactly one value must contain `{token}`"+more+" Default: `{ Authorization = \"Bearer {token}\" }`.",
		headerMap(), dollars())
}

// Optional returns a string attribute of the provider block.
func Optional(description string, validators ...validator.String) provider.Attribute {
	return provider.StringAttribute{Optional: true, MarkdownDescription: description, Validators: validators}
}

// OptionalSecret returns a secret string attribute of the provider block.
func OptionalSecret(description string, validators ...validator.String) provider.Attribute {
	return provider.StringAttribute{Optional: true, Sensitive: true, MarkdownDescription: description, Validators: validators}
}

func optionalMap(description string, validators ...validator.Map) provider.Attribute {
	return provider.MapAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description, Validators: validators}
}

func secretMap(description string, validators ...validator.Map) provider.Attribute {
	return provider.MapAttribute{
		Optional: true, Sensitive: true, ElementType: types.StringType, MarkdownDescription: description, Validators: validators,
	}
}

func object(description string, attributes map[string]provider.Attribute, validators ...validator.Object) provider.Attribute {
	return provider.SingleNestedAttribute{Optional: true, MarkdownDescription: description, Attributes: attributes, Validators: validators}
}

// Output returns an output that is a string.
func Output(description string) datasource.Attribute {
	return datasource.StringAttribute{Computed: true, MarkdownDescription: description}
}

// SecretOutput returns an output that is a secret string.
func SecretOutput(description string) datasource.Attribute {
	return datasource.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: description}
}

// SecretMapOutput returns an output that is a map of secret strings.
func SecretMapOutput(description string) datasource.Attribute {
	return datasource.MapAttribute{Computed: true, Sensitive: true, ElementType: types.StringType, MarkdownDescription: description}
}

// outputsOf returns the output for the values that an attribute of the set configures.
func outputsOf(attribute string) datasource.Attribute {
	return SecretMapOutput("Extra values from the response, as configured in `" + attribute + "` of the credential set. " +
		"Values that are not strings are encoded as JSON.")
}
