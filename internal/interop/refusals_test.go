package interop_test

import (
	"fmt"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// refusal is a client that is refused, and what the error must say.
type refusal struct {
	client
	says []string
}

func refusals(t *testing.T, k *keyring) []refusal {
	t.Helper()
	good := func(name string) client { return secretClient(name, "client_secret_post", random()) }
	key := func(name string) client { return keyClient(name, "ES256", k.p256, testkeys.PKCS8(t, k.p256)) }
	raw := secretClient("raw", "client_secret_basic", `a+b/c:d%&="`+random())
	stranger := certificateClients(k)[0].with(map[string]string{"client_certificate_pem": "local.own_certificate"}).
		holding("tls.key", k.selfSigned.Key)
	stranger.name = "stranger"
	return append(zitadelRefusals(t, k), []refusal{
		{raw.with(map[string]string{"basic_encoding": quote("raw")}), []string{`try basic_encoding = "form"`}},
		{key("wrong_key").holding("wrong_key", k.client.Key), []string{"invalid_client", "client assertion had", "key_id"}},
		{
			key("wrong_audience").with(map[string]string{"assertion_audience": quote("https://elsewhere.example.com")}),
			[]string{"invalid_client", `aud "https://elsewhere.example.com" (assertion_audience)`},
		},
		{stranger, []string{"invalid_client", "certificate"}},
		{
			good("scope").registered(map[string]any{"scope": "read"}).with(map[string]string{"scopes": `["write"]`}),
			[]string{"invalid_scope", "scopes"},
		},
		{good("target").with(map[string]string{"resources": `["https://elsewhere.example.com"]`}), []string{"invalid_target", "resources"}},
		{
			good("grant").with(map[string]string{"grant": quote("password"), "username": quote(user), "password": secret("grant")}),
			[]string{"unsupported_grant_type", "grant"},
		},
		// The server does not call itself so.
		{good("issuer").with(map[string]string{"issuer": "local.mutual"}), []string{"another issuer", "issuer"}},
		{early(t, k), []string{"invalid_grant", "The assertion had"}},
	}...)
}

// early is a client whose assertion is not valid yet.
func early(t *testing.T, k *keyring) client {
	t.Helper()
	return atFositeToo(keyClient("early", "RS256", k.rsa, testkeys.PKCS8(t, k.rsa))).
		registered(map[string]any{"grant_types": []string{grantJWTBearer}}).
		with(bearer("early.grant", "nbf = 4102444800")).
		holding("early.grant", testkeys.PKCS8(t, k.p384))
}

// bearer are the attributes of a set for the grant jwt-bearer, with an
// assertion about the service account.
func bearer(key, claims string) map[string]string {
	return map[string]string{
		"grant": quote(grantJWTBearer),
		"assertion": fmt.Sprintf(`{
        signed = {
          private_key_pem = %s
          key_id          = %[2]q
          claims          = jsonencode({ iss = %[2]q, sub = %[2]q, %s })
        }
      }`, secret(key), serviceAccount, claims),
	}
}

func refusalClients(t *testing.T, k *keyring) []client {
	t.Helper()
	var clients []client
	for _, r := range refusals(t, k) {
		clients = append(clients, r.client)
	}
	return clients
}

// Each refusal is one error, after one request, and says what to do; and none
// says a secret.
func testRefusals(l *serverLab) {
	l.Trace()
	l.Write("expired.jwt", l.expired("zitadel_expired"))
	l.configure(each("data", "this", l.names(), ""))
	found := l.diagnostics("plan")
	for _, r := range refusals(l.T, l.keyring) {
		l.expect(found, fmt.Sprintf("data.apitoken_oauth2.this[%q]", r.name), "error", append(r.says, quote(r.name))...)
	}
	if len(found) != len(l.clients) {
		l.T.Errorf("the run says %+v", found)
	}
	for _, c := range l.clients {
		if n := len(l.said("token", c)); n > 1 {
			l.T.Errorf("%s: asked %d times", c.name, n)
		}
	}
	l.MustNotHold(append(l.secretNeedles(), l.sentNeedles()...)...)
}
