package provider_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// box is a sandbox from which the provider under test requests tokens.
type box struct {
	*sandbox.Server
	web *httptest.Server
}

// newWeb serves HTTP for as long as the test lasts. The test fails if it leaves a
// goroutine behind. A bubble does not need that check: testing/synctest has its own.
func newWeb(t *testing.T, handler http.Handler) *httptest.Server {
	t.Helper()
	noLeak(t)
	web := httptest.NewServer(handler)
	t.Cleanup(web.Close)
	return web
}

// noLeak fails the test if it leaves a goroutine behind. Tests that use it do not run in
// parallel, because they set the environment.
func noLeak(t *testing.T) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before, leftByPlugins()) })
}

// newBox serves a sandbox for as long as the test lasts, and unsets credentials in the
// environment.
func newBox(t *testing.T) *box {
	t.Helper()
	b := &box{Server: sandbox.New()}
	b.web = newWeb(t, b)
	t.Cleanup(b.Close)
	return b
}

// noEnvironment unsets the credentials in the environment.
func noEnvironment(t *testing.T) {
	t.Helper()
	for _, s := range service.All() {
		if !s.Environment {
			continue
		}
		for _, name := range []string{"client_id", "client_secret", "token_url"} {
			t.Setenv(s.Variable(name), "")
		}
	}
}

// requesting are the services that make a request for a token.
func requesting() []service.Service {
	return slices.DeleteFunc(service.All(), func(s service.Service) bool { return s.IsLocal })
}

// described is the endpoint that the tests' set of custom describes.
const described = "emporix"

// endpointOf names the endpoint of the sandbox for a service.
func endpointOf(name string) string {
	if name == "custom" {
		return described
	}
	return name
}

func (b *box) tokenURL(name string) string { return b.web.URL + sandbox.TokenPath(endpointOf(name)) }

// Requests is that of the sandbox, for each service of the provider.
func (b *box) Requests(name string) int { return b.Server.Requests(endpointOf(name)) }

// Order is that of the sandbox, for each service of the provider.
func (b *box) Order(name string, faults ...sandbox.Fault) {
	b.Server.Order(endpointOf(name), faults...)
}

// OrderAlways is that of the sandbox, for each service of the provider.
func (b *box) OrderAlways(name string, f sandbox.Fault) { b.Server.OrderAlways(endpointOf(name), f) }

// Client is that of the sandbox, for each service of the provider.
func (b *box) Client(name string) sandbox.Client { return b.Server.Client(endpointOf(name)) }

// Clients is that of the sandbox, for each service of the provider.
func (b *box) Clients(name string) []sandbox.Client { return b.Server.Clients(endpointOf(name)) }

// set is the credential set of the service's first client.
func (b *box) set(name string) object {
	if name == "jwt" {
		return object{
			"private_key_pem": b.PrivateKeyPEM(), "key_id": sandbox.SelfSignedKey,
			"claims": `{"iss":"` + sandbox.SelfSignedIssuer + `","aud":"` + sandbox.SelfSignedAudience + `"}`,
		}
	}
	return b.setOf(name, b.Client(name))
}

func (b *box) setOf(name string, c sandbox.Client) object {
	if name == "custom" {
		return object{
			"request": object{"url": b.tokenURL(name), "form": object{
				"grant_type": "client_credentials", "client_id": c.ID, "client_secret": c.Secret,
			}},
			"response": object{"token": "access_token", "expires_in": "expires_in", "outputs": object{"scope": "scope"}},
		}
	}
	set := object{"client_id": c.ID, "client_secret": c.Secret, "token_url": b.tokenURL(name)}
	if name == "oauth2" && c.Encoding != "" {
		set["basic_encoding"] = c.Encoding
	}
	return set
}

// sets is a provider block with a set "default" of each service.
func (b *box) sets(names ...string) object {
	block := object{}
	for _, name := range names {
		block[name] = object{"default": b.set(name)}
	}
	return block
}

// hurried is a transport that does not wait between attempts.
func hurried() object { return object{"max_retries": 2, "retry_max_wait": "1ms"} }

// serviceNames are the names of every service.
func serviceNames() []string {
	var names []string
	for _, s := range service.All() {
		names = append(names, s.Name)
	}
	return names
}
