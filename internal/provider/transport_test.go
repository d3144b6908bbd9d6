package provider_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

type transportCase struct {
	name      string
	transport object
	faults    []sandbox.Fault
	requests  int
	says      []string // none: there is a token
}

func transportCases() []transportCase {
	unavailable := sandbox.Status(http.StatusServiceUnavailable)
	return []transportCase{
		{"retries that suffice", hurried(), []sandbox.Fault{unavailable, sandbox.Cut()}, 3, nil},
		{"retries that do not", hurried(), []sandbox.Fault{unavailable, unavailable, unavailable}, 3, []string{"HTTP 503"}},
		{"no retries", object{"max_retries": 0}, []sandbox.Fault{unavailable}, 1, []string{"HTTP 503"}},
		{
			"timeout",
			object{"timeout": "100ms", "max_retries": 1, "retry_max_wait": "1ms"},
			[]sandbox.Fault{sandbox.Hang(), sandbox.Hang()},
			2,
			[]string{"did not answer in time", "transport.timeout"},
		},
		{
			"timeout once",
			object{"timeout": "100ms", "max_retries": 1, "retry_max_wait": "1ms"},
			[]sandbox.Fault{sandbox.Hang()},
			2, nil,
		},
		{
			"wait within retry_max_wait",
			object{"retry_max_wait": "2s"},
			[]sandbox.Fault{sandbox.RetryAfterSeconds(http.StatusTooManyRequests, 1)},
			2, nil,
		},
		{
			"wait beyond retry_max_wait",
			object{"retry_max_wait": "2s"},
			[]sandbox.Fault{sandbox.RetryAfterSeconds(http.StatusTooManyRequests, 3)},
			1,
			[]string{"retry_max_wait (2s)", "HTTP 429"},
		},
		{
			"wait until a date beyond retry_max_wait",
			object{"retry_max_wait": "2s"},
			[]sandbox.Fault{sandbox.RetryAfterDate(http.StatusServiceUnavailable, time.Date(2100, 1, 2, 3, 4, 5, 0, time.UTC))},
			1,
			[]string{"2100-01-02T03:04:05Z", "HTTP 503"},
		},
	}
}

func TestTransport(t *testing.T) {
	noEnvironment(t)
	for _, c := range transportCases() {
		t.Run(c.name, func(t *testing.T) {
			b := newBox(t)
			b.Order("epgl", c.faults...)
			p := configured(t, b.sets("epgl").and(object{"transport": c.transport}))
			if c.says == nil {
				p.token(dataSource, "epgl", nil)
			} else {
				_, diags := p.ask(t.Context(), dataSource, "epgl", nil)
				checkSays(t, onlyError(t, diags).Detail, c.says)
			}
			if err := b.asked("epgl", c.requests); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCertificates(t *testing.T) {
	noEnvironment(t)
	b := newTLSBox(t)
	_, diags := configured(t, b.sets("epgl")).ask(t.Context(), dataSource, "epgl", nil)
	checkSays(t, onlyError(t, diags).Detail, []string{"its certificate is signed by an authority", "transport.ca_certificates_pem"})
	if err := b.asked("epgl", 0); err != nil {
		t.Error(err)
	}
	known := object{"transport": object{"ca_certificates_pem": b.certificate()}}
	configured(t, b.sets("epgl").and(known)).token(dataSource, "epgl", nil)
}

// A proxy in the environment serves all hosts but this machine; proxy_url serves that too.
func TestProxy(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	address, passed := b.proxy(t)
	p := configured(t, b.sets("epgl").and(object{"transport": object{"proxy_url": address}}))
	p.token(dataSource, "epgl", nil)
	if passed.Load() != 1 {
		t.Errorf("%d requests came through the proxy", passed.Load())
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
