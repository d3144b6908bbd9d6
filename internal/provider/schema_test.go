package provider_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/apitoken/terraform-provider-apitoken/internal/provider"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

func TestEveryServiceHasBothKinds(t *testing.T) {
	schema := newPlugin(t).schema
	for _, name := range serviceNames() {
		if schema.DataSourceSchemas["apitoken_"+name] == nil || schema.EphemeralResourceSchemas["apitoken_"+name] == nil {
			t.Errorf("%s lacks its data source or its ephemeral resource", name)
		}
		if !slices.ContainsFunc(schema.Provider.Block.Attributes, named(name)) {
			t.Errorf("the provider block has no attribute %q", name)
		}
	}
	all := len(service.All())
	if len(schema.DataSourceSchemas) != all || len(schema.EphemeralResourceSchemas) != all+1 || schema.EphemeralResourceSchemas["apitoken_proxy"] == nil || len(schema.ResourceSchemas) != 0 {
		t.Error("there are more data sources, ephemeral resources or resources than services")
	}
}

func named(name string) func(*tfprotov6.SchemaAttribute) bool {
	return func(a *tfprotov6.SchemaAttribute) bool { return a.Name == name }
}

func TestSchemasAreValid(t *testing.T) {
	ctx := t.Context()
	p := provider.New("test")()
	ours := frameworkprovider.SchemaResponse{}
	p.Schema(ctx, frameworkprovider.SchemaRequest{}, &ours)
	if diags := ours.Schema.ValidateImplementation(ctx); len(diags) > 0 {
		t.Errorf("provider: %v", diags)
	}
	for _, build := range p.DataSources(ctx) {
		resp := datasource.SchemaResponse{}
		build().Schema(ctx, datasource.SchemaRequest{}, &resp)
		if diags := resp.Schema.ValidateImplementation(ctx); len(diags) > 0 {
			t.Errorf("data source: %v", diags)
		}
	}
	with, ok := p.(frameworkprovider.ProviderWithEphemeralResources)
	if !ok {
		t.Fatal("the provider has no ephemeral resources")
	}
	for _, build := range with.EphemeralResources(ctx) {
		resp := ephemeral.SchemaResponse{}
		build().Schema(ctx, ephemeral.SchemaRequest{}, &resp)
		if diags := resp.Schema.ValidateImplementation(ctx); len(diags) > 0 {
			t.Errorf("ephemeral resource: %v", diags)
		}
	}
}

func TestFunctionsAreValid(t *testing.T) {
	ctx := t.Context()
	with, ok := provider.New("test")().(frameworkprovider.ProviderWithFunctions)
	if !ok {
		t.Fatal("the provider has no functions")
	}
	for _, build := range with.Functions(ctx) {
		var name function.MetadataResponse
		build().Metadata(ctx, function.MetadataRequest{}, &name)
		var resp function.DefinitionResponse
		build().Definition(ctx, function.DefinitionRequest{}, &resp)
		validated := function.DefinitionValidateResponse{}
		resp.Definition.ValidateImplementation(ctx, function.DefinitionValidateRequest{FuncName: name.Name}, &validated)
		if len(validated.Diagnostics) > 0 {
			t.Errorf("%s: %v", name.Name, validated.Diagnostics)
		}
		if resp.Definition.Summary == "" || resp.Definition.MarkdownDescription == "" {
			t.Errorf("%s is not described", name.Name)
		}
		for _, parameter := range resp.Definition.Parameters {
			if parameter.GetMarkdownDescription() == "" {
				t.Errorf("%s: %s is not described", name.Name, parameter.GetName())
			}
		}
	}
}

