package docs

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// vaultProvider is as in https://registry.terraform.io/providers/hashicorp/vault/latest/docs
// and its pages vault_kv_secret_v2. It has no store: blocks that read from it are
// validated.
func vaultProvider() standIn {
	optional, text := schema.StringAttribute{Optional: true}, resourceschema.StringAttribute{Optional: true}
	return standIn{
		name: "vault", namespace: "hashicorp", version: "5.3.0",
		schema: schema.Schema{Attributes: map[string]schema.Attribute{
			"address": optional, "token": optional, "namespace": optional, "skip_child_token": schema.BoolAttribute{Optional: true},
		}},
		connect: connectVault,
		resources: []func() resource.Resource{func() resource.Resource {
			return &object{name: vaultSecretName, schema: resourceschema.Schema{Attributes: map[string]resourceschema.Attribute{
				"mount": resourceschema.StringAttribute{Required: true}, "name": resourceschema.StringAttribute{Required: true},
				"data_json": text, "data_json_wo": resourceschema.StringAttribute{Optional: true, Sensitive: true, WriteOnly: true},
				"data_json_wo_version": resourceschema.Int64Attribute{Optional: true},
			}}}
		}},
		dataSources: []func() datasource.DataSource{func() datasource.DataSource {
			return &query{name: vaultSecretName, read: nothingThere, schema: datasourceschema.Schema{Attributes: map[string]datasourceschema.Attribute{
				"mount": datasourceschema.StringAttribute{Required: true}, "name": datasourceschema.StringAttribute{Required: true},
				"data": datasourceschema.MapAttribute{Computed: true, Sensitive: true, ElementType: types.StringType},
			}}}
		}},
		ephemerals: []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return vaultSecret{} }},
	}
}

// connectVault uses the token that it is given only if it makes no child of it.
func connectVault(ctx context.Context, config tfsdk.Config) (connection, diag.Diagnostics) {
	var diags diag.Diagnostics
	var skip types.Bool
	diags.Append(config.GetAttribute(ctx, path.Root("skip_child_token"), &skip)...)
	token := text(ctx, config, path.Root("token"), &diags)
	if !skip.ValueBool() {
		token = "fake-child-of-the-token"
	}
	return connection{address: text(ctx, config, path.Root("address"), &diags), headers: map[string]string{"X-Vault-Token": token}}, diags
}

// vaultSecretName is what a secret is called as all three.
const vaultSecretName = "vault_kv_secret_v2"

type vaultSecret struct{}

func (vaultSecret) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = vaultSecretName
}

func (vaultSecret) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = ephemeralschema.Schema{Attributes: map[string]ephemeralschema.Attribute{
		"mount": ephemeralschema.StringAttribute{Required: true}, "name": ephemeralschema.StringAttribute{Required: true},
		"data": ephemeralschema.MapAttribute{Computed: true, Sensitive: true, ElementType: types.StringType},
	}}
}

func (vaultSecret) Open(_ context.Context, _ ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	resp.Diagnostics.AddError("There is no store", "Mark the block as validated.")
}
