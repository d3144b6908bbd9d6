package service

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// nearGrant is a validator that warns of a grant that is nearly one of those that the
// provider knows. It is no error: WeChat, for one, has a grant client_credential.
type nearGrant struct{}

// Description implements validator.Describer.
func (nearGrant) Description(context.Context) string { return "a grant type" }

// MarkdownDescription implements validator.Describer.
func (nearGrant) MarkdownDescription(context.Context) string { return "a grant type" }

// ValidateString implements validator.String.
func (nearGrant) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	written := req.ConfigValue.ValueString()
	for _, known := range []string{grantClientCredentials, grantRefreshToken, grantPassword, grantJWTBearer, grantTokenExchange} {
		if written != known && bareGrant(written) == bareGrant(known) {
			resp.Diagnostics.AddAttributeWarning(req.Path, "Grant is spelled differently", fmt.Sprintf(
				"%s is sent as written, as a grant that the provider does not know. If %q is meant, write that. If the vendor's documentation "+
					"spells it so, ignore this warning.", where(req.Path), known))
		}
	}
}

// bareGrant returns what is left of a grant without what is often spelled differently.
func bareGrant(grant string) string {
	last := grant[strings.LastIndex(grant, ":")+1:]
	return strings.TrimSuffix(strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(last)), "s")
}
