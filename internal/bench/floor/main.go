// Command floor is a provider that does nothing: it has the schema of this
// repository's provider for one service, and every value that it hands out is a
// constant. What a plan with it takes is what Terraform, the plugin protocol and
// the plugin framework take by themselves.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

const (
	address  = "registry.terraform.io/apitoken/floor"
	typeName = "floor"
	service  = "emtech"
)

func main() {
	serve := providerserver.ServeOpts{Address: address}
	if err := providerserver.Serve(context.Background(), newFloor, serve); err != nil {
		log.Fatal(err)
	}
}

// floor is the provider.
type floor struct{}

func newFloor() provider.Provider { return floor{} }

// Metadata names the provider.
func (floor) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = typeName
}

// Schema describes the provider block: a map of credential sets.
func (floor) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Hands out constants.",
		Attributes: map[string]schema.Attribute{
			service: schema.MapNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Credential sets, which are not used.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"client_id":     schema.StringAttribute{Optional: true, MarkdownDescription: "Not used."},
					"client_secret": schema.StringAttribute{Optional: true, Sensitive: true, MarkdownDescription: "Not used."},
					"token_url":     schema.StringAttribute{Optional: true, MarkdownDescription: "Not used."},
					"allow_http":    schema.BoolAttribute{Optional: true, MarkdownDescription: "Not used."},
				}},
			},
		},
	}
}

// Configure has nothing to do.
func (floor) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

// DataSources returns the one data source.
func (floor) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return constantData{} }}
}

// EphemeralResources returns the one ephemeral resource.
func (floor) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return constantEphemeral{} }}
}

// Resources returns none.
func (floor) Resources(context.Context) []func() resource.Resource { return nil }
