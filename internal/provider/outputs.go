package provider

import (
	"math"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// outputs returns a token as the values of a service's output attributes.
func outputs(s service.Service, t *token.Token) map[string]attr.Value {
	found := map[string]attr.Value{
		"access_token": types.StringValue(t.AccessToken.Reveal()),
		"token_type":   types.StringValue(t.Type.Use()),
		"expires_in":   types.Int64Null(),
		"expires_at":   types.StringNull(),
		"issued_at":    types.StringValue(t.IssuedAt.Format(time.RFC3339)),
		"header_name":  types.StringValue(t.HeaderName),
		"header_value": types.StringValue(t.Headers[t.HeaderName].Reveal()),
		"headers":      stringMap(t.Headers),
	}
	if lifetime, known := t.LifetimeSeconds(); known {
		found["expires_in"] = types.Int64Value(max(lifetime, 0))
		found["expires_at"] = types.StringValue(t.ExpiresAt.Format(time.RFC3339))
	}
	for name, attribute := range s.Outputs {
		switch attribute.(type) {
		case datasource.MapAttribute:
			found[name] = stringMap(t.Outputs)
		case datasource.Int64Attribute:
			found[name] = wholeNumber(t.Fields[name])
		default:
			found[name] = types.StringNull()
			if value, ok := t.Fields[name]; ok {
				found[name] = types.StringValue(value.Reveal())
			}
		}
	}
	return found
}

func stringMap(values map[string]said.Secret) attr.Value {
	elements := make(map[string]attr.Value, len(values))
	for name, value := range values {
		elements[name] = types.StringValue(value.Reveal())
	}
	return types.MapValueMust(types.StringType, elements)
}

// wholeNumber returns a whole number, null if the value is not one.
func wholeNumber(value said.Secret) attr.Value {
	text := value.Reveal()
	number, err := strconv.ParseInt(text, 10, 64)
	if err == nil {
		return types.Int64Value(number)
	}
	// Some servers write 120.0 or 1.2e2.
	written, err := strconv.ParseFloat(text, 64)
	if err != nil || written != math.Trunc(written) || math.Abs(written) >= 1<<53 {
		return types.Int64Null()
	}
	return types.Int64Value(int64(written))
}
