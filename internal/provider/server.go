package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// server is the framework's plugin server, except that a stop lasts. The framework
// only cancels the requests under way, but the CLIs still send what is left in
// their queue.
type server struct {
	tfprotov6.ProviderServer
	stop context.CancelFunc
	// bind returns a context that a stop cancels too.
	bind func(context.Context) (context.Context, context.CancelFunc)
}

// NewServer returns a function that returns the plugin server.
func NewServer(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer { return &guarded{next: serve(New(version)()), version: version} }
}

func serve(p provider.Provider) *server {
	running, stop := context.WithCancel(context.Background())
	return &server{
		ProviderServer: providerserver.NewProtocol6(p)(),
		stop:           stop,
		bind: func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			unbind := context.AfterFunc(running, cancel)
			if running.Err() != nil {
				cancel() // AfterFunc does so in a goroutine, which may come too late
			}
			return ctx, func() { unbind(); cancel() }
		},
	}
}

// StopProvider cancels the requests under way and all later ones.
func (s *server) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	s.stop()
	return s.ProviderServer.StopProvider(ctx, req)
}

// ValidateProviderConfig reports one error at most for each attribute.
func (s *server) ValidateProviderConfig(ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	resp, err := s.ProviderServer.ValidateProviderConfig(ctx, req)
	if resp != nil {
		resp.Diagnostics = onePerAttribute(resp.Diagnostics)
	}
	return resp, err
}

// ReadDataSource reads a data source until there is a stop.
func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	ctx, cancel := s.bind(ctx)
	defer cancel()
	return s.ProviderServer.ReadDataSource(ctx, req)
}

// OpenEphemeralResource opens an ephemeral resource until there is a stop.
func (s *server) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	ctx, cancel := s.bind(ctx)
	defer cancel()
	return s.ProviderServer.OpenEphemeralResource(ctx, req)
}
