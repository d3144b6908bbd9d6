package provider

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"

	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// leaseKey is where Open leaves the token's lease for Close.
const leaseKey = "lease"

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
	lease, diags := fetch(ctx, e.service, e.tokens, req.Config.Get, resp.Result.Set)
	resp.Diagnostics.Append(diags...)
	if lease != "" {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, leaseKey, []byte(strconv.Quote(lease)))...)
	}
}

// revocableResource is an ephemeral resource whose token can be revoked. Others
// must not show Terraform a Close.
type revocableResource struct{ ephemeralResource }

// Close has the token revoked where it was opened for that. A failure is a
// warning: the run has done its work.
func (r *revocableResource) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	private, diags := req.Private.GetKey(ctx, leaseKey)
	resp.Diagnostics.Append(diags...)
	lease, err := strconv.Unquote(string(private))
	if err != nil {
		return // opened without a lease
	}
	if err := r.tokens.cache.Release(ctx, lease); err != nil {
		resp.Diagnostics.AddWarning("Token not revoked", err.Error()+"\n\nThe token stays valid until it expires.")
	}
}
