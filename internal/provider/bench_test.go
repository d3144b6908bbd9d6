package provider_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"runtime"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/provider"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// rig is the provider in a benchmark, and a sandbox that it requests tokens from.
type rig struct {
	b      *testing.B
	box    *sandbox.Server
	url    string
	server tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
}

func newRig(b *testing.B) *rig {
	b.Helper()
	r := &rig{b: b, box: sandbox.New(), server: provider.NewServer("test")()}
	b.Cleanup(r.box.Close)
	web := httptest.NewServer(r.box)
	b.Cleanup(web.Close)
	r.url = web.URL
	r.schema = clitest.Must(r.server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{}))(b)
	return r
}

// block is a provider block with so many credential sets.
func (r *rig) block(sets int) *tfprotov6.DynamicValue {
	r.b.Helper()
	const service = "oauth2"
	client, of := r.box.Client(service), object{}
	for i := range sets {
		of[fmt.Sprintf("set%d", i)] = object{"client_id": client.ID, "client_secret": client.Secret, "token_url": r.url + sandbox.TokenPath(service)}
	}
	return r.dynamic(r.schema.Provider, object{service: of})
}

func (r *rig) dynamic(schema *tfprotov6.Schema, o object) *tfprotov6.DynamicValue {
	r.b.Helper()
	typ := schema.ValueType()
	value := clitest.Must(tfprotov6.NewDynamicValue(typ, objectOf(r.b, typ, o)))(r.b)
	return &value
}

// ok fails the benchmark if a call failed or has diagnostics.
func (r *rig) ok(diags []*tfprotov6.Diagnostic, err error) {
	if err != nil || len(diags) > 0 {
		r.b.Fatalf("%v, %s", err, say(diags))
	}
}

func (r *rig) validate(config *tfprotov6.DynamicValue) {
	got, err := r.server.ValidateProviderConfig(r.b.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: config})
	r.ok(got.Diagnostics, err)
}

func (r *rig) configure(config *tfprotov6.DynamicValue) {
	got, err := r.server.ConfigureProvider(r.b.Context(), &tfprotov6.ConfigureProviderRequest{Config: config})
	r.ok(got.Diagnostics, err)
}

// BenchmarkSchema is a provider's start, less what the process takes.
func BenchmarkSchema(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		clitest.Must(provider.NewServer("test")().GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{}))(b)
	}
}

// BenchmarkBlock validates and configures a provider block with credential sets. A plan validates it
// twice.
func BenchmarkBlock(b *testing.B) {
	for _, sets := range []int{1, 10, 100} {
		for name, call := range map[string]func(*rig, *tfprotov6.DynamicValue){"validate": (*rig).validate, "configure": (*rig).configure} {
			b.Run(fmt.Sprintf("%s/%d sets", name, sets), func(b *testing.B) {
				r := newRig(b)
				config := r.block(sets)
				b.ReportAllocs()
				for b.Loop() {
					call(r, config)
				}
			})
		}
	}
}

// BenchmarkReference is one more reference to a token that is there already, as a plan
// validates, reads or opens, and closes it. It reports the heap that each leaves behind, too.
func BenchmarkReference(b *testing.B) {
	for _, k := range kinds() {
		b.Run(string(k), func(b *testing.B) {
			r := newRig(b)
			r.configure(r.block(1))
			call := r.reference(k)
			call(b.Context())
			before := liveHeap()
			b.ReportAllocs()
			for b.Loop() {
				call(b.Context())
			}
			b.ReportMetric(float64(liveHeap()-before)/float64(b.N), "heap-B/op")
			runtime.KeepAlive(r)
		})
	}
}

// liveHeap returns how many bytes are in use after a garbage collection.
func liveHeap() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc) //nolint:gosec // no heap is that large
}

// reference returns a function that makes all calls for one reference.
func (r *rig) reference(k kind) func(context.Context) {
	const name = "apitoken_oauth2"
	if k == dataSource {
		config := r.dynamic(r.schema.DataSourceSchemas[name], object{})
		return func(ctx context.Context) {
			valid, err := r.server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: config})
			r.ok(valid.Diagnostics, err)
			got, err := r.server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: config})
			r.ok(got.Diagnostics, err)
		}
	}
	config := r.dynamic(r.schema.EphemeralResourceSchemas[name], object{})
	return func(ctx context.Context) {
		valid, err := r.server.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: config})
		r.ok(valid.Diagnostics, err)
		got, err := r.server.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: config})
		r.ok(got.Diagnostics, err)
		closed, err := r.server.CloseEphemeralResource(ctx, &tfprotov6.CloseEphemeralResourceRequest{TypeName: name, Private: got.Private})
		r.ok(closed.Diagnostics, err)
	}
}
