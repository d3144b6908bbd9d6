package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// dataSource gives a service's token as a data source.
type dataSource struct {
	service service.Service
	tokens  *tokens
}

// Metadata names the data source.
func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.service.Name
}

// Schema describes the data source.
func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = dataSourceSchema(d.service)
}

// Configure takes what the provider has readied; at validate there is nothing yet.
func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.tokens, _ = req.ProviderData.(*tokens)
}

// Read hands out the token.
func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	_, diags := fetch(ctx, d.service, d.tokens, req.Config.Get, resp.State.Set)
	resp.Diagnostics.Append(diags...)
}
