package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
)

var _ datasource.DataSourceWithConfigure = (*dataSource)(nil)

// dataSource is the data source of a service.
type dataSource struct{ reference }

// Schema describes the data source.
func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = dataSourceSchema(d.service)
}

// Read requests the token, or shares one that it has.
func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	_, diags := d.fetch(ctx, req.Config.Get, resp.State.Set)
	resp.Diagnostics.Append(diags...)
}

// Metadata names the data source.
func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.service.Name
}

// Configure receives the provider's data. At validation there is none yet.
func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.tokens, _ = req.ProviderData.(*tokens)
}
