package provider

import (
	"context"
	"fmt"

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
}

var _ tfprotov6.ProviderServer = (*guarded)(nil)

// guard makes a call. If the call panics, the response is what failed returns for a
// diagnostic.
func guard[Req, Resp any](
	ctx context.Context, g *guarded, name string, req *Req,
	call func(context.Context, *Req) (*Resp, error), failed func(*tfprotov6.Diagnostic) *Resp,
) (resp *Resp, err error) {
	defer func() {
		if value := recover(); value != nil {
			resp, err = failed(g.bug(name, value)), nil
		}
	}()
	return call(ctx, req)
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
	return guard(ctx, g, "GetMetadata", req, g.next.GetMetadata, func(d *tfprotov6.Diagnostic) *tfprotov6.GetMetadataResponse {
		return &tfprotov6.GetMetadataResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// GetProviderSchema implements tfprotov6.ProviderServer.
func (g *guarded) GetProviderSchema(ctx context.Context, req *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return guard(ctx, g, "GetProviderSchema", req, g.next.GetProviderSchema, func(d *tfprotov6.Diagnostic) *tfprotov6.GetProviderSchemaResponse {
		return &tfprotov6.GetProviderSchemaResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// GetResourceIdentitySchemas implements tfprotov6.ProviderServer.
func (g *guarded) GetResourceIdentitySchemas(ctx context.Context, req *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return guard(ctx, g, "GetResourceIdentitySchemas", req, g.next.GetResourceIdentitySchemas, func(d *tfprotov6.Diagnostic) *tfprotov6.GetResourceIdentitySchemasResponse {
		return &tfprotov6.GetResourceIdentitySchemasResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// ValidateProviderConfig implements tfprotov6.ProviderServer.
func (g *guarded) ValidateProviderConfig(ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return guard(ctx, g, "ValidateProviderConfig", req, g.next.ValidateProviderConfig, func(d *tfprotov6.Diagnostic) *tfprotov6.ValidateProviderConfigResponse {
		return &tfprotov6.ValidateProviderConfigResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// ConfigureProvider implements tfprotov6.ProviderServer.
func (g *guarded) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return guard(ctx, g, "ConfigureProvider", req, g.next.ConfigureProvider, func(d *tfprotov6.Diagnostic) *tfprotov6.ConfigureProviderResponse {
		return &tfprotov6.ConfigureProviderResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// StopProvider implements tfprotov6.ProviderServer.
func (g *guarded) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return guard(ctx, g, "StopProvider", req, g.next.StopProvider, func(d *tfprotov6.Diagnostic) *tfprotov6.StopProviderResponse {
		return &tfprotov6.StopProviderResponse{Error: d.Detail}
	})
}

// ValidateResourceConfig implements tfprotov6.ProviderServer.
func (g *guarded) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return guard(ctx, g, "ValidateResourceConfig", req, g.next.ValidateResourceConfig, func(d *tfprotov6.Diagnostic) *tfprotov6.ValidateResourceConfigResponse {
		return &tfprotov6.ValidateResourceConfigResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// UpgradeResourceState implements tfprotov6.ProviderServer.
func (g *guarded) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return guard(ctx, g, "UpgradeResourceState", req, g.next.UpgradeResourceState, func(d *tfprotov6.Diagnostic) *tfprotov6.UpgradeResourceStateResponse {
		return &tfprotov6.UpgradeResourceStateResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// ReadResource implements tfprotov6.ProviderServer.
func (g *guarded) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return guard(ctx, g, "ReadResource", req, g.next.ReadResource, func(d *tfprotov6.Diagnostic) *tfprotov6.ReadResourceResponse {
		return &tfprotov6.ReadResourceResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// PlanResourceChange implements tfprotov6.ProviderServer.
func (g *guarded) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return guard(ctx, g, "PlanResourceChange", req, g.next.PlanResourceChange, func(d *tfprotov6.Diagnostic) *tfprotov6.PlanResourceChangeResponse {
		return &tfprotov6.PlanResourceChangeResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// ApplyResourceChange implements tfprotov6.ProviderServer.
func (g *guarded) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return guard(ctx, g, "ApplyResourceChange", req, g.next.ApplyResourceChange, func(d *tfprotov6.Diagnostic) *tfprotov6.ApplyResourceChangeResponse {
		return &tfprotov6.ApplyResourceChangeResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// ImportResourceState implements tfprotov6.ProviderServer.
func (g *guarded) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return guard(ctx, g, "ImportResourceState", req, g.next.ImportResourceState, func(d *tfprotov6.Diagnostic) *tfprotov6.ImportResourceStateResponse {
		return &tfprotov6.ImportResourceStateResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// MoveResourceState implements tfprotov6.ProviderServer.
func (g *guarded) MoveResourceState(ctx context.Context, req *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return guard(ctx, g, "MoveResourceState", req, g.next.MoveResourceState, func(d *tfprotov6.Diagnostic) *tfprotov6.MoveResourceStateResponse {
		return &tfprotov6.MoveResourceStateResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// UpgradeResourceIdentity implements tfprotov6.ProviderServer.
func (g *guarded) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return guard(ctx, g, "UpgradeResourceIdentity", req, g.next.UpgradeResourceIdentity, func(d *tfprotov6.Diagnostic) *tfprotov6.UpgradeResourceIdentityResponse {
		return &tfprotov6.UpgradeResourceIdentityResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// GenerateResourceConfig implements tfprotov6.ProviderServer.
func (g *guarded) GenerateResourceConfig(ctx context.Context, req *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return guard(ctx, g, "GenerateResourceConfig", req, g.next.GenerateResourceConfig, func(d *tfprotov6.Diagnostic) *tfprotov6.GenerateResourceConfigResponse {
		return &tfprotov6.GenerateResourceConfigResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// ValidateDataResourceConfig implements tfprotov6.ProviderServer.
func (g *guarded) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return guard(ctx, g, "ValidateDataResourceConfig", req, g.next.ValidateDataResourceConfig, func(d *tfprotov6.Diagnostic) *tfprotov6.ValidateDataResourceConfigResponse {
		return &tfprotov6.ValidateDataResourceConfigResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// ReadDataSource implements tfprotov6.ProviderServer.
func (g *guarded) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return guard(ctx, g, "ReadDataSource", req, g.next.ReadDataSource, func(d *tfprotov6.Diagnostic) *tfprotov6.ReadDataSourceResponse {
		return &tfprotov6.ReadDataSourceResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// CallFunction implements tfprotov6.ProviderServer.
func (g *guarded) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return guard(ctx, g, "CallFunction", req, g.next.CallFunction, func(d *tfprotov6.Diagnostic) *tfprotov6.CallFunctionResponse {
		return &tfprotov6.CallFunctionResponse{Error: &tfprotov6.FunctionError{Text: d.Summary + ": " + d.Detail}}
	})
}

// GetFunctions implements tfprotov6.ProviderServer.
func (g *guarded) GetFunctions(ctx context.Context, req *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return guard(ctx, g, "GetFunctions", req, g.next.GetFunctions, func(d *tfprotov6.Diagnostic) *tfprotov6.GetFunctionsResponse {
		return &tfprotov6.GetFunctionsResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// ValidateEphemeralResourceConfig implements tfprotov6.ProviderServer.
func (g *guarded) ValidateEphemeralResourceConfig(ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return guard(ctx, g, "ValidateEphemeralResourceConfig", req, g.next.ValidateEphemeralResourceConfig, func(d *tfprotov6.Diagnostic) *tfprotov6.ValidateEphemeralResourceConfigResponse {
		return &tfprotov6.ValidateEphemeralResourceConfigResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// OpenEphemeralResource implements tfprotov6.ProviderServer.
func (g *guarded) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return guard(ctx, g, "OpenEphemeralResource", req, g.next.OpenEphemeralResource, func(d *tfprotov6.Diagnostic) *tfprotov6.OpenEphemeralResourceResponse {
		return &tfprotov6.OpenEphemeralResourceResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// RenewEphemeralResource implements tfprotov6.ProviderServer.
func (g *guarded) RenewEphemeralResource(ctx context.Context, req *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return guard(ctx, g, "RenewEphemeralResource", req, g.next.RenewEphemeralResource, func(d *tfprotov6.Diagnostic) *tfprotov6.RenewEphemeralResourceResponse {
		return &tfprotov6.RenewEphemeralResourceResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}

// CloseEphemeralResource implements tfprotov6.ProviderServer.
func (g *guarded) CloseEphemeralResource(ctx context.Context, req *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return guard(ctx, g, "CloseEphemeralResource", req, g.next.CloseEphemeralResource, func(d *tfprotov6.Diagnostic) *tfprotov6.CloseEphemeralResourceResponse {
		return &tfprotov6.CloseEphemeralResourceResponse{Diagnostics: []*tfprotov6.Diagnostic{d}}
	})
}
