package service_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
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

// and returns the attributes with more of them.
func (a attributes) and(more attributes) attributes {
	all := maps.Clone(a)
	maps.Copy(all, more)
	return all
}

// client are the attributes that every credential set has.
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

// byText compares paths by their text.
func byText() cmp.Option { return cmp.Transformer("text", answer.Path.String) }

// exchange returns the exchange of the credential set "shop".
func exchange(t *testing.T, name string, set, inputs attributes) *token.Exchange {
	t.Helper()
	s := find(t, name)
	x, err := s.Exchange("shop", s.Read(set.object(t)), inputs.object(t))
	if err != nil {
		t.Fatal(err)
	}
	return x
}
