package main

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/provider"
)

func schemas(tb testing.TB, server tfprotov6.ProviderServer) *tfprotov6.GetProviderSchemaResponse {
	tb.Helper()
	answer, err := server.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(answer.Diagnostics) > 0 {
		tb.Fatalf("%v, %v", err, answer.Diagnostics)
	}
	return answer
}

// attributes are name to what matters to Terraform: all but the texts.
func attributes(list []*tfprotov6.SchemaAttribute) map[string]tfprotov6.SchemaAttribute {
	found := map[string]tfprotov6.SchemaAttribute{}
	for _, a := range list {
		bare := tfprotov6.SchemaAttribute{Type: a.Type, Optional: a.Optional, Required: a.Required, Computed: a.Computed, Sensitive: a.Sensitive}
		if a.NestedType != nil {
			bare.Type = a.NestedType.ValueType()
		}
		found[a.Name] = bare
	}
	return found
}

// A floor with another schema would be a floor for something else.
func TestSameSchema(t *testing.T) {
	ours := schemas(t, providerserver.NewProtocol6(provider.New("test")())())
	floors := schemas(t, providerserver.NewProtocol6(newFloor())())
	for _, c := range []struct {
		name         string
		ours, floors *tfprotov6.Schema
	}{
		{"data source", ours.DataSourceSchemas["apitoken_"+service], floors.DataSourceSchemas["floor_"+service]},
		{"ephemeral resource", ours.EphemeralResourceSchemas["apitoken_"+service], floors.EphemeralResourceSchemas["floor_"+service]},
	} {
		if diff := cmp.Diff(attributes(c.ours.Block.Attributes), attributes(c.floors.Block.Attributes)); diff != "" {
			t.Errorf("the floor's %s is another (-ours +floor):\n%s", c.name, diff)
		}
	}
	sets := attributes(ours.Provider.Block.Attributes)[service]
	if diff := cmp.Diff(map[string]tfprotov6.SchemaAttribute{service: sets}, attributes(floors.Provider.Block.Attributes)); diff != "" {
		t.Errorf("the floor's provider block is another (-ours +floor):\n%s", diff)
	}
}

func TestConstantsFitTheirSchema(t *testing.T) {
	server := providerserver.NewProtocol6(newFloor())()
	found := schemas(t, server)
	const name = typeName + "_" + service
	kinds := map[string]struct {
		schema *tfprotov6.Schema
		get    getter
	}{
		"data source": {found.DataSourceSchemas[name], readFrom(server, name)},
		"ephemeral":   {found.EphemeralResourceSchemas[name], openFrom(server, name)},
	}
	for what, kind := range kinds {
		config := empty(t, kind.schema)
		result, diags, err := kind.get(t.Context(), config)
		if err != nil || len(diags) > 0 {
			t.Fatalf("%s: %v, %v", what, err, diags)
		}
		value, err := result.Unmarshal(kind.schema.ValueType())
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if !value.IsFullyKnown() || value.IsNull() {
			t.Errorf("%s: it gives %s", what, value)
		}
	}
}

func empty(tb testing.TB, schema *tfprotov6.Schema) *tfprotov6.DynamicValue {
	tb.Helper()
	of := schema.ValueType()
	object, ok := of.(tftypes.Object)
	if !ok {
		tb.Fatalf("%s is no object", of)
	}
	nulls := map[string]tftypes.Value{}
	for name, typ := range object.AttributeTypes {
		nulls[name] = tftypes.NewValue(typ, nil)
	}
	config := clitest.Must(tfprotov6.NewDynamicValue(of, tftypes.NewValue(of, nulls)))(tb)
	return &config
}

type getter func(context.Context, *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, []*tfprotov6.Diagnostic, error)

func readFrom(server tfprotov6.ProviderServer, name string) getter {
	return func(ctx context.Context, config *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, []*tfprotov6.Diagnostic, error) {
		answer, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: config})
		if err != nil {
			return nil, nil, err
		}
		return answer.State, answer.Diagnostics, nil
	}
}

func openFrom(server tfprotov6.ProviderServer, name string) getter {
	return func(ctx context.Context, config *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, []*tfprotov6.Diagnostic, error) {
		answer, err := server.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: config})
		if err != nil {
			return nil, nil, err
		}
		return answer.Result, answer.Diagnostics, nil
	}
}
