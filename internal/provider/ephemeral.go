package provider

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"

	"github.com/apitoken/terraform-provider-apitoken/internal/diagnostic"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// leaseKey is the key of the private data with which Open passes the token's
// lease to Close.
const leaseKey = "lease"

var (
	_ ephemeral.EphemeralResourceWithConfigure = (*ephemeralResource)(nil)
	_ ephemeral.EphemeralResourceWithClose     = (*revocableResource)(nil)
)

// ephemeralResource is the ephemeral resource of a service. It has no Renew: no CLI
// passes a renewed value on to the users of the first one.
type ephemeralResource struct{ reference }

// Metadata names the ephemeral resource.
func (e *ephemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + e.service.Name
}

// Schema describes the ephemeral resource.
func (e *ephemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = ephemeralSchema(e.service)
}

// Configure receives the provider's data. At validation there is none yet.
func (e *ephemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse) {
	e.tokens, _ = req.ProviderData.(*tokens)
}

// Open requests the token, or shares one that it has.
func (e *ephemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	lease, diags := e.fetch(ctx, req.Config.Get, resp.Result.Set)
	resp.Diagnostics.Append(diags...)
	if lease != "" {
		// Private data must be JSON.
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, leaseKey, []byte(strconv.Quote(lease)))...)
	}
}

// revocableResource is an ephemeral resource whose token can be revoked. The
// others have no Close, so that Terraform does not expect one to do anything.
type revocableResource struct{ ephemeralResource }

// Close ends the token's lease, if it has one. A failure is a warning, because the run
// itself has succeeded.
func (r *revocableResource) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	private, diags := req.Private.GetKey(ctx, leaseKey)
	resp.Diagnostics.Append(diags...)
	lease, err := strconv.Unquote(string(private))
	if err != nil {
		return // opened without a lease
	}
	for _, failed := range token.Errors(r.tokens.cache.Release(ctx, lease)) {
		resp.Diagnostics.Append(diagnostic.NotRevoked(failed, r.tokens.setOf(failed.Exchange)))
	}
}
