package provider_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// forEach runs a test for both kinds of every service that makes a request.
func forEach(t *testing.T, test func(t *testing.T, s service.Service, k kind)) {
	t.Helper()
	for _, s := range requesting() {
		for _, k := range kinds() {
			t.Run(s.Name+"/"+string(k), func(t *testing.T) { test(t, s, k) })
		}
	}
}

// A request that is cancelled before it is sent is not sent.
func TestCancelledBefore(t *testing.T) {
	noEnvironment(t)
	forEach(t, func(t *testing.T, s service.Service, k kind) {
		t.Helper()
		b := newBox(t)
		p := configured(t, object{s.Name: object{"the-set": b.set(s.Name)}})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, diags := p.ask(ctx, k, s.Name, nil)
		checkFailure(t, b, s, diags, "Token request interrupted", []string{"interrupted"})
	})
}

// All references get the error of one failed request, which is not repeated.
func TestFailureIsShared(t *testing.T) {
	noEnvironment(t)
	forEach(t, func(t *testing.T, s service.Service, k kind) {
		t.Helper()
		b := newBox(t)
		b.OrderAlways(s.Name, sandbox.Status(http.StatusUnauthorized))
		p := configured(t, object{s.Name: object{"the-set": b.set(s.Name)}})
		for range 3 {
			_, diags := p.ask(t.Context(), k, s.Name, nil)
			checkFailure(t, b, s, diags, refused, nil)
		}
		if got := b.Requests(s.Name); got != 1 {
			t.Errorf("it was asked %d times", got)
		}
	})
}

// All references with the same set and inputs share one request.
func TestOneRequest(t *testing.T) {
	noEnvironment(t)
	for _, s := range requesting() {
		t.Run(s.Name, func(t *testing.T) {
			b := newBox(t)
			p := configured(t, object{s.Name: object{"the-set": b.set(s.Name)}})
			first := p.token(dataSource, s.Name, nil)
			for _, k := range kinds() {
				for _, inputs := range []object{nil, {"credentials": "the-set"}, {"min_remaining": "1m"}} {
					if p.token(k, s.Name, inputs) != first {
						t.Errorf("another token for %v as %s", inputs, k)
					}
				}
			}
			if got := b.Requests(s.Name); got != 1 {
				t.Errorf("it was asked %d times", got)
			}
		})
	}
}
