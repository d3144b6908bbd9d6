package docs

import (
	"context"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// standIn is a provider of others as far as the documentation uses it: with the
// names and types that its own documentation has. It uses the headers that it
// is given, so that a token which does not open the API fails the block.
type standIn struct {
	name        string
	namespace   string
	version     string
	schema      schema.Schema
	connect     func(context.Context, tfsdk.Config) (connection, diag.Diagnostics)
	resources   []func() resource.Resource
	dataSources []func() datasource.DataSource
	ephemerals  []func() ephemeral.EphemeralResource
}

// connection is where a stand-in sends its requests, and with which headers. It
// sends none without an address.
type connection struct {
	address string
	headers map[string]string
	from    string // the stand-in
}

func standIns() []standIn {
	return []standIn{
		elasticstackProvider(), externalProvider(), gitlabProvider(), grafanaProvider(), helmProvider(), httpProvider(), keycloakProvider(),
		kubernetesProvider(), restapiProvider(), restfulProvider(), vaultProvider(),
	}
}

// standInPlugin is a stand-in as a mirror serves it. It is this test binary.
func standInPlugin(name, binary string) clitest.Plugin {
	for _, s := range standIns() {
		if s.name == name {
			return clitest.Plugin{Namespace: s.namespace, Type: s.name, Version: s.version, Binary: binary}
		}
	}
	return clitest.Plugin{Namespace: "nobody", Type: name}
}

// serveStandIn serves the stand-in that the binary is called by, until the CLI
// ends it, and reports whether it is called by one.
func serveStandIn(called string) (bool, error) {
	for _, s := range standIns() {
		if strings.HasPrefix(called, "terraform-provider-"+s.name+"_") {
			address := "registry.terraform.io/" + s.namespace + "/" + s.name
			return true, providerserver.Serve(context.Background(), func() provider.Provider { return &s },
				providerserver.ServeOpts{Address: address})
		}
	}
	return false, nil
}

func (s *standIn) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = s.name
}

func (s *standIn) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = s.schema
}

func (s *standIn) Resources(context.Context) []func() resource.Resource { return s.resources }

func (s *standIn) DataSources(context.Context) []func() datasource.DataSource { return s.dataSources }

func (s *standIn) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return s.ephemerals
}

// Configure opens the API with what the provider block says.
func (s *standIn) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	if s.connect == nil || !req.Config.Raw.IsFullyKnown() {
		return
	}
	c, diags := s.connect(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() || c.address == "" {
		return
	}
	c.from = s.name
	if _, err := c.ask(ctx, http.MethodGet, ""); err != nil {
		resp.Diagnostics.AddError("The API of "+s.name+" was not opened", err.Error())
	}
	resp.ResourceData = c
}

// text is a string of a configuration, empty where it is not set.
func text(ctx context.Context, config tfsdk.Config, at path.Path, diags *diag.Diagnostics) string {
	var value types.String
	diags.Append(config.GetAttribute(ctx, at, &value)...)
	return value.ValueString()
}

func texts(ctx context.Context, config tfsdk.Config, at path.Path, diags *diag.Diagnostics) map[string]string {
	value := map[string]string{}
	diags.Append(config.GetAttribute(ctx, at, &value)...)
	return value
}
