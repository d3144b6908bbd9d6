package token

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// lendAt takes a lease of a set of its own, which is revoked at the URL.
func lendAt(t *testing.T, cache *Cache, name, location string) (id string) {
	t.Helper()
	x := revocable("https://auth.example.com")
	x.Request.Form = NewForm(map[string]string{"set": name})
	x.Revoke.URL = location
	_, id = lend(t, cache, x)
	return id
}

// sick is how a revocation endpoint may fail.
func sick() map[string]tokentest.RoundTripper {
	var asked tokentest.Counter
	return map[string]tokentest.RoundTripper{
		"hangs":                 tokentest.Hanging,
		"is busy":               tokentest.Answering(tokentest.NewPage(503, "", ""), nil),
		"is busy for a second":  tokentest.Answering(tokentest.NewPage(503, "", ""), http.Header{"Retry-After": {"1"}}),
		"is busy after seconds": tokentest.After(3*time.Second, tokentest.Answering(tokentest.NewPage(503, "", ""), nil)),
		"responses sometimes": func(req *http.Request) (*http.Response, error) {
			asked.Add()
			if asked.Get()%2 == 0 {
				return tokentest.Answering(tokentest.NewPage(200, "", ""), nil)(req)
			}
			return tokentest.Hanging(req)
		},
	}
}

// All revocations of a run together wait for one host no longer than one may,
// whatever their paths, however the host is written, and whether they come one
// after another, as with Terraform, or together.
func TestRevocationsWaitOncePerHost(t *testing.T) { //nolint:gocognit // two loops around one story
	t.Parallel()
	paths := []string{"https://as.example.com/a", "https://as.example.com/b?c=d", "https://AS.example.com:443/e", "https://as.example.com./f", "https://as.example.com/g", "https://as.example.com/h"}
	for name := range sick() {
		for _, order := range []string{"one after another", "together", "a second apart"} {
			t.Run(name+", "+order, func(t *testing.T) {
				t.Parallel()
				fault := sick()[name]
				synctest.Test(t, func(t *testing.T) {
					cache, _ := newTestCache(t, numbered(3600))
					var ids []string
					for i, path := range paths {
						ids = append(ids, lendAt(t, cache, fmt.Sprint(i), path))
					}
					cache.client.transport.Client(nil).Transport = fault
					cache.client.settings.MaxRetries = 20
					start := time.Now()
					var last atomic.Int64
					var all sync.WaitGroup
					for i, id := range ids {
						done := func() { _ = cache.Release(t.Context(), id); last.Store(time.Now().UnixNano()) }
						switch order {
						case "one after another":
							done()
						case "together":
							all.Go(done)
						default:
							all.Go(func() { time.Sleep(time.Duration(i) * time.Second); done() })
						}
					}
					all.Wait()
					if took := time.Unix(0, last.Load()).Sub(start); took > revocationTime {
						t.Errorf("took %s", took)
					}
				})
			})
		}
	}
}

// One host that hangs takes nothing from another, nor from the same name with
// another port.
func TestRevocationsAtOtherHosts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, issuer := cacheAt(t)
		sick, well := lendAt(t, cache, "sick", "https://sick.example.com/revoke"), lendAt(t, cache, "well", "https://sick.example.com:8443/revoke")
		cache.client.transport.Client(nil).Transport = tokentest.RoundTripper(func(req *http.Request) (*http.Response, error) {
			if req.URL.Host == "sick.example.com" {
				return tokentest.Hanging(req)
			}
			return issuer.RoundTrip(req)
		})
		if err := cache.Release(t.Context(), sick); err == nil {
			t.Error("no error")
		}
		release(t, cache, well)
	})
}

// A host that answers in its time may be asked as often as there are tokens.
func TestSlowRevocationsAllDone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, issuer := cacheAt(t)
		var ids []string
		for i := range 5 {
			ids = append(ids, lendAt(t, cache, fmt.Sprint(i), "https://as.example.com/revoke"))
		}
		cache.client.transport.Client(nil).Transport = tokentest.After(5*time.Second, issuer.RoundTrip)
		for _, id := range ids {
			release(t, cache, id)
		}
	})
}

// After an interrupt nothing waits for the host that did not answer, in the next
// configuration of the provider either.
func TestRevocationsAfterAnInterrupt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, _ := newTestCache(t, numbered(3600))
		one, two := lendAt(t, cache, "one", "https://as.example.com/a"), lendAt(t, cache, "two", "https://as.example.com/b")
		next := cache.Next(cache.client)
		three := lendAt(t, next, "three", "https://as.example.com/c")
		cache.client.transport.Client(nil).Transport = tokentest.RoundTripper(tokentest.Hanging)
		ctx, interrupt := context.WithCancel(t.Context())
		start := time.Now()
		time.AfterFunc(time.Second, interrupt)
		_ = wantError(t, cache.Release(ctx, one), KindCancelled)
		for _, id := range []string{two, three} {
			e := wantError(t, next.Release(t.Context(), id), KindUnreachable)
			if e.Problem != ProblemWaitedBefore || e.Token == nil {
				t.Errorf("the error is %v", e)
			}
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// A login page is not a revocation. What custom describes may be answered by a page.
func TestRevocationAnsweredByAPage(t *testing.T) {
	t.Parallel()
	for _, describe := range []bool{false, true} {
		cache, _ := newTestCache(t, numbered(3600))
		x := revocable("https://auth.example.com")
		x.Response.IsDescribed = describe
		_, id := lend(t, cache, x)
		cache.client.transport.Client(nil).Transport = tokentest.Answering(tokentest.NewPage(200, "text/html", "<html>log in</html>"), nil)
		err := cache.Release(t.Context(), id)
		if describe {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		if e := wantError(t, err, KindRefused); e.Problem != ProblemPage || e.Token == nil {
			t.Errorf("the error is %v", e)
		}
	}
}

// What an endpoint says of a success is no error, whatever it calls it.
func TestRevocationSucceeds(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "{}", `{"error":null}`, `{"error":""}`, `{"error":0,"message":"done"}`, `{"error":false}`, `{"errors":[]}`, `{"revoked":true}`, "OK", `"done"`, "null"} {
		cache, _ := newTestCache(t, numbered(3600))
		_, id := lend(t, cache, revocable("https://auth.example.com"))
		cache.client.transport.Client(nil).Transport = tokentest.Answering(tokentest.NewPage(200, ContentTypeJSON, body), nil)
		if err := cache.Release(t.Context(), id); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}
