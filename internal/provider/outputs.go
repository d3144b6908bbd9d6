package provider

import (
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// outputs returns a token as the values of a service's output attributes.
func outputs(s service.Service, t *token.Token) map[string]attr.Value {
	headers := make(map[string]attr.Value, len(t.Headers))
	for name, value := range t.Headers {
		headers[name] = types.StringValue(value.Reveal())
	}
	found := map[string]attr.Value{
		"access_token": types.StringValue(t.AccessToken.Reveal()),
		"token_type":   types.StringValue(t.Type),
		"expires_in":   types.Int64Null(),
		"expires_at":   types.StringNull(),
		"issued_at":    types.StringValue(t.IssuedAt.Format(time.RFC3339)),
		"header_name":  types.StringValue(t.HeaderName),
		"header_value": types.StringValue(t.Headers[t.HeaderName].Reveal()),
		"headers":      types.MapValueMust(types.StringType, headers),
	}
	if lifetime, known := t.Lifetime(); known {
		found["expires_in"] = types.Int64Value(int64(lifetime / time.Second))
		found["expires_at"] = types.StringValue(t.ExpiresAt.Format(time.RFC3339))
	}
	for name, attribute := range s.Outputs {
		found[name] = output(attribute, t.Outputs, name)
	}
	return found
}

// output returns one of the answer's further values as its attribute's type;
// null where the answer does not have it.
func output(attribute datasource.Attribute, answered map[string]token.Secret, name string) attr.Value {
	value, ok := answered[name]
	if _, isNumber := attribute.(datasource.Int64Attribute); isNumber {
		number, err := strconv.ParseInt(value.Reveal(), 10, 64)
		if !ok || err != nil {
			return types.Int64Null()
		}
		return types.Int64Value(number)
	}
	if !ok {
		return types.StringNull()
	}
	return types.StringValue(value.Reveal())
}
