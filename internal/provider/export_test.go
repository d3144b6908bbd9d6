package provider

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// NewTestServer returns the plugin server of a provider whose runtime a test has changed.
func NewTestServer(change func(*token.Runtime)) tfprotov6.ProviderServer {
	p := &apitoken{version: "test", services: service.All(), runtime: newRuntime("test")}
	change(&p.runtime)
	return newGuarded(serve(p), "test")
}

// NewGuardedServer returns a server that turns panics of next into errors.
func NewGuardedServer(next tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	return newGuarded(next, "test")
}
