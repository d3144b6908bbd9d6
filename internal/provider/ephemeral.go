package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"

	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// ephemeralResource gives a service's token as an ephemeral resource. It has no
// Renew: no CLI hands a renewed value on to those who use the first one.
type ephemeralResource struct {
	service service.Service
	tokens  *tokens
}

// Metadata names the ephemeral resource.
func (e *ephemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + e.service.Name
}

// Schema describes the ephemeral resource.
func (e *ephemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = ephemeralSchema(e.service)
}

// Configure takes what the provider has readied; at validate there is nothing yet.
func (e *ephemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse) {
	e.tokens, _ = req.ProviderData.(*tokens)
}

// Open hands out the token.
func (e *ephemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	resp.Diagnostics.Append(fetch(ctx, e.service, e.tokens, req.Config.Get, resp.Result.Set)...)
}
