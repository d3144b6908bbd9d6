package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// mostRetries is the most that max_retries may be.
const mostRetries = 20

// retryCount is a validator of max_retries.
type retryCount struct{}

// Description implements validator.Describer.
func (retryCount) Description(context.Context) string { return "a whole number from 0 to 20" }

// MarkdownDescription implements validator.Describer.
func (r retryCount) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

// ValidateNumber implements validator.Number.
func (r retryCount) ValidateNumber(ctx context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	number := req.ConfigValue.ValueBigFloat()
	if count, _ := number.Int64(); !number.IsInt() || number.Sign() < 0 || count > mostRetries {
		resp.Diagnostics.AddAttributeError(req.Path, "Number cannot be used", req.Path.String()+" cannot be used: it is not "+r.Description(ctx)+".")
	}
}
