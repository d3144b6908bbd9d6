package service_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// attributes are the attributes of a credential set or of a configuration.
type attributes map[string]attr.Value

func (a attributes) object(t *testing.T) types.Object {
	t.Helper()
	attributeTypes := make(map[string]attr.Type, len(a))
	for name, value := range a {
		attributeTypes[name] = value.Type(t.Context())
	}
	object, diags := types.ObjectValue(attributeTypes, a)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return object
}

// of returns the attributes as an object of a schema, whose other attributes are null.
func (a attributes) of(t *testing.T, schema map[string]provider.Attribute) types.Object {
	t.Helper()
	complete := attributes{}
	for name, attribute := range schema {
		value := a[name]
		nested, isObject := attribute.(provider.SingleNestedAttribute)
		switch given, _ := value.(types.Object); {
		case value == nil:
			of := attribute.GetType()
			null, err := of.ValueFromTerraform(t.Context(), tftypes.NewValue(of.TerraformType(t.Context()), nil))
			if err != nil {
				t.Fatal(err)
			}
			value = null
		case isObject && !given.IsNull():
			value = attributes(given.Attributes()).of(t, nested.Attributes)
		}
		complete[name] = value
	}
	return complete.object(t)
}

// and returns the attributes with more of them.
func (a attributes) and(more attributes) attributes {
	all := maps.Clone(a)
	maps.Copy(all, more)
	return all
}

// client has the attributes of a set of a vendor.
func client() attributes {
	return attributes{
		"client_id":     types.StringValue("fake-id"),
		"client_secret": types.StringValue("fake secret/1"),
		"token_url":     types.StringNull(),
		"allow_http":    types.BoolNull(),
	}
}

func scopes(names ...string) types.Set {
	elements := make([]attr.Value, len(names))
	for i, name := range names {
		elements[i] = types.StringValue(name)
	}
	return types.SetValueMust(types.StringType, elements)
}

func find(t *testing.T, name string) service.Service {
	t.Helper()
	all := service.All()
	i := slices.IndexFunc(all, func(s service.Service) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no service %q", name)
	}
	return all[i]
}

// exchange returns the exchange of the credential set "shop".
func exchange(t *testing.T, name string, set, inputs attributes) *token.Exchange {
	t.Helper()
	s := find(t, name)
	x, err := s.Exchange("shop", set.of(t, s.Set), inputs.object(t))
	if err != nil {
		t.Fatal(err)
	}
	return x
}
