package provider

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// guarded is a plugin server that turns panics into errors. A panic would end the
// process, and with it every other reference, and the CLI would print its value.
//
// The server is a field and not embedded: if the protocol adds a call, the build fails
// until that call is guarded too.
type guarded struct {
	next    tfprotov6.ProviderServer
	version string
	ended   context.Context //nolint:containedctx // that of each call that has ended
	calls   sync.RWMutex    // is held for reading by each call
}

func newGuarded(next tfprotov6.ProviderServer, version string) *guarded {
	return &guarded{next: next, version: version, ended: newEnded()}
}

var _ tfprotov6.ProviderServer = (*guarded)(nil)

// guard makes a call, with a context that lasts as long. If the call panics, the response has
// an error.
func guard[Req, Resp any](
	ctx context.Context, g *guarded, name string, req *Req, call func(context.Context, *Req) (*Resp, error),
) (resp *Resp, err error) {
	defer func() {
		if value := recover(); value != nil {
			resp, err = new(Resp), nil
			report(resp, g.bug(name, value))
		}
	}()
	g.calls.RLock()
	defer g.calls.RUnlock()
	ctx, end := callOnly(ctx, g.ended)
	defer end()
	return call(ctx, req)
}

// report puts a diagnostic into a response. Only two of them have no diagnostics.
func report(resp any, bug *tfprotov6.Diagnostic) {
	switch resp := resp.(type) {
	case *tfprotov6.StopProviderResponse:
		resp.Error = bug.Detail
	case *tfprotov6.CallFunctionResponse:
		resp.Error = &tfprotov6.FunctionError{Text: bug.Summary + ": " + bug.Detail}
	default:
		diags := []*tfprotov6.Diagnostic{bug}
		reflect.ValueOf(resp).Elem().FieldByName("Diagnostics").Set(reflect.ValueOf(diags))
	}
}

// bug returns the diagnostic of a panic. It has the type of the panic's value, but not
// the value, which may have a secret in it.
func (g *guarded) bug(call string, value any) *tfprotov6.Diagnostic {
	return &tfprotov6.Diagnostic{
		Severity: tfprotov6.DiagnosticSeverityError,
		Summary:  bugSummary,
		Detail: fmt.Sprintf("The provider (version %s) failed with %s in %s. This is a bug of the provider. Please report it at "+
			"https://github.com/apitoken/terraform-provider-apitoken/issues, with this message and the configuration that causes it, without its secrets.",
			g.version, transport.NewPanicError(value).Type, call),
	}
}

// GetMetadata implements tfprotov6.ProviderServer.
func (g *guarded) GetMetadata(ctx context.Context, req *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return guard(ctx, g, "GetMetadata", req, g.next.GetMetadata)
}

// GetProviderSchema implements tfprotov6.ProviderServer.
func (g *guarded) GetProviderSchema(ctx context.Context, req *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return guard(ctx, g, "GetProviderSchema", req, g.next.GetProviderSchema)
}

// GetResourceIdentitySchemas implements tfprotov6.ProviderServer.
func (g *guarded) GetResourceIdentitySchemas(ctx context.Context, req *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return guard(ctx, g, "GetResourceIdentitySchemas", req, g.next.GetResourceIdentitySchemas)
}

// ValidateProviderConfig implements tfprotov6.ProviderServer.
func (g *guarded) ValidateProviderConfig(ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return guard(ctx, g, "ValidateProviderConfig", req, g.next.ValidateProviderConfig)
}

// ConfigureProvider implements tfprotov6.ProviderServer.
func (g *guarded) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return guard(ctx, g, "ConfigureProvider", req, g.next.ConfigureProvider)
}

// StopProvider implements tfprotov6.ProviderServer.
func (g *guarded) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return guard(ctx, g, "StopProvider", req, g.next.StopProvider)
}

// ValidateResourceConfig implements tfprotov6.ProviderServer.
func (g *guarded) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return guard(ctx, g, "ValidateResourceConfig", req, g.next.ValidateResourceConfig)
}

// UpgradeResourceState implements tfprotov6.ProviderServer.
func (g *guarded) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return guard(ctx, g, "UpgradeResourceState", req, g.next.UpgradeResourceState)
}

// ReadResource implements tfprotov6.ProviderServer.
func (g *guarded) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return guard(ctx, g, "ReadResource", req, g.next.ReadResource)
}

// PlanResourceChange implements tfprotov6.ProviderServer.
func (g *guarded) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return guard(ctx, g, "PlanResourceChange", req, g.next.PlanResourceChange)
}

// ApplyResourceChange implements tfprotov6.ProviderServer.
func (g *guarded) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return guard(ctx, g, "ApplyResourceChange", req, g.next.ApplyResourceChange)
}

// ImportResourceState implements tfprotov6.ProviderServer.
func (g *guarded) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return guard(ctx, g, "ImportResourceState", req, g.next.ImportResourceState)
}

// MoveResourceState implements tfprotov6.ProviderServer.
func (g *guarded) MoveResourceState(ctx context.Context, req *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return guard(ctx, g, "MoveResourceState", req, g.next.MoveResourceState)
}

// UpgradeResourceIdentity implements tfprotov6.ProviderServer.
func (g *guarded) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return guard(ctx, g, "UpgradeResourceIdentity", req, g.next.UpgradeResourceIdentity)
}

// GenerateResourceConfig implements tfprotov6.ProviderServer.
func (g *guarded) GenerateResourceConfig(ctx context.Context, req *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return guard(ctx, g, "GenerateResourceConfig", req, g.next.GenerateResourceConfig)
}

// ValidateDataResourceConfig implements tfprotov6.ProviderServer.
func (g *guarded) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return guard(ctx, g, "ValidateDataResourceConfig", req, g.next.ValidateDataResourceConfig)
}

// ReadDataSource implements tfprotov6.ProviderServer.
func (g *guarded) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return guard(ctx, g, "ReadDataSource", req, g.next.ReadDataSource)
}

// CallFunction implements tfprotov6.ProviderServer.
func (g *guarded) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return guard(ctx, g, "CallFunction", req, g.next.CallFunction)
}

// GetFunctions implements tfprotov6.ProviderServer.
func (g *guarded) GetFunctions(ctx context.Context, req *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return guard(ctx, g, "GetFunctions", req, g.next.GetFunctions)
}

// ValidateEphemeralResourceConfig implements tfprotov6.ProviderServer.
func (g *guarded) ValidateEphemeralResourceConfig(ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return guard(ctx, g, "ValidateEphemeralResourceConfig", req, g.next.ValidateEphemeralResourceConfig)
}

// OpenEphemeralResource implements tfprotov6.ProviderServer.
func (g *guarded) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return guard(ctx, g, "OpenEphemeralResource", req, g.next.OpenEphemeralResource)
}

// RenewEphemeralResource implements tfprotov6.ProviderServer.
func (g *guarded) RenewEphemeralResource(ctx context.Context, req *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return guard(ctx, g, "RenewEphemeralResource", req, g.next.RenewEphemeralResource)
}

// CloseEphemeralResource implements tfprotov6.ProviderServer.
func (g *guarded) CloseEphemeralResource(ctx context.Context, req *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return guard(ctx, g, "CloseEphemeralResource", req, g.next.CloseEphemeralResource)
}
