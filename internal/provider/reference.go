package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/diagnostic"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// reference is what the data source and the ephemeral resource of a service have
// in common.
type reference struct {
	service service.Service
	tokens  *tokens
}

// fetch reads a data source or opens an ephemeral resource: it reads the configuration,
// and writes it with the outputs of the token. It returns the lease of a token that is
// to be revoked.
func (r *reference) fetch(ctx context.Context, read, write func(context.Context, any) diag.Diagnostics) (lease string, diags diag.Diagnostics) {
	var config types.Object
	diags = read(ctx, &config)
	if diags.HasError() {
		return "", diags
	}
	issued, lease, set, err := r.tokens.issue(ctx, r.service, config)
	diags.Append(r.tokens.storeWarning(err)...)
	if err != nil {
		return "", append(diags, diagnose(err, set))
	}
	attributes := config.Attributes()
	diags.Append(diagnostic.Warnings(issued, set, durationValue(attributes[diagnostic.MinRemaining]))...)
	maps.Copy(attributes, outputs(r.service, issued))
	result, more := types.ObjectValue(config.AttributeTypes(ctx), attributes)
	diags.Append(more...)
	if !diags.HasError() {
		diags.Append(write(ctx, result)...)
	}
	return lease, diags
}
