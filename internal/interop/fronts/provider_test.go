//go:build unix

package fronts_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/provider"
)

// dataSource is asked for all tokens.
const dataSource = "apitoken_oauth2"

// object is a block or an attribute, as in the JSON form of HCL.
type object map[string]any

// plugin is the provider behind its plugin protocol, and what it logs at TRACE.
type plugin struct {
	server tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
	ctx    context.Context //nolint:containedctx // it carries the logger of all calls
	log    *output
}

// newPlugin returns a provider with that block, which must be good.
func newPlugin(t *testing.T, block object) *plugin {
	t.Helper()
	p := &plugin{server: provider.NewServer("test")(), log: &output{}}
	p.ctx = tflogtest.RootLogger(t.Context(), p.log)
	var err error
	if p.schema, err = p.server.GetProviderSchema(p.ctx, &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	config := dynamic(t, block)
	validated, err := p.server.ValidateProviderConfig(p.ctx, &tfprotov6.ValidateProviderConfigRequest{Config: config})
	if err != nil || len(validated.Diagnostics) > 0 {
		t.Fatalf("validate: %v, %s", err, say(validated.Diagnostics))
	}
	configured, err := p.server.ConfigureProvider(p.ctx, &tfprotov6.ConfigureProviderRequest{Config: config})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatalf("configure: %v, %s", err, say(configured.Diagnostics))
	}
	return p
}

// ask reads the data source of a set.
func (p *plugin) ask(t *testing.T, set string) (token string, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	got, err := p.server.ReadDataSource(p.ctx, &tfprotov6.ReadDataSourceRequest{
		TypeName: dataSource, Config: dynamic(t, object{"credentials": set}),
	})
	if err != nil {
		t.Error(err)
		return "", nil
	}
	if got.State == nil || len(got.Diagnostics) > 0 {
		return "", got.Diagnostics
	}
	value, err := got.State.Unmarshal(p.schema.DataSourceSchemas[dataSource].ValueType())
	if err != nil {
		t.Error(err)
		return "", nil
	}
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		t.Error(err)
	} else if err := attributes["access_token"].As(&token); err != nil {
		t.Error(err)
	}
	return token, nil
}

// dynamic is what the CLI would send; what is not named is null.
func dynamic(t *testing.T, o object) *tfprotov6.DynamicValue {
	t.Helper()
	text := clitest.Must(json.Marshal(o))(t)
	return &tfprotov6.DynamicValue{JSON: text}
}

// say returns diagnostics as text.
func say(diags []*tfprotov6.Diagnostic) string {
	var said string
	for _, d := range diags {
		said += fmt.Sprintf("[%s] %s\n%s\n", d.Severity, d.Summary, d.Detail)
	}
	return said
}
