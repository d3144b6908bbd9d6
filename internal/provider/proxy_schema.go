package provider

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	ephemeral "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/diagnostic"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// The inputs that only a proxy has, and the summary of an error about a URL.
const (
	serviceInput = "service"
	portInput    = "port"
	urlUnusable  = "URL cannot be used"
)

func proxySchema(services []service.Service) ephemeral.Schema {
	names := make([]string, len(services))
	for i, s := range services {
		names[i] = s.Name
	}
	attributes := map[string]ephemeral.Attribute{
		serviceInput: ephemeral.StringAttribute{
			Required:            true,
			MarkdownDescription: "The service whose tokens the API expects: `" + strings.Join(names, "`, `") + "`.",
			Validators: []validator.String{service.Check("No such service", "a service of this provider", func(value string) error {
				if !slices.Contains(names, value) {
					return errors.New("it is not one of " + strings.Join(names, ", "))
				}
				return nil
			})},
		},
		credentialsInput: ephemeralAttribute(credentialsAttribute()),
		diagnostic.Upstream: ephemeral.StringAttribute{
			Required: true,
			MarkdownDescription: "The URL of the API, such as `https://api.example.com/v2`. Only requests whose path is below its path are sent on. " +
				"It can be plain `http://` on this machine, or if the credential set has `allow_http = true`.",
			Validators: []validator.String{service.Check(urlUnusable, "the https:// URL of an API", func(value string) error {
				_, err := upstreamURL(value, true) // allow_http is in the provider block
				return err
			})},
		},
		portInput: ephemeral.NumberAttribute{
			Optional: true,
			MarkdownDescription: "The port to listen on, for providers that keep their URL in the state. Two proxies that are open at the same time need two ports. " +
				"Default: a free one, which is another one in each plan and apply.",
			Validators: []validator.Number{service.WholeNumber(1, math.MaxUint16)},
		},
		diagnostic.MinRemaining: ephemeral.StringAttribute{
			Optional: true,
			MarkdownDescription: "The minimum lifetime that the token of each request must have left, such as `5m`. A token with less is replaced by a new one. " +
				"A new token with less is an error. Default: one minute, or a tenth of the token's lifetime if that is shorter.",
			Validators: []validator.String{service.PositiveDuration()},
		},
		openAfter: openAfterAttribute(),
		"url": ephemeral.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Where the proxy listens, with the path of `upstream`: `http://127.0.0.1:PORT/…`. Use it as the URL of the API.",
		},
		"access_token": ephemeral.StringAttribute{
			Computed: true, Sensitive: true,
			MarkdownDescription: "The key of the proxy. It is not a token of the API. Use it as the token of another provider. It is accepted in any header, with any scheme, or as the user name or password of HTTP Basic.",
		},
		"headers": ephemeral.MapAttribute{
			Computed: true, Sensitive: true, ElementType: types.StringType,
			MarkdownDescription: "The key as a header: `{ Authorization = \"Bearer KEY\" }`, for arguments such as `headers`.",
		},
	}
	maps.Copy(attributes, serviceInputs(services))
	return ephemeral.Schema{
		MarkdownDescription: "A reverse proxy to an API, on this machine and for this run, which puts a fresh token on each request. " +
			"With it, an apply may take longer than any token lives. It is never stored. Use `url` and `headers` or `access_token` in the block of another provider.",
		Attributes: attributes,
	}
}

// serviceInputs returns the inputs that only tokens of some services have.
func serviceInputs(services []service.Service) map[string]ephemeral.Attribute {
	inputs, of := map[string]datasource.Attribute{}, map[string][]string{}
	var revocable []string
	for _, s := range services {
		for name, input := range s.Inputs {
			inputs[name] = input
			of[name] = append(of[name], "`"+s.Name+"`")
		}
		if s.Revocable {
			revocable = append(revocable, "`"+s.Name+"`")
		}
	}
	attributes := map[string]ephemeral.Attribute{}
	for name, input := range inputs {
		attributes[name] = onlyOf(ephemeralAttribute(input), strings.Join(of[name], ", "))
	}
	if len(revocable) > 0 {
		attributes[service.RevokeInput] = revokeAttribute(fmt.Sprintf("Revoke the tokens at the end of each plan and apply, and those that were replaced as soon as no request uses them. "+
			"Only for: %s. Default: `false`.", strings.Join(revocable, ", ")))
	}
	return attributes
}

// onlyOf returns an input whose description says for which services it is.
func onlyOf(attribute ephemeral.Attribute, services string) ephemeral.Attribute {
	only := " Only for: " + services + "."
	switch a := attribute.(type) {
	case ephemeral.StringAttribute:
		a.MarkdownDescription += only
		return a
	case ephemeral.SetAttribute:
		a.MarkdownDescription += only
		return a
	case ephemeral.ListAttribute:
		a.MarkdownDescription += only
		return a
	case ephemeral.MapAttribute:
		a.MarkdownDescription += only
		return a
	default:
		return attribute
	}
}
