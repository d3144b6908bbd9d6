package diagnostic

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

func TestStatuses(t *testing.T) {
	t.Parallel()
	for status, tc := range map[int]struct {
		kind     token.Kind
		requests int
		advice   string
	}{
		http.StatusBadRequest:           {token.KindRefused, 1, "Check client_id, client_secret, scopes"},
		http.StatusUnauthorized:         {token.KindRefused, 1, "does not accept the credentials"},
		http.StatusForbidden:            {token.KindRefused, 1, "what the client may do"},
		http.StatusNotFound:             {token.KindRefused, 1, "Check token_url"},
		http.StatusMethodNotAllowed:     {token.KindRefused, 1, "Check token_url"},
		http.StatusProxyAuthRequired:    {token.KindRefused, 1, "comes from the proxy. Give the proxy a user name"},
		http.StatusUnsupportedMediaType: {token.KindRefused, 1, "custom"},
		http.StatusTeapot:               {token.KindRefused, 1, "the vendor's own words"},
		http.StatusRequestTimeout:       {token.KindRefused, 1, "Run again"},
		http.StatusTooEarly:             {token.KindRefused, 1, "Run again"},
		lost:                            {token.KindRefused, 1, "the message says why"},
		600:                             {token.KindRefused, 1, "Check token_url and the proxy"},
		999:                             {token.KindRefused, 1, "Check token_url and the proxy"},
		http.StatusTooManyRequests:      {token.KindRefused, 3, "transport.retry_max_wait"},
		http.StatusInternalServerError:  {token.KindRefused, 3, "Try later"},
		http.StatusNotImplemented:       {token.KindRefused, 3, "Try later"},
		http.StatusServiceUnavailable:   {token.KindRefused, 3, "Try later"},
		511:                             {token.KindRefused, 3, "Sign in to the network"},
		599:                             {token.KindRefused, 3, "Try later"},
	} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			endpoint, requests := tokentest.Serve(t, tokentest.AnswerWith(status, "application/json", `{"error":"nope","error_description":"with `+"s3cr3t/+\\\"&=:%ü"+`"}`))
			x := testExchange(endpoint)
			x.Advice = map[int]string{http.StatusTeapot: "the vendor's own words"}
			_, err := do(t, newTestClient(t, quickTransport()), x)
			e := wantError(t, err, tc.kind)
			tokentest.WantCount(t, requests(), tc.requests)
			if e.Status != status || e.Problem+e.Details != "" || e.VendorMessage != "nope: with (sensitive)" || !strings.Contains(e.Advice, tc.advice) {
				t.Errorf("error: %v", err)
			}
			if e.Exchange.Host() == "" || !strings.Contains(endpoint, e.Exchange.Host()) {
				t.Errorf("host = %q", e.Exchange.Host())
			}
		})
	}
}

// way is how a request goes wrong on its way, or goes well in the end.
type way struct {
	spoil    func(endpoint *sandbox.Flaky)
	kind     token.Kind // 0: there is a token
	requests int
	says     string
}

func ways() map[string]way {
	always := func(f sandbox.Fault) func(*sandbox.Flaky) {
		return func(endpoint *sandbox.Flaky) { endpoint.OrderAlways(f) }
	}
	first := func(faults ...sandbox.Fault) func(*sandbox.Flaky) {
		return func(endpoint *sandbox.Flaky) { endpoint.Order(faults...) }
	}
	says := func(text string) sandbox.Fault {
		return sandbox.Bytes(func(w io.Writer) { _, _ = io.WriteString(w, text) })
	}
	const late, large = "did not answer in time", "larger than 1 MiB"
	return map[string]way{
		"two faults, then well":   {first(sandbox.Cut(), sandbox.Status(http.StatusBadGateway)), 0, 3, ""},
		"two others, then well":   {first(sandbox.CutBody(), says("HTTP/1.1 20")), 0, 3, ""},
		"closed":                  {always(sandbox.Cut()), token.KindUnreachable, 3, "closed the connection"},
		"reset in the body":       {always(sandbox.CutBody()), token.KindUnreachable, 3, "the connection failed: "},
		"not HTTP":                {always(says("hush-hush\r\n\r\n")), token.KindAnswer, 1, "may not be HTTP"},
		"a broken header":         {always(says("HTTP/1.1 200 OK\r\nhush-hush\r\n\r\n")), token.KindAnswer, 1, "a line of its header cannot be read"},
		"a hang":                  {always(sandbox.Hang()), token.KindUnreachable, 3, late},
		"a slow body":             {always(sandbox.Trickle(time.Hour)), token.KindUnreachable, 3, late},
		"a broken redirect":       {always(sandbox.Redirect(302, "http://%zzhush")), token.KindRedirect, 1, "not an https:// URL"},
		"endless":                 {always(sandbox.Endless()), token.KindAnswer, 1, large},
		"announced as too large":  {always(sandbox.Announced(1<<20 + 1)), token.KindAnswer, 1, large},
		"a gzip bomb":             {always(sandbox.GzipBomb()), token.KindAnswer, 1, large},
		"a redirect":              {first(sandbox.Redirect(307, "/token")), 0, 2, ""},
		"redirects in circles":    {always(sandbox.Redirect(308, "/")), token.KindRedirect, 6, "within its host more than 5 times"},
		"302 within the host":     {always(sandbox.Redirect(302, "/token")), token.KindRedirect, 1, "would lose what the request sends"},
		"another host":            {always(sandbox.Redirect(307, "http://elsewhere.example.com/hush")), token.KindRedirect, 1, "http://elsewhere.example.com"},
		"another scheme":          {always(sandbox.Redirect(307, "https://localhost/hush")), token.KindRedirect, 1, "https://localhost"},
		"nowhere":                 {always(sandbox.Status(http.StatusMovedPermanently)), token.KindRedirect, 1, "without saying where"},
		"no place of the network": {always(sandbox.Redirect(302, "javascript:alert(1)")), token.KindRedirect, 1, "not an https:// URL"},
	}
}

