package service

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// nearGrant returns a validator that warns about a grant that is nearly one that the
// provider knows. It is not an error: WeChat, for one, has a grant client_credential.
func nearGrant() validator.String {
	return stringCheck{"a grant type", func(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
		written := req.ConfigValue.ValueString()
		for known := range grantParameters() {
			if written != known && bareGrant(written) == bareGrant(known) {
				resp.Diagnostics.AddAttributeWarning(req.Path, "Grant is spelled differently", fmt.Sprintf(
					"%s is sent as written, because the provider does not know this grant. If you mean %q, write that. If the vendor's documentation "+
						"spells it this way, ignore this warning.", where(req.Path), known))
			}
		}
	}}
}

// bareGrant returns a grant without what is often spelled differently.
func bareGrant(grant string) string {
	last := grant[strings.LastIndex(grant, ":")+1:]
	return strings.TrimSuffix(bareName(last), "s")
}
