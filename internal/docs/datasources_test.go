package docs

import (
	"context"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// query is a data source of a stand-in.
type query struct {
	name   string
	schema schema.Schema
	read   func(context.Context, datasource.ReadRequest, *datasource.ReadResponse)
}

func (q *query) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = q.name
}

func (q *query) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = q.schema
}

func (q *query) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	q.read(ctx, req, resp)
}

// httpProvider is as in https://registry.terraform.io/providers/hashicorp/http/latest/docs/data-sources/http.
func httpProvider() standIn {
	optional, computed := schema.StringAttribute{Optional: true}, schema.StringAttribute{Computed: true}
	return standIn{
		name: "http", namespace: "hashicorp", version: "3.5.0",
		dataSources: []func() datasource.DataSource{func() datasource.DataSource {
			return &query{name: "http", read: readHTTP, schema: schema.Schema{Attributes: map[string]schema.Attribute{
				"url":             schema.StringAttribute{Required: true},
				"method":          optional,
				"request_body":    optional,
				"request_headers": schema.MapAttribute{Optional: true, ElementType: types.StringType},
				"ca_cert_pem":     optional,
				"response_body":   computed, "id": computed,
				"status_code": schema.Int64Attribute{Computed: true},
			}}}
		}},
	}
}

func readHTTP(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	diags := &resp.Diagnostics
	c := connection{address: text(ctx, req.Config, path.Root("url"), diags), headers: texts(ctx, req.Config, path.Root("request_headers"), diags)}
	method := text(ctx, req.Config, path.Root("method"), diags)
	if method == "" {
		method = http.MethodGet
	}
	body, err := c.ask(ctx, method, text(ctx, req.Config, path.Root("request_body"), diags))
	if err != nil {
		diags.AddError("The request failed", err.Error())
		return
	}
	resp.State.Raw = req.Config.Raw
	diags.Append(resp.State.SetAttribute(ctx, path.Root("response_body"), body)...)
	diags.Append(resp.State.SetAttribute(ctx, path.Root("status_code"), int64(http.StatusOK))...)
	diags.Append(resp.State.SetAttribute(ctx, path.Root("id"), c.address)...)
}

// externalProvider is as in
// https://registry.terraform.io/providers/hashicorp/external/latest/docs/data-sources/external.
// It runs nothing: blocks with it are validated.
func externalProvider() standIn {
	return standIn{
		name: "external", namespace: "hashicorp", version: "2.3.5",
		dataSources: []func() datasource.DataSource{func() datasource.DataSource {
			return &query{
				name: "external",
				schema: schema.Schema{Attributes: map[string]schema.Attribute{
					"program":     schema.ListAttribute{Required: true, ElementType: types.StringType},
					"query":       schema.MapAttribute{Optional: true, ElementType: types.StringType},
					"working_dir": schema.StringAttribute{Optional: true},
					"result":      schema.MapAttribute{Computed: true, ElementType: types.StringType},
					"id":          schema.StringAttribute{Computed: true},
				}},
				read: nothingThere,
			}
		}},
	}
}

func nothingThere(_ context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.Diagnostics.AddError("There is nothing to read", "Mark the block as validated.")
}
