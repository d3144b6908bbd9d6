package interop_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

const (
	grantJWTBearer     = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	grantTokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange"
	accessTokenType    = "urn:ietf:params:oauth:token-type:access_token"

	// serviceAccount is the subject of assertions for the grant jwt-bearer.
	serviceAccount = "service-account"
	user           = "somebody"
)

// The servers, as the configurations name them.
const (
	atOIDC    = "oidc"
	atFosite  = "fosite"
	atZitadel = "zitadel"
)

// client is a client of one of the servers and the credential set that is it.
type client struct {
	name string // of the credential set
	id   string // at the server; empty: made of the part's and the set's name
	at   string // atOIDC, atFosite or atZitadel
	// metadata is what the client is registered with beside its id.
	metadata map[string]any
	// set is the credential set beside the client's id and the endpoint:
	// attribute to expression.
	set map[string]string
	// secrets are what var.secrets holds for the set.
	secrets map[string]string
}

// secret is the expression for a value of client.secrets.
func secret(name string) string { return fmt.Sprintf("var.secrets[%q]", name) }

// object is an HCL object with one attribute that is an object itself.
func object(name string, attributes map[string]string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "{\n        %s = {\n", name)
	for _, attribute := range slices.Sorted(maps.Keys(attributes)) {
		fmt.Fprintf(&text, "          %s = %s\n", attribute, attributes[attribute])
	}
	text.WriteString("        }\n      }")
	return text.String()
}

func quote(text string) string { return fmt.Sprintf("%q", text) }

// with adds to the client's set.
func (c client) with(attributes map[string]string) client {
	c.set = maps.Clone(c.set)
	maps.Copy(c.set, attributes)
	return c
}

// without takes attributes out of the client's set.
func (c client) without(attributes ...string) client {
	c.set = maps.Clone(c.set)
	maps.DeleteFunc(c.set, func(name, _ string) bool { return slices.Contains(attributes, name) })
	return c
}

// registered adds to what the client is registered with.
func (c client) registered(metadata map[string]any) client {
	c.metadata = maps.Clone(c.metadata)
	maps.Copy(c.metadata, metadata)
	return c
}

// secretClient authenticates with a secret.
func secretClient(name, auth, value string) client {
	return client{
		name: name, at: atOIDC,
		metadata: map[string]any{"client_secret": value, "token_endpoint_auth_method": auth},
		set:      map[string]string{"client_auth": quote(auth), "client_secret": secret(name)},
		secrets:  map[string]string{name: value},
	}
}

// methodClients are a client of each way to authenticate, and of each algorithm
// and each format of a key.
func methodClients(t *testing.T, k *keyring) []client {
	t.Helper()
	// All that can be printed in ASCII: oidc-provider refuses other secrets, as
	// RFC 6749 (appendix A.2) has it; fosite takes them.
	basic := secretClient("basic", "client_secret_basic", `a+b/c:d%&="~ `+random())
	basic.id = `methods: basic+/%&="`
	foreign := secretClient("fosite_basic", "client_secret_basic", `a+b/c:d%&="ü`+random()[:30])
	foreign.at, foreign.id = atFosite, "méthodes:+/%"
	raw := secretClient("basic_raw", "client_secret_basic", random()).with(map[string]string{"basic_encoding": quote("raw")})
	clients := []client{
		basic, foreign, raw,
		secretClient("post", "client_secret_post", `a+b/c:d%&="~ `+random()),
		secretClient("bound", "client_secret_basic", random()).
			registered(map[string]any{"tls_client_certificate_bound_access_tokens": true}).
			with(certificate("bound")).holding("bound.key", k.client.Key),
	}
	for _, algorithm := range []string{"HS256", "HS384", "HS512"} {
		clients = append(clients, secretClient(algorithm, "client_secret_jwt", random()).
			registered(map[string]any{"token_endpoint_auth_signing_alg": algorithm}).
			with(map[string]string{"signing_algorithm": quote(algorithm)}))
	}
	clients = append(clients, keyClients(t, k)...)
	clients = append(clients, zitadelMethodClients(t, k)...)
	return append(clients, certificateClients(k)...)
}

func (c client) holding(name, value string) client {
	c.secrets = maps.Clone(c.secrets)
	if c.secrets == nil {
		c.secrets = map[string]string{}
	}
	c.secrets[name] = value
	return c
}

func certificateClients(k *keyring) []client {
	trusted := client{
		name: "tls", at: atOIDC,
		metadata: map[string]any{"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_dns": clientName},
		set:      map[string]string{"client_auth": quote("tls_client_auth")},
	}
	jwk := publicJWK(k.selfSigned.Signer, "certificate")
	jwk.Certificates = append(jwk.Certificates, k.selfSigned.Leaf)
	itself := client{
		name: "self_signed", at: atOIDC,
		metadata: map[string]any{
			"token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": map[string]any{"keys": []any{jwk}},
		},
		set: map[string]string{"client_auth": quote("self_signed_tls_client_auth")},
	}
	return []client{
		trusted.with(certificate("tls")).holding("tls.key", k.client.Key),
		itself.with(certificate("self_signed")).with(map[string]string{
			"client_certificate_pem": "local.own_certificate",
			// Without discovery there is no alias, so the endpoint is named.
			"token_url": quote("${local.mutual}/token"),
		}).holding("self_signed.key", k.selfSigned.Key),
	}
}

// certificate are the attributes of a set with the client certificate.
func certificate(name string) map[string]string {
	return map[string]string{"client_certificate_pem": "local.client_certificate", "client_key_pem": secret(name + ".key")}
}
