package acceptance

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// notesEnv names the file in which the downstream provider writes down what it is configured
// with.
const notesEnv = "APITOKEN_TEST_NOTES"

// callerPlugin is the downstream provider as a mirror serves it. It is this test binary.
func callerPlugin(t *testing.T) clitest.Plugin {
	t.Helper()
	return clitest.Plugin{Namespace: "example", Type: "caller", Version: "1.0.0", Binary: clitest.Must(os.Executable())(t)}
}

// serveCaller serves the downstream provider, if the binary is called by its name, until the
// CLI ends it.
func serveCaller(called string) (bool, error) {
	if !strings.HasPrefix(called, "terraform-provider-caller_") {
		return false, nil
	}
	// With this variable the plugin library of every provider writes down what the CLI sends,
	// and this provider is sent keys.
	if err := os.Unsetenv("TF_LOG_SDK_PROTO_DATA_DIR"); err != nil {
		return true, err
	}
	return true, providerserver.Serve(context.Background(), func() provider.Provider { return new(callerProvider) },
		providerserver.ServeOpts{Address: "registry.terraform.io/example/caller"})
}

// callerProvider is a downstream provider: it has a base URL, headers, and resources that send
// requests.
type callerProvider struct{}

func (*callerProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "caller"
}

func (*callerProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerschema.Schema{Attributes: map[string]providerschema.Attribute{
		"url":     providerschema.StringAttribute{Required: true},
		"headers": providerschema.MapAttribute{Optional: true, ElementType: types.StringType},
	}}
}

func (*callerProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (*callerProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return new(calls) }}
}

func (*callerProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	if !req.Config.Raw.IsFullyKnown() {
		return
	}
	var n note
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("url"), &n.URL)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("headers"), &n.Headers)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := writeNote(os.Getenv(notesEnv), n); err != nil {
		resp.Diagnostics.AddError("Nothing was noted", err.Error())
	}
	resp.ResourceData = newCaller(n.URL, n.Headers)
}

// calls is a resource. To create one is to send a request, or many of them for some time.
type calls struct{ via *caller }

// callsModel is what a configuration and a state say of one.
type callsModel struct {
	Path   types.String `tfsdk:"path"`
	Lasts  types.String `tfsdk:"lasts"`
	Answer types.String `tfsdk:"answer"`
}

func (*calls) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "caller_calls"
}

func (*calls) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"path":   schema.StringAttribute{Required: true},
		"lasts":  schema.StringAttribute{Optional: true},
		"answer": schema.StringAttribute{Computed: true},
	}}
}

func (c *calls) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	c.via, _ = req.ProviderData.(*caller)
}

func (c *calls) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var model callsModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
	ctx = context.WithoutCancel(ctx) // as many providers: an interrupt ends none of their requests
	if lasts := model.Lasts.ValueString(); lasts != "" {
		d, err := time.ParseDuration(lasts)
		if err == nil {
			err = c.via.keepCalling(ctx, d)
		}
		if err != nil {
			resp.Diagnostics.AddError("A request failed", err.Error())
			return
		}
	}
	answer, err := c.via.get(ctx, model.Path.ValueString())
	if err != nil {
		resp.Diagnostics.AddError("The object was not created", err.Error())
		return
	}
	model.Answer = types.StringValue(answer)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

func (c *calls) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var model callsModel
	resp.Diagnostics.Append(req.State.Get(ctx, &model)...)
	if c.via == nil { // its URL is not known yet
		return
	}
	if _, err := c.via.get(ctx, model.Path.ValueString()); err != nil {
		resp.Diagnostics.AddError("The object was not read", err.Error())
	}
}

func (*calls) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

func (*calls) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
