package provider_test

import (
	"net/http/httptest"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// box is a sandbox that the provider under test asks for tokens.
type box struct {
	*sandbox.Server
	web *httptest.Server
}

// newBox serves a sandbox for as long as the test lasts. No credentials of the
// environment reach the provider under test.
func newBox(t *testing.T) *box {
	t.Helper()
	b := &box{Server: sandbox.New()}
	b.web = httptest.NewServer(b)
	t.Cleanup(b.web.Close)
	t.Cleanup(b.Close)
	return b
}

// noEnvironment takes the credentials out of the environment.
func noEnvironment(t *testing.T) {
	t.Helper()
	for _, s := range service.All() {
		for _, name := range []string{"client_id", "client_secret", "token_url"} {
			t.Setenv(s.Variable(name), "")
		}
	}
}

func (b *box) tokenURL(name string) string { return b.web.URL + sandbox.TokenPath(name) }

// set is the credential set of the service's first client.
func (b *box) set(name string) object { return b.setOf(name, b.Client(name)) }

func (b *box) setOf(name string, c sandbox.Client) object {
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
