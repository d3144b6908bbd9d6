package provider_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/provider"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

const bugSummary = "Unexpected error in the provider"

// brokenServer is a plugin server whose calls all panic.
type brokenServer struct{ tfprotov6.ProviderServer }

// A panic in any call of the protocol becomes one error that names the call.
func TestNoCallPanics(t *testing.T) {
	server := reflect.ValueOf(provider.NewGuardedServer(brokenServer{}))
	calls := reflect.TypeFor[tfprotov6.ProviderServer]()
	for call := range calls.Methods() {
		t.Run(call.Name, func(t *testing.T) {
			req := reflect.New(call.Type.In(1).Elem())
			got := server.MethodByName(call.Name).Call([]reflect.Value{reflect.ValueOf(t.Context()), req})
			if !got[1].IsNil() {
				t.Fatalf("error %v", got[1])
			}
			var said string
			switch resp := got[0].Interface().(type) {
			case *tfprotov6.StopProviderResponse:
				said = resp.Error
			case *tfprotov6.CallFunctionResponse:
				said = resp.Error.Text
			default:
				diags, ok := reflect.TypeAssert[[]*tfprotov6.Diagnostic](got[0].Elem().FieldByName("Diagnostics"))
				if !ok {
					t.Fatalf("%T has no diagnostics", resp)
				}
				diag := onlyError(t, diags)
				said = diag.Detail
				if diag.Summary != bugSummary {
					t.Errorf("the summary is %q", diag.Summary)
				}
			}
			checkSays(t, said, []string{"version test", call.Name, "runtime.errorString", "report"})
		})
	}
}

// hooks are the places where a test panics in the engine. Each takes what it
// changes, and what it calls first.
func hooks() map[string]func(r *token.Runtime, trip func()) {
	return map[string]func(r *token.Runtime, trip func()){
		"Now":    func(r *token.Runtime, trip func()) { r.Now = func() time.Time { trip(); return time.Now() } },
		"Random": func(r *token.Runtime, trip func()) { r.Random = tripping(trip) },
		"Log":    func(r *token.Runtime, trip func()) { r.Log = slog.New(tripping(trip)) },
		"Getenv": func(r *token.Runtime, trip func()) { r.Getenv = func(string) string { trip(); return "" } },
		"Dial": func(r *token.Runtime, trip func()) {
			r.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				trip()
				return new(net.Dialer).DialContext(ctx, network, address)
			}
		},
	}
}

// tripping calls itself before it reads random bytes or handles a line of the log.
type tripping func()

// Read implements io.Reader.
func (t tripping) Read(p []byte) (int, error) { t(); return rand.Read(p) }

// Enabled implements slog.Handler.
func (t tripping) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (t tripping) Handle(context.Context, slog.Record) error { t(); return nil }

// WithAttrs implements slog.Handler.
func (t tripping) WithAttrs([]slog.Attr) slog.Handler { return t }

// WithGroup implements slog.Handler.
func (t tripping) WithGroup(string) slog.Handler { return t }

// brokenEngine is a provider whose engine panics at one place while armed.
func brokenEngine(t *testing.T, hook func(*token.Runtime, func()), value any) (p *plugin, armed *atomic.Bool) {
	t.Helper()
	armed = &atomic.Bool{}
	return pluginOf(t, provider.NewTestServer(func(r *token.Runtime) {
		hook(r, func() {
			if armed.Load() {
				panic(value)
			}
		})
	})), armed
}

// A panic in any goroutine of the engine becomes one error for each reference that
// needed it. The others get their tokens.
func TestNoPanicLeavesTheEngine(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	signed := b.set("oauth2").and(object{"client_auth": "client_secret_jwt", "client_secret": strings.Repeat("fake-", 10)})
	delete(signed, "basic_encoding")
	from := b.set("oauth2").and(object{
		"client_auth": "private_key_jwt", "client_assertion": object{"env": "APITOKEN_TEST_ASSERTION"},
	})
	delete(from, "basic_encoding")
	delete(from, "client_secret")
	sets := map[string]object{"Random": signed, "Getenv": from}
	for name, hook := range hooks() {
		for kind, value := range map[string]any{"string": fakePrivate, "*errors.errorString": errors.New(fakePrivate)} {
			for _, k := range kinds() {
				t.Run(fmt.Sprintf("%s/%s/%s", name, kind, k), func(t *testing.T) {
					p, armed := brokenEngine(t, hook, value)
					set, ok := sets[name]
					if !ok {
						set = b.set("oauth2")
					}
					if diags := p.configure(b.sets("epgl").and(object{"oauth2": object{"bad": set}, "transport": object{"max_retries": 0}})); len(diags) > 0 {
						t.Fatal(say(diags))
					}
					armed.Store(true)
					p.askAll(k, kind)
					armed.Store(false)
					p.token(k, "epgl", nil)
				})
			}
		}
	}
}

// askAll requests a token several times at once, and expects the error of a panic each
// time.
func (p *plugin) askAll(k kind, value string) {
	p.t.Helper()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			_, diags := p.ask(p.t.Context(), k, "oauth2", nil)
			checkBug(p.t, diags, value)
		})
	}
	wg.Wait()
}

// checkBug fails unless diagnostics are the one error of a panic with a value of that
// type.
func checkBug(t *testing.T, diags []*tfprotov6.Diagnostic, kind string) {
	t.Helper()
	if len(diags) != 1 || diags[0].Summary != bugSummary {
		t.Errorf("got:\n%s", say(diags))
		return
	}
	checkSays(t, diags[0].Detail, []string{"(version test) failed with " + kind + " in ", "report"})
	checkNot(t, say(diags), clitest.Needle{Name: "the panic's value", Value: fakePrivate})
}

// A panic while the provider is configured is an error of Configure.
func TestNoPanicLeavesConfigure(t *testing.T) {
	noEnvironment(t)
	p, armed := brokenEngine(t, hooks()["Getenv"], fakePrivate)
	armed.Store(true)
	checkBug(t, p.configure(nil), "string")
}

// A panic during a revocation is an error of Close only.
func TestNoPanicLeavesClose(t *testing.T) {
	noEnvironment(t)
	a := newAuthServer(t)
	p, armed := brokenEngine(t, hooks()["Log"], fakePrivate)
	if diags := p.configure(a.block(nil).and(object{"transport": object{"max_retries": 0}})); len(diags) > 0 {
		t.Fatal(say(diags))
	}
	opened := p.opened("oauth2", revoking())
	armed.Store(true)
	checkBug(t, p.close(opened), "string")
	armed.Store(false)
	p.token(dataSource, "oauth2", nil)
}
