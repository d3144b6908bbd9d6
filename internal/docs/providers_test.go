package docs

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// restapiProvider is as in
// https://github.com/Mastercard/terraform-provider-restapi/blob/master/docs/index.md
// and docs/resources/object.md.
func restapiProvider() standIn {
	optional, flag := schema.StringAttribute{Optional: true}, schema.BoolAttribute{Optional: true}
	return standIn{
		name: "restapi", namespace: "mastercard", version: "2.0.1",
		schema: schema.Schema{
			Attributes: map[string]schema.Attribute{
				"uri":      schema.StringAttribute{Required: true},
				"headers":  schema.MapAttribute{Optional: true, ElementType: types.StringType},
				"username": optional, "password": optional, "bearer_token": optional, "id_attribute": optional,
				"create_method": optional, "update_method": optional, "destroy_method": optional, "test_path": optional,
				"create_returns_object": flag, "write_returns_object": flag,
			},
			Blocks: map[string]schema.Block{"oauth_client_credentials": schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{
				Attributes: map[string]schema.Attribute{
					"oauth_client_id":      schema.StringAttribute{Required: true},
					"oauth_client_secret":  schema.StringAttribute{Required: true},
					"oauth_token_endpoint": schema.StringAttribute{Required: true},
					"oauth_scopes":         schema.ListAttribute{Optional: true, ElementType: types.StringType},
					"endpoint_params":      schema.MapAttribute{Optional: true, ElementType: types.StringType},
				},
			}}},
		},
		connect: func(ctx context.Context, config tfsdk.Config) (connection, diag.Diagnostics) {
			var diags diag.Diagnostics
			var own types.List
			c := connection{address: text(ctx, config, path.Root("uri"), &diags), headers: texts(ctx, config, path.Root("headers"), &diags)}
			diags.Append(config.GetAttribute(ctx, path.Root("oauth_client_credentials"), &own)...)
			return c.unless(len(own.Elements()) > 0), diags
		},
		resources: []func() resource.Resource{func() resource.Resource {
			return &object{name: "restapi_object", schema: resourceschema.Schema{Attributes: map[string]resourceschema.Attribute{
				"path": resourceschema.StringAttribute{Required: true}, "data": resourceschema.StringAttribute{Required: true},
				"id_attribute": resourceschema.StringAttribute{Optional: true}, "object_id": resourceschema.StringAttribute{Optional: true},
				"ignore_server_additions": resourceschema.BoolAttribute{Optional: true},
			}}}
		}},
	}
}

// unless is no connection for a provider that gets a token by itself.
func (c connection) unless(own bool) connection {
	if own {
		return connection{}
	}
	return c
}

// restfulProvider is as in
// https://github.com/magodo/terraform-provider-restful/blob/main/docs/index.md
// and docs/resources/resource.md.
func restfulProvider() standIn {
	optional := schema.StringAttribute{Optional: true}
	return standIn{
		name: "restful", namespace: "magodo", version: "0.20.0",
		schema: schema.Schema{Attributes: map[string]schema.Attribute{
			"base_url":      optional,
			"header":        schema.MapAttribute{Optional: true, ElementType: types.StringType},
			"query":         schema.MapAttribute{Optional: true, ElementType: types.ListType{ElemType: types.StringType}},
			"security":      schema.SingleNestedAttribute{Optional: true, Attributes: restfulSecurity()},
			"create_method": optional, "update_method": optional, "delete_method": optional,
		}},
		connect: func(ctx context.Context, config tfsdk.Config) (connection, diag.Diagnostics) {
			var diags diag.Diagnostics
			var own types.Object
			security := path.Root("security")
			c := connection{address: text(ctx, config, path.Root("base_url"), &diags), headers: texts(ctx, config, path.Root("header"), &diags)}
			diags.Append(config.GetAttribute(ctx, security.AtName("oauth2"), &own)...)
			if token := text(ctx, config, security.AtName("http").AtName("token").AtName("token"), &diags); token != "" {
				c.headers = map[string]string{"Authorization": "Bearer " + token}
			}
			return c.unless(!own.IsNull()), diags
		},
		resources: []func() resource.Resource{func() resource.Resource {
			return &object{name: "restful_resource", schema: resourceschema.Schema{Attributes: map[string]resourceschema.Attribute{
				"path": resourceschema.StringAttribute{Required: true}, "body": resourceschema.DynamicAttribute{Required: true},
				"read_path": resourceschema.StringAttribute{Optional: true}, "create_method": resourceschema.StringAttribute{Optional: true},
			}}}
		}},
	}
}

func restfulSecurity() map[string]schema.Attribute {
	optional, required := schema.StringAttribute{Optional: true}, schema.StringAttribute{Required: true}
	nested := func(attributes map[string]schema.Attribute) schema.Attribute {
		return schema.SingleNestedAttribute{Optional: true, Attributes: attributes}
	}
	scopes := schema.ListAttribute{Optional: true, ElementType: types.StringType}
	return map[string]schema.Attribute{
		"http": nested(map[string]schema.Attribute{
			"basic": nested(map[string]schema.Attribute{"username": required, "password": required}),
			"token": nested(map[string]schema.Attribute{"token": required, "scheme": optional}),
		}),
		"oauth2": nested(map[string]schema.Attribute{
			"client_credentials": nested(map[string]schema.Attribute{
				"client_id": required, "client_secret": required, "token_url": required, "in": optional, "scopes": scopes,
			}),
			"password": nested(map[string]schema.Attribute{
				"username": required, "password": required, "token_url": required, "client_id": optional, "client_secret": optional,
				"in": optional, "scopes": scopes,
			}),
			"refresh_token": nested(map[string]schema.Attribute{
				"refresh_token": required, "token_url": required, "client_id": optional, "client_secret": optional,
				"in": optional, "scopes": scopes,
			}),
		}),
	}
}

// kubernetesProvider is as in
// https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs
// and its page kubernetes_namespace_v1.
func kubernetesProvider() standIn {
	optional := schema.StringAttribute{Optional: true}
	return standIn{
		name: "kubernetes", namespace: "hashicorp", version: "2.38.0",
		schema: schema.Schema{Attributes: map[string]schema.Attribute{
			"host": optional, "token": optional, "cluster_ca_certificate": optional, "client_certificate": optional,
			"client_key": optional, "tls_server_name": optional, "config_path": optional, "config_context": optional, "proxy_url": optional,
		}},
		connect: func(ctx context.Context, config tfsdk.Config) (connection, diag.Diagnostics) {
			var diags diag.Diagnostics
			host, token := text(ctx, config, path.Root("host"), &diags), text(ctx, config, path.Root("token"), &diags)
			return clusterConnection(host, token), diags
		},
		resources: []func() resource.Resource{func() resource.Resource {
			return &object{name: "kubernetes_namespace_v1", schema: resourceschema.Schema{
				Attributes: map[string]resourceschema.Attribute{},
				Blocks: map[string]resourceschema.Block{"metadata": resourceschema.ListNestedBlock{
					NestedObject: resourceschema.NestedBlockObject{Attributes: map[string]resourceschema.Attribute{
						"name":   resourceschema.StringAttribute{Optional: true},
						"labels": resourceschema.MapAttribute{Optional: true, ElementType: types.StringType},
					}},
				}},
			}}
		}},
	}
}
