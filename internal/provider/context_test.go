package provider_test

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/apitoken/terraform-provider-apitoken/internal/provider"
)

type contextKey struct{}

// The framework keeps the context of each call. What the CLI's context had in it is free
// once the call has ended.
func TestContextsAreLetGo(t *testing.T) {
	calls := reflect.TypeFor[tfprotov6.ProviderServer]()
	for call := range calls.Methods() {
		t.Run(call.Name, func(t *testing.T) {
			t.Parallel()
			server := reflect.ValueOf(provider.NewServer("test")())
			held := weakly(t, func(ctx context.Context) {
				req := reflect.New(call.Type.In(1).Elem())
				server.MethodByName(call.Name).Call([]reflect.Value{reflect.ValueOf(ctx), req})
			})
			runtime.GC()
			if held.Value() != nil {
				t.Error("the context is still held")
			}
			runtime.KeepAlive(server)
		})
	}
}

// weakly calls with a context that holds a value, and returns a weak pointer to that.
func weakly(t *testing.T, call func(context.Context)) weak.Pointer[[1 << 10]byte] {
	t.Helper()
	value := new([1 << 10]byte)
	call(context.WithValue(t.Context(), contextKey{}, value))
	return weak.Make(value)
}

// keeper is a plugin server that keeps the context of a call.
type keeper struct {
	tfprotov6.ProviderServer
	during func(context.Context)
}

func (k keeper) StopProvider(ctx context.Context, _ *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	k.during(ctx)
	return nil, errors.ErrUnsupported
}

// A call has the values and the end of the CLI's context. When the call has ended, so has
// its context, and every one that was made of it.
func TestContextOfACall(t *testing.T) {
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), contextKey{}, "value"))
	defer cancel()
	for _, cancelled := range []bool{false, true} {
		var kept, child context.Context
		server := provider.NewGuardedServer(keeper{during: func(ctx context.Context) {
			kept = ctx //nolint:fatcontext // to see how it ends
			var cancelChild context.CancelFunc
			child, cancelChild = context.WithCancel(ctx)
			t.Cleanup(cancelChild) // late, as in the framework
			if ctx.Value(contextKey{}) != "value" || ctx.Err() != nil {
				t.Errorf("during the call: value %v, error %v", ctx.Value(contextKey{}), ctx.Err())
			}
			if cancelled {
				cancel()
				<-child.Done()
			}
		}})
		if _, err := server.StopProvider(ctx, &tfprotov6.StopProviderRequest{}); !errors.Is(err, errors.ErrUnsupported) {
			t.Fatal(err)
		}
		<-kept.Done()
		<-child.Done()
		if kept.Value(contextKey{}) != nil || !errors.Is(kept.Err(), context.Canceled) || !errors.Is(child.Err(), context.Canceled) {
			t.Errorf("after the call: value %v, errors %v and %v", kept.Value(contextKey{}), kept.Err(), child.Err())
		}
	}
}
