package provider

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// server makes a stop last for the rest of a run: the framework cancels only requests
// in flight, but the CLIs still send those in their queue. With -debug one process
// serves several runs, each of which begins with a Configure.
type server struct {
	tfprotov6.ProviderServer

	// mu guards the fields below.
	mu         sync.Mutex
	configured bool
	// begin begins a run, which is stopped by stop. bind returns a context that a
	// stop cancels too.
	begin func()
	stop  context.CancelFunc
	bind  func(context.Context) (context.Context, context.CancelFunc)
	// end ends what outlives the calls. finish also ends what the CLI has not closed.
	end    func()
	finish func(context.Context)

	// schemas are those of the provider.
	schemas func() *tfprotov6.GetProviderSchemaResponse
}

// NewServer returns a function that returns the plugin server.
func NewServer(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer { return newGuarded(serve(New(version)()), version) }
}

// Finish ends what the CLI has left open: after an interrupt or an error, it does not close every
// ephemeral resource, and after a kill or the end of its terminal none. Proxies end at once. Tokens
// are revoked, and a new refresh token that is on its way is kept: the one before may be of no use
// any more.
func Finish(ctx context.Context, of tfprotov6.ProviderServer) {
	g, ok := of.(*guarded)
	if !ok {
		return
	}
	s, ok := g.next.(*server)
	if !ok {
		return
	}
	_, _ = g.StopProvider(ctx, &tfprotov6.StopProviderRequest{})
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		var all sync.WaitGroup
		all.Go(func() { s.finish(ctx) })
		all.Go(func() {
			g.calls.Lock() // when no call is left, for what the calls have opened
			defer g.calls.Unlock()
			s.finish(ctx)
		})
		all.Wait()
	}()
	select {
	case <-finished:
	case <-ctx.Done():
	}
}

func serve(p provider.Provider) *server {
	s := &server{ProviderServer: providerserver.NewProtocol6(p)(), end: func() {}, finish: func(context.Context) {}}
	if own, ok := p.(*apitoken); ok {
		s.end, s.finish = own.stop, own.finish
	}
	s.schemas = sync.OnceValue(func() *tfprotov6.GetProviderSchemaResponse {
		schemas, err := s.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
		if err != nil {
			return &tfprotov6.GetProviderSchemaResponse{}
		}
		return schemas
	})
	s.begin = func() {
		running, stop := context.WithCancel(context.Background())
		s.stop = stop
		s.bind = func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			unbind := context.AfterFunc(running, cancel)
			if running.Err() != nil {
				cancel() // AfterFunc uses a goroutine, which may be too late
			}
			return ctx, func() { unbind(); cancel() }
		}
	}
	s.begin()
	return s
}

// ConfigureProvider configures the provider. Each Configure after the first begins
// another run. The first does not, as the stop may have come before it.
func (s *server) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	s.mu.Lock()
	if s.configured {
		s.begin()
	}
	s.configured = true
	s.mu.Unlock()
	return s.ProviderServer.ConfigureProvider(ctx, req)
}

// bound returns a context that a stop of the run cancels too.
func (s *server) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bind(ctx)
}

// StopProvider cancels the requests in flight and all later ones of the run.
func (s *server) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	s.mu.Lock()
	s.stop()
	s.mu.Unlock()
	s.end()
	return s.ProviderServer.StopProvider(ctx, req)
}

// ValidateProviderConfig reports one error at most for each attribute, and repeats no secret.
func (s *server) ValidateProviderConfig(ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	resp, err := s.ProviderServer.ValidateProviderConfig(ctx, req)
	if resp != nil && len(resp.Diagnostics) > 0 {
		resp.Diagnostics = listen(s.schemas().Provider, req.Config).hide(onePerAttribute(resp.Diagnostics))
	}
	return resp, err
}

// ValidateDataResourceConfig repeats no secret.
func (s *server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	resp, err := s.ProviderServer.ValidateDataResourceConfig(ctx, req)
	if resp != nil && len(resp.Diagnostics) > 0 {
		resp.Diagnostics = listen(s.schemas().DataSourceSchemas[req.TypeName], req.Config).hide(resp.Diagnostics)
	}
	return resp, err
}

// ValidateEphemeralResourceConfig repeats no secret.
func (s *server) ValidateEphemeralResourceConfig(ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	resp, err := s.ProviderServer.ValidateEphemeralResourceConfig(ctx, req)
	if resp != nil && len(resp.Diagnostics) > 0 {
		resp.Diagnostics = listen(s.schemas().EphemeralResourceSchemas[req.TypeName], req.Config).hide(resp.Diagnostics)
	}
	return resp, err
}

// ReadDataSource reads a data source until there is a stop.
func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	ctx, cancel := s.bound(ctx)
	defer cancel()
	return s.ProviderServer.ReadDataSource(ctx, req)
}

// OpenEphemeralResource opens an ephemeral resource until there is a stop.
func (s *server) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	ctx, cancel := s.bound(ctx)
	defer cancel()
	return s.ProviderServer.OpenEphemeralResource(ctx, req)
}