// Data source and ephemeral resource have the same attributes, except those that only
// an ephemeral resource has.
func TestKindsAreAlike(t *testing.T) {
	schema := newPlugin(t).schema
	sameType := cmp.Comparer(func(a, b tftypes.Type) bool {
		return a == nil && b == nil || a != nil && b != nil && a.Equal(b)
	})
	for _, name := range serviceNames() {
		read := schema.DataSourceSchemas["apitoken_"+name].Block.Attributes
		opened := schema.EphemeralResourceSchemas["apitoken_"+name].Block.Attributes
		onlyOpened := []string{"open_after"}
		if name == "oauth2" || name == "custom" {
			onlyOpened = append(onlyOpened, "revoke_on_close")
		}
		for _, attribute := range onlyOpened {
			if !slices.ContainsFunc(opened, named(attribute)) {
				t.Errorf("the ephemeral resource of %s has no %s", name, attribute)
			}
		}
		rest := slices.DeleteFunc(slices.Clone(opened), func(a *tfprotov6.SchemaAttribute) bool {
			return slices.Contains(onlyOpened, a.Name)
		})
		if diff := cmp.Diff(read, rest, sameType); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// every returns every attribute of a schema by its path, nested ones included.
func every(path string, attributes []*tfprotov6.SchemaAttribute) map[string]*tfprotov6.SchemaAttribute {
	found := map[string]*tfprotov6.SchemaAttribute{}
	for _, attribute := range attributes {
		here := path + "." + attribute.Name
		found[here] = attribute
		if attribute.NestedType != nil {
			maps.Copy(found, every(here, attribute.NestedType.Attributes))
		}
	}
	return found
}

func everySchema(t *testing.T) map[string]*tfprotov6.Schema {
	t.Helper()
	schema := newPlugin(t).schema
	all := map[string]*tfprotov6.Schema{"provider": schema.Provider}
	for name, s := range schema.DataSourceSchemas {
		all["data."+name] = s
	}
	for name, s := range schema.EphemeralResourceSchemas {
		all["ephemeral."+name] = s
	}
	return all
}

func TestEverythingIsDescribed(t *testing.T) {
	for name, schema := range everySchema(t) {
		if schema.Block.Description == "" || schema.Block.DescriptionKind != tfprotov6.StringKindMarkdown {
			t.Errorf("%s is not described in Markdown", name)
		}
		for path, attribute := range every(name, schema.Block.Attributes) {
			if attribute.Description == "" || attribute.DescriptionKind != tfprotov6.StringKindMarkdown {
				t.Errorf("%s is not described in Markdown", path)
			}
		}
		if len(schema.Block.BlockTypes) > 0 {
			t.Errorf("%s has blocks, which this test does not look into", name)
		}
	}
}

func TestSecretsAreSensitive(t *testing.T) {
	secret := []string{
		"client_secret", "access_token", "header_value", "headers", "proxy_url", "private_key_pem", "client_key_pem", "value",
		"password", "refresh_token", "id_token", "params", "request_headers", "outputs", "private_key_passphrase", "client_key_passphrase", "claims",
		"query", "json", "form", "body",
	}
	// Here headers are templates, and the token is not in them yet; outputs are paths.
	public := []string{"provider.oauth2.headers", "provider.custom.headers", "provider.jwt.headers", "provider.oauth2.outputs", "provider.custom.response.outputs"}
	for name, schema := range everySchema(t) {
		for path, attribute := range every(name, schema.Block.Attributes) {
			if slices.Contains(secret, attribute.Name) && !attribute.Sensitive && !slices.Contains(public, path) {
				t.Errorf("%s is not sensitive", path)
			}
		}
	}
}

// Every attribute is either an input or an output.
func TestInputsAndOutputs(t *testing.T) {
	outputs := []string{
		"access_token", "token_type", "expires_in", "expires_at", "issued_at", "header_name", "header_value", "headers",
	}
	for name, schema := range everySchema(t) {
		attributes := every(name, schema.Block.Attributes)
		for path, attribute := range attributes {
			if attribute.Computed == (attribute.Optional || attribute.Required) {
				t.Errorf("%s is neither input nor output, or both", path)
			}
		}
		if name == "provider" || name == "ephemeral.apitoken_proxy" {
			continue
		}
		for _, output := range outputs {
			if attribute := attributes[name+"."+output]; attribute == nil || !attribute.Computed {
				t.Errorf("%s has no output %s", name, output)
			}
		}
	}
}

func TestExamplesArePresent(t *testing.T) {
	root := filepath.Join("..", "..", "examples")
	for _, name := range serviceNames() {
		for _, path := range []string{
			fmt.Sprintf("data-sources/apitoken_%s/data-source.tf", name),
			fmt.Sprintf("ephemeral-resources/apitoken_%s/ephemeral-resource.tf", name),
		} {
			info, err := os.Stat(filepath.Join(root, filepath.FromSlash(path)))
			switch {
			case errors.Is(err, fs.ErrNotExist):
				t.Errorf("there is no example %s", path)
			case err != nil:
				t.Error(err)
			case info.Size() == 0:
				t.Errorf("the example %s is empty", path)
			}
		}
	}
}
