package provider_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// Each setting of the transport has its effect.
func TestTransport(t *testing.T) {
	t.Parallel()
	schema := newPlugin(t).schema
	for _, c := range settings() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			forEach(t, func(t *testing.T, s service.Service, k kind) {
				t.Helper()
				inBubble(t, schema, func(l *bubble) {
					l.transport = c.transport
					c.run(l, s, k)
				})
			})
		})
	}
}

type setting struct {
	transport object
	fault
}

func settings() []setting {
	unavailable := sandbox.Status(http.StatusServiceUnavailable)
	hurriedly, impatiently := object{"timeout": "100ms", "max_retries": 1, "retry_max_wait": "1ms"}, object{"retry_max_wait": "2s"}
	const ms = time.Millisecond
	return []setting{
		{hurried(), fault{"retries that suffice", first(unavailable, sandbox.Cut()), better(3, ms, 2*ms)}},
		{hurried(), fault{"retries that do not", always(unavailable), outcome{3, ms, 2 * ms, refused, []string{"HTTP 503"}}}},
		{object{"max_retries": 0}, fault{"no retries", always(unavailable), atOnce(refused, "HTTP 503")}},
		{hurriedly, fault{
			"timeout", always(sandbox.Hang()),
			outcome{2, 200*ms + ms/2, 201 * ms, unreachable, []string{"did not answer in time (after 2 attempts)", "transport.timeout"}},
		}},
		{hurriedly, fault{"timeout once", first(sandbox.Hang()), better(2, 100*ms+ms/2, 101*ms)}},
		{impatiently, fault{"wait as long as retry_max_wait", first(sandbox.RetryAfterSeconds(429, 2)), well(2, 2*time.Second)}},
		{impatiently, fault{
			"wait beyond retry_max_wait", always(sandbox.RetryAfterSeconds(429, 3)), atOnce(toldToWait, "retry_max_wait (2s)", "HTTP 429"),
		}},
		{impatiently, fault{
			"wait until a date beyond retry_max_wait",
			always(sandbox.RetryAfterDate(http.StatusServiceUnavailable, time.Date(2000, 1, 2, 3, 4, 5, 0, time.UTC))),
			atOnce(toldToWait, "2000-01-02T03:04:05Z", "HTTP 503"),
		}},
		// As long as the second wait of the doubling series may be, and no longer.
		{impatiently, fault{"waits up to retry_max_wait", always(unavailable), outcome{5, 3500 * ms, 7 * time.Second, refused, nil}}},
	}
}

// A proxy in the environment serves all hosts except this machine. proxy_url serves this
// machine too.
func TestProxy(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	address, passed := b.proxy(t)
	p := configured(t, b.sets("epgl").and(object{"transport": object{"proxy_url": address}}))
	p.token(dataSource, "epgl", nil)
	if passed.Load() != 1 {
		t.Errorf("%d requests came through the proxy", passed.Load())
	}
	if err := b.asked("epgl", 1); err != nil {
		t.Error(err)
	}
}

func TestProxyOfTheEnvironment(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	address, passed := b.proxy(t)
	t.Setenv("HTTP_PROXY", address)
	t.Setenv("NO_PROXY", "")
	far := b.set("epgl").and(object{"token_url": "http://auth.invalid" + sandbox.TokenPath("epgl"), "allow_http": true})
	p := configured(t, object{"epgl": object{"default": far}})
	p.token(dataSource, "epgl", nil)
	if passed.Load() != 1 {
		t.Errorf("%d requests came through the proxy", passed.Load())
	}
}
