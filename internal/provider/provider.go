// Package provider is the Terraform side: it turns configuration into token
// exchanges, and tokens into data sources and ephemeral resources.
package provider

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/store"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// typeName begins the name of every data source and ephemeral resource.
const typeName = "apitoken"

var (
	_ provider.ProviderWithEphemeralResources = (*apitoken)(nil)
	_ provider.ProviderWithFunctions          = (*apitoken)(nil)
)

// apitoken is the provider.
type apitoken struct {
	version  string
	services []service.Service
	runtime  token.Runtime

	// mu guards cache and store, which are those of the latest Configure.
	mu    sync.Mutex
	cache *token.Cache
	store *store.Store

	// known has the secrets of all sets and tokens.
	known said.Shelf
	// proxies are those that are open.
	proxies proxies
}

// New returns a function that returns the provider, as the plugin server expects.
func New(version string) func() provider.Provider {
	return func() provider.Provider {
		return &apitoken{version: version, services: service.All(), runtime: newRuntime(version)}
	}
}

// Metadata names the provider.
func (p *apitoken) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName, resp.Version = typeName, p.version
}

// Schema describes the provider block: the credential sets of each service, and the transport.
func (p *apitoken) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerSchema(p.services)
}

// Configure prepares the provider for token requests. Values that are not known yet are
// not an error here: a reference that needs one reports it.
func (p *apitoken) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	t := &tokens{sets: make(map[string]credentialSets, len(p.services))}
	for _, s := range p.services {
		configured := attribute[types.Map](ctx, req.Config, s.Name, &resp.Diagnostics)
		t.sets[s.Name] = newCredentialSets(s, configured, p.runtime.Getenv)
	}
	settings := attribute[types.Object](ctx, req.Config, "transport", &resp.Diagnostics)
	kept := attribute[types.Object](ctx, req.Config, storeBlock, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	used, unknown := newTransport(settings)
	client, err := token.NewClient(used, p.runtime)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("transport"), "Transport cannot be used", "transport cannot be used: "+transportProblem(err)+".")
		return
	}
	p.learn(t.sets)
	t.cache, t.unknownTransport, t.known, t.proxies = p.newCache(client), unknown, &p.known, &p.proxies
	resp.Diagnostics.Append(p.keep(t, kept, used.CACertificatesPEM)...)
	resp.DataSourceData, resp.EphemeralResourceData = t, t
}

// attribute returns an attribute of the provider block. A target of any other type than
// attr.Value has the framework convert the value twice more.
func attribute[T attr.Value](ctx context.Context, config tfsdk.Config, name string, diags *diag.Diagnostics) T {
	var value attr.Value
	diags.Append(config.GetAttribute(ctx, path.Root(name), &value)...)
	found, _ := value.(T)
	return found
}

// learn adds the secrets of all sets, and that of a GitHub Actions job, to those that no
// message may repeat: the server of one set may know the secret of another.
func (p *apitoken) learn(sets map[string]credentialSets) {
	for _, of := range sets {
		for _, set := range of.byName {
			p.known.Add(of.service.Secrets(set))
		}
	}
	p.known.Add(said.Book{}.Add("bearer", said.NewSecret(p.runtime.Getenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN"))))
}

// newCache returns a cache that knows the leases of the one before: with -debug there
// may be another Configure before the ephemeral resources of the first are closed.
func (p *apitoken) newCache(client *token.Client) *token.Cache {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cache == nil {
		p.cache = token.NewCache(client)
	} else {
		p.cache = p.cache.Next(client)
	}
	return p.cache
}

// DataSources returns one data source per service.
func (p *apitoken) DataSources(context.Context) []func() datasource.DataSource {
	sources := make([]func() datasource.DataSource, len(p.services))
	for i, s := range p.services {
		sources[i] = func() datasource.DataSource { return &dataSource{reference{service: s}} }
	}
	return sources
}

// EphemeralResources returns one ephemeral resource per service, and the proxy.
func (p *apitoken) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	resources := []func() ephemeral.EphemeralResource{
		func() ephemeral.EphemeralResource { return &proxyResource{services: p.services} },
	}
	for _, s := range p.services {
		resources = append(resources, func() ephemeral.EphemeralResource {
			e := ephemeralResource{reference{service: s}}
			if s.Revocable {
				return &revocableResource{e}
			}
			return &e
		})
	}
	return resources
}

// stop ends what outlives the calls of the CLI.
func (p *apitoken) stop() { p.proxies.abort() }

// finish does what the CLI has not closed: it revokes tokens, and waits for new refresh tokens
// that are on their way.
func (p *apitoken) finish(ctx context.Context) {
	p.mu.Lock()
	cache := p.cache
	p.mu.Unlock()
	var ended sync.WaitGroup // at once: what is slow must not take the time of the rest
	ended.Go(func() { p.proxies.close(ctx) })
	if cache != nil {
		ended.Go(func() { cache.ReleaseAll(ctx) })
	}
	ended.Wait()
}

// Resources returns none: a token has no lifecycle that Terraform could manage.
func (p *apitoken) Resources(context.Context) []func() resource.Resource { return nil }

// Functions returns the provider's functions.
func (p *apitoken) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		func() function.Function { return jwtDecode{} },
		func() function.Function { return basicAuthHeader{} },
	}
}
