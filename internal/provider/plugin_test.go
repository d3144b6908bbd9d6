package provider_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/provider"
)

// kind is data source or ephemeral resource.
type kind string

const (
	dataSource        kind = "data source"
	ephemeralResource kind = "ephemeral resource"
)

func kinds() []kind { return []kind{dataSource, ephemeralResource} }

// plugin is the provider behind its plugin protocol, without a CLI. Its responses are
// what a CLI gets, with the path of each diagnostic.
type plugin struct {
	t      *testing.T
	server tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
}

func newPlugin(t *testing.T) *plugin {
	t.Helper()
	return &plugin{t: t, server: provider.NewServer("test")(), schema: schemaOnce(t)}
}

// ownSchema is the provider's schema, made once for all tests. None changes it.
var ownSchema = sync.OnceValues(func() (*tfprotov6.GetProviderSchemaResponse, error) {
	return provider.NewServer("test")().GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
})

func schemaOnce(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	schema := clitest.Must(ownSchema())(t)
	if len(schema.Diagnostics) > 0 {
		t.Fatalf("schema: %s", say(schema.Diagnostics))
	}
	return schema
}

func pluginOf(t *testing.T, server tfprotov6.ProviderServer) *plugin {
	t.Helper()
	schema, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(schema.Diagnostics) > 0 {
		t.Fatalf("schema: %v, %s", err, say(schema.Diagnostics))
	}
	return &plugin{t: t, server: server, schema: schema}
}

// configured returns a plugin with a provider block that must be valid.
func configured(t *testing.T, block object) *plugin {
	t.Helper()
	p := newPlugin(t)
	if diags := p.configure(block); len(diags) > 0 {
		t.Fatalf("configure: %s", say(diags))
	}
	return p
}

func (p *plugin) configure(block object) []*tfprotov6.Diagnostic {
	p.t.Helper()
	config := p.dynamic(p.schema.Provider, block)
	validated := clitest.Must(p.server.ValidateProviderConfig(p.t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: config}))(p.t)
	if len(validated.Diagnostics) > 0 {
		return validated.Diagnostics
	}
	done := clitest.Must(p.server.ConfigureProvider(p.t.Context(), &tfprotov6.ConfigureProviderRequest{Config: config}))(p.t)
	return done.Diagnostics
}

// ask validates and then reads the data source, or opens the ephemeral resource.
func (p *plugin) ask(ctx context.Context, k kind, service string, inputs object) (map[string]tftypes.Value, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	name := "apitoken_" + service
	if k == dataSource {
		return p.read(ctx, name, inputs)
	}
	return p.open(ctx, name, inputs)
}

func (p *plugin) read(ctx context.Context, name string, inputs object) (map[string]tftypes.Value, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	schema := p.schema.DataSourceSchemas[name]
	config := p.dynamic(schema, inputs)
	validated, err := p.server.ValidateDataResourceConfig(ctx,
		&tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return nil, validated.Diagnostics
	}
	got := clitest.Must(p.server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: config}))(p.t)
	return p.attributes(schema, got.State), got.Diagnostics
}

func (p *plugin) open(ctx context.Context, name string, inputs object) (map[string]tftypes.Value, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	schema := p.schema.EphemeralResourceSchemas[name]
	config := p.dynamic(schema, inputs)
	validated, err := p.server.ValidateEphemeralResourceConfig(ctx,
		&tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return nil, validated.Diagnostics
	}
	got := clitest.Must(p.server.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: config}))(p.t)
	if !got.RenewAt.IsZero() {
		p.t.Errorf("%s wants to be renewed at %s, and has no Renew", name, got.RenewAt)
	}
	return p.attributes(schema, got.Result), got.Diagnostics
}

// token requests a token, which must succeed, and returns the access token.
func (p *plugin) token(k kind, service string, inputs object) string {
	p.t.Helper()
	got, diags := p.ask(p.t.Context(), k, service, inputs)
	if len(diags) > 0 {
		p.t.Fatalf("%s: %s", k, say(diags))
	}
	return text(p.t, got["access_token"])
}

func (p *plugin) dynamic(schema *tfprotov6.Schema, o object) *tfprotov6.DynamicValue {
	p.t.Helper()
	typ := schema.ValueType()
	value := clitest.Must(tfprotov6.NewDynamicValue(typ, objectOf(p.t, typ, o)))(p.t)
	return &value
}

// attributes returns the attributes of a response, nil if there are none.
func (p *plugin) attributes(schema *tfprotov6.Schema, answer *tfprotov6.DynamicValue) map[string]tftypes.Value {
	p.t.Helper()
	if answer == nil {
		return nil
	}
	value := clitest.Must(answer.Unmarshal(schema.ValueType()))(p.t)
	var attributes map[string]tftypes.Value
	clitest.OK(p.t, value.As(&attributes))
	return attributes
}

func text(t *testing.T, value tftypes.Value) string {
	t.Helper()
	var s string
	clitest.OK(t, value.As(&s))
	return s
}

// say returns diagnostics as text, with their paths.
func say(diags []*tfprotov6.Diagnostic) string {
	var said string
	for _, d := range diags {
		said += fmt.Sprintf("[%s at %s] %s\n%s\n", d.Severity, d.Attribute, d.Summary, d.Detail)
	}
	return said
}

// onlyError returns the one error that diagnostics must be.
func onlyError(t *testing.T, diags []*tfprotov6.Diagnostic) *tfprotov6.Diagnostic {
	t.Helper()
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityError {
		t.Fatalf("got %d diagnostics, want one error:\n%s", len(diags), say(diags))
	}
	checkSaysWhere(t, diags[0])
	return diags[0]
}

// checkSaysWhere fails unless a message about a credential set says which one:
// of a provider block's attributes the CLIs show no more than the block's first line.
func checkSaysWhere(t *testing.T, diag *tfprotov6.Diagnostic) {
	t.Helper()
	steps := diag.Attribute.Steps()
	if len(steps) < 2 {
		return
	}
	name, isName := steps[0].(tftypes.AttributeName)
	set, isSet := steps[1].(tftypes.ElementKeyString)
	if where := fmt.Sprintf("%s[%q]", name, set); isName && isSet && !strings.Contains(diag.Detail, where) {
		t.Errorf("%q does not say where: %s", diag.Detail, where)
	}
}

// texts returns a map of strings.
func texts(t *testing.T, value tftypes.Value) map[string]string {
	t.Helper()
	var elements map[string]tftypes.Value
	clitest.OK(t, value.As(&elements))
	found := map[string]string{}
	for name, element := range elements {
		found[name] = text(t, element)
	}
	return found
}
