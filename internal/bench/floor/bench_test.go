package main

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/apitoken/terraform-provider-apitoken/internal/provider"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// contender is a provider that is measured, in this process and without a CLI.
type contender struct {
	name  string
	start func() tfprotov6.ProviderServer
}

// contenders are this provider and the floor, whose difference is what this
// provider adds to the plugin framework.
func contenders() []contender {
	return []contender{
		{"apitoken", provider.NewServer("test")},
		{typeName, providerserver.NewProtocol6(newFloor())},
	}
}

// BenchmarkSchema is a provider's start, less what the process takes.
func BenchmarkSchema(b *testing.B) {
	for _, c := range contenders() {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				schemas(b, c.start())
			}
		})
	}
}

// BenchmarkData is one more reference to a token that is there already.
func BenchmarkData(b *testing.B) {
	for _, c := range contenders() {
		b.Run(c.name, func(b *testing.B) {
			server, found := configured(b, c)
			name := c.name + "_" + service
			config := empty(b, found.DataSourceSchemas[name])
			validate := &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: config}
			benchmark(b, config, readFrom(server, name), func(ctx context.Context) ([]*tfprotov6.Diagnostic, error) {
				answer, err := server.ValidateDataResourceConfig(ctx, validate)
				return answer.Diagnostics, err
			})
		})
	}
}

// BenchmarkEphemeral is one more reference to a token that is there already.
func BenchmarkEphemeral(b *testing.B) {
	for _, c := range contenders() {
		b.Run(c.name, func(b *testing.B) {
			server, found := configured(b, c)
			name := c.name + "_" + service
			config := empty(b, found.EphemeralResourceSchemas[name])
			validate := &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: config}
			benchmark(b, config, openFrom(server, name), func(ctx context.Context) ([]*tfprotov6.Diagnostic, error) {
				answer, err := server.ValidateEphemeralResourceConfig(ctx, validate)
				return answer.Diagnostics, err
			})
		})
	}
}

// benchmark validates a configuration and gets its values, as a CLI does.
func benchmark(b *testing.B, config *tfprotov6.DynamicValue, get getter, validate func(context.Context) ([]*tfprotov6.Diagnostic, error)) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		if diags, err := validate(b.Context()); err != nil || len(diags) > 0 {
			b.Fatalf("%v, %v", err, diags)
		}
		if _, diags, err := get(b.Context(), config); err != nil || len(diags) > 0 {
			b.Fatalf("%v, %v", err, diags)
		}
	}
}

// configured starts a provider whose credentials, for the sandbox, are in the
// environment.
func configured(b *testing.B, c contender) (tfprotov6.ProviderServer, *tfprotov6.GetProviderSchemaResponse) {
	b.Helper()
	box := sandbox.New()
	b.Cleanup(box.Close)
	web := httptest.NewServer(box)
	b.Cleanup(web.Close)
	client := box.Client(service)
	b.Setenv("EMTECH_CLIENT_ID", client.ID)
	b.Setenv("EMTECH_CLIENT_SECRET", client.Secret)
	b.Setenv("EMTECH_TOKEN_URL", web.URL+sandbox.TokenPath(service))
	server := c.start()
	found := schemas(b, server)
	answer, err := server.ConfigureProvider(b.Context(), &tfprotov6.ConfigureProviderRequest{Config: empty(b, found.Provider)})
	if err != nil || len(answer.Diagnostics) > 0 {
		b.Fatalf("%v, %v", err, answer.Diagnostics)
	}
	return server, found
}
