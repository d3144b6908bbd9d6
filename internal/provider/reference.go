package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// reference is a data source or ephemeral resource: what both kinds are.
type reference struct {
	service service.Service
	tokens  *tokens
}

func (r *reference) typeName(provider string) string { return provider + "_" + r.service.Name }

// configure takes what the provider has readied; at validate there is nothing yet.
func (r *reference) configure(ready any) { r.tokens, _ = ready.(*tokens) }

// fetch is what reading a data source and opening an ephemeral resource both
// are: get the configuration, and set it again with the token's outputs. It
// returns the lease of a token that is to be revoked.
func (r *reference) fetch(ctx context.Context, get, set func(context.Context, any) diag.Diagnostics) (lease string, diags diag.Diagnostics) {
	var config types.Object
	diags = get(ctx, &config)
	if diags.HasError() {
		return "", diags
	}
	issued, lease, err := r.tokens.get(ctx, r.service, config)
	if err != nil {
		return "", append(diags, diagnose(err))
	}
	attributes := config.Attributes()
	maps.Copy(attributes, outputs(r.service, issued))
	result, more := types.ObjectValue(config.AttributeTypes(ctx), attributes)
	diags.Append(more...)
	if !diags.HasError() {
		diags.Append(set(ctx, result)...)
	}
	return lease, diags
}