// The tests of the provider have each of these with its waits, and many more.
func TestWays(t *testing.T) {
	t.Parallel()
	tokentest.EachInBubble(t, ways(), func(t *testing.T, way way) {
		network := &memnet.Network{}
		endpoint := sandbox.NewFlaky(tokentest.AnswerWith(http.StatusOK, token.ContentTypeJSON, goodAnswer))
		network.Serve(t, "localhost:80", endpoint)
		way.spoil(endpoint)
		got, err := do(t, clientOn(t, network, quickTransport()), testExchange("http://localhost/token"))
		tokentest.WantCount(t, endpoint.Requests(), way.requests)
		if way.kind == 0 {
			if err != nil || got.AccessToken.Reveal() != "tok-1" {
				t.Errorf("error: %v", err)
			}
			return
		}
		if e := wantError(t, err, way.kind); !strings.Contains(e.Problem, way.says) || strings.Contains(err.Error(), "hush") {
			t.Errorf("error: %v", err)
		}
	})
}

// A GET has nothing to lose on the way.
func TestRedirectOfGet(t *testing.T) {
	t.Parallel()
	x := testExchange(tokenURL)
	for method, says := range map[string]string{http.MethodGet: "more than 5 times", http.MethodPost: "would lose what the request sends"} {
		x.Request.Method = method
		err := redirect(t, x, http.StatusFound, "/other")
		if e := wantError(t, err, token.KindRedirect); !strings.Contains(e.Problem, says) {
			t.Errorf("%s: %v", method, err)
		}
	}
}

// A variable of the environment is not written in HCL, and tools that read a file may
// keep its quotes.
func TestProxyVariableWithAMistake(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		`"http://fake-user:fake-hush@127.0.0.1:3128"`: "begins and ends with quotes", "'proxy:3128'": "begins and ends with quotes",
		`http://fake-user:fake\hush@proxy:3128`: "percent-encode", "http://fake-user:fake#hush@proxy:3128": "percent-encode",
	} {
		client := clientIn(t, map[string]string{"HTTPS_PROXY": value})
		_, err := do(t, client, testExchange("https://auth.example.com/token"))
		text := wantError(t, err, token.KindUnreachable).Error()
		if !strings.Contains(text, want) || !strings.Contains(text, "HTTPS_PROXY") || strings.Contains(text, "urlencode") || strings.Contains(text, "hush") {
			t.Errorf("%s: it says: %s", value, text)
		}
	}
}

func TestUnusableURL(t *testing.T) {
	t.Parallel()
	x := testExchange("http://auth.example.com/token")
	_, err := do(t, newTestClient(t, quickTransport()), x)
	if e := wantError(t, err, token.KindURL); !strings.Contains(e.Problem, "allow_http") {
		t.Errorf("error: %v", err)
	}
	_, err = do(t, newTestClient(t, quickTransport()), testExchange("https://%zz"))
	if e := wantError(t, err, token.KindURL); strings.Contains(e.Error(), "token endpoint at") {
		t.Errorf("it names a host that there is not: %v", err)
	}
}

// A proxy that refuses a name and a password is not said to lack them, over plain
// HTTP, where it answers itself, and in front of TLS.
func TestProxyRefusesPassword(t *testing.T) {
	t.Parallel()
	const user = "fake-user:fake-password@"
	for name, tc := range map[string]struct{ user, offers, advice string }{
		"none":        {"", "Basic realm=x", "Give the proxy a user name"},
		"a wrong one": {user, "Basic realm=x", "does not accept the user name or password"},
		"NTLM":        {user, "NTLM", "The proxy does not offer Basic"},
	} {
		for _, scheme := range []string{"http", "https"} {
			t.Run(name+", "+scheme, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					refused := wire.Raw("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: " + tc.offers + "\r\nContent-Length: 0\r\n\r\n")
					server := &wire.Server{Answers: []wire.Answer{refused}}
					client := behindProxy(t, server, quickTransport(), tc.user)
					x := testExchange(scheme + "://" + wireHost + "/token")
					x.Request.AllowHTTP = true
					_, err := do(t, client, x)
					if e, ok := errors.AsType[*told](err); !ok || !strings.Contains(e.Advice, tc.advice) || strings.Contains(err.Error(), "fake-") {
						t.Errorf("error: %v", err)
					}
					tokentest.WantCount(t, server.Requests(), 1)
				})
			})
		}
	}
}
